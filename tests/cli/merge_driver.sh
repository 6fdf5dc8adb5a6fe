#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig merge-driver: git merges, rebases and picks with it and without, and the list of heads is right or a conflict.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "${GMIG_SOURCE:?}/tests/support/heads_file.sh"

# ---- setting it up ----

git init -q --bare server.git
new_repo ann
git remote add origin ../server.git
printf 'heads_file: migrations/HEADS\ntrunk: origin/main\n' >gmig.yml
expect 0 gmig hook list
has 'merge-driver      not installed'
expect 0 gmig hook install merge-driver
same <<'END'
installed merge-driver
END
same_err <<'END'
gmig: added to .gitattributes: /migrations/HEADS merge=gmig
gmig: stage it with `git add :/.gitattributes`, and commit it
END
same_file .gitattributes <<'END'
/migrations/HEADS merge=gmig
END
[ "$(git config merge.gmig.driver)" = 'gmig merge-driver %O %A %B %L %P' ] || fail 'no driver'
[ "$(git config merge.gmig.name)" = 'heads of the migration history' ] || fail 'no name'
[ ! -e .git/hooks/pre-commit ] || fail 'a hook was installed that nobody named'
expect 0 gmig hook install merge-driver --json
json '.merge_driver | .state, .changed, .paths, .attributes, .written' \
    "$(printf '"installed"\nfalse\n["migrations/HEADS"]\n[]\n[]')"

# What it has written goes again with it; what others have written, or what is staged, stays.
expect 0 gmig hook uninstall merge-driver
has_err 'taken out of .gitattributes: /migrations/HEADS merge=gmig'
[ ! -e .gitattributes ] || fail 'a file that gmig made is still there'
printf '*.sql text\r\n*.py text' >.gitattributes
cp .gitattributes before
expect 0 gmig hook install merge-driver --json
json '.merge_driver | .changed, .written' "$(printf 'true\n["/migrations/HEADS merge=gmig"]')"
[ "$(tail -1 .gitattributes)" = '/migrations/HEADS merge=gmig' ] || fail 'the line is not there'
expect 0 gmig hook uninstall merge-driver
[ "$(cat .gitattributes)" = "$(cat before)" ] || fail 'more than its own line is gone'
echo 'migrations/* -merge' >.gitattributes
expect 0 gmig hook install merge-driver
has_err 'add this line to .gitattributes'
[ "$(cat .gitattributes)" = 'migrations/* -merge' ] || fail 'who wants no merges was overruled'
ln -sf before .gitattributes
expect 0 gmig hook install merge-driver
has_err 'add this line to .gitattributes'
[ -L .gitattributes ] || fail 'a link that git does not read was replaced'
rm before .gitattributes
expect 0 gmig hook install
has_err 'add this line to .gitattributes'
[ ! -e .gitattributes ] || fail 'a file of the tree was written that nobody asked for'
expect 0 gmig hook uninstall
expect 0 gmig hook install merge-driver
git add .gitattributes
expect 0 gmig hook list
has 'merge-driver      installed'
expect 0 gmig hook uninstall
same <<'END'
removed merge-driver
END
[ -z "$(git config --get-regexp '^merge\.gmig')" ] || fail 'something was left in the configuration'
expect 0 gmig hook list
has 'merge-driver      not installed; .gitattributes asks for it, and git merges as text'
expect 0 gmig status
has 'gmig hook install merge-driver'
git config merge.gmig.name half
expect 0 gmig hook list --json
json .merge_driver.state '"broken"'
expect 0 gmig status
has 'the driver is broken'
expect 0 gmig hook install merge-driver
[ -n "$(git config merge.gmig.driver)" ] || fail 'what was broken was not mended'
expect 0 gmig status
hasnt merge-driver
git config merge.gmig.driver /usr/local/bin/ours
expect 0 gmig hook install
has 'unchanged merge-driver'
has_err 'merge.gmig.driver is another command, and stays as it is'
expect 0 gmig hook uninstall
[ "$(git config merge.gmig.driver)" = /usr/local/bin/ours ] || fail "somebody's own driver was taken away"
git config --unset merge.gmig.driver
git config --unset merge.gmig.name

# Where there is no list of heads there is no driver to install.
(
    cd "$box/here"
    new_repo none
    expect 0 gmig hook install
    hasnt merge-driver
    expect 2 gmig hook install merge-driver
    has_err 'no file is named to list the heads in'
    expect 0 gmig hook list
    hasnt merge-driver
)

# ---- both add a revision: without the driver and with it, in both orders ----

add aaaa1111 ''
git push -q -u origin main
cd "$box/here"
git clone -q server.git ben
cd ben
add cccc3333 aaaa1111
cd ../ann
add bbbb2222 aaaa1111
git push -q

cd ../ben
expect 1 git pull -q --no-rebase --no-edit
both migrations/HEADS bbbb2222 cccc3333
expect 1 gmig check
has 'migrations/HEADS:5: error: there is a conflict in it'
has 'gmig rebase --stage'
git merge --abort

