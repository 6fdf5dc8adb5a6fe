#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Trees that are not what a project expects: links, submodules and files in the place of the folder, names of any bytes,
# names that differ in case, pointers of Git LFS, filters.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git config --global protocol.file.allow always
new_repo repo
revision aaaa1111 ''
commit base
git branch plain

# ---- what is no folder is said to be none, wherever it is looked at
no_folder() { # no_folder WORDS
    for question in heads history status check 'check --at index' 'check --at HEAD' merge 'revision -m x' \
        'upgrade --target sqlite:x.db'; do
        # shellcheck disable=SC2086 # several words
        expect 2 gmig $question
        has_err "the migrations folder is $1"
        has_err 'hint:'
    done
    expect 3 gmig heads --all-refs
    has "main: (cannot tell) migrations: the migrations folder is $1"
    has 'plain: aaaa1111'
    has_err '1 of 2 refs cannot be told; the first:'
    expect 3 gmig heads --refs main --json
    json '.refs[0].error.code' '"config"'
    git clone -q --bare . ../bare.git
    expect 2 gmig -C ../bare.git check
    rm -rf ../bare.git
}
git mv migrations real
ln -s real migrations
git add migrations
expect 2 gmig hook run pre-commit
has_err 'is a symbolic link'
commit link
no_folder 'a symbolic link, which gmig does not follow'
git reset -q --hard plain

git rm -rqf migrations
echo text >migrations
commit file
no_folder 'not a folder'
git reset -q --hard plain

git init -q ../other
(cd ../other && revision aaaa1111 '' && mv migrations/* . && echo 'migrations: .' >gmig.yml && commit base)
git rm -rqf migrations
git submodule --quiet add ../other migrations
commit submodule
no_folder 'a submodule, with a history of its own'
has_err 'Run gmig in it, with `-C migrations`'
expect 0 gmig -C migrations heads
has aaaa1111
expect 0 gmig -C migrations check
has 'in 1 revision of ./ at worktree'
expect 0 gmig -C migrations revision -m 'in the submodule'

# It comes with a push, where there was nothing before.
git init -q --bare ../server.git
git remote add origin ../server.git
git switch -q --orphan new 2>/dev/null
git rm -rfq --cached . 2>/dev/null || :
rm -rf migrations gmig.yml .gitmodules
ln -s elsewhere migrations
commit link
gmig hook install pre-push >/dev/null
expect 1 git push -q origin new
has_err 'the migrations folder is a symbolic link'
gmig hook uninstall >/dev/null
rm -rf migrations
git switch -qf plain
git branch -q -D new
git branch -qf main plain

# ---- names of any bytes; what could steer a terminal or a log is made visible
mv migrations/aaaa1111.sql "$box/"
number=0
for name in "$(printf 'new\nline')" "$(printf 'esc\033[31m')" "$(printf 'latin\374')" "$(printf 'c1\302\233m')" \
    'sp ace' '-- dash' '::error::x' 'q"uote' "a'b" 'back\slash' '%0A%25' '##vso[x]'; do
    number=$((number + 1))
    sed "s/aaaa1111/bbbb$number/; s/parents: .*/parents: []/" "$box/aaaa1111.sql" >"migrations/$name.sql"
done
git add -A
for where in worktree index; do
    for report in text github json; do
        expect 1 gmig check --at $where --report $report
        LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$out" && fail "a control character of a name in $report"
        LC_ALL=C grep -q "$(printf '\302\233')" "$out" && [ $report != json ] && fail "a C1 character in $report"
        :
    done
    expect 1 gmig heads --at $where
    expect 0 gmig history --at $where --json
    json '.revisions | length' $number
done
expect 0 gmig history -v
has 'Path: migrations/new\x0aline.sql'
has 'Path: migrations/esc\x1b[31m.sql'
has 'Path: migrations/latin\xfc.sql'
has 'Path: migrations/c1\xc2\x9bm.sql'
expect 0 gmig show bbbb1
has 'new\x0aline.sql'
commit names
expect 1 gmig check --at HEAD
expect 1 gmig heads --all-refs
expect 0 gmig merge --stage
expect 0 gmig upgrade --allow-dirty --target sqlite:x.db
git reset -q --hard main
git clean -qfdx

# ---- names that differ in case alone, which a Mac cannot check out both
blob=$(git hash-object -w migrations/aaaa1111.sql)
git update-index --add --cacheinfo "100644,$blob,migrations/AAAA1111.sql"
git config core.ignoreCase true
expect 1 gmig check --at index
has '[duplicate-id]'
git config --unset core.ignoreCase
git reset -q --hard

# ---- a pointer in the place of the file
cat >migrations/cccc3333.sql <<'END'
version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
END
expect 1 gmig check
has 'migrations/cccc3333.sql:1: error: the file is a pointer of Git LFS'
rm migrations/cccc3333.sql

# ---- commands that a repository names are never run
echo '*.sql filter=evil diff=evil' >.gitattributes
git config filter.evil.clean "touch '$box/evil'; cat"
git config filter.evil.smudge "touch '$box/evil'; cat"
git config filter.evil.process "touch '$box/evil'"
git config filter.evil.required true
git config diff.evil.textconv "touch '$box/evil'; cat"
git config core.fsmonitor "touch '$box/evil'"
touch migrations/aaaa1111.sql
revision bbbb2222 aaaa1111
for question in heads check 'check --at index' 'check --at HEAD' status history 'heads --all-refs' \
    'hook run pre-commit' 'upgrade --target sqlite:x.db --allow-dirty'; do
    # shellcheck disable=SC2086 # several words
    expect 0 gmig $question
done
[ ! -e "$box/evil" ] || fail 'a filter was run'
git config core.autocrlf false
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.autocrlf GIT_CONFIG_VALUE_0=true
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
expect 0 gmig check # git answers in place of libgit2
expect 0 gmig upgrade --target sqlite:x.db --allow-dirty
[ ! -e "$box/evil" ] || fail 'git ran a filter'
