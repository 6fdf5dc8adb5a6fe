#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A gmig.yml that is none, or is broken: one error with its place and the cure, exit status 2, and nothing is changed.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
revision aaaa1111 ''
commit all

# refused TEXT HINT: whatever opens the project says the same.
refused() {
    for command in heads status check 'upgrade -t sqlite:x.db' 'revision -m x'; do
        expect 2 gmig $command
        same </dev/null
        has_err "gmig: $1"
        has_err "  at gmig.yml"
        [ -z "$2" ] || has_err "  hint: $2"
    done
    [ -z "$(ls x.db* 2>/dev/null)" ] || fail 'a database was made'
    [ "$(ls migrations)" = aaaa1111.sql ] || fail 'a revision was written'
}

# What is no file would leave the defaults, and with them another folder and another database.
ln -s /etc/passwd gmig.yml
refused 'gmig.yml is a symbolic link, which is not followed' 'Put the file itself there, or name it with --config.'
rm gmig.yml
ln -s nowhere gmig.yml
refused 'gmig.yml is a symbolic link' ''
rm gmig.yml
mkdir gmig.yml
refused 'gmig.yml is not a file' ''
rmdir gmig.yml
mkfifo gmig.yml
refused 'gmig.yml is not a file' ''
rm gmig.yml
mkdir migrations/sub
cd migrations/sub
ln -s /etc/passwd ../../gmig.yml
expect 2 gmig heads
has_err '  at ../../gmig.yml'
cd ../..
rmdir migrations/sub
rm gmig.yml
ln -s "$PWD/named.yml" linked.yml
echo 'migrations: migrations' >named.yml
expect 0 gmig --config linked.yml heads
rm linked.yml named.yml
for file in /etc /dev/null nosuch.yml; do
    expect 2 gmig --config "$file" heads
    has_err '  hint: '
done

# What is too large, no text, or no YAML.
head -c 1048577 /dev/zero | tr '\0' '#' >gmig.yml
refused 'larger than the limit of 1048576 bytes' 'A gmig.yml is a text file'
printf 'migrations: a\000b\n' >gmig.yml
refused 'a NUL byte in YAML text' 'Save the file as UTF-8 text.'
printf 'migrations: caf\351\n' >gmig.yml
refused 'a byte that is not UTF-8' 'Save the file as UTF-8 text.'
printf 'a: [\n' >gmig.yml
refused 'not YAML: ' ''
printf 'x\n' >gmig.yml
refused 'gmig.yml must be a mapping' ''
printf '\377\376m\000' >gmig.yml
refused 'a NUL byte in YAML text' ''

# A byte order mark, CRLF, comments alone and nothing at all are fine.
printf '\357\273\277migrations: migrations\r\ndialects: [sqlite]\r\n' >gmig.yml
expect 0 gmig heads
printf '# nothing\n' >gmig.yml
expect 0 gmig heads
: >gmig.yml
expect 0 gmig heads

# Keys and values.
printf 'dialects: []\n' >gmig.yml
refused 'dialects names none' 'Write sqlite, postgres or a list of them'
printf 'migrations: ""\n' >gmig.yml
refused "migrations must be a word, not ''" ''
printf 'targets: {a: "sqlite:x", a: "sqlite:y"}\n' >gmig.yml
refused "the key 'a' is on line 1 already" 'Keep one of the two.'
printf 'trunk: a\ntrunk: b\n' >gmig.yml
refused "the key 'trunk' is on line 1 already" 'Keep one of the two lines, 1 or 2.'
printf 'migration: x\n' >gmig.yml
refused "gmig.yml has no key 'migration'" "Did you mean 'migrations'?"
rm gmig.yml

# -C: the folder, and what is wrong with it.
expect 2 gmig -C nosuch heads
has_err 'cannot go to this folder: No such file or directory'
expect 2 gmig -C migrations/aaaa1111.sql heads
has_err 'cannot go to this folder: Not a directory'
