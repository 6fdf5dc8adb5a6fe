#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig check --base: what two branches make together, in repositories that were really branched, merged, squashed and
# cloned. The union is predicted without a checkout and without an object written.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# rules: the rules of the last report's findings, in its order.
rules() {
    sed -n 's/.* \[\([a-z-]*\)\]$/\1/p' "$out" | tr '\n' ' ' >"$box/rules"
    [ "$(cat "$box/rules")" = "${1:+$1 }" ] || { echo "in $PWD: $last"; show; fail "rules: $(cat "$box/rules")"; }
}

# as NAME: who writes the next commits.
as() {
    GIT_AUTHOR_NAME=$1
    GIT_AUTHOR_EMAIL=$(echo "$1" | tr '[:upper:]' '[:lower:]')@example.org
}

# two NAME: a repository with the branches main and topic, at topic; both have aaaa1 only.
two() {
    cd "$box/here"
    new_repo "$1"
    as Ada
    revision aaaa1 ""
    commit one
    git checkout -qb topic
}

short() {
    git rev-parse "$1" | cut -c1-12
}

# ---- two branches, each fine by itself ----
two collide
revision cccc3 aaaa1
commit three
git checkout -q main
as Bob
revision bbbb2 aaaa1
commit two
git checkout -q topic
objects=$(find .git/objects -type f | wc -l)
expect 0 gmig check --base topic
same <<END
nothing found in 2 revisions of migrations/ at worktree; united with topic ($(short topic), from --base)
END
expect 1 gmig check --base main
same <<END
migrations/cccc3.sql:2: error: with main there are 2 heads in lineage default: bbbb2, cccc3; aaaa1 has the children cccc3 (migrations/cccc3.sql; topic, $(short topic) by Ada <ada@example.org>) and bbbb2 (migrations/bbbb2.sql; main, $(short main) by Bob <bob@example.org>) [divergent-heads]
    fix: Run \`git rebase main\`, then \`gmig rebase main\`; or run \`git merge main\`, then \`gmig merge --stage\`.
1 error in 2 revisions of migrations/ at worktree; united with main ($(short main), from --base)
END
[ "$(find .git/objects -type f | wc -l)" -eq "$objects" ] || fail 'an object was written'
[ -z "$(git status --porcelain)" ] || fail 'the work tree was touched'
expect 1 gmig check --base main --json
json '.seen.projects[0].base | .name, .commit, .why, .starts, .united, .revisions, .heads' "\"main\"
\"$(git rev-parse main)\"
\"from --base\"
[\"$(git merge-base main topic)\"]
true
3
[\"bbbb2\",\"cccc3\"]"
expect 1 gmig check --base main --report github
has "gmig: 1 error, 0 warnings, 0 notices; united with main ($(short main), from --base)"
expect 1 gmig check --at topic --base main
has "cccc3 (migrations/cccc3.sql; topic,"

# Without --base the configuration says, in CI the environment; what is not committed yet counts.
expect 0 gmig check
same <<'END'
nothing found in 2 revisions of migrations/ at worktree
END
echo 'trunk: main' >gmig.yml
expect 1 gmig check
has "united with main ($(short main), from trunk: of gmig.yml)"
GITHUB_BASE_REF=topic expect 0 gmig check
has "united with topic ($(short topic), from GITHUB_BASE_REF)"
rm gmig.yml
git rm -q migrations/cccc3.sql
git commit -qm back
revision cccc3 aaaa1
expect 1 gmig check --base main
has "cccc3 (migrations/cccc3.sql; topic, not committed)"
git checkout -q --force topic
git reset -q --hard HEAD~1

# Labels are the way out for lineages that are meant.
sed -i 's/^-- parents.*/&\n-- labels: [reports]/' migrations/cccc3.sql
expect 0 gmig check --base main
rules ""
git checkout -q migrations
# So is an allowance, which is no remark where there is no base to tell.
printf 'allow: [{rule: divergent-heads, reason: "merged tonight"}]\n' >gmig.yml
expect 0 gmig check --base main
has "allowed: with main there are 2 heads"
expect 0 gmig check
has "nothing found"
rm gmig.yml

# The hook before a commit warns, so that a trunk that moves does not refuse an innocent commit.
echo 'trunk: main' >gmig.yml
revision cccc4 cccc3
git add -A
expect 0 gmig hook run pre-commit
has_err "warning: with main there are 2 heads"
hasnt_err "refuses"
git rm -qf gmig.yml
git checkout -q --force topic

# Merged and mended, the union is as the branch is; a merge in progress has both sides already.
expect 0 git merge -q --no-commit main
expect 1 gmig check --at index --base main
rules divergent-heads
hasnt "with main there"
has 'fix: Run `gmig rebase main`, or `gmig merge --stage`, and commit.'
expect 0 gmig status
hasnt "Next       gmig rebase"
echo 'trunk: main' >gmig.yml
expect 0 gmig status
has "Next       gmig rebase  (this branch's revisions came beside those of main)"
printf 'trunk: main\npolicy: merge\n' >gmig.yml
expect 0 gmig status
has "Next       gmig merge  (a lineage has several heads)"
rm gmig.yml
expect 0 gmig merge --stage
expect 0 gmig check --at index --base main
has "nothing found in 4 revisions of migrations/ at index; united with main"
commit merged
expect 0 gmig check --base main

# The merge comes too early when the base goes on from one of its parents.
git checkout -q main
revision eeee5 bbbb2
commit five
git checkout -q topic
merge=$(echo migrations/*_merge_*.sql)
expect 1 gmig check --base main
rules "divergent-heads stale-merge-revision"
has "merges bbbb2, which is no head in main: its child is eeee5 (migrations/eeee5.sql)"
has "    fix: Remove $merge, run \`git merge main\`, then \`gmig merge --stage\` again."

# A base that has several heads by itself is named as such, and refuses nobody.
git checkout -q main
revision ffff6 bbbb2
commit six
git checkout -q topic
git reset -q --hard HEAD~1
git reset -q --hard "$(git merge-base main topic)"
revision labelled "" "another lineage" "labels: [apart]"
commit apart
expect 0 gmig check --base main
rules divergent-heads
has "main has 2 heads in lineage default: ffff6, eeee5; bbbb2 has the children"
has "    fix: Merge them in main: run \`gmig merge --stage\` there."

# ---- single revisions ----
two single
revision cccc3 aaaa1
commit three
git checkout -q main
as Bob
revision cccc3 aaaa1
sed -i 's/INTEGER/TEXT/' migrations/cccc3.sql
commit two
git checkout -q topic
expect 1 gmig check --base main
rules same-id-different-content
has "migrations/cccc3.sql:1: error: main has another revision of this id: cccc3 (migrations/cccc3.sql; main, $(short main) by Bob <bob@example.org>)"
# The same file twice is the same; under another name it will be there twice.
git checkout -q main -- migrations
expect 0 gmig check --base main
git mv migrations/cccc3.sql migrations/other.sql
expect 1 gmig check --base main
rules duplicate-id
has "revision 'cccc3' is in main, too, as migrations/cccc3.sql: both files will stay"
git reset -q --hard

two shipped
revision bbbb2 aaaa1
commit two
git checkout -q main
git merge -q topic
git checkout -q topic
sed -i 's/INTEGER/TEXT/' migrations/aaaa1.sql
expect 1 gmig check --base main
same <<END
migrations/aaaa1.sql:1: error: main has this revision (migrations/aaaa1.sql), and here it is edited; databases that have applied it have run other statements [shipped-revision-changed]
    fix: Take the edit back, and put the change into a new revision.
1 error in 2 revisions of migrations/ at worktree; united with main ($(short main), from --base)
END
git checkout -q migrations
sed -i 's/^-- message.*/-- message: better words/' migrations/aaaa1.sql
expect 1 gmig check --base main
has "here it is edited; its statements are the same"
git checkout -q migrations
git mv migrations/aaaa1.sql migrations/first.sql
expect 0 gmig check --base main
rules shipped-revision-renamed
has "migrations/first.sql:1: warning: this file is migrations/aaaa1.sql in main"
git reset -q --hard
git rm -q migrations/bbbb2.sql
expect 1 gmig check --base main
rules shipped-revision-deleted
has "migrations/bbbb2.sql: error: main has revision bbbb2, and here it is deleted"
git commit -qm gone
git checkout -q main
revision dddd4 bbbb2
commit four
git checkout -q topic
expect 1 gmig check --base main
rules "shipped-revision-deleted dangling-parent"
has "migrations/dddd4.sql:2: error: with main the parent 'bbbb2' of 'dddd4' is not in the history"
# What cannot be read is not deleted.
git reset -q --hard HEAD~1
echo junk >migrations/bbbb2.sql
expect 1 gmig check --base main
rules unreadable-revision

# What the base edits, renames or reverts is not this branch's fault; what builds on it dangles.
two revert
revision bbbb2 aaaa1
commit two
git checkout -q main
git merge -q topic
git checkout -q topic
revision cccc3 bbbb2
commit three
git checkout -q main
sed -i 's/INTEGER/TEXT/' migrations/aaaa1.sql
git mv migrations/aaaa1.sql migrations/first.sql
git commit -qam edited
git checkout -q topic
expect 0 gmig check --base main
git checkout -q main
git rm -q migrations/bbbb2.sql
commit reverted
git checkout -q topic
expect 1 gmig check --base main
rules dangling-parent
has "migrations/cccc3.sql:2: error: with main the parent 'bbbb2' of 'cccc3' is not in the history"

# Labels and cycles are graph problems of the union, too.
two labels
revision bbbb2 aaaa1 "" "labels: [web]"
commit two
git checkout -q main
revision cccc3 aaaa1 "" "labels: [web]"
commit three
git checkout -q topic
expect 1 gmig check --base main
has "[duplicate-label]"

# A base that cannot be read is no "nothing found"; before a commit it is passed over.
git checkout -q main
git rm -q migrations/cccc3.sql
echo junk >migrations/junk.sql
commit junk
git checkout -q topic
expect 3 gmig check --base main
has "main:migrations/junk.sql:1: error: cannot tell: the base's history cannot be read"
has "could not be united with main"
echo 'trunk: main' >gmig.yml
revision dddd4 bbbb2
git add -A
expect 0 gmig hook run pre-commit
git reset -q --hard

# ---- what git does to histories ----
# Squashed into main as it is, the branch goes on from what is shipped; squashed with an edit, it does not.
two squash
revision bbbb2 aaaa1
commit two
git checkout -q main
git merge -q --squash topic >"$box/log"
commit squashed
git checkout -q topic
revision cccc3 bbbb2
commit three
expect 0 gmig check --base main
expect 0 gmig check --base main --json
json '.seen.projects[0].base.heads' '["cccc3"]'
git checkout -q main
echo '-- reviewed' >>migrations/bbbb2.sql
commit reviewed
git checkout -q topic
expect 1 gmig check --base main
rules same-id-different-content

# Cherry-picked and rebased, a revision is one.
two picked
revision bbbb2 aaaa1
commit two
git checkout -q main
revision unrelated "" "" "labels: [apart]"
commit apart
git cherry-pick topic >/dev/null
git checkout -q topic
expect 0 gmig check --base main
git rebase -q main 2>"$box/log"
expect 0 gmig check --base main

# Crosswise merges have two merge bases. x was added by one side and deleted after both had it.
two cross
revision bbbb2 aaaa1
commit two
git tag theirs
git checkout -q main
revision xxxx1 "" "" "labels: [x]"
commit x
git tag ours
git merge -q -m cross theirs
git checkout -q topic
git merge -q -m cross ours
[ "$(git merge-base --all main topic | wc -l)" -eq 2 ] || fail 'these branches have one merge base'
git rm -q migrations/xxxx1.sql
git commit -qm 'delete x'
expect 1 gmig check --base main
rules shipped-revision-deleted
git checkout -q main
revision yyyy1 xxxx1
commit y
git checkout -q topic
expect 1 gmig check --base main --json
json '[.findings[].rule]' '["shipped-revision-deleted","dangling-parent"]'
json '.seen.projects[0].base | (.starts | length), .revisions' '2
3'
git merge -q -m 'as git sees it' main
[ "$(find migrations -type f | wc -l)" -eq 3 ] || fail 'git merges otherwise'

# A folder that moves is no rename of its files, and the base's new file is found where it was.
two moved
mkdir db
git mv migrations db/steps
echo 'migrations: db/steps' >gmig.yml
commit moved
git checkout -q main
revision bbbb2 aaaa1
commit two
git checkout -q topic
expect 0 gmig check --base main
same <<END
nothing found in 1 revision of db/steps/ at worktree; united with main ($(short main), from --base)
END
expect 0 gmig check --base main --json
json '.seen.projects[0].base.heads' '["bbbb2"]'
git checkout -q main
expect 0 gmig check --base topic
revision cccc3 aaaa1
commit three
git rm -q migrations/bbbb2.sql
git commit -qm 'and back'
git checkout -q topic
mv db/steps migrations
revision dddd4 aaaa1
mv migrations db/steps
expect 1 gmig check --base main
rules divergent-heads
has "dddd4 (db/steps/dddd4.sql; topic, not committed) and cccc3 (migrations/cccc3.sql; main,"

# Histories that share nothing: two-way, and deletions cannot be judged.
two orphan
git checkout -q --orphan other
git rm -rqf .
revision bbbb2 ""
commit other
expect 1 gmig check --base main
rules divergent-heads
has "no ancestor is common to the bases bbbb2"
has "which shares no commit with it: deletions cannot be judged"

# An unborn branch has no commit to begin at.
cd "$box/here"
git clone -q orphan unborn
cd unborn
git checkout -q --orphan fresh
expect 1 gmig check --at index --base origin/main
rules divergent-heads

# ---- the merge that a host makes of a pull request, and clones without history ----
two pull
revision bbbb2 aaaa1
commit two
git checkout -q main
revision cccc3 aaaa1
commit three
git checkout -q --detach main
git merge -q -m "Merge $(git rev-parse topic) into $(git rev-parse main)" topic
git update-ref refs/pull/7/merge HEAD
for depth in 1 2; do
    cd "$box/here"
    git init -q "pull$depth"
    cd "pull$depth"
    git remote add origin "file://$box/here/pull"
    git fetch -q --depth "$depth" origin refs/pull/7/merge:refs/remotes/pull/7/merge
    git checkout -q refs/remotes/pull/7/merge
done
expect 1 gmig check --at HEAD
rules divergent-heads
has "united with $(git rev-parse HEAD^1) ($(short HEAD^1), the first parent of HEAD, which is the merge of a pull request)"
cd "$box/here/pull1"
expect 1 gmig check --at HEAD
rules "divergent-heads missing-object"
has "error: cannot tell: HEAD is the merge of a pull request, and its first parent is not in this clone"
has "    fix: Run: git fetch --deepen=1 origin $(git rev-parse HEAD)"
git fetch -q --deepen=1 origin "$(git rev-parse HEAD)"
expect 1 gmig check --at HEAD
hasnt "cannot tell"

cd "$box/here"
git clone -q --depth 1 --branch topic "file://$box/here/pull" flat
cd flat
expect 3 gmig check --base main
has "cannot tell: the base main (from --base) is not in this clone"
has "    fix: Run: git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main"
git fetch -q --depth 1 origin +refs/heads/main:refs/remotes/origin/main
expect 3 gmig check --base main
has "cannot tell: no common ancestor within the commits of this shallow clone"
has "could not be united with origin/main"
has "    fix: This is a shallow clone. Run: git fetch --unshallow"
expect 0 gmig check --base main --if-unknown=warn
git fetch -q --unshallow
expect 1 gmig check --base main
rules divergent-heads
expect 2 gmig check --base nowhere
has_err "git knows no commit 'nowhere'"

# A clone in which no base can be found says so.
cd "$box/here"
git clone -q pull lone
cd lone
git checkout -q --detach origin/main
git remote set-head origin -d 2>"$box/log" || :
expect 0 gmig check
has "; there is no base: no --base, no pull request of a CI system, no trunk: that is here, no upstream, no origin/HEAD"

# ---- pushes ----
cd "$box/here"
git clone -q --bare pull server.git
git -C server.git symbolic-ref HEAD refs/heads/main
git -C server.git update-ref -d refs/heads/topic
git clone -q server.git near
cd near
git fetch -q ../pull topic:topic
git checkout -q topic
gmig hook install pre-push >/dev/null
expect 1 git push -q origin topic
has_err "error: with origin/main there are 2 heads"
gmig hook uninstall pre-push >/dev/null
gmig -C "$box/here/server.git" hook install pre-receive >/dev/null
expect 1 git push -q origin topic
has_err "remote: migrations/bbbb2.sql:2: error: with main there are 2 heads"
# To the trunk itself: what it had before is what is shipped.
git checkout -q main
sed -i 's/INTEGER/TEXT/' migrations/aaaa1.sql
git commit -qam edited
expect 1 git push -q origin main
has_err "[shipped-revision-changed]"

# ---- models: what both say needs one revision, not two ----
cd "$box/here"
new_repo models
mkdir models
echo 'CREATE TABLE a (id INTEGER);' >models/a.sql
expect 0 gmig migrate -m a --rev-id aaaa1111
commit one
git checkout -qb topic
echo 'CREATE TABLE b (id INTEGER);' >models/b.sql
expect 0 gmig migrate -m mine --rev-id bbbb2222
commit two
git checkout -q main
echo 'CREATE TABLE c (id INTEGER);' >models/c.sql
expect 0 gmig migrate -m c --rev-id cccc3333
commit three
git checkout -q topic
expect 1 gmig check --base main
rules divergent-heads
git checkout -q main
git show topic:models/b.sql >models/b.sql
expect 0 gmig migrate -m theirs --rev-id dddd4444
commit four
git checkout -q topic
expect 1 gmig check --base main
rules "divergent-heads models-out-of-step models-out-of-step"
has "models/b.sql:1: error: table b is new or changed here and in main, and each has a revision for it"
expect 1 gmig check --at HEAD --base main
rules "divergent-heads models-out-of-step models-out-of-step"
# Picked from there, it is one revision, and the sums are right.
git reset -q --hard HEAD~1
git checkout -q main -- models/b.sql models/c.sql migrations
expect 0 gmig check --base main
# A change without its migration is told from where the branch began, whichever commit made it.
echo 'CREATE TABLE e (id INTEGER);' >models/e.sql
commit five
commit six
expect 1 gmig check --at HEAD --base main
hasnt "nothing found"
has "models/e.sql:1: error: table e is new, and no revision says so"
