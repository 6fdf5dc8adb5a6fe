#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every kind of repository in which git works gives the same answers; where git cannot, gmig says so with the cure.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git config --global protocol.file.allow always

# fill: two branches that each add a revision, and main that has both.
fill() {
    printf 'dialects: [sqlite]\n' >gmig.yml
    mkdir -p docs
    echo text >docs/text
    revision aaaa1111 ''
    commit base
    git switch -qc left
    revision bbbb2222 aaaa1111
    commit left
    git switch -q main
    revision cccc3333 aaaa1111
    commit right
    git merge -q --no-edit left
}
new_repo origin
fill
git config uploadpack.allowFilter true
git config uploadpack.allowAnySHA1InWant true
cd ..

# ---- the questions, whose answers are the same everywhere

# A few questions in each kind are enough for a sanitizer.
whole=$(as_many yes '')

reads() { # of a commit
    expect 1 gmig heads --at HEAD
    same <<'END'
cccc3333 (head), add cccc3333
bbbb2222 (head), add bbbb2222
END
    expect 1 gmig heads --all-refs
    has 'main: cccc3333 bbbb2222 (divergent)'
    [ "$whole" ] || return 0
    expect 1 gmig check --at HEAD
    has '1 error in 3 revisions of migrations/ at HEAD'
    has '[divergent-heads]'
    expect 0 gmig upgrade --at HEAD --target sqlite: --plan --from base heads
    has 'up   cccc3333'
}
works() { # also of the index and the work tree
    reads
    for where in $(as_many 'worktree index' index); do
        expect 1 gmig heads --at $where
        same <<'END'
cccc3333 (head), add cccc3333
bbbb2222 (head), add bbbb2222
END
        expect 1 gmig check --at $where
        has "1 error in 3 revisions of migrations/ at $where"
    done
    expect 0 gmig status
    has 'a lineage has several heads'
    [ "$whole" ] || return 0
    expect 0 gmig history
    has '<base> -> aaaa1111 (branchpoint)'
    expect 0 gmig upgrade --target "sqlite:$box/kind.db" heads
    has 'applied cccc3333'
    rm "$box/kind.db"
    expect 0 gmig hook run pre-commit
    same_err </dev/null
}
changes() { # writes
    expect 0 gmig merge --stage
    has 'merge_bbbb2222_cccc3333.sql'
    [ "$(git diff --cached --name-only | wc -l)" -eq 1 ] || fail 'the merge was not added to the index'
    expect 0 gmig check --at index
    has '4 revisions'
    expect 0 gmig hook run pre-commit
    git commit -qm merged --no-verify
    [ "$whole" ] || return 0
    expect 0 gmig heads --at HEAD
    expect 0 gmig upgrade --target "sqlite:$box/kind.db"
    rm "$box/kind.db"
    revision dddd4444 aaaa1111
    git add --sparse migrations 2>/dev/null || git add migrations
    expect 1 gmig hook run pre-commit
    has_err '[divergent-heads]'
    git reset -q --hard 2>/dev/null
}

# kind NAME COMMAND...: a clone on which the commands were run.
kind() {
    cd "$box/here"
    rm -rf kind
    what=$1
    shift
    git clone -q "$@" kind
    cd kind
}

kind 'plain clone' origin
works
changes
git checkout -q --detach HEAD~1
works
expect 0 gmig status
has 'detached at'

kind 'linked work tree' origin
git worktree add -q ../linked -b other
(cd ../linked && works && changes)
rm -rf ../linked

cd "$box/here"
git init -q super
git -C super submodule --quiet add ../origin module
(cd super/module && works && changes)

kind bare --bare origin
reads
expect 1 gmig heads
expect 3 gmig heads --at worktree
has_err 'is a bare repository'
expect 3 gmig check --at index
expect 3 gmig merge
has_err 'Run it in a clone'
expect 0 gmig upgrade --target "sqlite:$box/kind.db" heads
rm "$box/kind.db"

for depth in 1 2; do
    kind "shallow $depth" --depth $depth "file://$box/here/origin"
    works
    expect 3 gmig heads --at HEAD~3
    has_err 'git fetch --unshallow'
    changes
done

# Partial clones: git fetches what is asked for, while the remote is there.
kind 'partial' --filter=blob:none --no-checkout "file://$box/here/origin"
reads
kind 'partial, checked out' --filter=blob:none "file://$box/here/origin"
works
changes
kind 'partial without trees' --filter=tree:0 --no-checkout "file://$box/here/origin"
reads
for filter in blob:none tree:0; do
    kind 'partial, its remote gone' --filter=$filter --no-checkout "file://$box/here/origin"
    git remote set-url origin "file://$box/nowhere"
    for question in 'heads --at HEAD' 'history --at HEAD' 'check --at HEAD' 'heads --all-refs' \
        'upgrade --at HEAD --target sqlite:x.db'; do
        # shellcheck disable=SC2086 # several words
        expect 3 gmig $question
        grep -qF "With its remote within reach, run: git fetch --refetch --no-filter origin" "$out" "$err" ||
            fail "no cure for $filter: gmig $question"
        hasnt '\x0a'
        [ ! -e x.db ] || fail 'a database was made'
    done
