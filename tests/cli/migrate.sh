#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# migrate: models change, and the revision that says so is written, proved and applied.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

models() {
    mkdir -p models
    cat >models/notes.yml
}

newest() {
    cat "migrations/$(LC_ALL=C ls migrations | tail -n 1)"
}

scenario() {
    new_target "$1"
    # No models at all are no empty schema, to which everything would have to be dropped.
    for command in 'migrate --plan' 'diff history models' "diff $url models"; do
        # shellcheck disable=SC2086
        expect 2 gmig $command
        has_err 'there are no models'
    done
    models <<'END'
tables:
  users:
    columns:
      id: {type: bigint, identity: true}
      email: {type: text}
    primary_key: [id]
  notes:
    columns:
      id: {type: bigint, identity: true}
      user_id: {type: bigint}
    primary_key: [id]
    foreign_keys:
      notes_user_id_fkey: {columns: user_id, references: {table: users, columns: id}, on_delete: cascade}
END
    # Nothing but models: the check says what is missing, the plan says what would be done.
    expect 1 gmig check
    has 'missing-migration'
    expect 0 gmig migrate --plan
    has_err 'the revision would '
    hasnt_err 'gmig: revision '
    has '  add table users'
    [ ! -e migrations ] || fail 'a plan was written'
    expect 0 gmig migrate -m initial --rev-id aaaa1111 --json
    json '.revision, .parents, .dialects[0].proved, .dialects[0].rows_trouble' '"aaaa1111"
[]
true
""'
    expect 0 gmig check
    expect 0 gmig diff history models
    expect 0 gmig upgrade --allow-dirty
    is "$(tables | tr '\n' ' ')" "notes users "
    query "INSERT INTO users (id, email) VALUES (1, 'a'); INSERT INTO notes (id, user_id) VALUES (1, 1)"
    commit initial
    expect 0 gmig migrate
    has_err 'nothing to do'

    # Comments and layout are no change, for the hook and for migrate.
    { echo '# The notes.'; cat models/notes.yml; } >"$box/noted"
    cp "$box/noted" models/notes.yml
    expect 0 gmig check
    expect 0 gmig migrate
    has_err 'nothing to do'

    # What looks like a rename is not guessed.
    sed -i 's/email: {type: text}/mail: {type: text}/' models/notes.yml
    expect 1 gmig check
    has 'models/notes.yml:6: error: column mail of users is new'
    expect 1 gmig migrate -m rename
    has_err 'column users.email may have become users.mail'
    has_err -- '--rename users.email=mail'
    is "$(ls migrations | wc -l)" 1
    expect 0 gmig migrate -m rename --rename users.email=mail --rev-id bbbb2222
    newest >"$box/file"
    grep -q 'RENAME COLUMN email TO mail' "$box/file" || fail "no rename: $(cat "$box/file")"
    expect 0 gmig check
    expect 0 gmig upgrade --allow-dirty
    is "$(query "SELECT mail FROM users")" a
    is "$(query "SELECT count(*) FROM notes")" 1
    commit rename

    # A dropped column cannot come back, and both the file and the command say so.
    sed -i '/mail: {type: text}/d' models/notes.yml
    expect 0 gmig migrate -m shorten --rev-id cccc3333
    has_err 'the down does not bring back column users.mail'
    has_err 'where tables have rows, the down fails'
    newest >"$box/file"
    grep -q 'Does not bring back column users.mail' "$box/file" || fail "the file does not say so: $(cat "$box/file")"
    expect 0 gmig upgrade --allow-dirty
    is "$(query "SELECT count(*) FROM notes")" 1
    expect 0 gmig check --replay
    expect 0 gmig check --database
    query "DELETE FROM notes; DELETE FROM users"
    expect 0 gmig downgrade base --yes
    is "$(tables)" ""
    commit shorten

    # A database that somebody changed by hand.
    expect 0 gmig upgrade
    query "ALTER TABLE users ADD COLUMN more INTEGER"
    expect 1 gmig check --database
    has 'database-drift'
    has 'add column users.more'
    expect 1 gmig diff history db
    has 'add column users.more'
    expect 1 gmig diff "$url" history
    has 'drop column users.more'
    git branch topic/names
    expect 0 gmig diff models@topic/names history@topic/names
    expect 0 gmig diff history models
}

on_both scenario
