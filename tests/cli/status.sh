#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig status: one screen, exit 0, and nothing is made by looking.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# without a repository, without a branch, without a database
mkdir nothing
cd nothing
expect 0 gmig status
same <<'END'
Branch     no git repository
Heads      none; no revisions found in migrations/
Database   no database is named
Next       gmig init  (there is no gmig.yml here)
END
expect 0 gmig status --json
json .branch null
json .database null
json .heads '[]'
cd ..

new_repo cards
printf 'targets:\n  dev: {url: "sqlite:dev.db", development: true}\n' >gmig.yml
echo 'dev.db*' >.gitignore
revision aaaa1 ""
expect 0 gmig status
same <<END
Branch     main, no commit yet
Heads      aaaa1  add aaaa1
Database   dev (sqlite:$PWD/dev.db), does not exist yet
Pending    aaaa1  add aaaa1
Next       gmig upgrade  (1 revision to apply)
END
[ ! -e dev.db ] || fail "looking made the database"
commit one

# a database that gmig has not touched yet
: >dev.db
expect 0 gmig status
has "(sqlite:$PWD/dev.db), nothing applied by gmig yet"
[ ! -s dev.db ] || fail "looking made a ledger"
rm dev.db

expect 0 gmig upgrade
expect 0 gmig status
same <<END
Branch     main
Heads      aaaa1  add aaaa1
Database   dev (sqlite:$PWD/dev.db)
Applied    1, at aaaa1
Next       nothing to do; the database is up to date
END

# several heads: merge before upgrade
revision bbbb2 aaaa1
revision cccc3 aaaa1
before=$(cksum dev.db)
expect 0 gmig status
same <<END
Branch     main
Heads      cccc3  add cccc3  divergent
           bbbb2  add bbbb2  divergent
Database   dev (sqlite:$PWD/dev.db)
Applied    1, at aaaa1
Pending    bbbb2  add bbbb2
           cccc3  add cccc3
Next       gmig merge  (a lineage has several heads)
END
[ "$(cksum dev.db)" = "$before" ] || fail "looking changed the database"
expect 0 gmig status --json
json .divergent true
json '.database.pending' '["bbbb2","cccc3"]'
json '.next[0].command' '"gmig merge"'

