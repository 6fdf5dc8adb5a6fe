#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F33: a password is nowhere to be seen, wherever it was given and whatever goes wrong: output, errors, JSON, the process
# list, the ledger, the database's own statistics.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
password=$(pg_password)
database=$(echo "$url" | sed 's|?.*||; s|.*/||')
server=$(pg_socket)
query "GRANT ALL ON SCHEMA public TO gmig_scram; GRANT ALL ON DATABASE \"$database\" TO gmig_scram"
mkdir "$box/seen"
seen=0

# keep: what the last command has printed is looked through by `nowhere`
keep() {
    seen=$((seen + 1))
    cat "$out" "$err" >"$box/seen/$seen"
    echo "$last" >"$box/last.$seen"
}

# nowhere SECRET: nothing that was kept has it, nor has the database
nowhere() {
    if grep -rlF -- "$1" "$box/seen" >"$box/found"; then
        leak=$(head -1 "$box/found")
        cat "$leak"
        fail "a secret was shown by: $(cat "$box/last.${leak##*/}")"
    fi
    query "SELECT r::text FROM gmig_revisions r; SELECT j::text FROM gmig_journal j;
        SELECT query, application_name FROM pg_stat_activity" >"$box/database"
    ! grep -F -- "$1" "$box/database" || fail 'a secret is in the database'
}

revision aaaa1111 ""
revision bbbb2222 aaaa1111
sed -i 's|url: "[^"]*"|url: "${CARDS_URL}"|; s|development: true|development: false|' gmig.yml
commit history
here=$(echo "$server" | sed 's|/|%2F|g')
with_password="postgresql://gmig_scram:$password@$here/$database"
without="postgresql://gmig_scram@$here/$database"

# ---- wherever it comes from, it works, and is not shown ----

rounds() { # rounds [OPTION...]: everything that can be done with a database
    for json in '' --json; do
        for command in 'upgrade -v' current status 'downgrade base --yes' 'stamp head' repair 'stamp base'; do
            expect 0 gmig $command $json "$@"
            keep
        done
        expect 1 gmig resolve aaaa1111:1 --done $json "$@"
        keep
    done
}
cat >"$box/services" <<END
[cards]
host=$server
dbname=$database
user=gmig_scram
password=$password
END
echo "*:*:*:gmig_scram:$password" >"$box/pgpass"
chmod 600 "$box/pgpass"

rounds --target "$with_password"
rounds --target "host=$server dbname=$database user=gmig_scram password='$password'"
GMIG_DATABASE_URL=$with_password
export GMIG_DATABASE_URL
rounds
GMIG_DATABASE_URL=service=cards
PGSERVICEFILE=$box/services
export PGSERVICEFILE
rounds
unset GMIG_DATABASE_URL
CARDS_URL=$with_password
export CARDS_URL
rounds
CARDS_URL=$without
PGPASSWORD=$password
export PGPASSWORD
rounds
unset PGPASSWORD
PGPASSFILE=$box/pgpass
export PGPASSFILE
rounds
unset PGPASSFILE
expect 0 gmig upgrade --target "$with_password"
for json in '' --json; do
    expect 0 gmig diff history "$with_password" $json
    keep
    expect 0 gmig diff "host=$server dbname=$database user=gmig_scram password='$password'" history $json
    keep
done
nowhere "$password"

# ---- when it goes wrong ----

CARDS_URL=$with_password
revision cccc3333 bbbb2222
with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);
SELECT 1 / 0;'
commit 'a revision that fails'
for json in '' --json; do
    expect 4 gmig upgrade $json
    keep
    for wrong in 's|gmig_scram:|nobody:|' 's|$|_none|' 's|%2F|%2Fnone%2F|' 's|@.*/|@127.0.0.1:1/|' \
        's|@|x@|' 's|$|?sslmode=none|' \
        's|$|?options=-cwork_mem=x|' 's|$|?no_such_keyword=1|' 's|$|?target_session_attrs=standby|'; do
        CARDS_URL=$(echo "$with_password" | sed "$wrong")
        for command in upgrade current 'stamp head'; do
            got=0
            last="gmig $command $json with $wrong"
            gmig $command $json >"$out" 2>"$err" || got=$?
            [ $got -eq 4 ] || [ "$wrong" = 's|gmig_scram:|nobody:|' ] || { show; fail "$last: exit status $got"; }
            keep
        done
        expect 0 gmig status $json
        keep
    done
done
nowhere "$password"

# ---- what other programs see of the process ----

