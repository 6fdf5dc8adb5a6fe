#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where a base is examined its gmig.yml counts: a branch cannot lower the bar for itself, and that it tries is a finding.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo project
revision aaaa1 ""
revision drop1 aaaa1
sed -i '/gmig:down/,$d' migrations/drop1.sql
cat >gmig.yml <<'END'
trunk: main
shipped: [v*, release/*]
rules: {missing-down: error}
allow: [{rule: missing-down, revision: drop1, reason: "nothing to bring back"}]
END
commit one
git checkout -qb topic
expect 0 gmig check
has "allowed: "

# Each way of asking for less is named with its line, and none of them counts.
revision bbbb2 drop1
sed -i '/gmig:down/,$d' migrations/bbbb2.sql
cat >gmig.yml <<'END'
trunk: topic
shipped: [v*]
rules: {missing-down: off}
allow:
  - {rule: missing-down, revision: drop1, reason: "other words"}
  - {rule: missing-down, revision: bbbb2, reason: "mine"}
END
commit weaker
expect 1 gmig check --base main
has "gmig.yml:1: warning: trunk is topic here, and main in main [rules-weakened]"
has "gmig.yml:2: warning: shipped leaves out release/*, which it names in main [rules-weakened]"
has "gmig.yml:3: warning: missing-down weighs off here, and error in main, which counts [rules-weakened]"
has "gmig.yml:6: warning: missing-down is newly allowed for bbbb2; it counts once main has the line [rules-weakened]"
hasnt "newly allowed for drop1"
grep 'bbbb2.sql.* error: .*missing-down' "$out" >/dev/null || { show; fail 'the branch has switched the rule off'; }
has "1 error, 4 warnings"
# As a commit it is judged alike.
expect 1 gmig check --at HEAD --base main
has "1 error, 4 warnings"
# An allowance for the rule itself does not count either; the environment's does.
echo '  - {rule: rules-weakened, reason: "trust me"}' >>gmig.yml
expect 1 gmig check --base main
has "rules-weakened is newly allowed; it counts once main has the line"
GMIG_ALLOW=rules-weakened,missing-down expect 0 gmig check --base main
# A file that is deleted asks for the defaults, which are less.
git rm -qf gmig.yml
expect 1 gmig check --base main
has "gmig.yml: warning: missing-down weighs warning here, and error in main, which counts"
git reset -q --hard

# The base decides what such an attempt weighs; before a commit it warns.
git checkout -q main
sed -i 's/error}/error, rules-weakened: error}/' gmig.yml
commit stricter
git checkout -q topic
expect 1 gmig check --base main
has "gmig.yml:3: error: missing-down weighs off"
# What the base has made heavier since this branch began is nothing that the branch did.
hasnt "rules-weakened weighs"
git reset -q --hard "$(git merge-base main topic)"
expect 0 gmig check --base main
hasnt "[rules-weakened]"
sed -i 's/rules: .*/rules: {missing-down: info}/' gmig.yml
git add gmig.yml
sed -i 's/^trunk: .*/trunk: main/' gmig.yml
expect 0 gmig hook run pre-commit
has_err "warning: missing-down weighs info here"
git reset -q --hard

# What a branch makes heavier counts at once, and so does an allowance that it takes out.
sed -i 's/missing-down: error/missing-down: error, unused-allow: error/; s/^allow: .*/allow: [{rule: missing-down, revision: aaaa1, reason: x}]/' gmig.yml
expect 1 gmig check --base main
grep 'drop1.sql.* error: ' "$out" >/dev/null || { show; fail 'an allowance that is gone counts'; }
git reset -q --hard

# On a server the default branch's file judges, too.
cd "$box/here"
git clone -q --bare project server.git
git -C server.git symbolic-ref HEAD refs/heads/main
gmig -C "$box/here/server.git" hook install pre-receive >/dev/null
git clone -q server.git near
cd near
git checkout -qb sly
sed -i 's/rules: .*/rules: {missing-down: off, rules-weakened: off}/' gmig.yml
commit sly
expect 1 git push -q origin sly
has_err "missing-down weighs off here, and error in main, which counts"

# The cure that the base's policy names comes first.
cd "$box/here/project"
git checkout -q main
revision cccc3 drop1
echo 'policy: merge' >>gmig.yml
commit three
git checkout -q topic
revision dddd4 drop1
commit four
expect 1 gmig check --base main
has "fix: Run \`git merge main\`, then \`gmig merge --stage\`; or run \`git rebase main\`, then \`gmig rebase main\`."
expect 1 gmig check --all-refs --base main
has "fix: One after the other goes into main; on each that is behind run \`git merge main\`, then \`gmig merge --stage\`."

# A base without a gmig.yml leaves it to the branch that brings one.
cd "$box/here"
new_repo first
revision aaaa1 ""
commit one
git checkout -qb topic
echo 'rules: {missing-down: off}' >gmig.yml
expect 0 gmig check --base main
hasnt "[rules-weakened]"
