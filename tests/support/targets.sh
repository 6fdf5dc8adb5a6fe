# SPDX-License-Identifier: Apache-2.0
# Databases for scenarios that hold on both engines; read behind lib.sh and pg.sh.
#
#   on_both SCENARIO            calls `SCENARIO sqlite`, then `SCENARIO postgres` (skipped, 77, without a server)
#   new_target DIALECT [LINE]   an empty repository with an empty database and a gmig.yml whose target `db` is a
#                               development one; LINE replaces `development: true`. Sets $dialect and $url.
#   query SQL                   rows of that database, columns with | between
#   with_sql ID UP [DOWN]       puts these statements into the revision file that `revision` has made; UP may begin
#                               with options and a newline
#   tables                      the user's tables, one a line

on_both() {
    (cd "$box/here" && "$1" sqlite)
    pg_required
    (cd "$box/here" && "$1" postgres)
}

new_target() {
    dialect=$1
    new_repo "$test_name-$dialect"
    if [ "$dialect" = sqlite ]; then
        url=sqlite:$PWD/db.sqlite
    else
        url=$(pg_new_database "gmig_$test_name")
    fi
    cat >gmig.yml <<END
dialects: [$dialect]
targets:
  db: {url: "$url", ${2:-development: true}}
END
    echo '/db.sqlite*' >.gitignore
}

query() {
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "${url#sqlite:}" "$1"
    else
        pg_query "$url" "$1"
    fi
}

tables() {
    if [ "$dialect" = sqlite ]; then
        query "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'gmig%' AND name NOT LIKE 'sqlite%' ORDER BY 1"
    else
        query "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'gmig%' ORDER BY 1"
    fi
}

with_sql() {
    with_sql_head=$(sed '/^-- gmig:/,$d' "migrations/$1.sql")
    {
        printf '%s\n\n-- gmig:up%s\n' "$with_sql_head" "$2"
        [ $# -lt 3 ] || printf '\n-- gmig:down%s\n' "$3"
    } >"migrations/$1.sql"
}

# applied LIST: the ledger has exactly these revisions, in this order.
applied() {
    got=$(query "SELECT id FROM gmig_revisions ORDER BY sequence" | tr '\n' ' ' | sed 's/ $//')
    [ "$got" = "$1" ] || fail "applied is '$got', not '$1'"
}

# is TEXT EXPECTED
is() {
    [ "$1" = "$2" ] || fail "'$1' is not '$2'"
}
