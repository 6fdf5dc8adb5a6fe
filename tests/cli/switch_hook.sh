#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# post-checkout says when a switch would help, and does it only where git configuration says so.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

new_target sqlite
revision aaaa1111 ""
commit base
git checkout -q -b feature
revision ffff1111 aaaa1111
commit feature
git checkout -q main
expect 0 gmig hook install post-checkout
expect 0 gmig upgrade
query "INSERT INTO t_aaaa1111 VALUES (1)"

# Without a word in git configuration no database is opened: one that is not there, or is none, does not matter.
mv db.sqlite kept
expect 0 git checkout -q feature
hasnt_err gmig
expect 0 git checkout -q main
hasnt_err gmig
echo none >db.sqlite
expect 0 git checkout -q feature
hasnt_err gmig
expect 0 git checkout -q main
same_err <<'END'
gmig: ffff1111 is not here, or is another: if db has it, `gmig switch` takes it back
END
mv kept db.sqlite

git config gmig.switch look
expect 0 git checkout -q feature
same_err <<'END'
gmig: `gmig switch` takes db here: 0 down, 1 up
END
applied aaaa1111
expect 0 gmig switch
expect 0 git checkout -q main
same_err <<'END'
gmig: `gmig switch` takes db here: 1 down, 0 up
END
applied "aaaa1111 ffff1111"

git config gmig.switch never
expect 0 git checkout -q feature
hasnt_err gmig
expect 0 git checkout -q main
hasnt_err gmig

git config gmig.switch auto
expect 0 git checkout -q feature
hasnt_err gmig
expect 0 git checkout -q main
has_err 'gmig: switched db: 1 down, 0 up; backup: '
applied aaaa1111
expect 0 git checkout -q feature
same_err <<'END'
gmig: switched db: 0 down, 1 up
END
applied "aaaa1111 ffff1111"
is "$(query 'SELECT count(*) FROM t_aaaa1111')" 1

# What loses rows is left to a person, and the checkout is done all the same.
query "INSERT INTO t_ffff1111 VALUES (1)"
expect 0 git checkout -q main
has_err "was not switched"
has_err "will lose t_ffff1111: 1 row"
applied "aaaa1111 ffff1111"
query "DELETE FROM t_ffff1111"

# Nothing is opened for a commit that is no branch, or by a URL that the trunk has not.
expect 0 git checkout -q feature
expect 0 git checkout -q --detach main
same_err <<'END'
gmig: no branch is checked out, so no database was opened; `gmig switch` does
END
expect 0 git checkout -q feature
git checkout -q -b stranger
sed -i 's/db.sqlite/other.sqlite/' gmig.yml
echo 'trunk: stranger' >>gmig.yml
git rm -q migrations/ffff1111.sql
commit stranger
expect 0 git checkout -q feature
expect 0 git checkout -q stranger
hasnt_err gmig # there is no such file
# Also when the branch before had the same gmig.yml.
git checkout -q -b stranger2
revision ee2222 aaaa1111
commit stranger2
cp db.sqlite "$box/other.sqlite"
ln -s "$box/other.sqlite" other.sqlite
expect 0 git checkout -q stranger
same_err <<'END'
gmig: the trunk has no target db with this URL, so it was not opened; look at gmig.yml, then run `gmig switch`
END
cmp db.sqlite "$box/other.sqlite"
rm other.sqlite
git checkout -q feature
applied "aaaa1111 ffff1111"

# A word that means nothing is said; guarded targets are nothing to switch.
git config gmig.switch perhaps
expect 0 git checkout -q main
expect 0 git checkout -q feature
expect 0 git checkout -q main
has_err "gmig.switch is 'perhaps' in git configuration; it takes never, tell, look or auto"
has_err 'ffff1111 is not here'
git config gmig.switch auto
git checkout -q -b guarded
sed -i 's/, development: true//' gmig.yml
commit guarded
git checkout -q -b guarded_feature
revision dddd1111 aaaa1111
commit guarded_feature
expect 0 git checkout -q guarded
hasnt_err gmig
applied "aaaa1111 ffff1111"
