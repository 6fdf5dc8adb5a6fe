#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is kept in .git/gmig changes no answer: with it, without it, and when it is damaged.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# revisions FROM TO: a chain of files, each the child of the one before.
revisions() {
    awk -v from="$1" -v to="$2" 'BEGIN {
        for (i = from; i <= to; i++) {
            file = sprintf("migrations/%04d.sql", i)
            parents = i > 1 ? sprintf("[r%04d]", i - 1) : "[]"
            printf "-- revision: r%04d\n-- parents: %s\n-- message: change %d\n", i, parents, i >file
            printf "-- created: 2026-01-01T00:00:00Z\n\n-- gmig:up\nSELECT %d;\n", i >file
            printf "\n-- gmig:down\nSELECT -%d;\n", i >file
            close(file)
        }
    }'
}

# answers: what every command that may use the cache says here.
answers() {
    for command in "heads --at HEAD" "heads" "heads --at index --json" "history --at HEAD --json" "history -v" \
        branches "heads --all-refs" "heads --all-refs --json"; do
        echo "== $command"
        gmig $command 2>&1 || echo "exit $?"
    done
}

git init -q few && cd few
mkdir migrations
revisions 1 100
git add . && git commit -qm few
expect 0 gmig heads --at HEAD
expect 0 gmig heads --all-refs
[ ! -e .git/gmig ] || fail "a small history has a cache"
cd ..

git init -q r && cd r
mkdir migrations
revisions 1 250
git add . && git commit -qm many
for i in 1 2 3; do
    git checkout -q -b "b$i" main
    echo "-- $i" >>migrations/0100.sql
    revisions 251 "25$i"
    git add . && git commit -qm "b$i"
done
git checkout -q main

# The first run makes the file, the second one reads it.
cp -r . ../never
(cd ../never && mkdir .git/gmig && chmod 775 .git/gmig) # one that is not believed, so that none is used
(cd ../never && answers) >../wanted
answers >../cold
[ -s .git/gmig/revisions ] || fail "there is no cache"
answers >../warm
diff ../wanted ../cold || fail "the run that fills the cache answers otherwise"
diff ../wanted ../warm || fail "the cache changes an answer"
grep -q '"revisions": 256' ../warm || fail "the refs have other files"
[ ! -e ../never/.git/gmig/revisions ] || fail "the other one has a cache too"

# It is used: what the repository lost is known.
cp -r . ../lost
(
    cd ../lost
    blob=$(git rev-parse HEAD:migrations/0042.sql)
    rm -f ".git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)"
    expect 0 gmig heads --at HEAD
    rm -rf .git/gmig
    expect 3 gmig heads --at HEAD
)

# Commands that need the SQL read it.
expect 0 gmig show r0042 --sql
has 'SELECT 42;'
expect 0 gmig show r0042 --json
json '.revisions[0].up.sqlite.sql' '"SELECT 42;\n\n"'
expect 0 gmig upgrade --sql --target sqlite:x.db
has 'SELECT 250;'
expect 0 gmig revision -m undo --undo r0042
grep -q 'SELECT -42;' migrations/*undo* || fail "the undo has no SQL"
rm migrations/*undo*

# A damaged file is ignored, and written anew.
size=$(wc -c <.git/gmig/revisions)
printf 'x' | dd of=.git/gmig/revisions bs=1 seek=$((size / 2)) conv=notrunc status=none
answers >../damaged
diff ../wanted ../damaged || fail "a damaged cache changes an answer"
cp .git/gmig/revisions ../again
head -c 1000 ../again >.git/gmig/revisions
answers >../damaged
diff ../wanted ../damaged || fail "a cache that is cut off changes an answer"
: >.git/gmig/revisions
answers >../damaged
diff ../wanted ../damaged || fail "an empty cache changes an answer"
[ "$(wc -c <.git/gmig/revisions)" -ge $((size / 2)) ] || fail "the cache is not written anew"

# What is wrong with a file is told all the same.
sed 's/^-- revision: r0042/-- revisoin: r0042/' migrations/0042.sql >bad && mv bad migrations/0042.sql
expect 1 gmig heads
cp "$err" ../first
expect 1 gmig heads
diff ../first "$err"
has_err "no key 'revisoin'"
(cd ../never && cp ../r/migrations/0042.sql migrations/ && expect 1 gmig heads && diff ../first "$err")
git checkout -q migrations

# All worktrees share it.
before=$(ls -i .git/gmig/revisions)
git worktree add -q ../linked b1
(cd ../linked && expect 0 gmig heads --at HEAD && has r0251)
[ "$before" = "$(ls -i .git/gmig/revisions)" ] || fail "a worktree wrote the file anew"
[ ! -e .git/worktrees/linked/gmig ] || fail "a worktree has a cache of its own"

# A bare repository has one; a push in quarantine writes none, and neither does a folder without a repository.
git clone -q --bare . ../bare.git
cd ../bare.git
expect 0 env GIT_QUARANTINE_PATH="$PWD/objects/q" gmig heads --at HEAD
[ ! -e gmig ] || fail "written while a push is in quarantine"
expect 0 gmig heads --at HEAD
has r0250
[ -s gmig/revisions ] || fail "there is no cache in a bare repository"
cp -r ../r/migrations ../plain
mkdir -p ../without && mv ../plain ../without/migrations && cd ../without
expect 0 gmig heads
has r0250
[ "$(ls)" = migrations ] || fail "something was written: $(ls)"

# Branches by the hundred: where they stand is kept too, and a moved branch is seen.
cd ../r
git worktree remove ../linked
git rev-parse main >../tip
{
    for i in $(seq 1 120); do
        printf 'commit refs/heads/many/%03d\ncommitter A <a@b> %d +0000\ndata 1\nm\nfrom %s\nM 644 inline n\ndata 3\n%03d\n' \
            "$i" $((1767225600 + i)) "$(cat ../tip)" "$i"
    done
} | git fast-import --quiet
expect 0 gmig heads --all-refs --json
cp "$out" ../before
[ -s .git/gmig/entries ] || fail "where branches stand is not kept"
expect 0 gmig heads --all-refs --json
diff ../before "$out"
git update-ref refs/heads/many/007 b2
expect 0 gmig heads --all-refs --json
json '.refs[] | select(.ref == "refs/heads/many/007") | .heads' '["r0252"]'
cp "$out" ../before
rm -rf .git/gmig
expect 0 gmig heads --all-refs --json
diff ../before "$out"
