#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several version lines in one run: projects beside each other, lineages in one folder, and a submodule, which stands at the
# commit that is recorded and not at the tip of its branch.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git config --global protocol.file.allow always

# in_folder FOLDER ID PARENTS
in_folder() {
    (cd "$1" && revision "$2" "$3")
    at $((SOURCE_DATE_EPOCH - 1767225600 + 60))
}

# ---- one repository, three services: each has its heads, and one run looks at all
new_repo services
for service in cards decks users; do
    mkdir $service
    printf 'dialects: [sqlite]\n' >$service/gmig.yml
    in_folder $service aaaa1111 ''
done
commit base
git checkout -q -b topic
in_folder cards bbbb1111 aaaa1111
in_folder decks bbbb1111 aaaa1111
commit topic
git checkout -q main
in_folder decks cccc1111 aaaa1111
in_folder users cccc1111 aaaa1111
commit main
git checkout -q topic
expect 0 gmig check
# The same ids in two services are nothing to each other; only decks has been extended on both branches.
expect 1 gmig check --base main
has 'decks/migrations/bbbb1111.sql:2: error: with main there are 2 heads in lineage default: '
[ "$(grep -c divergent-heads "$out")" -eq 1 ] || fail 'more than one service has two heads'
expect 1 gmig check --base main --json
json '[.seen.projects[] | .base.heads | length]' '[1,2,1]'
expect 1 gmig check --all-refs --base main
has decks
[ "$(grep -c divergent-heads "$out")" -eq 1 ] || fail 'more than one service collides'

# ---- two lineages in one folder: one head each is what is wanted
cd "$box/here"
new_repo lineages
revision aaaa1111 ''
revision rrrr1111 '' r 'labels: [reports]'
commit base
git checkout -q -b topic
revision bbbb1111 aaaa1111
commit topic
git checkout -q main
revision rrrr2222 rrrr1111
commit main
git checkout -q topic
expect 0 gmig check --base main
revision rrrr3333 rrrr1111
commit 'both have gone on'
expect 1 gmig check --base main
has 'with main there are 2 heads in lineage reports: '

# ---- a submodule: its answer is about the commit that the other repository records
cd "$box/here"
git init -q --bare library.git
git clone -q library.git library 2>/dev/null
cd library
git checkout -q -B main
revision aaaa1111 ''
commit base
git push -q origin main
cd "$box/here"
new_repo super
git submodule --quiet add -b main ../library.git library
commit 'with the library'
recorded=$(git rev-parse :library)
cd ../library
revision bbbb1111 aaaa1111
commit 'goes on'
git push -q origin main
cd ../super
git -C library fetch -q
# One run over all submodules looks at what is recorded, whatever their branches have become.
expect 0 git submodule --quiet foreach 'gmig heads --at HEAD'
same <<'END'
aaaa1111 (head), add aaaa1111
END
# Work on the recorded commit meets the tip when it is told to look there.
cd library
git checkout -q -b fix "$recorded"
revision cccc1111 aaaa1111
commit fix
cd ..
expect 0 gmig -C library check --at HEAD --base "$recorded"
expect 1 gmig -C library check --at HEAD --base origin/main
has 'with origin/main there are 2 heads in lineage default: '
expect 128 git submodule --quiet foreach 'gmig check --at HEAD --base origin/main' # git's own status
has divergent-heads
