#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F22: statements that are hard to split have the same effect through gmig as through psql and sqlite3.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

content() { # content URL: all that is there but gmig's own tables
    if [ "$dialect" = sqlite ]; then
        cp "${1#sqlite:}" "$box/copy.db"
        sqlite3 -batch "$box/copy.db" "DROP TABLE IF EXISTS gmig_revisions; DROP TABLE IF EXISTS gmig_journal"
        sqlite3 -batch "$box/copy.db" .dump | grep -v sqlite_sequence
    else
        "$(pg_bin)/pg_dump" -T 'gmig_*' -d "$1" | grep -v '^\\\(un\)\?restrict'
    fi
}

by_shell() {
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch -bail other.db <"$1" >"$box/shell" 2>&1
        other=sqlite:$PWD/other.db
    else
        other=$(pg_new_database "gmig_${test_name}_other")
        pg_query "$other" "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
        psql -qAtX -v ON_ERROR_STOP=1 -d "$other" -f "$1" >"$box/shell" 2>&1
    fi || { cat "$box/shell"; fail "the shell refuses $1"; }
}

# as_revision FILE: it is the up of aaaa1111
as_revision() {
    printf -- '-- revision: aaaa1111\n-- parents: []\n\n-- gmig:up\n' | cat - "$1" >migrations/aaaa1111.sql
}

# does_the_same FILE
does_the_same() {
    rm -f db.sqlite* other.db
    [ "$dialect" = sqlite ] || query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    as_revision "$1"
    expect 0 gmig upgrade
    by_shell "$1"
    content "$url" >"$box/by_gmig"
    content "$other" >"$box/by_shell"
    [ "$(wc -l <"$box/by_shell")" -gt 20 ] || fail "there is nothing to compare"
    diff -u "$box/by_shell" "$box/by_gmig" || fail "gmig does not do the same as the shell"
}

# refused LINE TEXT: nothing is applied, and the place is named
refused() {
    rm -f db.sqlite*
    expect 1 gmig upgrade
    has_err "migrations/aaaa1111.sql:$1"
    has_err "$2"
    is "$(tables)" ""
}

scenario() {
    new_target "$1"
    [ "$1" = postgres ] || command -v sqlite3 >/dev/null || { echo "skipped: there is no sqlite3"; exit 77; }
    mkdir migrations
    hard=$GMIG_SOURCE/tests/data/split/hard.$1.sql
    does_the_same "$hard"

    sed 's/$/\r/' "$hard" >"$box/crlf.sql"
    if [ "$1" = postgres ]; then
        # psql sends CRLF within COPY data and strings as they are, and so does gmig.
        does_the_same "$box/crlf.sql"
        query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    fi

    printf 'CREATE TABLE a (id INTEGER);\n\\d a\n' >"$box/meta.sql"
    [ "$1" = postgres ] || printf 'CREATE TABLE a (id INTEGER);\n.tables\n' >"$box/meta.sql"
    as_revision "$box/meta.sql"
    refused 6 "is a command of"
    printf 'CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id\000 INTEGER);\n' >"$box/nul.sql"
    as_revision "$box/nul.sql"
    refused 6 "NUL"
    printf 'CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES ('"'"'1);\n' >"$box/open.sql"
    as_revision "$box/open.sql"
    refused 6 "does not end"
}

on_both scenario
