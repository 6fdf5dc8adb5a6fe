#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a stranger may push: limits hold, nothing of it is run, read outside of the tree, or shown raw, and the answer comes soon.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare server.git
gmig -C server.git hook install >/dev/null
new_repo dev
git remote add origin ../server.git
printf 'dialects: [sqlite]\n' >gmig.yml
revision aaaa1111 ''
commit base
git branch base
expect 0 git push -q origin main
git checkout -q --detach
: >"$box/pwned.list"

number=0
# pushed STATUS WORDS: what is in the work tree, as a new branch.
pushed() {
    number=$((number + 1))
    commit "attempt $number"
    expect "$1" timeout 60 git push -q origin "HEAD:refs/heads/x$number"
    if [ "$1" -eq 0 ]; then
        same_err </dev/null
    else
        has_err "$2"
        has_err "refs/heads/x$number"
        has_err 'pre-receive hook declined'
    fi
    git reset -q --hard base
    git clean -qfdx
}
config() {
    printf '%s\n' "$@" >gmig.yml
}

# ---- gmig.yml
rm gmig.yml
mkdir gmig.yml
echo x >gmig.yml/file
pushed 0 # a folder of that name is no configuration
rm -rf gmig.yml
ln -s /etc/passwd gmig.yml
pushed 0
rm gmig.yml
ln -s ../../../../etc/passwd gmig.yml
pushed 0

head -c 20000000 /dev/zero | tr '\0' '#' >gmig.yml
pushed 1 'gmig.yml'
head -c 2000000 /dev/zero | tr '\0' '#' >gmig.yml
pushed 1 'is larger than 1048576 bytes'
config 'a: &a [x, x, x, x, x, x, x, x]' 'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]' 'migrations: *b'
pushed 1 "the anchor '&a' is not allowed"
config "migrations: $(head -c 100000 /dev/zero | tr '\0' '[')"
pushed 1 'YAML nested deeper than'
for path in ../../../etc /etc '' a/../../b; do
    config "migrations: '$path'"
    pushed 1 'gmig.yml:1:13'
done
for path in '~' '${HOME}' '$(touch pwned)' '`touch pwned`' '.git' 'a;touch pwned' '%s%n%n'; do
    config "migrations: '$path'"
    pushed 1 '[shipped-revision-deleted]' # as far as that folder goes
done
printf 'migrations: "\033]0;title\007"\n' >gmig.yml
pushed 1 'not YAML'
config 'migrations: "\e]0;title\a\x9b"'
pushed 1 '[shipped-revision-deleted]'
config 'targets: {x: {url: "sqlite:pwned.db"}}' "scratch: {postgres: 'postgresql://localhost:1/x'}"
revision bbbb2222 aaaa1111
revision cccc3333 aaaa1111
pushed 1 '[divergent-heads]'
config 'rules: {divergent-heads: off}' 'allow: [{rule: divergent-heads, reason: mine}]'
revision bbbb2222 aaaa1111
revision cccc3333 aaaa1111
pushed 1 '[divergent-heads]'
config 'format: django'
pushed 1 '[shipped-revision-deleted]'
config 'format: nosuch'
pushed 1 'format must be'
mkdir -p below/more
config 'migrations: x'
mv gmig.yml below/more/
git checkout -q gmig.yml
mkdir -p below/more/x
sed 's/aaaa1111/dddd4444/' migrations/aaaa1111.sql >below/more/x/1.sql
sed 's/aaaa1111/dddd4444/' migrations/aaaa1111.sql >below/more/x/2.sql
pushed 1 '[duplicate-id]'

# ---- revision files
head -c 17000000 /dev/zero | tr '\0' ' ' >migrations/big.sql
pushed 1 'above the limit of 16777216'
{
    printf -- '-- revision: big1\n-- parents: ['
    seq -s, 20000
    printf ']\n\n-- gmig:up\nSELECT 1;\n'
} | tr -d '\n' >migrations/big.sql
pushed 1 'migrations/big.sql:1: error:'
up() { # up ID SQL...: a revision with this SQL
    printf -- '-- revision: %s\n-- parents: [aaaa1111]\n\n-- gmig:up\n' "$1" >migrations/up.sql
    cat >>migrations/up.sql
    printf '\n-- gmig:down\nSELECT 1;\n' >>migrations/up.sql
}
head -c 500000 /dev/zero | tr '\0' '(' | up many1
pushed 0
head -c 2000000 /dev/zero | tr '\0' ';' | up many2
pushed 0
yes '/*' | head -100000 | up many3
pushed 1 'the comment that begins here does not end'
printf 'ATTACH "/etc/passwd" AS x; SELECT load_extension("x");\n.shell touch pwned\n\\! touch pwned\n' | up many4
pushed 1 'is a command of the sqlite3 shell'
# What steers a terminal comes as YAML escapes too, and is visible in everything that shows it.
{
    printf -- '-- revision: steer1\n-- parents: [aaaa1111]\n-- message: "\\e[31mred\\a\\x9b"\n\n'
    printf -- '-- gmig:up\nSELECT 1;\n\n-- gmig:down\nSELECT 1;\n'
} >migrations/steer.sql
for question in 'heads' 'heads -v' history 'history -v' 'history --graph' branches 'show steer1' status check \
    'upgrade --allow-dirty --target sqlite:x.db' 'current --target sqlite:x.db' 'status --target sqlite:x.db' \
    'downgrade --allow-dirty --yes --target sqlite:x.db'; do
    # shellcheck disable=SC2086 # several words
    expect 0 gmig $question
    ! LC_ALL=C grep -q "$(printf '[\033\007\302]')" "$out" "$err" || fail "gmig $question shows control characters"
