#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# merge: branches are joined when it is proved that they commute; what does not is shown with both statements.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# two UP-OF-A UP-OF-B: a history of the table users with two heads.
two() {
    git clean -qfdx migrations
    at 0
    revision base1111 ''
    with_sql base1111 '
CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER, state TEXT);'
    revision aaaa1111 base1111
    with_sql aaaa1111 "$1"
    revision bbbb2222 base1111
    with_sql bbbb2222 "$2"
}

written() { find migrations -name '*_merge_*' | grep -q .; }

# conflicts UP-OF-A UP-OF-B: the merge is refused, and nothing is written.
conflicts() {
    two "$1" "$2"
    expect 1 gmig merge
    ! written || fail 'it was written all the same'
}

scenario() {
    new_target "$1"
    mkdir migrations

    # Nothing runs where there is nothing to merge.
    two '
CREATE TABEL a (id INTEGER);' '
CREATE TABEL b (id INTEGER);'
    rm migrations/bbbb2222.sql
    expect 0 gmig merge
    has_err 'nothing to merge'
    [ ! -d .git/gmig/scratch-1 ] || fail 'something ran'

    # What touches different things commutes.
    two '
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;
CREATE INDEX users_age ON users (age);'
    expect 0 gmig merge
    has_err 'merges aaaa1111, bbbb2222; proved: they make one schema in either order'
    hasnt_err rows
    written || fail 'nothing was written'
    if [ "$dialect" = sqlite ]; then # the common history is kept, and need not run again
        [ "$(find .git/gmig/scratch-1 -type f | wc -l)" -eq 1 ] || fail 'the common history is not kept'
    fi
    merged=$(sha256sum <"$(cat "$out")")

    # The same column twice: whichever comes second fails.
    conflicts '
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ADD COLUMN email TEXT;' '
CREATE TABLE cards (id INTEGER);
ALTER TABLE users ADD COLUMN email INTEGER;'
    has_err "bbbb2222 does not run behind aaaa1111 on $dialect: "
    has_err 'at migrations/bbbb2222.sql:8'
    has_err 'migrations/aaaa1111.sql:8: ALTER TABLE users ADD COLUMN email TEXT'
    has_err 'migrations/bbbb2222.sql:8: ALTER TABLE users ADD COLUMN email INTEGER'
    has_err 'concerned: add column users.email'
    expect 1 gmig merge --json
    json '.error.code, .error.where, .revisions[0].proof, .revisions[0].written' \
        '"refused"
"migrations/bbbb2222.sql:8"
"conflict"
false'
    json '.revisions[0].conflicts | map([.dialect, .objects, (.statements | map([.revision, .path, .line, .statement]))])' \
        "[[\"$dialect\",[\"add column users.email\"],[[\"aaaa1111\",\"migrations/aaaa1111.sql\",8,\
\"ALTER TABLE users ADD COLUMN email TEXT\"],[\"bbbb2222\",\"migrations/bbbb2222.sql\",8,\
\"ALTER TABLE users ADD COLUMN email INTEGER\"]]]]"
    expect 1 gmig merge
    has_err '`gmig rebase REF`, with the branch of the other'
    # It can be had all the same, as the same file as ever.
    expect 0 gmig merge --allow-conflict
    has_err 'they do not commute'
    has_err 'migrations/aaaa1111.sql:8: ALTER TABLE users ADD COLUMN email TEXT'
    [ "$(sha256sum <"$(cat "$out")")" = "$merged" ] || fail 'the proof changed the file'

    # A column that one drops and the other indexes.
    conflicts '
ALTER TABLE users DROP COLUMN age;' '
CREATE INDEX users_state ON users (state);
CREATE INDEX users_age ON users (age);'
    has_err 'migrations/aaaa1111.sql:7: ALTER TABLE users DROP COLUMN age'
    has_err 'migrations/bbbb2222.sql:8: CREATE INDEX users_age ON users (age)'
    # Both run in either order, and the later one counts.
    if [ "$dialect" = postgres ]; then
        conflicts "
ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new';" "
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ALTER COLUMN state SET DEFAULT 'old';
ALTER TABLE users ADD COLUMN fax TEXT;"
        has_err "migrations/aaaa1111.sql:7: ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new'"
        has_err 'concerned: alter column users.state: default'
    else
        conflicts '
DROP VIEW IF EXISTS old;
CREATE VIEW old AS SELECT id FROM users WHERE age > 65;' '
ALTER TABLE users ADD COLUMN phone TEXT;
DROP VIEW IF EXISTS old;
CREATE VIEW old AS SELECT id FROM users WHERE age > 60;'
        has_err 'migrations/aaaa1111.sql:8: CREATE VIEW old AS SELECT id FROM users WHERE age > 65'
        has_err 'migrations/bbbb2222.sql:8: DROP VIEW IF EXISTS old'
    fi
    has_err "the order of aaaa1111 and bbbb2222 makes a difference on $dialect"
    expect 1 gmig merge --json
    [ "$dialect" = sqlite ] || json '.revisions[0].conflicts[0] | [.objects, (.statements | map(.line))]' \
        '[["alter column users.state: default"],[7,8]]'

    # Rows that revisions write: what fails is seen, what they end as is not.
    conflicts '
INSERT INTO users (id) VALUES (2);
INSERT INTO users (id) VALUES (1);' '
INSERT INTO users (id) VALUES (1);'
    has_err 'migrations/aaaa1111.sql:8: INSERT INTO users (id) VALUES (1)'
    has_err 'migrations/bbbb2222.sql:7: INSERT INTO users (id) VALUES (1)'
    two "
UPDATE users SET state = 'a';" "
UPDATE users SET state = 'b';"
    expect 0 gmig merge
    has_err 'several branches write rows, which it has not compared: aaaa1111, bbbb2222'
    has_err 'proved: they make one schema in either order'
    two "
UPDATE users SET state = 'a';" '
ALTER TABLE users ADD COLUMN phone TEXT;'
    expect 0 gmig merge --json
    json '.revisions[0] | .proof, .rows' '"proved"
[]'

    # Outside a transaction, and without a way back.
    index=INDEX
    [ "$dialect" = sqlite ] || index='INDEX CONCURRENTLY'
    two " transaction=off
CREATE $index users_age ON users (age);" '
DROP TABLE users;
CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER);'
    printf '\n-- gmig:irreversible rows are gone\n' >>migrations/bbbb2222.sql
    expect 1 gmig merge
    has_err "migrations/aaaa1111.sql:7: CREATE $index users_age ON users (age)"
    two " transaction=off
