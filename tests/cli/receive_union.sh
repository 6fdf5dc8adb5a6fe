#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server judges each pushed ref together with its default branch: as it is, or as the same push makes it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare server.git
new_repo near
git remote add origin ../server.git
revision aaaa1 ""
commit one
git push -q origin main
git checkout -q -b topic
revision bbbb2 aaaa1
commit topic
git checkout -q main
git checkout -q -b other
revision cccc3 aaaa1
commit other
git checkout -q main

each_hook() { # each_hook COMMAND...: with pre-receive, then with update in its place
    for hook in pre-receive update; do
        rm -f ../server.git/hooks/pre-receive ../server.git/hooks/update
        gmig -C ../server.git hook install "$hook" >/dev/null
        "$@"
    done
}
nothing_arrives() {
    refs=$(git -C ../server.git for-each-ref)
    objects=$(git -C ../server.git count-objects)
    expect 1 git push -q origin "$@"
    [ "$(git -C ../server.git for-each-ref)" = "$refs" ] || fail "a refused push moved a ref"
    # git asks update when the objects have left the quarantine already.
    [ "$hook" = update ] || [ "$(git -C ../server.git count-objects)" = "$objects" ] ||
        fail "a refused push left objects behind"
}

# Two branches that both fit the default branch may lie beside each other; what is open is not shipped.
expect 0 git push -q --dry-run origin topic other
gmig -C ../server.git hook install pre-receive >/dev/null
expect 0 git push -q origin topic
same_err </dev/null
expect 0 git push -q origin :topic

# Once one has landed, the other is refused under any name, new or old.
git -C ../server.git update-ref refs/heads/stale main
git push -q origin other:main
git fetch -q
stale_branch() {
    nothing_arrives topic
    has_err "remote: refs/heads/topic:"
    has_err "remote: migrations/bbbb2.sql:2: error: with main there are 2 heads in lineage default: cccc3, bbbb2"
    nothing_arrives topic:stale
    nothing_arrives topic:refs/tags/v1
    has_err "remote: refs/tags/v1:"
}
each_hook stale_branch

# The default branch keeps what it has shipped.
git checkout -q -B edit origin/main
sed -i 's/INTEGER/TEXT/' migrations/aaaa1.sql
commit "edit what is shipped"
git checkout -q -B delete origin/main
git rm -q migrations/cccc3.sql
commit "delete what is shipped"
git checkout -q main
edited() {
    nothing_arrives edit:main
    has_err "[shipped-revision-changed]"
    nothing_arrives edit
    nothing_arrives delete:main
    has_err "[shipped-revision-deleted]"
    # That a force push goes back does not make it unshipped.
    nothing_arrives +main:main
    has_err "[shipped-revision-deleted]"
}
each_hook edited

# A branch that takes the rules down is judged by the default branch's own.
git checkout -q topic
printf 'rules: {divergent-heads: off}\n' >gmig.yml
commit "lower the bar"
lowered() {
    nothing_arrives topic
    has_err "[divergent-heads]"
}
each_hook lowered
git reset -q --hard HEAD~1

# One push of two: the second is judged with the default branch as the first makes it, in any order of names.
git checkout -q -B next origin/main
revision dddd4 cccc3
commit next
git checkout -q -B a-side origin/main
revision eeee5 cccc3
commit side
together() {
    expect 1 git push -q --atomic origin next:main a-side
    has_err "remote: refs/heads/a-side:"
    has_err "2 heads in lineage default: eeee5, dddd4"
    hasnt_err "remote: refs/heads/main:"
}
rm ../server.git/hooks/update
gmig -C ../server.git hook install pre-receive >/dev/null
together
# Beside one that is refused it is judged with what stays.
git checkout -q -B broken origin/main
revision ffff6 cccc3
revision gggg7 cccc3
commit broken
expect 1 git push -q --atomic origin broken:main a-side
has_err "remote: refs/heads/main:"
hasnt_err "remote: refs/heads/a-side:"
# The same commit under both names is fine, and one that is not is not hidden by its twin.
expect 0 git push -q --atomic origin next:main next:a-side
same_err </dev/null
git fetch -q
git checkout -q -B edit origin/main
sed -i 's/INTEGER/TEXT/' migrations/dddd4.sql
commit "edit what is shipped now"
expect 1 git push -q --atomic origin edit:a-side edit:main
has_err "remote: refs/heads/main:"
has_err "[shipped-revision-changed]"

# A default branch that does not exist yet has shipped nothing.
git init -q --bare ../empty.git
gmig -C ../empty.git hook install pre-receive >/dev/null
expect 0 git push -q ../empty.git edit:main topic:topic