done
expect 0 gmig show steer1
has '\x1b[31mred\x07\xc2\x9b'
rm x.db
pushed 0

# ---- trees that git itself would not write
hostile_tree() { # hostile_tree NAME: a migrations folder that holds a file of this name
    perl -e 'print "100644 $ARGV[0]\0", pack("H*", $ARGV[1])' "$1" "$(git rev-parse base:migrations/aaaa1111.sql)" \
        >"$box/tree"
    printf '040000 tree %s\tmigrations\n' "$(git hash-object -t tree --literally -w "$box/tree")" | git mktree
}
for name in .. a/b .; do
    bad=$(git commit-tree -m bad "$(hostile_tree "$name")")
    number=$((number + 1))
    expect 1 git push -q origin "$bad:refs/heads/x$number"
    has_err 'that can be read'
done
# A tree that holds itself many times over.
tree=$(printf '100644 blob %s\tgmig.yml\n' "$(git rev-parse base:gmig.yml)" | git mktree)
for level in $(seq 12); do
    tree=$(for name in a b c d e f g h; do printf '040000 tree %s\t%s\n' "$tree" $name; done | git mktree)
done
number=$((number + 1))
expect 1 timeout 60 git push -q origin "$(git commit-tree -m bomb "$tree"):refs/heads/x$number"
has_err 'there are more than 10000 files called gmig.yml'
tree=$(printf '100644 blob %s\tfile\n' "$(git rev-parse base:gmig.yml)" | git mktree)
for level in $(seq 200); do
    tree=$(printf '040000 tree %s\tdown\n' "$tree" | git mktree)
done
number=$((number + 1))
expect 1 timeout 60 git push -q origin "$(git commit-tree -m deep "$tree"):refs/heads/x$number"
has_err 'nested more than'

# ---- names of refs
for ref in "refs/heads/$(printf 'c1\302\233m')" 'refs/heads/%0A' 'refs/notes/x' 'refs/x;touch-pwned'; do
    revision bbbb2222 aaaa1111
    revision cccc3333 aaaa1111
    commit refs
    expect 1 git push -q origin "HEAD:$ref"
    has_err '[divergent-heads]'
    ! grep '^remote:' "$err" | grep -q "$(printf '\302\233')" || fail 'the name of a ref can steer a terminal'
    git reset -q --hard base
done

# ---- commits and tags with odd headers
# libgit2 1.5 does not free the list of a merge base that it cannot find because a commit is damaged.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
odd_commit() {
    printf 'tree %s\nparent %s\nauthor %s\ncommitter %s\n\nodd\n' "$(git rev-parse 'base^{tree}')" \
        "$(git rev-parse base)" "$1" "$1" | git hash-object -t commit --literally -w --stdin
}
for person in 'A <a@b> -1 +0000' 'A <a@b> 99999999999999999999999 +9999' 'A' '<> 0 +0000' 'A <a@b> x y'; do
    number=$((number + 1))
    expect 0 git push -q origin "$(odd_commit "$person"):refs/heads/x$number"
    expect 0 gmig -C ../server.git heads --at "x$number"
    expect 0 gmig -C ../server.git check --at "x$number"
done
tag=$(git rev-parse base)
for level in $(seq 20); do
    tag=$(printf 'object %s\ntype %s\ntag t\ntagger A <a@b> 0 +0000\n\nx\n' "$tag" "$(git cat-file -t "$tag")" |
        git hash-object -t tag -w --stdin)
done
expect 0 git push -q origin "$tag:refs/tags/deep"

[ ! -e pwned ] && [ ! -e ../pwned ] && [ ! -e ../server.git/pwned ] || fail 'something of the tree was run'
[ -z "$(find "$box" -name 'pwned*' ! -name pwned.list)" ] || fail 'something of the tree was run'
expect 0 gmig -C ../server.git check
