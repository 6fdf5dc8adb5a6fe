#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# upgrade: applies what is pending in the plan's order, one transaction a revision, and says so only after the commit.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision cccc3333 bbbb2222
    commit history

    # A plan opens no file and makes no ledger.
    expect 0 gmig upgrade --plan --json
    json '(.steps | map(.revision)), .from, .to' '["aaaa1111","bbbb2222","cccc3333"]
[]
["cccc3333"]'
    [ "$1" = postgres ] || [ ! -e db.sqlite ] || fail "--plan made the file"
    is "$(tables)" ""
    expect 0 gmig current --json
    json '.heads, (.pending | length)' '[]
3'

    expect 0 gmig upgrade bbbb2222
    has 'applied aaaa1111 add aaaa1111'
    has 'applied bbbb2222 add bbbb2222'
    hasnt cccc3333
    has_err 'gmig: database db: '
    applied "aaaa1111 bbbb2222"
    is "$(tables)" "t_aaaa1111
t_bbbb2222"
    is "$(query "SELECT parents FROM gmig_revisions WHERE id = 'bbbb2222'")" aaaa1111
    is "$(query "SELECT blob FROM gmig_revisions WHERE id = 'bbbb2222'")" "$(git rev-parse HEAD:migrations/bbbb2222.sql)"
    is "$(query "SELECT DISTINCT commit_id FROM gmig_revisions")" "$(git rev-parse HEAD)"

    expect 0 gmig upgrade --json
    json '.applied, .reverted, .failed, .pending, .outcome' '["cccc3333"]
[]
null
[]
"done"'
    expect 0 gmig upgrade
    same </dev/null
    has_err 'nothing to do: the database is at cccc3333'
    expect 0 gmig upgrade +0 --json
    json '.outcome' '"nothing"'

    # A failure: the revision is rolled back whole, those before it stay, those after it are not reached.
    revision dddd4444 cccc3333
    revision eeee5555 dddd4444
    with_sql eeee5555 '
CREATE TABLE half (id INTEGER);

INSERT INTO
  nowhere VALUES (1);
' '
DROP TABLE half;'
    revision ffff6666 eeee5555
    expect 4 gmig upgrade --json
    json '.applied, .failed.revision, .failed.code, .failed.statement, .pending, .outcome' '["dddd4444"]
"eeee5555"
"sql"
"INSERT INTO\n  nowhere VALUES (1)"
["ffff6666"]
"failed"'
    expect 4 gmig upgrade
    has_err nowhere
    # PostgreSQL points into the statement, SQLite at the whole of it.
    if [ "$1" = sqlite ]; then
        has_err 'migrations/eeee5555.sql:9'
    else
        has_err 'migrations/eeee5555.sql:10'
        has_err 42P01
    fi
    has_err 'gmig: eeee5555 is rolled back; 0 done before it, 1 not reached'
    [ "$1" = postgres ] || has_err 'hint: Nothing of it was kept: correct it, then run `gmig upgrade` again.'
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444"
    is "$(tables | grep -c half || :)" 0

    # Two heads of one lineage: refused with both ways out; `heads` takes them all.
    rm migrations/eeee5555.sql migrations/ffff6666.sql
    revision gggg7777 dddd4444
    revision hhhh8888 dddd4444
    expect 1 gmig upgrade
    has_err 'gmig merge'
    has_err 'gmig upgrade heads'
    expect 0 gmig upgrade heads
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444 gggg7777 hhhh8888"

    # SQL and goal from a commit, whatever the work tree has.
    commit heads
    git rm -q migrations/hhhh8888.sql migrations/gggg7777.sql
    git commit -qm fewer
    expect 0 gmig downgrade --at HEAD~1 dddd4444
    expect 0 gmig upgrade --at HEAD~1 gggg7777
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444 gggg7777"
    expect 2 gmig upgrade nosuch
    has_err nosuch
    expect 2 gmig upgrade aaaa1111:gggg7777
    has_err "'aaaa1111:gggg7777' is a range, and one revision is wanted here"
    expect 2 gmig upgrade -- --plan
    has_err "'-plan' in '--plan' is no number of steps"

    # A wrong folder is not taken for a history that is applied.
    for command in upgrade 'downgrade base' 'stamp head' repair 'upgrade --plan' 'upgrade --sql'; do
        expect 2 gmig -d nowhere $command
        has_err 'there is no folder nowhere/ of revision files'
        has_err 'hint: -d takes the folder of the revision files.'
    done
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444 gggg7777"
}

on_both scenario

# In a repository of several projects the top is none of them.
new_repo several
mkdir one two
touch one/gmig.yml two/gmig.yml
commit all
expect 2 gmig upgrade -t sqlite:x.db
has_err 'hint: There are projects in one, two; choose one with -C, as in `gmig -C one`.'
expect 2 gmig upgrade -t sqlite:x.db -C one
has_err 'hint: `migrations:` in gmig.yml names the folder of the revision files.'
mkdir one/migrations
expect 0 gmig upgrade -t sqlite:x.db -C one
has_err 'nothing to do: the history has no revisions'
[ ! -e one/x.db ] || fail 'a file was made for nothing'
expect 0 gmig -C one history
same_err <<'END'
gmig: no revisions in migrations/ at worktree
END
cd ..
mkdir alone
expect 2 gmig -C alone upgrade -t sqlite:x.db
has_err 'hint: There is no gmig.yml here either'
