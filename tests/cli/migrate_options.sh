#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# migrate: its options, and what it says of what cannot be told for sure.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

models() {
    mkdir -p models
    cat >models/notes.yml
}

# in_place NAME DIALECT: a target in a folder of its own.
in_place() {
    mkdir -p "$1"
    cd "$1"
    new_target "$2"
}

# A table whose checks refuse every row that is tried stays empty, and so does what points to it: no trouble with rows.
no_rows() {
    in_place no_rows "$1"
    models <<'END'
tables:
  users:
    columns:
      id: {type: bigint, identity: true}
      email: {type: text}
    primary_key: [id]
    checks: {users_email_check: "email LIKE '%@%'"}
  notes:
    columns:
      user_id: {type: bigint}
    foreign_keys:
      notes_user_id_fkey: {columns: user_id, references: {table: users, columns: id}}
END
    expect 0 gmig migrate -m initial --rev-id aaaa1111
    sed -i '/user_id: /a\      words: {type: text, nullable: true}' models/notes.yml
    expect 0 gmig migrate -m words --rev-id bbbb2222 --json
    json '.dialects[0] | .proved, .rows_trouble' 'true
""'
}

on_both no_rows