expect 0 gmig hook install
has 'installed merge-driver'
expect 1 git pull -q --no-rebase --no-edit
has_err 'gmig: migrations/HEADS: lineage default will have 2 heads: bbbb2222, cccc3333'
has_err '`gmig merge --stage` joins them, or `gmig rebase --stage` puts this branch'
hasnt_err ours
hasnt_err theirs
both migrations/HEADS bbbb2222 cccc3333
[ "$(git ls-files -u | wc -l)" -eq 3 ] || fail 'git sees no conflict'
expect 0 gmig merge --stage
merged=$(gmig heads --json | jq -r '.heads[0].revision')
lists migrations/HEADS "$merged default"
expect 0 git commit -qm merged
expect 0 gmig check
git reset -q --hard HEAD~1

expect 1 git pull -q --no-rebase --no-edit
expect 0 gmig rebase --stage
lists migrations/HEADS 'cccc3333 default'
expect 0 git commit -qm 'merged, rebased'
expect 0 gmig check
git reset -q --hard HEAD~1

git checkout -qb there origin/main
expect 1 git merge -q main
has_err 'will have 2 heads'
both migrations/HEADS bbbb2222 cccc3333
git merge --abort
git checkout -q main

# A rebase exchanges the sides; of two commits only the first conflicts.
add dddd4444 cccc3333
expect 1 git pull -q --rebase
has_err 'will have 2 heads'
both migrations/HEADS bbbb2222 cccc3333
expect 0 gmig rebase --stage
has 'cccc3333: aaaa1111 -> bbbb2222'
lists migrations/HEADS 'cccc3333 default'
expect 0 gmig rebase --undo --stage
lists migrations/HEADS 'bbbb2222 default' 'cccc3333 default'
expect 0 gmig rebase --stage
expect 0 env GIT_EDITOR=true git rebase --continue
expect 0 gmig check
lists migrations/HEADS 'dddd4444 default'
expect 0 git push -q

# ---- one side has all of the other ----

# The trunk has squashed the first of two; merged both ways, rebased and picked in a row.
start=$(git rev-parse HEAD)
git checkout -qb topic
revision eeee5555 dddd4444
gmig heads --write >/dev/null
revision ffff6666 eeee5555
gmig heads --write >/dev/null
commit both
git checkout -qb squashed "$start"
git checkout topic -- migrations/eeee5555.sql
gmig heads --write >/dev/null
commit squashed
lists migrations/HEADS 'eeee5555 default'
: >other
commit other
expect 0 git merge -q --no-edit topic
lists migrations/HEADS 'ffff6666 default'
expect 0 gmig check
git reset -q --hard HEAD~1
git checkout -q topic
expect 0 git merge -q --no-edit squashed
lists migrations/HEADS 'ffff6666 default'
git reset -q --hard HEAD~1
expect 0 git rebase -q squashed
lists migrations/HEADS 'ffff6666 default'
expect 0 gmig check
git reset -q --hard ORIG_HEAD
git checkout -qb alone "$start"
: >alone
commit alone
git checkout -q squashed
expect 0 git cherry-pick alone topic
lists migrations/HEADS 'ffff6666 default'
git reset -q --hard HEAD~2

# One pick alone leaves no word of what is picked: then the file alone does not tell it, and says so.
expect 1 git cherry-pick topic
has_err 'migrations/HEADS: both sides have other heads of one lineage'
both migrations/HEADS eeee5555 ffff6666
expect 0 gmig merge --stage
has_err 'nothing to merge'
lists migrations/HEADS 'ffff6666 default'
[ -z "$(git ls-files -u)" ] || fail 'the conflict is still in the index'
expect 0 env GIT_EDITOR=true git cherry-pick --continue
git reset -q --hard HEAD~1

# merge-tree has no branch checked out, and goes by the file too.
expect 1 git merge-tree --write-tree squashed topic

# Without the driver that is a conflict, which the same two commands mend.
git config --remove-section merge.gmig
expect 1 git merge -q topic
expect 0 gmig merge --stage
lists migrations/HEADS 'ffff6666 default'
expect 0 git commit -qm merged
git reset -q --hard HEAD~1
expect 0 gmig hook install

# ---- lineages of their own do not conflict, with the driver or without ----

git checkout -qb first "$start"
revision 1111aaaa dddd4444 'a report' 'labels: [reports]'
gmig heads --write >/dev/null
commit reports
git checkout -qb second
add 2222aaaa 1111aaaa
git checkout -qb third first
revision 3333aaaa '' 'another' 'labels: [audit]'
gmig heads --write >/dev/null
commit audit
for how in with without; do
    [ $how = with ] || git config --remove-section merge.gmig
    git checkout -q second
    expect 0 git merge -q --no-edit third
    lists migrations/HEADS '3333aaaa audit' '2222aaaa reports'
    expect 0 gmig check
    git reset -q --hard HEAD~1
    git checkout -q third
    expect 0 git merge -q --no-edit second
    lists migrations/HEADS '3333aaaa audit' '2222aaaa reports'
    git reset -q --hard HEAD~1
done
expect 0 gmig hook install
