#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig merge-driver where things are unusual: no common version, files that are no list, crosswise merges, folders, numbers.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "${GMIG_SOURCE:?}/tests/support/heads_file.sh"

# ---- both add the list itself: there is no version that both began with ----

new_repo added
revision aaaa1111 ''
commit base
echo 'migrations/HEADS merge=gmig' >.git/info/attributes
git checkout -qb one
echo 'heads_file: migrations/HEADS' >gmig.yml
add bbbb2222 aaaa1111
expect 0 gmig hook install
git checkout -qb two main
echo 'heads_file: migrations/HEADS' >gmig.yml
add cccc3333 aaaa1111
expect 1 git merge -q one
has_err 'will have 2 heads: cccc3333, bbbb2222'
both migrations/HEADS bbbb2222 cccc3333
git merge --abort
git checkout -qb three main
git checkout one -- .
add dddd4444 bbbb2222
expect 0 git merge -q --no-edit one
lists migrations/HEADS 'dddd4444 default'

# ---- what is no list of heads, or no longer one ----

git checkout -q main
printf 'notes\nof mine\n' >NOTES
commit notes
echo 'NOTES merge=gmig' >>.git/info/attributes
git checkout -qb left
printf 'notes\nof ann\n' >NOTES
commit left
git checkout -qb right main
printf 'notes\nof ben' >NOTES
commit right
expect 1 git merge -q left
has_err 'NOTES: this is no list of heads on both sides'
same_file NOTES <<'END'
notes
<<<<<<< one side
of ben
=======
of ann
>>>>>>> the other side
END
git merge --abort
echo 'NOTES merge=gmig conflict-marker-size=12' >>.git/info/attributes
expect 1 git merge -q left
grep -q '^<<<<<<<<<<<< one side$' NOTES || fail 'the markers have another size than git said'
git merge --abort

# A revision that both have, with other content: git conflicts in it as well.
git checkout -qb mine one
sed -i 's/t_bbbb2222 (id INTEGER)/t_bbbb2222 (id TEXT)/' migrations/bbbb2222.sql
add eeee5555 bbbb2222
git checkout -qb yours one
sed -i 's/t_bbbb2222 (id INTEGER)/t_bbbb2222 (id BLOB)/' migrations/bbbb2222.sql
add ffff6666 bbbb2222
expect 1 git merge -q mine
has_err 'migrations/HEADS: both sides have changed revision bbbb2222'
both migrations/HEADS eeee5555 ffff6666
git merge --abort

# Branches that were merged crosswise: two merge bases, which git merges first.
git checkout -qb x1 one
add 11110000 bbbb2222
git checkout -qb y1 one
revision 22220000 '' 'y' 'labels: [y]'
gmig heads --write >/dev/null
commit y1
git checkout -qb x2 x1
expect 0 git merge -q --no-edit y1
git checkout -qb y2 y1
expect 0 git merge -q --no-edit x1
add 33330000 11110000
git checkout -q x2
add 44440000 22220000
expect 0 git merge -q --no-edit y2
lists migrations/HEADS '33330000 default' '44440000 y'
expect 0 gmig check
git reset -q --hard HEAD~1
add 55550000 11110000
expect 1 git merge -q y2
both migrations/HEADS 33330000 55550000
git merge --abort

# ---- two projects in folders; one with a name that git must quote ----

cd "$box/here"
new_repo folders
for folder in 'one app' two; do
    mkdir "$folder"
    cd "$folder"
    echo 'heads_file: HEADS' >gmig.yml
    revision aaaa1111 ''
    gmig heads --write >/dev/null
    cd ..
done
git add -A
expect 0 gmig hook install merge-driver --json
same_file .gitattributes <<'END'
"/one app/HEADS" merge=gmig
/two/HEADS merge=gmig
END
expect 0 gmig hook list --json
json '.merge_driver.attributes' '[]'
commit base
in_both() { # in_both ID PARENTS
    for folder in 'one app' two; do
        cd "$folder"
        revision "$@"
        gmig heads --write >/dev/null
        cd ..
    done
}
git checkout -qb left
in_both bbbb2222 aaaa1111
cd two
revision cccc3333 bbbb2222
gmig heads --write >/dev/null
cd ..
commit left
git checkout -qb right main
in_both bbbb2222 aaaa1111
git checkout left -- 'one app' two/migrations/bbbb2222.sql
cd 'one app'
revision dddd4444 aaaa1111
git rm -qf migrations/bbbb2222.sql
gmig heads --write >/dev/null
cd ..
commit right
cd two
expect 1 git merge -q left
has_err 'gmig: one app/HEADS: lineage default will have 2 heads'
hasnt_err 'gmig: two/HEADS'
lists HEADS 'cccc3333 default'
cd '../one app'
both HEADS bbbb2222 dddd4444
expect 0 gmig merge --stage
[ -z "$(git ls-files -u)" ] || fail 'the conflict is still in the index'
expect 0 git commit -qm merged
cd ..
expect 0 gmig check

