#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shapes of --json that docs/formats.md promises: these names, these types; more fields may come, none may go.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# shape FILTER NAME:TYPE...: the object has each of these fields; TYPE as jq names it.
shape() {
    jq -r "$1 | to_entries[] | \"\(.key):\(.value | type)\"" "$out" >"$box/fields"
    shape_of=$1
    shift
    for field; do
        grep -qx "$field" "$box/fields" || { show; fail "$last: $shape_of has no $field"; }
    done
}

new_repo repo
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >gmig.yml
echo 'dev.db*' >.gitignore
revision aaaa1111 ''
revision bbbb2222 aaaa1111 left 'labels: [web]'
revision cccc3333 aaaa1111 right
revision dddd4444 aaaa1111 also
commit all

expect 1 gmig heads --json
shape . at:string heads:array divergent:boolean
shape '.heads[0]' revision:string lineage:string message:string path:string labels:array
expect 1 gmig heads --all-refs --json
shape . refs:array revisions:number
shape '.refs[0]' ref:string commit:string heads:array divergent:boolean
json '.refs[0].heads' '["dddd4444","cccc3333","bbbb2222"]'
expect 0 gmig history --json
shape . at:string revisions:array
shape '.revisions[0]' revision:string parents:array depends:array labels:array lineage:string message:string path:string \
    head:boolean base:boolean
json '[.revisions[].revision]' '["dddd4444","cccc3333","bbbb2222","aaaa1111"]'
json '[.revisions[] | select(.head) | .revision], [.revisions[] | select(.base) | .revision]' \
    '["dddd4444","cccc3333","bbbb2222"]
["aaaa1111"]'
expect 1 gmig check --json
shape . findings:array seen:object
shape '.findings[0]' rule:string severity:string path:string line:number message:string fix:string
expect 1 gmig check --json --base main
shape '.seen.projects[0].base' name:string commit:string why:string starts:array united:boolean revisions:number heads:array
expect 0 gmig merge --json
shape . revision:string path:string parents:array revisions:array
shape '.revisions[0]' revision:string path:string parents:array
expect 0 gmig merge --json
shape . revision:null path:null parents:array revisions:array
expect 0 gmig revision -m x --head web@head --json
shape . revision:string path:string parents:array

for words in 'upgrade --plan' 'upgrade --plan --from base' 'upgrade --plan --from aaaa1111,bbbb2222' \
    'downgrade --plan --from heads base'; do
    expect 0 gmig $words --json
    shape . from:array to:array steps:array
    shape '.steps[0]' revision:string direction:string path:string
    json '[.steps[].direction] | unique' "[\"$(echo "$words" | cut -c1-2 | sed s/do/down/)\"]"
done
expect 0 gmig current --json
shape . target:string heads:array applied:array phantoms:array pending:array
expect 0 gmig upgrade --json
shape . target:string run:string applied:array reverted:array failed:null pending:array outcome:string
json '.outcome, (.applied | length), .reverted' '"done"
6
[]'
expect 0 gmig upgrade --json
json .outcome '"nothing"'
expect 0 gmig switch --plan --json
shape . from:array to:array steps:array losses:array
expect 0 gmig switch --json
shape . target:string run:string applied:array reverted:array failed:null pending:array outcome:string losses:array
expect 0 gmig target list --json
shape . databases:array
expect 0 gmig downgrade base --json
shape . target:string run:string applied:array reverted:array failed:null pending:array outcome:string
json '(.reverted | length), .applied' '6
[]'
expect 0 gmig show --schema --json
shape . at:string dialect:string objects:array text:string
shape '.objects[0]' kind:string schema:string table:string name:string properties:object labels:array
expect 1 gmig diff dev history --json
shape . dialect:string differs:boolean changes:array
shape '.changes[0]' change:string kind:string schema:string table:string name:string properties:array message:string
printf 'BROKEN;\n' >>"$(ls migrations/*_x.sql)"
sed -i '/^-- gmig:down/d' migrations/*_x.sql
expect 4 gmig upgrade --json
shape . target:string run:string applied:array reverted:array failed:object pending:array outcome:string
shape .failed code:string message:string hint:string where:string revision:string statement:string
json .outcome '"failed"'
expect 0 gmig current --json
shape . target:string heads:array applied:array phantoms:array pending:array

# Of the others: one document, with what a script needs.
expect 0 gmig status --json
shape . branch:string commit:string heads:array divergent:boolean database:object next:array
shape .database target:string url:string guarded:boolean state:string applied:array pending:array phantoms:array changed:array
shape '.next[0]' command:string why:string
expect 0 gmig init --json
shape . created:array kept:array hooks:array revision:null
expect 0 gmig stamp heads --json
shape . target:string added:array removed:array heads:array
expect 0 gmig repair --json
shape . target:string repaired:array forgotten:array
expect 0 gmig branches --json
shape . at:string branches:array
expect 0 gmig show aaaa1111 --json
shape . at:string revisions:array
shape '.revisions[0]' revision:string parents:array path:string up:object down:object
expect 0 gmig upgrade --sql --from base --json
shape . dialect:string sql:string
expect 0 gmig hook list --json
json '. | type' '"object"'
expect 0 gmig version --json
shape . version:string

# Any failure, of every exit status that a script meets.
failure() {
    expect "$@" --json
    shape .error code:string message:string hint:string where:string
    ! grep -v '^gmig: database ' "$err" || fail 'a failure is told on stderr too'
}
failure 2 gmig frobnicate
failure 2 gmig show nosuch
failure 2 gmig upgrade -t nosuch
failure 1 gmig upgrade base
failure 4 gmig current -t sqlite:migrations
cd ..
failure 3 gmig heads --all-refs

new_repo "$box/here/reverted"
revision aaaa1111 ''
commit one
expect 0 gmig revert HEAD --plan --json
shape . commit:string restored:array revisions:array proof:string written:boolean
shape '.revisions[0]' revision:string undoes:string path:string parents:array
