#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# switch says what it takes away: rows, values, what a statement may choose, and what nobody can count.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/terminal.sh"

# down_of DOWN: what a switch says that this way down loses, one a line.
down_of() {
    git checkout -q feature
    with_sql ffff1111 '
SELECT 1;' "
$1"
    query "DELETE FROM gmig_revisions WHERE id = 'ffff1111'"
    expect 0 gmig upgrade
    git commit -q -a --amend --no-edit
    git checkout -q main
    expect 0 gmig switch --plan
    sed -n 's/^lost //p' "$out" >"$box/lost"
    cp "$box/lost" "$out"
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    with_sql aaaa1111 '
CREATE TABLE cards (id INTEGER PRIMARY KEY, front TEXT, back TEXT);
CREATE TABLE decks (id INTEGER PRIMARY KEY);'
    commit base
    git checkout -q -b feature
    revision ffff1111 aaaa1111
    commit feature
    expect 0 gmig upgrade
    query "INSERT INTO cards VALUES (1, 'a', NULL), (2, 'b', 'c')"
    query "INSERT INTO decks VALUES (1)"

    down_of 'DROP TABLE cards; DROP TABLE IF EXISTS "decks";'
    same <<'END'
cards: 2 rows
"decks": 1 row
END
    down_of 'ALTER TABLE cards DROP COLUMN back; ALTER TABLE cards DROP front;'
    same <<'END'
cards.back: 1 value
cards.front: 2 values
END
    down_of 'DELETE FROM cards WHERE id = 1; UPDATE decks SET id = 5;'
    same <<'END'
cards: 2 rows at most (DELETE FROM cards WHERE id = 1)
decks: 1 row at most (UPDATE decks SET id = 5)
END
    down_of 'DROP TABLE nowhere;'
    same <<'END'
nowhere: what nobody could count (DROP TABLE nowhere)
END
    down_of 'WITH old AS (SELECT 1) DELETE FROM decks;'
    same <<'END'
what nobody has counted (WITH old AS (SELECT 1) DELETE FROM decks)
END
    down_of 'CREATE INDEX i ON cards (front); DROP INDEX i; ALTER TABLE cards ADD COLUMN x TEXT;'
    same </dev/null
    if [ "$dialect" = sqlite ]; then
        # A table that is built anew keeps its rows; what its successor lacks goes.
        down_of 'CREATE TABLE cards_new (id INTEGER PRIMARY KEY, front TEXT);
INSERT INTO cards_new SELECT id, front FROM cards;
DROP TABLE cards;
ALTER TABLE cards_new RENAME TO cards;'
        same <<'END'
cards."back": 1 value
END
    else
        down_of 'TRUNCATE cards, public.decks; ALTER TABLE cards ALTER back TYPE integer USING 1; DO $$ BEGIN END $$;'
        same <<'END'
cards: 2 rows
public.decks: 1 row
what nobody has counted (ALTER TABLE cards ALTER back TYPE integer USING 1)
what nobody has counted (DO $$ BEGIN END $$)
END
    fi

    # A person at a terminal is asked.
    down_of 'DELETE FROM decks;'
    at_terminal 1 'n\n' 'gmig switch'
    has 'will lose decks: 1 row at most (DELETE FROM decks); go on?'
    is "$(query 'SELECT count(*) FROM decks')" 1
    at_terminal 0 'y\n' 'gmig switch'
    is "$(query 'SELECT count(*) FROM decks')" 0
    applied aaaa1111
}

on_both scenario
