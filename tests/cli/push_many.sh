#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A push of many refs: what they share is looked at once, and the answer stays readable.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare server.git
gmig -C server.git hook install >/dev/null
new_repo dev
git remote add origin ../server.git
printf 'dialects: [sqlite]\n' >gmig.yml
revision aaaa1111 ''
revision bbbb2222 aaaa1111
commit base
expect 0 git push -q origin main

# branches PREFIX COUNT FILE...: branches whose commits differ in one file that is no migration, with FILEs as they are here.
branches() {
    prefix=$1
    count=$2
    shift 2
    git add -A
    tree=$(git write-tree)
    git reset -q --hard
    number=0
    while [ $number -lt "$count" ]; do
        number=$((number + 1))
        blob=$(echo $number | git hash-object -w --stdin)
        new=$(printf '%s\n100644 blob %s\tnumber\n' "$(git ls-tree "$tree")" "$blob" | git mktree)
        git update-ref "refs/heads/$prefix/$number" "$(git commit-tree -p HEAD -m $number "$new")"
    done
}
count() { # count TEXT: lines of the last stderr
    grep -cF -- "$1" "$err" || :
}

# Innocent branches: nothing to say.
branches fine 30
expect 0 git push -q origin 'refs/heads/fine/*'
same_err </dev/null

# Broken ones that share their migrations: the findings once, the others by name, and then no more.
revision cccc3333 aaaa1111
branches broken 30
expect 1 git push -q origin 'refs/heads/broken/*'
[ "$(count '[divergent-heads]')" -eq 1 ] || fail 'the same findings were shown again'
has_err 'remote: refs/heads/broken/1:'
has_err 'remote: gmig: refs/heads/broken/10: the same as refs/heads/broken/1'
[ "$(count 'the same as')" -eq 9 ] || fail 'refs are not told as the same'
has_err 'remote: gmig: 20 more refs were not looked at'
[ "$(git ls-remote origin 'refs/heads/broken/*' | wc -l)" -eq 0 ] || fail 'a broken branch arrived'

# One broken ref among sound ones is found, wherever it stands.
git branch zzz broken/7
expect 1 git push -q origin 'refs/heads/fine/*:refs/heads/again/*' zzz
has_err 'remote: refs/heads/zzz:'
[ "$(count 'the same as')" -eq 0 ] || fail 'a sound ref was told about'

# A ref that was broken before and stays so is let through, also beside one that must be refused.
mv ../server.git/hooks/pre-receive ../server.git/hooks/aside
git push -q origin broken/1:refs/heads/old
mv ../server.git/hooks/aside ../server.git/hooks/pre-receive
expect 0 git push -q origin +broken/2:refs/heads/old
same_err </dev/null
expect 1 git push -q origin +broken/3:refs/heads/old broken/4:refs/heads/new
has_err 'remote: refs/heads/new:'
hasnt_err 'refs/heads/old:'
expect 0 git push -q origin :old

# Warnings of many refs, each with migrations of its own.
each=0
while [ $each -lt 15 ]; do
    each=$((each + 1))
    printf -- '-- revision: warn%04d\n-- parents: [bbbb2222]\n\n-- gmig:up\nSELECT 1;\n' $each \
        >migrations/warn.sql
    branches warn$each 1
done
expect 0 git push -q origin 'refs/heads/warn*/1'
[ "$(count '[missing-down]')" -eq 10 ] || fail "$(count '[missing-down]') refs with warnings were shown"
has_err 'remote: gmig: 5 more refs have remarks'

# Very many findings of one ref: the errors first, and not all.
each=0
while [ $each -lt 80 ]; do
    each=$((each + 1))
    printf -- '-- revision: head%04d\n-- parents: [bbbb2222]\n\n-- gmig:up\nSELECT 1;\n' $each \
        >migrations/head$each.sql
done
branches heads 1
expect 1 git push -q origin heads/1
has_err '80 heads in lineage default: head0080, head0079,'
has_err 'and 70 more'
[ "$(count '[missing-down]')" -eq 49 ] || fail "$(count '[missing-down]') warnings were shown"
has_err '31 more; `gmig check` shows all'
