#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --json: every command that needs no database prints one document on stdout, and failures are documents too.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
expect 0 gmig init --json
json '.created' '["gmig.yml","migrations/.gitkeep"]'
expect 0 gmig revision -m first --json --rev-id aaaa1111
json . '{"revision":"aaaa1111","path":"migrations/20260101000000_aaaa1111_first.sql","parents":[]}'
for words in 'heads' 'heads --all-refs' 'history' 'history --graph' 'branches' 'show' 'merge' 'version' 'help' 'help heads'; do
    expect 0 gmig $words --json
    json '. | type' '"object"'
    expect 0 gmig --json -q $words
    same_err </dev/null
    json '. | type' '"object"'
done
for words in 'heads --at nosuch' 'history -r nosuch:' 'show nosuch' 'merge x y' 'revision --undo nosuch' 'nosuch' \
    'heads --nosuch' 'show -C nosuch' 'heads --config nosuch' 'completion bash'; do
    expect 2 gmig $words --json
    json '.error | keys' '["code","hint","message","where"]'
    json '.error.message | length > 0' true
    same_err </dev/null
done

# What is no UTF-8 in a repository does not make a document that cannot be read.
git add -A
git commit -qm first
git switch -qc "$(printf 'b\377d')"
expect 0 gmig heads --all-refs --json
json '[.refs[].ref]' "$(printf '["refs/heads/b\357\277\275d","refs/heads/main"]')"