# a phantom beside a revision of this branch, and alone
expect 0 gmig upgrade heads
rm migrations/cccc3.sql
expect 0 gmig status
same <<END
Branch     main
Heads      bbbb2  add bbbb2
Database   dev (sqlite:$PWD/dev.db)
Applied    3, at cccc3, bbbb2
Phantom    cccc3  add cccc3
           cccc3: \`gmig whence cccc3\` looks for it
Next       gmig switch  (1 revision of another branch to take back)
END
sed 's/, development: true//' gmig.yml >guarded.yml
expect 0 gmig status --config guarded.yml
has 'Next       gmig downgrade --from-ledger aaaa1  (1 revision of another branch to take back, and 1 of this one above aaaa1)'
rm guarded.yml
expect 0 gmig downgrade --from-ledger aaaa1
expect 0 gmig status
hasnt Phantom
has "Next       gmig upgrade"

# a changed file, and a late one
expect 0 gmig upgrade
sed -i 's/id INTEGER/id TEXT/' migrations/bbbb2.sql
expect 0 gmig status
has "Changed    bbbb2  add bbbb2"
has "gmig repair bbbb2  (its statements are not those that were applied: accept them, or restore the file)"
sed -i 's/id TEXT/id INTEGER/' migrations/bbbb2.sql
revision dddd4 aaaa1
sed -i 's/^-- parents: \[aaaa1\]/-- parents: [dddd4]/' migrations/bbbb2.sql
expect 0 gmig status
has "Pending    dddd4  add dddd4  late"
has "gmig upgrade  (1 pending revision below one that is applied)"
json_late() { expect 0 gmig status --json; json .database.late '["dddd4"]'; }
json_late
expect 0 gmig status --target "sqlite:dev.db"
hasnt ", guarded"
sed -i 's/, development: true//' gmig.yml
expect 0 gmig status
has "(sqlite:$PWD/dev.db), guarded"
has "gmig upgrade --allow-late"
git checkout -q gmig.yml
rm migrations/dddd4.sql
sed -i 's/^-- parents: \[dddd4\]/-- parents: [aaaa1]/' migrations/bbbb2.sql
expect 0 gmig status
has "Next       nothing to do"

# a statement that nobody knows the end of
printf -- '-- revision: eeee5\n-- parents: [bbbb2]\n\n-- gmig:up transaction=off\nVACUUM;\nSELECT 1;\n-- gmig:down\n' \
    >migrations/eeee5.sql
expect 0 gmig upgrade
sqlite3 dev.db "DELETE FROM gmig_revisions WHERE id = 'eeee5';
    DELETE FROM gmig_journal WHERE revision = 'eeee5' AND (kind = 'applied' OR statement > 1 OR kind = 'done');"
expect 0 gmig status
has "Unresolved eeee5, statement 1 of its up"
has "gmig resolve eeee5:1 --done  (nobody knows how this statement ended; --redo when it had no effect)"
expect 0 gmig status --json
json .database.unresolved '[{"revision":"eeee5","direction":"up","statement":1}]'
rm migrations/eeee5.sql

# where git stands
git add -A
git commit -qm two
git checkout -q --detach
expect 0 gmig status
has "Branch     detached at $(git rev-parse --short=12 HEAD)"
git checkout -q -b other HEAD~1
echo other >gmig.yml
git add -A
git commit -qm other
git checkout -q main
echo "# main" >>gmig.yml
git commit -qam main
expect 1 git merge -q other
git checkout -q --ours gmig.yml
expect 0 gmig status
has "Branch     main, in the middle of a merge"
expect 0 gmig status --json
json .doing '"merge"'
git merge --abort

# a broken history
printf 'nonsense\n' >migrations/x.sql
expect 0 gmig status
has "Problems   1 in migrations/"
has "gmig check  (1 problem in the history)"
rm migrations/x.sql

# a database that cannot be reached, is none, or is not named
expect 0 gmig status --target postgresql://nobody:secret@127.0.0.1:1/x
has "cannot be looked at"
hasnt secret
expect 0 gmig status --json --target postgresql://nobody:secret@127.0.0.1:1/x
json .database.state '"unreachable"'
json .database.error.code '"connect"'
hasnt secret
printf 'this is no database, and long enough to be none of SQLite as well\n' >junk.db
expect 0 gmig status --target sqlite:junk.db
has "cannot be looked at"
expect 2 gmig status --target nope
has_err "there is no target 'nope'"
printf 'targets:\n  dev: sqlite:dev.db\n  prod: sqlite:prod.db\n' >gmig.yml
expect 0 gmig status
same <<'END'
Branch     main
Heads      bbbb2  add bbbb2
Database   there are several targets: dev, prod
Next       gmig status -t dev  (or another of the targets)
END
expect 0 env GMIG_DATABASE_URL=mysql://u:secret@h/d gmig status
has "Database   GMIG_DATABASE_URL: the database URL is of no kind that gmig knows"
hasnt secret

# what is suggested names the database that was asked about, and would run
revision late1 bbbb2
expect 0 gmig status -t prod
same <<END
Branch     main
Heads      late1  add late1
Database   prod (sqlite:$PWD/prod.db), guarded, does not exist yet
Pending    aaaa1  add aaaa1
           bbbb2  add bbbb2
           late1  add late1
Next       git commit  (prod is guarded, and late1 is not committed as it is)
           gmig upgrade -t prod  (3 revisions to apply)
END
expect 1 gmig upgrade -t prod
rm migrations/late1.sql
sqlite3 prod.db 'CREATE TABLE of_others (id)'
expect 0 gmig status -t prod
has "guarded, nothing applied by gmig yet, but it has tables"
has "Next       gmig stamp REVISION -t prod  (it has tables, and no record of what made them)"
expect 1 gmig upgrade -t prod
sqlite3 prod.db "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('ab12')"
expect 0 gmig status -t prod
has "(its tables are not gmig's: Alembic was at ab12)"
expect 0 gmig stamp -t prod bbbb2
expect 0 gmig status -t prod
has "Next       nothing to do; the database is up to date"
rm prod.db
expect 0 gmig status -t "sqlite:a b.db"
has "gmig upgrade -t 'sqlite:$PWD/a b.db'"

# text from a file cannot steer the terminal
revision ffff6 bbbb2 "$(printf '"\\e[31mred"')"
expect 0 gmig status
hasnt "$(printf '\033')"
has '\x1b[31mred'

# a bare repository has its history at HEAD
git add -A
git commit -qm hostile
git clone -q --bare . ../bare.git
expect 0 gmig -C ../bare.git status
has "Branch     main, bare repository"
has "Heads      ffff6"
