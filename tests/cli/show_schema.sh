#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# show --schema: what a history makes, at any ref, as SQL that makes it again, as diagrams, and as JSON.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ''
    with_sql aaaa1111 '
CREATE TABLE users (id INTEGER NOT NULL, CONSTRAINT users_pkey PRIMARY KEY (id));' '
DROP TABLE users;'
    commit users
    git branch early
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 '
CREATE TABLE notes (
    id INTEGER NOT NULL,
    user_id INTEGER,
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE VIEW readers AS SELECT id FROM users;'
    commit notes

    # SQL: run in an empty database it makes the same schema.
    expect 0 gmig show --schema
    has 'CREATE TABLE notes'
    has 'CREATE VIEW readers'
    cp "$out" "$box/made.sql"
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch other.sqlite <"$box/made.sql"
        other=sqlite:$PWD/other.sqlite
    else
        other=$(pg_new_database gmig_show_other)
        psql -qAtX -v ON_ERROR_STOP=1 -d "$other" -f "$box/made.sql"
    fi
    expect 0 gmig diff history "$other"
    expect 0 gmig show --schema early
    hasnt notes
    cp "$out" "$box/early.sql"
    expect 0 gmig show --schema --at early
    same <"$box/early.sql"
    expect 0 gmig show --schema HEAD~1 --format sql --dialect "$dialect"
    same <"$box/early.sql"

    # Diagrams.
    expect 0 gmig show --schema --format mermaid
    same <<'END'
erDiagram
    notes {
        integer id PK
        integer user_id FK
    }
    users {
        integer id PK
    }
    notes }o--o| users : "notes_user_id_fkey"
END
    expect 0 gmig show --schema --format dot
    same <<'END'
digraph schema {
    rankdir=LR;
    node [shape=record];
    "notes" [label="{notes|id integer\luser_id integer null\l}"];
    "users" [label="{users|id integer\l}"];
    "notes" -> "users" [label="notes_user_id_fkey"];
}
END

    # JSON: each object with the properties that the engine gives it.
    expect 0 gmig show --schema early --json
    json '.at, .dialect, [.objects[] | select(.kind == "column") | .table + "." + .name + " " + .properties.type]' \
        "\"early\"
\"$dialect\"
[\"users.id integer\"]"
    cp "$out" "$box/early.json"
    jq -j .text "$box/early.json" | diff - "$box/early.sql" || fail 'the text of --json is another'
    expect 0 gmig show --schema --json --format mermaid
    json '.text | startswith("erDiagram\n")' true

    # A history that does not run, and one with two heads.
    echo 'BROKEN;' >>migrations/bbbb2222.sql
    expect 0 gmig show --schema HEAD
    with_sql bbbb2222 '
BROKEN;'
    expect 4 gmig show --schema
    has_err 'migrations/bbbb2222.sql'
    git checkout -q -- migrations
    revision cccc3333 aaaa1111
    expect 0 gmig show --schema
    has 't_cccc3333'
    has notes
}

on_both scenario

cd "$box/here/$test_name-sqlite"
for words in '--format dot' '--dialect sqlite' '--schema --sql' '--schema --target db' '--schema a b' '--schema a --at b' \
    '--schema --format png' '--schema --dialect mysql' '--schema nosuch'; do
    expect 2 gmig show $words
done
has_err "'nosuch'"
rm -r migrations
expect 0 gmig show --schema
same </dev/null