with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);
SELECT pg_sleep(1000);'
CARDS_URL=$without
sleeping() {
    [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
        AND query LIKE 'SELECT pg_sleep(1000)%'")" = 1 ]
}
title() { # title WORD...: what the process list says of this command while it runs
    background gmig upgrade "$@" --allow-dirty
    wait_for sleeping
    tr '\0' ' ' <"/proc/$started/cmdline" >"$box/title"
    kill -TERM "$started"
    wait "$started" || :
    grep -q 'upgrade.*--allow-dirty' "$box/title" || fail "not the command line: $(cat "$box/title")"
    ! grep -F -- "$password" "$box/title" || fail 'the password is in the process list'
}
title "--target=$with_password"
title "-t$with_password"
title --target "$with_password"
title --target "host=$server dbname=$database user=gmig_scram password=$password"

# pg_dump gets the password in its environment, which only its own user can read.
hold 'BEGIN' 'LOCK TABLE t_aaaa1111'
background gmig upgrade --target "$with_password" --allow-dirty --backup-to "$PWD/copy.dump"
child() { cut -d' ' -f1 "/proc/$started/task/$started/children"; }
dumping() { grep -qa pg_dump "/proc/$(child)/cmdline" && grep -qa dbname "/proc/$(child)/cmdline"; }
wait_for dumping
! grep -aF -- "$password" "/proc/$(child)/cmdline" || fail "the password is among pg_dump's arguments"
kill -TERM "$started"
wait "$started" || :
let_go
cp "$box/background" "$out"
keep
nowhere "$password"

# ---- what cannot be read is not echoed ----

secret=S3cr3tToken
unread() { # unread COMMAND...: it fails, and what it says is kept
    got=0
    last="$*"
    "$@" >"$out" 2>"$err" || got=$?
    [ $got -eq 2 ] || [ $got -eq 4 ] || { show; fail "$last: exit status $got"; }
    keep
}
mkdir "$box/empty"
for broken in "postgres//u:$secret@h/db" "postgresql:/u:$secret@h/db" "postgresql:u:$secret@h/db" "mysql://u:$secret@h/db" \
    "postgresql://u:$secret@h:port/db" "postgresql://u:$secret@[::1/db" "postgresql://u:$secret@h%/db" \
    "postgresql://u:12?x=$secret@h" "postgresql://u:$secret@h/db?x" "postgresql://u:1/$secret@h/db" "host=h password='$secret" \
    "host=h password=$secret dbname" "host=h password=a $secret" "password=$secret=x dbname=a=b" "//u:$secret@h" \
    "u:$secret@h/db" "postgresql://u:p@h/postgresql://u:$secret@h/db" "jdbc:postgresql://h/db?user=u&password=$secret"; do
    CARDS_URL=$broken
    unread gmig upgrade
    for json in '' --json; do
        unread gmig current $json
        expect 0 gmig status $json
        keep
    done
    CARDS_URL=$without
    unread gmig current --target "$broken"
    # Where a revision, a command or another option should stand.
    unread gmig current "$broken"
    unread gmig upgrade --json "$broken"
    unread gmig show "$broken"
    unread gmig -C "$box/empty" init --from-database "$broken"
    unread gmig diff "$broken" history
    unread gmig diff --json history "$broken"
    unread gmig diff history models "$broken"
    unread gmig "$broken"
    unread gmig upgrade --url "$broken"
    unread gmig upgrade "--url=$broken"
done
# Git gives a hook the URL of the remote.
expect 0 gmig hook run pre-push origin "https://u:$secret@h/x" </dev/null
keep
nowhere "$secret"

# In gmig.yml itself, well-formed and not.
for line in "db: {url: \"postgresql://u:$secret@127.0.0.1:1/db\", development: maybe}" \
    "db: {url: \"postgresql://u:$secret@127.0.0.1:1/db\"" "db: \"postgresql://u:$secret@127.0.0.1:1/db" \
    "db: postgresql://u:$secret@127.0.0.1:x/db" "db: {url: [\"postgresql://u:$secret@127.0.0.1:1/db\"]}" \
    "db: {uri: \"postgresql://u:$secret@127.0.0.1:1/db\"}" "db: {postgresql://u:$secret@127.0.0.1:1/db: 1}" \
    "postgresql://u:$secret@127.0.0.1:1/db" "db: postgresql://u:$secret@127.0.0.1:1/db" \
    "db: {url: \"postgresql://u:$secret@127.0.0.1:1/db\", url: \"postgresql://u:$secret@127.0.0.1:1/db\"}" \
    "postgresql://u:$secret@127.0.0.1:1/db: {development: true}"; do
    printf 'dialects: [postgres]\ntargets:\n  %s\n' "$line" >gmig.yml
    for command in current 'current --json' upgrade status heads 'check --json'; do
        last="gmig $command with $line"
        gmig $command >"$out" 2>"$err" || :
        keep
    done
done
nowhere "$secret"
