#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A database that is none, that belongs to another, or that lets nobody in: one error with the cure, and it stays as it was.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

ledger_of_others() {
    new_target "$1"
    revision aaaa1111 ''
    commit all
    name=$([ "$1" = sqlite ] && echo main || echo public).gmig_revisions
    version=$(gmig version --json | jq -r .version)
    for made in 'CREATE TABLE gmig_revisions (id integer, note text)' 'CREATE VIEW gmig_revisions AS SELECT 1 AS id'; do
        query "$made"
        for command in current upgrade 'stamp head' 'downgrade base' repair 'history -i'; do
            expect 4 gmig $command
            same </dev/null
            has_err "gmig: the tables of $name are no ledger that gmig $version can read: "
            has_err '  hint: Another version of gmig, or another program, has made them.'
            hasnt_err 'statement:'
        done
        expect 0 gmig status
        has "cannot be looked at: the tables of $name are no ledger"
        has 'Another version of gmig'
        is "$(query "SELECT count(*) FROM gmig_revisions")" "$(case $made in *VIEW*) echo 1 ;; *) echo 0 ;; esac)"
        query "DROP $(echo "$made" | cut -d' ' -f2) gmig_revisions"
    done

    # A newer ledger with a column more is read, and written to.
    expect 0 gmig upgrade
    query 'ALTER TABLE gmig_revisions ADD COLUMN later text'
    expect 0 gmig current --check-heads
    expect 0 gmig downgrade
    expect 0 gmig upgrade
    applied aaaa1111
}
on_both ledger_of_others

# SQLite: files that are none.
new_target sqlite
revision aaaa1111 ''
commit all
mkdir folder.db
echo 'this is some text that is long enough to be read as the header of a database file, and is none' >text.db
sqlite3 whole.db 'CREATE TABLE t (x); INSERT INTO t SELECT zeroblob(9000)'
head -c 5000 whole.db >cut.db
cksum text.db cut.db >"$box/before"
refused() { # refused FILE TEXT HINT
    for command in current upgrade 'stamp head' 'upgrade --plan'; do
        expect 4 gmig $command -t "sqlite:$1"
        same </dev/null
        has_err "gmig: cannot open sqlite:$PWD/$1: $2"
        has_err "  hint: $3"
    done
}
refused folder.db 'it is a folder' 'Name a file, not a folder.'
refused text.db 'file is not a database' 'The file is something else than an SQLite database'
refused cut.db 'database disk image is malformed' 'The file is damaged.'
cksum text.db cut.db | diff "$box/before" - || fail 'a file was changed'
expect 4 gmig upgrade -t sqlite:none/such.db
has_err "there is no folder $PWD/none"
has_err "  hint: Make the folder first: mkdir -p $PWD/none"
expect 0 gmig current -t sqlite:none/such.db
[ ! -e none ] || fail 'a folder was made'

# PostgreSQL: nobody there, no such database, the wrong password, no rights, no writes.
pg_required
cd "$box/here"
new_target postgres
revision aaaa1111 ''
commit all
expect 4 gmig current -t 'postgresql://127.0.0.1:1/x'
has_err 'gmig: cannot connect to postgresql://127.0.0.1:1/x: '
hasnt_err '\x09'
expect 4 gmig current -t "$(pg_url nosuchdb)"
has_err 'database "nosuchdb" does not exist'
expect 4 env PGPASSWORD=wr0ng gmig upgrade -t "$(echo "$url" | sed s/postgres@/gmig_scram@/)"
has_err 'password authentication failed'
has_err '  hint: Look at host, port, user, password and database name'
hasnt_err wr0ng

reader=gmig_reader_$$
pg_query "$url" "CREATE ROLE $reader LOGIN"
as_reader=$(echo "$url" | sed "s/postgres@/$reader@/")
expect 4 gmig upgrade -t "$as_reader"
has_err "gmig: cannot make gmig's tables public.gmig_revisions: permission denied for schema public"
has_err '  SQLSTATE: 42501'
has_err '  hint: Connect as a role that may create tables there, or name another schema in gmig.yml: ledger: {schema: NAME}.'
hasnt_err 'statement:'
expect 0 gmig current -t "$as_reader"
expect 0 gmig upgrade
for command in current upgrade 'downgrade base'; do
    expect 4 gmig $command -t "$as_reader"
    has_err 'gmig: permission denied for table gmig_revisions'
    has_err '  hint: Connect as a role that has the right, or have it granted.'
done
pg_query "$url" "GRANT SELECT ON gmig_revisions, gmig_journal TO $reader"
expect 0 gmig current -t "$as_reader"
expect 4 gmig downgrade base --yes -t "$as_reader"
applied aaaa1111
pg_query "$url" "DROP OWNED BY $reader; DROP ROLE $reader"

read_only="$url&options=-cdefault_transaction_read_only%3Don"
expect 0 gmig current -t "$read_only"
expect 4 gmig downgrade base --yes -t "$read_only"
has_err '25006'
has_err '  hint: The server takes no writes'
applied aaaa1111