CREATE $index users_age ON users (age);" '
ALTER TABLE users DROP COLUMN state;'
    printf '\n-- gmig:irreversible rows are gone\n' >>migrations/bbbb2222.sql
    expect 0 gmig merge
    has_err '; proved: '

    # A section is one: what it sets holds for its later statements.
    if [ "$dialect" = postgres ]; then
        two '
SET search_path = app;
CREATE TABLE t (id INTEGER);' '
SET search_path = app;
CREATE TABLE t (id INTEGER);'
        sed -i 's/^CREATE TABLE users/CREATE SCHEMA app; CREATE TABLE users/' migrations/base1111.sql
        expect 1 gmig merge
        has_err 'migrations/aaaa1111.sql:8: CREATE TABLE t (id INTEGER)'
        has_err 'migrations/bbbb2222.sql:8: CREATE TABLE t (id INTEGER)'
        has_err 'concerned: add table app.t'
    fi

    # A branch, or what is below both, that does not run by itself says nothing of the others.
    two '
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE userz ADD COLUMN email TEXT;'
    expect 0 gmig merge
    has_err '; not proved: migrations/bbbb2222.sql:7: revision bbbb2222 does not run in scratch: '
    two '
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;'
    sed -i 's/^CREATE TABLE users/CREATE TABEL users/' migrations/base1111.sql
    expect 0 gmig merge --json
    json '.revisions[0].proof, .revisions[0].written' '"unproved"
true'
    [ "$(jq -r '.revisions[0].unproved' "$out" | cut -d: -f1-2)" = migrations/base1111.sql:7 ] || fail 'no place'

    forks
}

# table ID PARENTS TABLE: a revision that makes a table.
table() {
    revision "$1" "$2"
    with_sql "$1" "
CREATE TABLE $3 (id INTEGER);"
}

