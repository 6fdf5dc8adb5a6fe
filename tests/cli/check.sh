#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig check: what it looks at, what it says, how it exits.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo cards
expect 0 gmig check
same <<'END'
nothing found in 0 revisions of migrations/ (no such folder) at worktree
END

revision aaaa1 ""
commit "one"
expect 0 gmig check --at index
same <<'END'
nothing found in 1 revision of migrations/ at index
END
expect 0 gmig check --json --at HEAD
json .findings '[]'
json .seen.at '"HEAD"'
json .seen.commit "\"$(git rev-parse HEAD)\""
json .seen.revisions 1
json .seen.dialects '["sqlite"]'
json .seen.projects[0].heads '["aaaa1"]'

# Work tree, index and commit are three different things.
revision bbbb2 aaaa1
git add -A
revision cccc3 aaaa1
expect 1 gmig check
same <<'END'
migrations/cccc3.sql:2: error: 2 heads in lineage default: cccc3, bbbb2; aaaa1 has the children cccc3 (migrations/cccc3.sql) and bbbb2 (migrations/bbbb2.sql) [divergent-heads]
    fix: Run `gmig merge --stage`, and commit.
1 error in 3 revisions of migrations/ at worktree
END
expect 0 gmig check --at index
has "2 revisions"
expect 0 gmig check --at HEAD
has "1 revision of"

# --fail-on moves the line; the finding is reported all the same.
printf 'rules: {divergent-heads: warning}\n' >gmig.yml
expect 0 gmig check
has "warning: 2 heads"
expect 1 gmig check --fail-on warning
expect 2 gmig check --fail-on off
has_err "is no severity"

# A commit is judged by the examining gmig.yml, and the work tree by its own.
rm gmig.yml
git add -A
git commit -qm "two heads"
printf 'rules: {divergent-heads: off}\n' >gmig.yml
expect 0 gmig check --at HEAD
rm gmig.yml
expect 1 gmig check --at HEAD

# Reports: several, one to standard output.
expect 1 gmig check --report github --report json:out.json --report text:out.txt
same <<'END'
::error file=migrations/cccc3.sql,line=2,title=divergent-heads::2 heads in lineage default: cccc3, bbbb2; aaaa1 has the children cccc3 (migrations/cccc3.sql) and bbbb2 (migrations/bbbb2.sql)%0ARun `gmig merge --stage`, and commit.
gmig: 1 error, 0 warnings, 0 notices
END
[ "$(jq -r '.findings[0].rule' out.json)" = divergent-heads ] || fail "out.json has no finding"
grep -q '^1 error in 3 revisions' out.txt || fail "out.txt has no summary"
rm out.json out.txt
expect 2 gmig check --report text --report json
has_err "2 reports want standard output"
expect 2 gmig check --report junk
has_err "Formats are text, json, github, gitlab, sarif, junit, rdjson, teamcity, azure, markdown."
expect 2 gmig check --report json:
expect 1 gmig check --report json:no/such/folder/x.json
expect 1 gmig check --color always
has "$(printf '\033[1;31merror\033[0m')"

# Allowances, visibly.
GMIG_ALLOW=divergent-heads expect 0 gmig check
has "allowed: 2 heads"
has "because: GMIG_ALLOW"
has "1 allowed in 3 revisions"
GMIG_ALLOW=nope expect 2 gmig check
has_err "there is no rule 'nope'"
printf 'allow:\n  - {rule: divergent-heads, revision: cccc3, reason: "meant so"}\n' >gmig.yml
expect 0 gmig check
has "because: meant so"
printf 'allow:\n  - {rule: no-such-rule}\n' >gmig.yml
expect 2 gmig check
has_err "gmig.yml:2"
rm gmig.yml

# What cannot be told is no "nothing found": 3, or 0 where that is said.
blob=$(git rev-parse HEAD:migrations/bbbb2.sql)
mv ".git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)" "$box/blob"
expect 3 gmig check --at HEAD
has "cannot tell:"
expect 3 gmig check --at HEAD --json
json '.unknown | length' 1
expect 0 gmig check --at HEAD --if-unknown=warn
has "warning: cannot tell:"
expect 2 gmig check --at HEAD --if-unknown=maybe
cd "$box/here"
mkdir plain
cd plain
revision aaaa1 ""
expect 0 gmig check
has "nothing found in 1 revision"
expect 3 gmig check --at HEAD
has "cannot tell:"
cd ..

# Several gmig.yml in one repository are several projects; 1 beats 3.
new_repo several
mkdir shop blog
printf 'migrations: db\n' >shop/gmig.yml
printf '' >blog/gmig.yml
cd blog
revision aaaa1 ""
revision bbbb2 aaaa1
cd ../shop
revision cccc1 ""
mv migrations db
cd ..
git add -A
expect 0 gmig check
same <<'END'
nothing found in 2 revisions of blog/migrations/, 1 revision of shop/db/ at worktree
END
cd blog
revision cccc3 aaaa1
cd ..
git add -A
git commit -qm "two heads in blog"
expect 1 gmig check --at HEAD
has "blog/migrations/cccc3.sql:2: error"
expect 0 gmig -C shop check --at HEAD
same <<'END'
nothing found in 1 revision of shop/db/ at HEAD
END
blob=$(git rev-parse HEAD:shop/db/cccc1.sql)
rm -f ".git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)"
expect 1 gmig check --at HEAD
has "cannot tell:"

# Text from a file cannot steer the terminal.
cd "$box/here"
new_repo hostile
mkdir migrations
printf -- '-- revision: aaaa1\n-- parents: ["\033[31mred"]\n\n-- gmig:up\n' >migrations/a.sql
expect 1 gmig check
hasnt "$(printf '\033')"