# ---- numbered files: nothing diverges, and a new one on each side is a conflict all the same ----

cd "$box/here"
new_repo numbered
mkdir migrations
printf 'format: versioned\npreset: flyway\nmigrations: migrations\nheads_file: migrations/HEADS\n' >gmig.yml
echo 'migrations/HEADS merge=gmig' >.gitattributes
echo 'SELECT 1;' >migrations/V1__one.sql
gmig heads --write >/dev/null
commit base
expect 0 gmig hook install
git checkout -qb left
echo 'SELECT 2;' >migrations/V2__two.sql
gmig heads --write >/dev/null
commit left
git checkout -qb right main
echo 'SELECT 3;' >migrations/V3__three.sql
gmig heads --write >/dev/null
commit right
expect 1 git merge -q left
has_err 'migrations/HEADS: both sides have new versions'
git merge --abort

# ---- a linked worktree, which has a git folder of its own, and ids of SHA-256 ----

for format in sha1 sha256; do
    cd "$box/here"
    git init -q --object-format=$format $format
    cd $format
    echo 'heads_file: migrations/HEADS' >gmig.yml
    echo '/migrations/HEADS merge=gmig' >.gitattributes
    expect 0 gmig hook install
    add aaaa1111 ''
    git checkout -qb topic
    revision bbbb2222 aaaa1111
    add cccc3333 bbbb2222
    git checkout -qb squashed main
    git checkout topic -- migrations/bbbb2222.sql
    gmig heads --write >/dev/null
    commit squashed
    git checkout -q main
    git worktree add -q "../$format-linked" topic
    cd "../$format-linked"
    expect 0 gmig hook list
    has 'merge-driver      installed'
    expect 0 git rebase -q squashed
    lists migrations/HEADS 'cccc3333 default'
    git reset -q --hard ORIG_HEAD
    expect 0 git merge -q --no-edit squashed
    lists migrations/HEADS 'cccc3333 default'
    expect 0 gmig check
done

# ---- by hand ----

printf '' >o
printf 'x\n' >a
printf 'y\n' >b
expect 1 gmig merge-driver o a b 7 f
grep -q '^<<<<<<< one side$' a || fail 'no conflict was left'
expect 2 gmig merge-driver o a b seven f
expect 2 gmig merge-driver o a b 0 f
expect 2 gmig merge-driver o a b 7
cp a before
expect 1 gmig merge-driver o a nowhere 7 f
cmp a before || fail 'the one side was touched although the other cannot be read'
# More than any list has is a conflict with both sides in it.
printf 'x\n' >a
yes 'another line' | head -c 1100000 >b
expect 1 gmig merge-driver o a b 7 f
has_err 'f: it is larger than a list of heads may be'
grep -q '^x$' a && grep -q '^another line$' a || fail 'the conflict lacks a side'

# ---- a list that was not written anew says nothing of the heads of its side ----

cd "$box/here"
new_repo stale
echo 'heads_file: HEADS' >gmig.yml
echo 'HEADS merge=gmig' >.gitattributes
revision 1111ffff '' report 'labels: [reports]'
add aaaa1111 ''
expect 0 gmig hook install
git checkout -qb one
add bbbb2222 aaaa1111
git checkout -qb two main
add 2222ffff 1111ffff
revision cccc3333 aaaa1111
commit 'without the list'
expect 1 git cherry-pick one
has_err 'HEADS: the list of this side was not written anew'
both HEADS aaaa1111 bbbb2222
expect 0 gmig merge --stage
expect 0 env GIT_EDITOR=true git cherry-pick --continue
expect 0 gmig check
# Written, it is one more head of the lineage, or merges as before.
git reset -q --hard HEAD~1
git rm -q --cached migrations/cccc3333.sql
rm migrations/cccc3333.sql
commit 'none is missing'
expect 0 git cherry-pick one
lists HEADS 'bbbb2222 default' '2222ffff reports'
