#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F36: the offline script, run by psql or the sqlite3 shell, leaves the database that the runner leaves, there and back;
# at the first error it stops, and what it has done by then is what the runner would have done.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# What splits badly: quotes, comments at the end of a section, bodies with semicolons, COPY data, a search_path.
history() {
    revision aaaa1111 "" 'it'\''s "quoted", \ and :USER'
    with_sql aaaa1111 '
CREATE TABLE t (id integer PRIMARY KEY, note text); -- one
/* block ; */ INSERT INTO t VALUES (1, '\''a;b -- c'\''), (2, '\''back\slash'\''), (3, '\'':USER'\'');
CREATE INDEX i ON t (note) -- no semicolon' '
DROP TABLE t -- done'
    revision bbbb2222 aaaa1111
    if [ "$dialect" = postgres ]; then
        with_sql bbbb2222 '
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN a; -- ; '\''
END $$;
CREATE FUNCTION g(a integer) RETURNS integer BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END; END;
COPY t (id, note) FROM stdin;
4	it'\''s; x\ty
5	\N
\.
SET search_path TO pg_catalog;
CREATE TABLE public.u (x text[], y text DEFAULT E'\''a\\nb'\'');' '
DROP TABLE u; DROP FUNCTION f; DROP FUNCTION g; DELETE FROM t WHERE id > 3;'
    else
        with_sql bbbb2222 '
CREATE TABLE u (x text);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN
    INSERT INTO u VALUES (CASE WHEN 1 THEN 2 ELSE 3 END);
    UPDATE u SET x = '\''a;b'\'';
END;
INSERT INTO t VALUES (4, '\''x'\'');' '
DROP TRIGGER tr; DROP TABLE u; DELETE FROM t WHERE id > 3'
    fi
    revision cccc3333 bbbb2222 'with a label' 'labels: [lab]'
    revision dddd4444 aaaa1111 'after the label' 'depends: [lab]'
    revision eeee5555 'cccc3333, dddd4444' merge
}

other() { # makes another empty database; sets $other
    if [ "$dialect" = sqlite ]; then
        other=$PWD/$1.sqlite
    else
        other=$(pg_new_database "f36_$1")
    fi
}

apply() { # apply DATABASE FILE
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "$1" <"$2"
    else
        psql -X -q -d "$1" -f "$2"
    fi
}

# The schema and the data of all tables but the ledger's, and the ledger's rows but for who and when.
dump() {
    columns="id, sequence, parents, depends, message, blob, up_sha256, down_sql, down_options, irreversible, commit_id, tool_version"
    rows="SELECT $columns FROM gmig_revisions ORDER BY sequence"
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "$1" .dump | grep -v gmig_
        sqlite3 -batch "$1" "$rows"
    else
        # Newer pg_dumps put a random word into \restrict.
        pg_dump -d "$1" --exclude-table-data='gmig*' | grep -v '^\\.*restrict '
        pg_query "$1" "$rows"
    fi
}

same_database() {
    dump "${url#sqlite:}" >"$box/by-runner"
    dump "$other" >"$box/by-script"
    diff -u "$box/by-runner" "$box/by-script" || fail "$1: the script leaves another database"
}

there_and_back() {
    new_target "$1"
    history
    commit all
    other whole
    expect 0 gmig upgrade
    expect 0 gmig upgrade --sql
    has "gmig upgrade base:head, $([ "$1" = sqlite ] && echo SQLite || echo PostgreSQL), 5 revisions; run it with"
    cp "$out" up.sql
    expect 0 apply "$other" up.sql
    same_err </dev/null
    same_database up
    expect 0 gmig downgrade aaaa1111
    expect 0 gmig downgrade --sql head:aaaa1111
    cp "$out" down.sql
    expect 0 apply "$other" down.sql
    same_err </dev/null
    same_database down
    expect 0 gmig upgrade --sql aaaa1111:bbbb2222
    has ', 1 revision; run it with'
    cp "$out" up.sql
    expect 0 gmig upgrade bbbb2222
    expect 0 apply "$other" up.sql
    same_database 'one more'
}

stops_at_the_first_error() {
    mkdir -p broken
    cd broken
    new_target "$1"
    history
    # Through a pipe too: whoever runs it may not have the file.
    revision ffff6666 eeee5555
    with_sql ffff6666 '
CREATE TABLE half (id integer);
INSERT INTO nowhere VALUES (1);
CREATE TABLE never (id integer);'
    revision gggg7777 ffff6666
    commit all
    other broken
    expect 4 gmig upgrade
    expect 0 gmig upgrade --sql
    cp "$out" up.sql
    if [ "$1" = sqlite ]; then
        expect 1 apply "$other" up.sql
    else
        expect 3 apply "$other" up.sql
        other piped
        cp up.sql "$box/piped"
        expect 3 sh -c 'psql -X -q -d "$1" <"$2"' sh "$other" "$box/piped"
    fi
    has_err nowhere
    same_database 'after the error'

    # Once more: the guard of what is there already stops it before anything is done.
    expect "$([ "$1" = sqlite ] && echo 1 || echo 3)" apply "$other" up.sql
    has_err 'applied already'
    same_database 'after running it twice'
}

on_both there_and_back
on_both stops_at_the_first_error
