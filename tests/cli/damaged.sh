#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Damaged repositories: what cannot be looked at is never "nothing found", and the message names the cure.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo whole
revision aaaa1111 ''
commit one
revision bbbb2222 aaaa1111
commit two
cd ..

# damage WHAT HOW: a copy of the repository in which one loose object is not what it was.
damage() {
    cd "$box/here"
    rm -rf broken
    cp -r whole broken
    cd broken
    id=$(git rev-parse "$1")
    file=.git/objects/$(printf %s "$id" | cut -c1-2)/$(printf %s "$id" | cut -c3-)
    chmod u+w "$file"
    case $2 in
    cut) truncate -s -4 "$file" ;;
    empty) : >"$file" ;;
    garbage) printf 'no object at all' >"$file" ;;
    gone) rm "$file" ;;
    other)
        id_of_other=$(echo other | git hash-object -w --stdin)
        cp -f ".git/objects/$(printf %s "$id_of_other" | cut -c1-2)/$(printf %s "$id_of_other" | cut -c3-)" "$file"
        ;;
    esac
}

# libgit2 1.5 as a shared library never ends on an object that was cut off (src/git/finite_inflate.c).
cut='cut'
! ldd "$GMIG" | grep -q libgit2 || cut=

# ---- objects
for how in $cut empty garbage gone; do
    damage HEAD $how
    expect 3 gmig check --at HEAD
    has "cannot tell: object $id"
    has "git fsck"
    expect 3 gmig heads
    has_err "object $id"
    has_err "git fsck"
    expect 3 gmig hook run pre-commit
    has_err "object $id"
    expect 3 gmig upgrade --at HEAD --target sqlite:x.db
    has_err "object $id"
    expect 3 gmig heads --all-refs
    has "main: (cannot tell)"
done
for how in $cut empty garbage gone other; do
    damage 'HEAD^{tree}' $how
    expect 3 gmig check --at HEAD
    has "cannot tell: object $id"
    expect 3 gmig merge
    has_err "git fsck"

    damage HEAD:migrations $how
    expect 3 gmig check --at HEAD
    has "cannot tell: object $id"
    expect 3 gmig heads --all-refs
    has "main: (cannot tell)"
done
for how in $cut empty garbage gone; do
    damage HEAD:migrations/aaaa1111.sql $how
    expect 3 gmig check --at HEAD
    has "migrations/aaaa1111.sql: error: cannot tell: object $id"
    has "git fsck"
    expect 3 gmig check --at index
    expect 3 gmig upgrade --at HEAD --target sqlite:x.db
    expect 0 gmig check # the files of the work tree are whole
done

# A blob that git can read is read, however it lies in the object store.
damage HEAD:migrations/aaaa1111.sql garbage
git -C ../whole pack-objects -q --all ../pack </dev/null >/dev/null
cp ../pack-* .git/objects/pack/
expect 0 gmig check --at HEAD

# A borrowed object store that is gone.
cd "$box/here"
git clone -q --shared whole borrower
mv whole elsewhere
expect 3 gmig -C borrower check --at HEAD
has "objects/info/alternates names $box/here/whole/.git/objects, which is not there"
mv elsewhere whole

# ---- the index
damage HEAD gone
git fetch -q ../whole
cp .git/index ../index
for size in 0 10 40 150 200; do
    head -c $size ../index >.git/index
    expect 3 gmig check --at index
    has "cannot tell:"
    has "fix: Write it anew from HEAD: rm '$PWD/.git/index' && git reset"
    expect 3 gmig hook run pre-commit
    has_err "refuses"
done
cp ../index .git/index
printf x | dd of=.git/index bs=1 seek=130 conv=notrunc 2>/dev/null
expect 3 gmig check --at index
has "the index is damaged: its checksum is wrong"
rm .git/index
expect 3 gmig check --at index
has "there is no index"
has "fix: Make one from HEAD: git reset"
expect 3 gmig hook run pre-commit
expect 3 gmig check # which gmig.yml there are below the top is asked of the index
expect 0 gmig heads
git reset -q
expect 0 gmig check --at index
git clone -q --bare . ../bare.git
expect 3 gmig -C ../bare.git check --at index
has "a bare repository has no index"

# ---- where the repository is
GIT_DIR=/nowhere
export GIT_DIR
expect 3 gmig check
has "cannot tell: not a git repository: '/nowhere'"
expect 3 gmig upgrade --target sqlite:x.db
has_err "unset the one"
[ ! -e x.db ] || fail "a database was made"
unset GIT_DIR
GIT_WORK_TREE=/nowhere
export GIT_WORK_TREE
expect 3 gmig check
has "there is no such folder"
unset GIT_WORK_TREE
echo garbage >.git/HEAD
expect 3 gmig check
has "cannot tell:"
mkdir ../lost
cd ../lost
revision aaaa1111 ''
echo 'gitdir: ../no/where' >.git
expect 3 gmig check
has "cannot tell: not a git repository:"
expect 3 gmig upgrade --target sqlite:x.db

# A newer git's repository.
cd ../borrower
git config core.repositoryFormatVersion 2
expect 3 gmig check
has "A newer git wrote this repository: install one that reads it."
