#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# merge: the same file on every machine, one merge a divergent lineage, and what is refused.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo one
revision aaaa1111 ''
commit base
expect 0 gmig merge
same </dev/null
same_err <<'END'
gmig: nothing to merge: no lineage has several heads
END
expect 0 gmig merge --json
json . '{"revision":null,"path":null,"parents":[],"revisions":[]}'
# The way Alembic's users write it; one head, and none at all.
expect 0 gmig merge heads -m 'join them'
same_err <<'END'
gmig: nothing to merge: there is one head at most
END
expect 0 gmig merge default@heads
expect 0 gmig merge heads -d none
[ -z "$(git status --short)" ] || fail 'something was written'
expect 2 gmig merge base
has_err '`gmig merge` merges all divergent heads'

# Two clones with the same heads write the same file, whoever merges in which order and when.
git clone -q . ../two
git clone -q . ../three
revision bbbb2222 aaaa1111 'left side'
commit left
cd ../two
revision cccc3333 aaaa1111 'right side'
commit right
git pull -q --no-rebase --no-edit ../one main
cd ../one
git fetch -q ../two main
git merge -q --no-edit FETCH_HEAD~1
at 100000
expect 0 gmig merge
same <<'END'
migrations/20260101000500_072c2e44d715_merge_bbbb2222_cccc3333.sql
END
same_err <<'END'
gmig: revision 072c2e44d715 merges bbbb2222, cccc3333; proved: they make one schema in either order
END
same_file migrations/*_merge_*.sql <<'END'
-- revision: 072c2e44d715
-- parents: [bbbb2222, cccc3333]
-- message: merge bbbb2222, cccc3333
-- created: 2026-01-01T00:05:00Z

-- gmig:up

-- gmig:down
END
at 200000
expect 0 env TZ=Asia/Tokyo gmig -C ../two merge cccc3333 bbbb2222 --stage
diff -r migrations ../two/migrations || fail 'the two wrote different files'
[ "$(git -C ../two diff --cached --name-only)" = "$(cd ../two && ls migrations/*_merge_*)" ] || fail 'not staged'
commit merged
git -C ../two commit -qm 'merged as well'
git pull -q --no-rebase --no-edit ../two main
expect 0 gmig heads
same <<'END'
072c2e44d715 (head), merge bbbb2222, cccc3333
END

# Merging again is fine, by name too.
expect 0 gmig merge bbbb2222 cccc3333
same_err <<'END'
gmig: revision 072c2e44d715 is there already and merges bbbb2222, cccc3333
END
expect 0 gmig merge cccc3333 bbbb2222 --json
json .revisions[0].written false
json .revisions[0].proof null
json .revision '"072c2e44d715"'

# What makes no sense is refused, and nothing is written.
expect 1 gmig merge aaaa1111 bbbb2222
same_err <<'END'
gmig: bbbb2222 has aaaa1111 among its ancestors already
  hint: Leave aaaa1111 out.
END
expect 2 gmig merge bbbb2222
has_err 'a merge needs two revisions or more'
expect 2 gmig merge bbbb2222 bbbb
has_err 'a merge needs two revisions or more'
expect 2 gmig merge bbbb2222 nosuch
has_err nosuch
revision dddd4444 bbbb2222
expect 1 gmig merge dddd4444 cccc3333
same_err <<'END'
gmig: revision cccc3333 is no head
  hint: `gmig heads` lists the heads; --splice merges it all the same.
END
expect 0 gmig merge dddd4444 cccc3333 --splice -m 'by hand' --rev-id byhand --label odd --json
json .revision '"byhand"'
json .parents '["cccc3333","dddd4444"]'
expect 0 gmig show byhand --json
json .revisions[0].message '"by hand"'
json .revisions[0].labels '["odd"]'
git clean -qfd migrations

# Each lineage gets a merge of its own.
revision l1 072c2e44d715 '' 'labels: [left]'
revision l2 l1
revision l3 l1
revision r1 072c2e44d715 '' 'labels: [right]'
revision r2 r1
revision r3 r1
expect 2 gmig merge --rev-id m
has_err 'there are 2 merges to make, and one id or label'
expect 0 gmig merge --json
json '[.revisions[] | [.lineage, .parents, .written]]' '[["right",["r2","r3"],true],["left",["l2","l3"],true]]'
expect 0 gmig heads
expect 0 gmig merge heads -m 'all of it' -q
expect 0 gmig heads --json
json '.heads | length' 1
git clean -qfd migrations

# While git has conflicts among the revisions, they come first.
git switch -qc ours
revision eeee5555 072c2e44d715 ours
commit ours
git switch -qc theirs main
revision eeee5555 072c2e44d715 theirs
commit theirs
git merge -q ours >/dev/null 2>&1 || :
expect 1 gmig merge
same_err <<'END'
gmig: git has 1 unresolved conflict among the revisions
  at migrations/eeee5555.sql
  hint: Resolve them and `git add` the files; then run `gmig merge` again.
END
expect 1 gmig merge --json
json .error.code '"refused"'
git merge --abort

# A branch that git has not merged: the file is the one that is written after `git merge`, and nothing of the branch is.
git switch -q main
git switch -qc topic HEAD
revision ffff6666 072c2e44d715 'of the topic'
revision ffff7777 ffff6666
commit topic
git switch -q main
expect 0 gmig merge --with topic
same_err <<'END'
gmig: nothing to merge: no lineage has several heads
END
revision gggg6666 072c2e44d715 'of main'
commit main
expect 0 gmig merge
same </dev/null
expect 0 gmig merge --with topic
same <<'END'
migrations/20260103074920_d2a036e7ec08_merge_ffff7777_gggg6666.sql
END
has_err '; proved'
has_err 'ffff7777 is not here yet: run `git merge --no-commit topic`, `git add` the new file, and commit both as one'
mv "$(cat "$out")" "$box/before"
[ -z "$(git status --porcelain)" ] || fail 'something else was written'
expect 0 gmig merge --with topic --json
json '.revisions[0] | [.absent, .proof, .written]' '[["ffff7777"],"proved",true]'
expect 0 git merge -q --no-commit topic
git add -A
expect 0 git commit -qm 'both as one'
expect 0 gmig heads
git reset -q --hard HEAD~1
expect 0 git merge -q --no-edit topic
expect 0 gmig merge
cmp "$box/before" "$(cat "$out")" || fail 'after the merge the file is another one'
git clean -qfd
git reset -q --hard HEAD~1

# What does not commute is found in the other branch as well; what differs there is for check to tell.
git switch -q topic
sed -i 's/t_ffff7777/t_gggg6666/' migrations/ffff7777.sql
commit clash
git switch -q main
expect 1 gmig merge --with topic
has_err 'does not run behind'
has_err migrations/ffff7777.sql:7
has_err migrations/gggg6666.sql:7
git switch -q topic
revision gggg6666 ffff7777 other
commit same-id
git switch -q main
expect 1 gmig merge --with topic
same_err <<'END'
gmig: this branch and topic do not agree about revision gggg6666
  hint: `gmig check --base topic` says what is wrong.
END
expect 2 gmig merge --with nosuch
has_err nosuch
expect 3 env GIT_DIR=/nowhere gmig -C "$(mktemp -d "$box/bare.XXXXXX")" merge --with topic

# A file of that name with other content is left alone.
cd ../three
revision bbbb2222 aaaa1111
revision cccc3333 aaaa1111
echo '-- mine' >migrations/20260101000300_072c2e44d715_merge_bbbb2222_cccc3333.sql
expect 1 gmig merge
has_err 'migrations/20260101000300_072c2e44d715_merge_bbbb2222_cccc3333.sql'
has_err header
git init -q --bare ../bare.git
expect 3 gmig -C ../bare.git merge
has_err 'a bare repository has no work tree'
