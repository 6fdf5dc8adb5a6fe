#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Models in YAML or SQL beside numbered SQL files of another tool: `gmig migrate` writes that tool's next file, proved.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# project DIALECT PRESET [MORE]
project() {
    cd "$box/here"
    test_name=mv_$(echo "$2" | tr - _)${3-}
    new_target "$1"
    mkdir migrations models
    printf 'format: versioned\npreset: %s\nmigrations: migrations\nmodels: models\n' "$2" >>gmig.yml
    [ "$1" = sqlite ] || printf 'scratch: {postgres: "%s"}\n' "$(pg_url)" >>gmig.yml
    cat >models/m.yml <<'END'
tables:
  cards:
    columns: {id: {type: integer}}
    primary_key: {name: null, columns: [id]}
END
}

scenario() {
    presets=$(as_many 'dbmate goose golang-migrate diesel flyway prisma atlas sqlx tern' 'goose golang-migrate diesel flyway atlas')
    [ "$1" = sqlite ] || presets='goose golang-migrate'
    for preset in $presets; do
        project "$1" "$preset"
        expect 0 gmig migrate -m 'first cards' --plan
        [ -z "$(ls migrations)" ] || fail '--plan wrote a file'
        expect 0 gmig migrate -m 'first cards'
        [ -f "$(cat "$out")" ] || fail "there is no file $(cat "$out")"
        sed -i 's/columns: {id: {type: integer}}/columns: {id: {type: integer}, front: {type: text, nullable: true}}/' models/m.yml
        expect 1 gmig check --replay
        has 'model-drift'
        expect 0 gmig migrate -m 'a front' --stage
        expect 0 gmig migrate -m 'nothing'
        has_err 'nothing to do'
        commit "$preset"
        expect 0 gmig check --replay
        hasnt 'error'
        # Numbers, order and checksums are sound too.
        expect 0 gmig history
        case $preset in
        dbmate | goose | golang-migrate | diesel)
            expect 0 gmig upgrade
            expect 0 gmig downgrade
            expect 0 gmig upgrade
            # The tool's own table, and gmig's notes, are no part of what the models say.
            expect 0 gmig diff models "$url"
            expect 0 gmig diff "$url" models
            expect 0 gmig check --database -t "$url"
            hasnt error
            ;;
        flyway | atlas)
            expect 0 gmig upgrade
            expect 0 gmig diff models "$url"
            expect 0 gmig diff "$url" models
            ;;
        esac
    done

    # What gmig's own revisions have, these have not.
    expect 2 gmig migrate -m x --amend
    expect 2 gmig migrate -m x --rev-id abcd
    sed -i 's/^dialects: .*/dialects: [sqlite, postgres]/' gmig.yml
    expect 2 gmig migrate -m x
    has_err 'no sections for several dialects'
}

# A body with semicolons in it is one statement to goose as well.
bodies() {
    project sqlite goose _body
    cat >models/t.sql <<'SQL'
CREATE TRIGGER cards_kept BEFORE DELETE ON cards BEGIN
    SELECT 1;
    SELECT RAISE(ABORT, 'kept');
END;
SQL
    expect 0 gmig migrate -m 'a trigger'
    cp "$(cat "$out")" "$box/trigger"
    grep -q '^-- +goose StatementBegin$' "$box/trigger" || fail 'the trigger stands unprotected'
    [ "$(grep -c 'StatementBegin' "$box/trigger")" -eq 1 ] || fail 'other statements are wrapped, too'
    expect 0 gmig upgrade
    expect 0 gmig migrate -m 'nothing'
    has_err 'nothing to do'
}

# What cannot run in a transaction says so as the tool has it.
outside() {
    for preset in dbmate diesel; do
        project postgres "$preset" _outside
        printf 'enums:\n  mood: [glad]\n' >>models/m.yml
        expect 0 gmig migrate -m 'moods'
        # A label is used only behind the COMMIT of what adds it.
        sed -i 's/\[glad\]/[glad, sad]/; s/{id: {type: integer}}/{id: {type: integer}, mood: {type: mood, default: "'"'sad'"'"}}/' models/m.yml
        if [ "$preset" = diesel ]; then
            expect 1 gmig migrate -m 'sadness'
            has_err 'diesel wants metadata.toml beside it'
        else
            expect 0 gmig migrate -m 'sadness'
            cp "$(cat "$out")" "$box/outside"
            grep -q '^-- migrate:up transaction:false$' "$box/outside" || fail 'it would run in a transaction'
            expect 0 gmig check --replay
        fi
    done
}

on_both scenario
bodies
outside
