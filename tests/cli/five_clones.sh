#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Five developers and a server: four pull requests of one day, each fine by itself, that land one after the other in every way
# in which a host lands one; a branch that is pushed by force; and databases that were there all the time.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare hub.git
new_repo ann
git remote add origin ../hub.git
cat >gmig.yml <<'END'
trunk: origin/main
targets: {dev: {url: "sqlite:dev.db", development: true}}
END
echo '/dev.db*' >.gitignore
revision aaaa1111 ''
commit base
git push -q -u origin main
cd ..
for name in ben cem dan eve; do
    git clone -q hub.git $name
done

# developer NAME MINUTES: who acts next, in their own clone, so many minutes after the start of the year.
developer() {
    cd "$box/here/$1"
    GIT_AUTHOR_NAME=$1
    GIT_AUTHOR_EMAIL=$1@example.org
    at $(($2 * 60))
}
# lands BRANCH COMMAND...: the host's own button, pressed in Eve's clone of the trunk.
lands() {
    branch=$1
    shift
    (
        developer eve "$minute"
        git fetch -q
        git checkout -q -B main origin/main
        "$@" >"$box/log" 2>&1 || { cat "$box/log"; fail "$branch does not land"; }
        git push -q origin main
    )
    git fetch -q
}
applied() { # applied ID...: what this clone's database has, in the order in which it came
    got=$(sqlite3 -batch dev.db 'SELECT id FROM gmig_revisions ORDER BY sequence' | tr '\n' ' ')
    [ "$got" = "$* " ] || fail "applied: $got"
}

# ---- four pull requests, opened in a day
minute=10
for name in ann ben cem dan; do
    minute=$((minute + 10))
    developer $name $minute
    git checkout -q -b "of-$name"
    revision "${name}1111" aaaa1111
    commit "$name, one"
    revision "${name}2222" "${name}1111"
    commit "$name, two"
    expect 0 gmig upgrade
    # Each is green alone, and green against the trunk.
    expect 0 gmig check
    has 'united with origin/main'
    git push -q -u origin "of-$name"
done
# The sweep over what is open is not, and says so before anything has landed.
developer eve 100
git fetch -q
expect 1 gmig check --all-refs
has '4 branches go on from aaaa1111 in lineage default: '
for name in ann ben cem dan; do
    has "origin/of-$name with ${name}1111 (migrations/${name}1111.sql)"
done
[ "$(grep -c 'divergent-heads' "$out")" -eq 1 ] || fail 'four branches are more than one finding'

# ---- the first lands as a merge commit: the others' green is stale, and the sweep names all three
minute=110
developer ann 110
lands of-ann git merge -q --no-ff --no-edit origin/of-ann
expect 0 gmig check --base origin/main
developer eve 111
git fetch -q
expect 1 gmig check --all-refs
has '3 branches go on from aaaa1111 in lineage default, and so does origin/main with ann1111'

# ---- the second is rebased, pushed by force, and lands squashed
developer ben 120
git fetch -q
expect 1 gmig check
has "with origin/main there are 2 heads in lineage default: ben2222, ann2222; aaaa1111 has the children ben1111"
has 'ann1111 (migrations/ann1111.sql; origin/main,'
has 'by ann <ann@example.org>)'
has '    fix: Run `git rebase origin/main`, then `gmig rebase origin/main`; or run `git merge origin/main`, then `gmig merge --stage`.'
before=$(git rev-parse HEAD)
(
    developer cem 121 # who reviews it
    git fetch -q
    git branch -q --track reviewed origin/of-ben
)
expect 0 git rebase -q origin/main
expect 0 gmig rebase
commit 'behind ann'
expect 0 gmig check
expect 1 git push -q origin of-ben
expect 0 git push -q --force-with-lease origin of-ben
# For the reviewer the old and the new one are one branch at two times: they do not collide, and only the old one is behind.
developer cem 122
git fetch -q
[ "$(git rev-parse reviewed)" = "$before" ] || fail 'the reviewer has another branch'
[ "$(git rev-parse origin/of-ben)" != "$before" ] || fail 'nothing was pushed by force'
expect 1 gmig check --refs refs/heads/reviewed --refs refs/remotes/origin/of-ben --base origin/main
has '1 branch goes on from aaaa1111 in lineage default, and so does origin/main with ann1111'
has ': reviewed with ben1111'
hasnt same-id
git branch -q -D reviewed
developer ben 123
minute=123
lands of-ben sh -c 'git merge -q --squash origin/of-ben && git commit -qm "Ben (#2)"'
# His database knows the chain by the old parents: nothing runs again, what Ann brought comes late.
expect 0 gmig upgrade
applied aaaa1111 ben1111 ben2222 ann1111 ann2222
[ "$(sqlite3 -batch dev.db "SELECT parents FROM gmig_revisions WHERE id = 'ben1111'")" = ann2222 ] ||
    fail 'the ledger has the old parent'
# The commits that brought them are gone with the branch: the ledger knows the files, not the commits.
git checkout -q -B main origin/main
git branch -q -D of-ben
git push -q origin :of-ben
git reflog expire --expire=all --all
git gc -q --prune=now
! git cat-file -e "$before" 2>/dev/null || fail 'the commit is still here'
expect 0 gmig status
has 'nothing to do; the database is up to date'
expect 0 gmig upgrade
hasnt applied
expect 0 gmig whence ben2222 --json
json '[.versions[] | .applied]' '["exact"]'

# ---- the third merges the trunk into itself, joins the heads, and lands by fast-forward
developer cem 130
git fetch -q
expect 0 git merge -q --no-commit origin/main
expect 0 gmig merge --stage
has_err 'merges ben2222, cem2222; proved'
commit 'merge the trunk'
expect 0 gmig check
git push -q origin of-cem
minute=130
lands of-cem git merge -q --ff-only origin/of-cem
expect 0 gmig upgrade
[ "$(sqlite3 -batch dev.db 'SELECT count(*) FROM gmig_revisions')" -eq 8 ] || fail 'not all is applied'

# ---- the fourth is picked, commit by commit, beside what is there: the trunk's own check tells
developer dan 140
git fetch -q
expect 1 gmig check
minute=140
lands of-dan sh -c 'git cherry-pick origin/of-dan~1 origin/of-dan'
(
    developer eve 141
    expect 1 gmig check --at HEAD
    has '[divergent-heads]'
    # What was picked is the same revisions: they are two heads, and not two meanings of an id.
    expect 1 gmig check --at origin/of-dan --base main
    hasnt same-id
    expect 0 gmig merge --stage
    commit 'join them'
    expect 0 gmig check --at HEAD
    git push -q origin main
)

# ---- in the end every clone and every database is the same, whichever way it went
for name in ann ben cem dan eve; do
    developer $name 200
    git fetch -q
    git checkout -q -B main origin/main
    expect 0 gmig check
    expect 0 gmig heads --json
    json '.heads | length' 1
    expect 0 gmig upgrade
    sqlite3 -batch dev.db 'SELECT id FROM gmig_revisions ORDER BY id' >"$box/$name.ids"
    sqlite3 -batch dev.db "SELECT sql FROM sqlite_schema WHERE name LIKE 't\\_%' ESCAPE '\\' ORDER BY name" >"$box/$name.schema"
    cmp "$box/ann.ids" "$box/$name.ids"
    cmp "$box/ann.schema" "$box/$name.schema"
    [ "$(wc -l <"$box/$name.schema")" -eq 9 ] || fail "$name has $(cat "$box/$name.schema")"
done
