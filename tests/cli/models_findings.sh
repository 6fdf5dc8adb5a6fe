#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What check finds in a history that does not make its models, and diff between any two of models, histories and databases.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# found RULE PATH TEXT: check --replay finds that alone.
found() {
    expect 1 gmig check --replay --json
    json '[.findings[].rule], .findings[0].path' "[\"$1\"]
\"$2\""
    expect 1 gmig check --replay
    has "$3"
}

findings() {
    expect 0 gmig check --replay
    cp "$file" "$box/file"

    # The down does something else than going back.
    sed '/^-- gmig:down/,$d' "$box/file" >"$file"
    printf -- '-- gmig:down\nALTER TABLE users ADD COLUMN other INTEGER;\n' >>"$file"
    expect 0 gmig check
    found unproved-down "$file" 'this is left to do: drop table users'

    # The up does something else than the models say, and the fingerprint does not tell.
    sed 's/^-- gmig:down/ALTER TABLE users ADD COLUMN other INTEGER;\n\n&/' "$box/file" >"$file"
    expect 0 gmig check
    found model-drift models 'drop column users.other'

    # Nothing says what the revision adds.
    sed '/^-- models:/d' "$box/file" >"$file"
    expect 1 gmig check
    has 'missing-migration'
    cp "$box/file" "$file"
    expect 0 gmig check --replay
}

# sides ALIKE OTHER: each of ALIKE is as the next one, and OTHER differs from each, in every format.
sides() {
    before=
    for one in $1; do
        expect 0 gmig diff "${before:-$one}" "$one"
        same </dev/null
        expect 1 gmig diff "$one" "$2"
        has 'add column users.note'
        before=$one
    done
    expect 1 gmig diff "$2" "$one" --sql
    has 'ALTER TABLE users DROP COLUMN note;'
    expect 1 gmig diff "$one" "$2" --json
    json '.dialect, .differs, (.changes[] | .change, .table, .name)' "\"$dialect\"
true
\"add\"
\"users\"
\"note\""
}

scenario() {
    new_target "$1"
    [ "$dialect" = sqlite ] || echo "scratch: {postgres: \"$(pg_url)\"}" >>gmig.yml
    mkdir models
    cat >models/notes.yml <<'END'
tables:
  users:
    columns:
      id: {type: bigint, identity: true}
      email: {type: text}
    primary_key: [id]
END
    expect 0 gmig migrate -m initial --rev-id aaaa1111
    file=$(ls migrations/*)
    findings
    expect 0 gmig upgrade --allow-dirty
    commit initial
    git tag v1
    # The models are as they were, so what does not add up is the history.
    sed '/^-- models:/d' "$box/file" >"$file"
    expect 1 gmig check
    has 'models-out-of-step'
    cp "$box/file" "$file"
    echo '      note: {type: text, nullable: true}' >"$box/line"
    sed -i "/email: /r $box/line" models/notes.yml
    sides "history history@v1 models@HEAD db $url" models
    expect 0 gmig migrate -m note --rev-id bbbb2222
    sides "history@v1 models@v1 db" history
    expect 0 gmig upgrade --allow-dirty
    sides "history@HEAD models@v1" "$url"
}

on_both scenario
