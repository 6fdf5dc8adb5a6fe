#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several projects in one repository: at its top `check` and the hooks look at all of them, and name each cure as it is
# typed there; what works on one project wants to be told which.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

below() { # below FOLDER ID PARENT: a revision of the project there
    (cd "$1" && revision "$2" "$3")
}

new_repo several
mkdir api 'the web'
echo 'trunk: main' | tee api/gmig.yml 'the web/gmig.yml' >/dev/null
below api aaaa1111 ''
below 'the web' bbbb1111 ''
commit both
git checkout -q -b topic
below 'the web' cccc2222 bbbb1111
commit topic
git checkout -q main
below 'the web' dddd2222 bbbb1111
commit main

# Nothing is made, moved or shown of a project that is none.
for command in heads history branches status current 'show head' 'revision -m x' 'migrate -m x' merge rebase 'revert HEAD' \
    'diff history models' upgrade downgrade switch 'stamp head' 'heads --all-refs'; do
    expect 2 gmig $command
    same_err <<'END'
gmig: there is no gmig.yml here
  hint: There are projects in api, the web; choose one with -C, as in `gmig -C api`.
END
done
[ -z "$(git status --porcelain)" ] || fail 'something was written'
mkdir docs
(cd docs && expect 2 gmig heads && has_err '../api, ../the web')
expect 0 gmig -C api heads
(cd api/migrations && expect 0 gmig heads)

# What --check says can be typed where it was run, and by a hook.
expect 0 gmig check
has 'api/migrations/'
has 'the web/migrations/'
expect 1 gmig check --base topic
has "then \`gmig -C 'the web' rebase topic\`; or run \`git merge topic\`, then \`gmig -C 'the web' merge --stage\`."
hasnt '`gmig merge'
expect 1 gmig check --all-refs --base main
has "On the branch run \`git rebase main\`, then \`gmig -C 'the web' rebase main\`."
expect 1 gmig -C 'the web' check --base topic
has 'then `gmig rebase topic`; or run `git merge topic`, then `gmig merge --stage`.'
expect 0 gmig hook install post-merge
git merge -q topic >"$out" 2>"$err"
has_err "run \`gmig -C 'the web' merge\`"
expect 1 gmig check
has "Run \`gmig -C 'the web' merge --stage\`, and commit."
expect 0 gmig -C 'the web' merge --stage
expect 0 gmig check

# The top may be one as well, by its own gmig.yml or by a folder of migrations.
revision eeee1111 ''
expect 0 gmig heads
has eeee1111
rm -r migrations
touch gmig.yml
expect 0 gmig heads