done

kind sparse origin
git sparse-checkout set --cone docs
[ ! -e migrations ] || fail 'the checkout is not sparse'
works
changes
kind 'sparse index' origin
git sparse-checkout set --cone --sparse-index docs
git ls-files --sparse | grep -qx migrations/ || fail 'the index is not sparse'
works
changes
kind 'sparse, partial and shallow' --sparse --depth 1 --filter=blob:none "file://$box/here/origin"
works
changes

kind 'split index' origin
git update-index --split-index
works
changes
for version in $(as_many '2 3 4' '2 4'); do
    kind "index version $version" origin
    git update-index --index-version $version
    works
    changes
done
kind 'index.skipHash' origin
truncate -s -20 .git/index
head -c 20 /dev/zero >>.git/index
works

kind alternates --shared origin
works
changes

kind 'replace refs' origin
git replace "$(git rev-parse HEAD:migrations/bbbb2222.sql)" "$(git rev-parse HEAD:migrations/aaaa1111.sql)"
git replace "$(git rev-parse HEAD^2)" "$(git rev-parse HEAD^1)"
works
expect 0 gmig heads --at HEAD^2
has bbbb2222

kind 'CRLF in the work tree' -c core.autocrlf=true origin
grep -q "$(printf '\r')" migrations/aaaa1111.sql || fail 'there is no CRLF'
works
changes

# The extensions of repository format 1 that git reads.
for extension in $(as_many 'noop=true worktreeConfig=true partialClone=origin preciousObjects=true objectFormat=sha1
    refStorage=files relativeWorktrees=true' worktreeConfig=true); do
    kind "extensions.$extension" origin
    git config core.repositoryFormatVersion 1
    git config "extensions.${extension%=*}" "${extension#*=}"
    if git status >/dev/null 2>&1; then
        works
        changes
    fi
done
for extension in $(as_many 'refStorage=reftable compatObjectFormat=sha256 nonsense=true' nonsense=true); do
    kind "extensions.$extension" origin
    git config core.repositoryFormatVersion 1
    git config "extensions.${extension%=*}" "${extension#*=}"
    if git status >/dev/null 2>&1; then
        continue
    fi
    for question in heads check 'check --at index' 'check --at HEAD' 'heads --all-refs' status merge 'hook install' \
        'hook run pre-commit' 'upgrade --target sqlite:x.db'; do
        # shellcheck disable=SC2086 # several words
        expect 3 gmig $question
        grep -qF 'A newer git wrote this repository: install one that reads it.' "$out" "$err" ||
            fail "no cure: gmig $question"
    done
done

cd "$box/here"
git init -q --object-format=sha256 sha256
cd sha256
fill
works
git worktree add -q ../sha256-linked -b other
(cd ../sha256-linked && works)
git clone -q --depth 1 "file://$PWD" ../sha256-shallow
(cd ../sha256-shallow && works && changes)
changes

if git init -q --ref-format=reftable ../reftable 2>/dev/null; then
    cd ../reftable
    fill
    works
    changes
fi

# ---- as the environment says
kind environment origin
cd "$box"
with_git_dir() {
    GIT_DIR=$box/here/kind/.git GIT_WORK_TREE=$box/here/kind "$@"
}
printf 'migrations: here\n' >here/kind/gmig.yml
mv here/kind/migrations here/kind/here
expect 1 with_git_dir gmig heads
has cccc3333
expect 1 with_git_dir gmig check --at HEAD
expect 0 with_git_dir gmig merge --stage
has here/kind/here
[ -n "$(git -C here/kind diff --cached --name-only)" ] || fail 'the merge was not added to the index'

# ---- a stranger's repository; only root can make one
if [ "$(id -u)" -eq 0 ]; then
    kind 'foreign owner' origin
    chown -R 12345 .
    for question in heads check 'check --at index' 'heads --all-refs' status merge 'hook install' \
        'hook run pre-commit' 'upgrade --target sqlite:x.db'; do
        # shellcheck disable=SC2086 # several words
        expect 3 gmig $question
        grep -qF "git config --global --add safe.directory $PWD" "$out" "$err" || fail "no cure: gmig $question"
    done
    git config --global safe.directory '*'
    works
    git config --global safe.directory "$PWD"
    works
    changes
    git config --global --unset safe.directory
fi