# Each side is compared with what all heads have, however the branches went.
forks() {
    git clean -qfdx migrations
    at 0
    table base1111 '' base
    # Three heads; two of them clash with one another, in revisions that are no heads.
    table aaaa1111 base1111 a
    table bbbb1111 base1111 same
    table bbbb2222 bbbb1111 b
    table cccc1111 base1111 same
    table cccc2222 cccc1111 c
    expect 1 gmig merge
    has_err "cccc1111 does not run behind bbbb1111 on $dialect"
    table cccc1111 base1111 other
    expect 0 gmig merge
    has_err 'merges aaaa1111, bbbb2222, cccc2222; proved'
    # Named, two of them are merged; then a fork below that merge, and one below both.
    rm migrations/*_merge_*
    expect 0 gmig merge aaaa1111 bbbb2222
    merge=$(sed -n 's/^-- revision: //p' "$(cat "$out")")
    expect 0 gmig merge
    has_err "merges $merge, cccc2222; proved"
    rm "$(cat "$out")"
    table dddd1111 bbbb1111 a
    rm migrations/cccc*
    expect 1 gmig merge
    has_err "dddd1111 does not run behind aaaa1111 on $dialect"
    # What stands below both heads runs once, however the merges crossed.
    table dddd1111 'aaaa1111, bbbb1111' d
    table dddd2222 'aaaa1111, bbbb2222' dd
    rm migrations/*_merge_*
    expect 0 gmig merge
    has_err 'merges dddd1111, dddd2222; proved'
    # Histories that have nothing in common.
    git clean -qfdx migrations
    table aaaa1111 '' a
    table bbbb1111 '' a
    expect 1 gmig merge
    table bbbb1111 '' b
    expect 0 gmig merge
    has_err '; proved'
    # In time the branches took turns: a new database goes a way that no branch has gone.
    git clean -qfdx migrations
    table aaaa1111 '' a
    table bbbb1111 '' b
    revision aaaa2222 aaaa1111
    revision bbbb2222 bbbb1111
    with_sql aaaa2222 '
CREATE VIEW v AS SELECT id FROM a;
DROP VIEW v;
DROP TABLE IF EXISTS passing;'
    with_sql bbbb1111 '
CREATE TABLE passing (id INTEGER);'
    with_sql bbbb2222 '
INSERT INTO passing VALUES (1);
DROP TABLE passing;'
    expect 1 gmig merge
    has_err "with bbbb1111 right before aaaa2222, bbbb2222 does not run on $dialect"
    has_err 'migrations/bbbb1111.sql:7: CREATE TABLE passing (id INTEGER)'
    has_err 'migrations/aaaa2222.sql:9: DROP TABLE IF EXISTS passing'
    has_err 'concerned: add table passing'
}

# One dialect proved is not all of them.
both_dialects() {
    new_repo both
    mkdir migrations
    echo 'dialects: [sqlite, postgres]' >gmig.yml
    two '
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;'
    expect 0 gmig merge
    has_err '; proved'
    two ' dialect=sqlite
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;'
    expect 0 gmig merge
    has_err 'missing-section: revision aaaa1111 has no up for postgres'
    has_err '; not proved: '
    conflicts ' dialect=postgres
ALTER TABLE users ADD COLUMN phone TEXT;

-- gmig:up dialect=sqlite
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;'
    has_err 'does not run behind aaaa1111 on postgres'
    conflicts ' dialect=postgres
ALTER TABLE users ADD COLUMN phone TEXT;

-- gmig:up dialect=sqlite
CREATE INDEX users_age ON users (age);' '
ALTER TABLE users ADD COLUMN phone TEXT;
CREATE INDEX users_age ON users (age);'
    has_err 'gmig: bbbb2222 does not run behind aaaa1111 on sqlite: '
    has_err 'bbbb2222 does not run behind aaaa1111 on postgres: '
    # No server programs: sqlite alone is no proof of both, and no reason to refuse.
    two '
ALTER TABLE users ADD COLUMN email TEXT;' '
ALTER TABLE users ADD COLUMN phone TEXT;'
    expect 0 env GMIG_PGBIN=/nowhere gmig merge
    has_err '; not proved: there is no scratch database'
}

on_both scenario
both_dialects
