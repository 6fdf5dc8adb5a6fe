#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A table that SQLite cannot alter is built anew in a file with rows: its children, counter, index, view and trigger are as
# they were, up and down. What a model says of a rename may stay there.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# model COLUMN REST [MORE]: users with this column, and what stands on it.
model() {
    mkdir -p models
    cat >models/schema.sql <<END
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  $1 $2
);
CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE);
CREATE INDEX users_index ON users ($1);
CREATE VIEW listed AS SELECT $1 AS address FROM users;
CREATE TRIGGER gone AFTER DELETE ON users BEGIN INSERT INTO log VALUES (old.$1); END;
CREATE TABLE log (address TEXT);
${3-}
END
}

# as_before: the rows, and what the file says of itself.
as_before() {
    is "$(query 'SELECT count(*) FROM users')|$(query 'SELECT count(*) FROM notes')|$(query 'SELECT count(*) FROM log')" '2|2|1'
    is "$(query "SELECT seq FROM sqlite_sequence WHERE name = 'users'")" 3
    is "$(query "SELECT count(*) FROM sqlite_schema WHERE name IN ('users_index', 'listed', 'gone')")" 3
    is "$(query 'SELECT count(*) FROM listed')" 2
    is "$(query 'PRAGMA integrity_check')" ok
    is "$(query 'PRAGMA foreign_key_check')" ''
}

# at_head: the file has what the history makes.
at_head() {
    as_before
    expect 0 gmig diff history db
    expect 0 gmig check --database
}

new_target sqlite
model mail TEXT
expect 0 gmig migrate -m initial --rev-id aaaa1111
expect 0 gmig upgrade --allow-dirty
query "INSERT INTO users (mail) VALUES ('a'), (NULL), ('c'); INSERT INTO notes (user_id) VALUES (1), (2);
    DELETE FROM users WHERE id = 3"
at_head
commit initial

# Another type, and NULL is allowed no more.
model mail "BLOB NOT NULL DEFAULT '?'"
expect 0 gmig migrate -m strict --rev-id bbbb2222
grep -q 'users so: it is built anew' migrations/*bbbb2222* || fail "no rebuild: $(cat migrations/*bbbb2222*)"
expect 0 gmig migrate
has_err 'nothing to do'
expect 0 gmig upgrade --allow-dirty
at_head
is "$(query 'SELECT group_concat(mail) FROM users')" 'a,?'
commit strict

# A rename that the model says goes on standing there when it is done.
model email "BLOB NOT NULL DEFAULT '?' -- renamed from: mail"
expect 0 gmig migrate -m rename --rev-id cccc3333
grep -q 'RENAME COLUMN mail TO email' migrations/*cccc3333* || fail "no rename: $(cat migrations/*cccc3333*)"
expect 0 gmig migrate
has_err 'nothing to do'
expect 0 gmig upgrade --allow-dirty
is "$(query 'SELECT group_concat(email) FROM users')" 'a,?'
commit rename
model email "BLOB NOT NULL DEFAULT '?' -- renamed from: mail" 'CREATE TABLE more (id INTEGER PRIMARY KEY);'
expect 0 gmig migrate -m more --rev-id dddd4444
expect 0 gmig upgrade --allow-dirty
commit more

# And back, with the rows.
expect 0 gmig downgrade bbbb2222 --yes
is "$(tables | tr '\n' ' ')" 'log notes users '
as_before
expect 0 gmig downgrade aaaa1111 --yes
as_before
is "$(query 'SELECT group_concat(mail) FROM users')" 'a,?'
query "INSERT INTO users (mail) VALUES ('d')"
is "$(query 'SELECT max(id) FROM users')" 4

# The statement of the rename in a table that is new.
expect 0 gmig downgrade base --yes
rm -r migrations
expect 0 gmig migrate -m anew --rev-id eeee5555
expect 0 gmig upgrade --allow-dirty
is "$(tables | tr '\n' ' ')" 'log more notes users '
