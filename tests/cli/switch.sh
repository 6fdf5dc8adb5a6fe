#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# switch: a development database follows the checkout; what cannot be taken back stops the whole plan.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

copies() {
    find . -maxdepth 1 -name 'db.sqlite.*.backup' | wc -l | tr -d ' '
}

refused_and_untouched() { # refused_and_untouched STATUS TEXT SWITCH-ARGUMENT...
    untouched=$(query "SELECT id, sequence FROM gmig_revisions ORDER BY sequence"; tables)
    refused_with=$2
    refused_status=$1
    shift 2
    expect "$refused_status" gmig switch "$@"
    has_err "$refused_with"
    is "$(query "SELECT id, sequence FROM gmig_revisions ORDER BY sequence"; tables)" "$untouched"
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    commit base
    git checkout -q -b feature
    revision ffff1111 aaaa1111
    revision ffff2222 ffff1111
    commit feature
    git checkout -q -b other main
    revision eeee1111 aaaa1111
    with_sql eeee1111 '
CREATE TABLE t_eeee1111 (id INTEGER);
ALTER TABLE t_aaaa1111 ADD COLUMN nick TEXT;' '
ALTER TABLE t_aaaa1111 DROP COLUMN nick;
DROP TABLE t_eeee1111;'
    commit other
    git checkout -q feature

    # A database that has nothing yet only goes up; nothing to do is nothing to do.
    expect 0 gmig switch
    applied "aaaa1111 ffff1111 ffff2222"
    is "$(copies)" 0
    expect 0 gmig switch
    has_err 'nothing to do: the database is at ffff2222'
    query "INSERT INTO t_aaaa1111 VALUES (1), (2)"

    # Tables without rows are no loss; a copy of a SQLite database is kept. Rows of shared tables stay.
    git checkout -q other
    expect 0 gmig switch --plan
    same <<'END'
down ffff2222 add ffff2222
down ffff1111 add ffff1111
up   eeee1111 add eeee1111
END
    applied "aaaa1111 ffff1111 ffff2222"
    expect 0 gmig switch
    applied "aaaa1111 eeee1111"
    is "$(tables)" "t_aaaa1111
t_eeee1111"
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 2
    [ "$dialect" = postgres ] || is "$(copies)" 1

    # Rows and values that go are told, and cost a yes.
    query "UPDATE t_aaaa1111 SET nick = 'ada' WHERE id = 1"
    query "INSERT INTO t_eeee1111 VALUES (7), (8), (9)"
    git checkout -q feature
    expect 0 gmig switch --plan
    has 'lost t_aaaa1111.nick: 1 value'
    has 'lost t_eeee1111: 3 rows'
    expect 0 gmig switch --plan --json
    json '.from, .to, [.steps[] | .direction + " " + .revision + " " + .path], [.losses[] | [.revision, .table, .column, .rows, .at_most]]' \
        '["eeee1111"]
["ffff2222"]
["down eeee1111 other:migrations/eeee1111.sql","up ffff1111 migrations/ffff1111.sql","up ffff2222 migrations/ffff2222.sql"]
[["eeee1111","t_aaaa1111","nick",1,false],["eeee1111","t_eeee1111",null,3,false]]'
    refused_and_untouched 1 'will lose t_aaaa1111.nick: 1 value; t_eeee1111: 3 rows'
    has_err 'Say --yes to go on.'
    expect 0 gmig switch --yes --json
    json '.outcome, .reverted, .applied, (.losses | length)' '"done"
["eeee1111"]
["ffff1111","ffff2222"]
2'
    applied "aaaa1111 ffff1111 ffff2222"
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 2
    if [ "$dialect" = sqlite ]; then
        is "$(copies)" 2
        json '.backup | test("db.sqlite.*backup$")' true
        is "$(sqlite3 -batch "$(jq -r .backup "$out")" 'SELECT count(*) FROM t_eeee1111')" 3
    else
        json .backup '""'
    fi

    # Before one leaves: what another branch would take away is told while this one is still checked out.
    query 'INSERT INTO t_ffff2222 VALUES (4)'
    expect 0 gmig switch --plan main
    has 'lost t_ffff2222: 1 row'
    applied "aaaa1111 ffff1111 ffff2222"
    query 'DELETE FROM t_ffff2222'

    # REF in place of the checkout; its files are not checked out.
    expect 0 gmig switch --no-backup main
    applied aaaa1111
    [ "$dialect" = postgres ] || is "$(copies)" 2
    is "$(git branch --show-current)" feature
    expect 2 gmig switch nosuch
    expect 2 gmig switch --backup --no-backup

    # Amended: of the two versions of ffff1111 the one that was applied is taken back, and what stands on it.
    expect 0 gmig switch
    git checkout -q feature~0
    with_sql ffff1111 '
CREATE TABLE amended (id INTEGER);' '
DROP TABLE amended;'
    git commit -q -a --amend -m amended
    expect 0 gmig switch --plan
    same <<'END'
down ffff2222 add ffff2222
down ffff1111 add ffff1111
up   ffff1111 add ffff1111
up   ffff2222 add ffff2222
END
    # The ledger's copy is not what is run where git has the file.
    query "UPDATE gmig_revisions SET down_sql = 'BROKEN' WHERE id = 'ffff1111'"
    expect 0 gmig switch
    applied "aaaa1111 ffff1111 ffff2222"
    is "$(tables)" "amended
t_aaaa1111
t_ffff2222"
    expect 0 gmig switch main
    is "$(tables)" t_aaaa1111

    # A dirty work tree: a file that was applied, and changed, without ever being committed.
    git checkout -q main
    revision dddd1111 aaaa1111
    expect 0 gmig switch
    with_sql dddd1111 '
CREATE TABLE later (id INTEGER);' '
DROP TABLE later;'
    expect 0 gmig switch
    is "$(tables)" "later
t_aaaa1111"
    rm migrations/dddd1111.sql
    expect 0 gmig switch
    is "$(tables)" t_aaaa1111

    # Irreversible and lost: the whole plan is refused, also the steps that could be taken back.
    git checkout -q -b hard main
    revision cccc1111 aaaa1111
    with_sql cccc1111 '
CREATE TABLE t_cccc1111 (id INTEGER);'
    printf -- '-- gmig:irreversible rows were merged\n' >>migrations/cccc1111.sql
    revision cccc2222 cccc1111
    commit hard
    expect 0 gmig switch
    git checkout -q main
    refused_and_untouched 1 'revision cccc1111 is irreversible: rows were merged'
    expect 0 gmig switch --plan
    has 'down cccc2222'
    has_err 'this would be refused: revision cccc1111 is irreversible'
    git checkout -q hard
    revision cccc3333 cccc2222
    with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);'
    expect 0 gmig switch
    rm migrations/cccc3333.sql
    refused_and_untouched 1 'revision cccc3333 is lost: git has no file with the blob'
    query "DROP TABLE t_cccc3333"
    query "DELETE FROM gmig_revisions WHERE id = 'cccc3333'"
    query "UPDATE gmig_revisions SET irreversible = NULL, down_sql = 'DROP TABLE t_cccc1111;' WHERE id = 'cccc1111'"

    # What only a ref has that others may write to is not run, unless it is named.
    git update-ref refs/pull/7/head hard
    git checkout -q main
    git branch -q -D hard
    rm -rf .git/logs .git/ORIG_HEAD
    refused_and_untouched 1 'the file of revision cccc1111 comes only from pull/7/head, which others may write to'
    refused_and_untouched 1 'pull/7/head is a ref that others may write to' pull/7/head~0
    git checkout -q --detach refs/pull/7/head
    git commit -q --allow-empty -m mine
    git checkout -q main
    refused_and_untouched 1 'revision cccc1111 is irreversible' --from pull/7/head
    query "UPDATE gmig_revisions SET blob = '$(git hash-object --stdin </dev/null)' WHERE id = 'cccc1111'"
    expect 0 gmig switch --from refs/pull/7/head
    applied aaaa1111
    expect 0 gmig switch --from pull/7/head pull/7/head
    applied "aaaa1111 cccc1111 cccc2222"

    # Others than development databases are refused at once.
    sed 's/, development: true//' gmig.yml >guarded.yml
    expect 1 gmig --config guarded.yml switch --yes
    has_err 'db is guarded, and switch is for development databases'
    applied "aaaa1111 cccc1111 cccc2222"
}

# What a shallow clone lacks may exist all the same.
shallow() {
    new_target sqlite
    revision aaaa1111 ""
    commit one
    revision bbbb1111 aaaa1111
    with_sql bbbb1111 '
CREATE TABLE b (id INTEGER);'
    commit two
    expect 0 gmig switch
    git rm -q migrations/bbbb1111.sql
    commit three
    git clone -q --depth 1 "file://$PWD" ../shallow
    cd ../shallow
    expect 1 gmig switch
    has_err 'revision bbbb1111 is lost'
    has_err 'git fetch --unshallow'
    git fetch -q --unshallow
    expect 1 gmig switch
    has_err 'revision bbbb1111 has no down for sqlite'
}

# Without a repository there is the database's own copy.
without_git() {
    new_target sqlite
    rm -rf .git
    revision aaaa1111 ""
    revision bbbb1111 aaaa1111
    expect 0 gmig switch
    rm migrations/bbbb1111.sql
    expect 0 gmig switch
    applied aaaa1111
}

# What switches keep of themselves stays for seven days, and the newest ten longer; all else is not theirs.
kept_copies() {
    new_target sqlite
    revision aaaa1111 ""
    commit one
    git checkout -q -b other
    revision bbbb1111 aaaa1111
    commit two
    for day in 01 02 03 04 05 06 07 08 09 10 11 12; do
        touch "db.sqlite.202001${day}000000.switch.backup"
    done
    touch "db.sqlite.20200102000000-2.switch.backup" "db.sqlite.$(date -u -d '3 days ago' +%Y%m%d%H%M%S).switch.backup"
    others='db.sqlite.20190101000000.backup db.sqlite.20190101000000.switch.backup.gz db.sqlite.20190101000000-x.switch.backup
db.sqlite.2019010100000a.switch.backup db.sqlite.b.20190101000000.switch.backup db.sqlite_20190101000000.switch.backup'
    for other in $others; do
        touch "$other"
    done
    mkdir db.sqlite.20190101000000.switch.backup
    expect 0 gmig upgrade
    git checkout -q main
    expect 0 gmig switch --backup-to mine.backup
    hasnt_err 'removed'
    git checkout -q other
    expect 0 gmig switch
    git checkout -q main
    expect 0 gmig switch
    has_err '5 copies that earlier switches kept removed: the newest 10 stay, and all of 7 days'
    is "$(find . -maxdepth 1 -type f -name 'db.sqlite.202001*.switch.backup' | sort | head -n 1)" \
        ./db.sqlite.20200105000000.switch.backup
    is "$(find . -maxdepth 1 -type f -name 'db.sqlite.20[0-9]*[0-9].switch.backup' | wc -l | tr -d ' ')" 10
    for other in $others mine.backup; do
        [ -f "$other" ] || fail "$other is gone"
    done
    # Those of a week are as many as they are.
    for second in 10 11 12 13 14 15 16 17 18 19 20; do
        touch "db.sqlite.$(date -u -d '2 days ago' +%Y%m%d%H%M)$second.switch.backup"
    done
    git checkout -q other
    expect 0 gmig switch
    git checkout -q main
    expect 0 gmig switch
    is "$(find . -maxdepth 1 -type f -name 'db.sqlite.20[0-9]*[0-9].switch.backup' | wc -l | tr -d ' ')" 14
}

(mkdir deep && cd deep && shallow)
(cd "$box/here" && mkdir kept && cd kept && kept_copies)
(cd "$box/here" && mkdir plain && cd plain && without_git)
on_both scenario
