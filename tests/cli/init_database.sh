#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# init --from-database: models and a first revision from a database that is there already, proved, and nothing else touched.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# A database with something of everything.
fill() {
    if [ "$dialect" = sqlite ]; then
        query "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL COLLATE NOCASE UNIQUE);
            CREATE TABLE \"odd; name\" (\"a b\" TEXT DEFAULT 'x;y' CHECK (\"a b\" <> ''), u INTEGER REFERENCES users (id) ON DELETE CASCADE,
                v INTEGER GENERATED ALWAYS AS (u + 1)) STRICT;
            CREATE INDEX odd_idx ON \"odd; name\" (lower(\"a b\") DESC) WHERE u > 0;
            CREATE VIEW emails AS SELECT email FROM users -- what they are
                ;
            CREATE TRIGGER touch AFTER INSERT ON users BEGIN UPDATE users SET email = 'x'; END;
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
            CREATE TABLE migrations (bird TEXT);
            INSERT INTO users VALUES (7, 'a')"
    else
        query "CREATE EXTENSION citext; CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('glad', 'sad');
            CREATE DOMAIN app.short AS text CHECK (length(VALUE) < 9);
            CREATE TABLE users (id bigserial PRIMARY KEY, email citext NOT NULL UNIQUE, m mood DEFAULT 'glad');
            CREATE TABLE app.\"odd; name\" (\"a b\" app.short DEFAULT 'x;y', u bigint REFERENCES users ON DELETE CASCADE,
                v bigint GENERATED ALWAYS AS (u + 1) STORED, at date NOT NULL) PARTITION BY RANGE (at);
            CREATE TABLE app.y1 PARTITION OF app.\"odd; name\" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE INDEX odd_idx ON app.\"odd; name\" (lower(\"a b\") DESC) WHERE u > 0;
            CREATE VIEW emails AS SELECT email FROM users;
            CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM emails;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RETURN NEW; END; \$\$;
            CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
            COMMENT ON TABLE users IS 'people; all of them';
            ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON users USING (id > 0);
            CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL);
            CREATE TABLE migrations (bird text);
            INSERT INTO users (email) VALUES ('a')"
    fi
}

scenario() {
    new_target "$1"
    rm gmig.yml
    # What gmig.yml says for a URL that may hold a password.
    DATABASE_URL=$url
    export DATABASE_URL
    # An empty one and one that is not there: nothing is written.
    if [ "$dialect" = sqlite ]; then
        expect 4 gmig init --from-database "$url"
        has_err 'there is no database'
        query 'PRAGMA user_version = 1'
    else
        expect 4 gmig init --from-database "$(echo "$url" | sed "s/gmig_init/gmig_none/")"
    fi
    expect 1 gmig init --from-database "$url"
    has_err 'is empty'
    is "$(LC_ALL=C ls)" "$([ "$dialect" = postgres ] || echo db.sqlite)"

    fill
    expect 0 gmig init --from-database "$url" --no-hooks
    has 'created gmig.yml'
    has "created models/schema.$dialect.sql"
    has 'created migrations/20260101000000_'
    has_err '`gmig stamp --verify head -t dev` records that it is there already'
    # What another tool has recorded there is no part of the schema.
    expect 1 grep -rE 'alembic_version|goose_db_version' models migrations
    # A name that may be anybody's is taken for the user's.
    expect 0 grep -r bird models
    is "$(ls migrations | wc -l)" 1
    ! grep -q ', development: true}' gmig.yml || fail 'a database that is there may be thrown away'
    is "$(query "SELECT count(*) FROM users")" 1
    is "$(tables | grep -c gmig)" 0

    # It is what the database has, and what the models say, on every way to look at it.
    expect 0 gmig diff dev history
    expect 0 gmig diff dev models
    expect 0 gmig check
    expect 0 gmig check --replay
    expect 0 gmig migrate
    has_err 'nothing to do'
    expect 1 gmig upgrade --allow-dirty
    has_err 'gmig stamp'
    expect 0 gmig stamp --verify head -t dev
    expect 0 gmig check --database
    expect 0 gmig upgrade --allow-dirty
    commit all

    # From the first revision another database is made.
    if [ "$dialect" = sqlite ]; then
        other=sqlite:$PWD/db.sqlite2
    else
        other=$(pg_new_database gmig_init_other)
    fi
    expect 0 gmig upgrade -t "$other"
    expect 0 gmig diff dev "$other"

    # Where there is something already, it is kept.
    expect 1 gmig init --from-database dev
    has_err 'there are revisions already'
    git rm -q migrations/*
    expect 1 gmig init --from-database dev
    has_err 'there are models already'
    git rm -q -r models
    expect 1 gmig init --from-database dev
    has_err 'has revisions of a project with gmig'
    [ ! -e models ] || fail 'models were written'
    query 'DROP TABLE gmig_revisions; DROP TABLE gmig_journal'
    echo 'models: db/now.sql' >>gmig.yml
    expect 0 gmig init --from-database dev --json
    json '.created[0], (.revision | length), .kept' '"db/now.sql"
12
["gmig.yml"]'
    rm -r db migrations
    sed -i "s|^dialects: .*|dialects: [$([ "$dialect" = sqlite ] && echo postgres || echo sqlite)]|" gmig.yml
    expect 2 gmig init --from-database dev
    has_err "\`dialects:\` has no $dialect"
    sed -i "s|^dialects: .*|dialects: [$dialect]|; s|db/now.sql|db/now.yml|" gmig.yml
    expect 1 gmig init --from-database dev
    has_err 'names no place for a file of SQL'
    [ ! -e db ] || fail 'something was left'
}

on_both scenario

# A password is not written, and what scratch may not make leaves nothing behind.
mkdir "$box/here/more"
cd "$box/here/more"
server=$(pg_socket | sed 's|/|%2F|g')
dialect=postgres
url=$(pg_new_database gmig_init_secret)
query "GRANT ALL ON SCHEMA public TO gmig_scram; CREATE TABLE a (id integer)"
unset DATABASE_URL
password=$(pg_password)
name=$(echo "$url" | sed 's|?.*||; s|.*/||')
expect 0 gmig init --from-database "postgresql://gmig_scram:$password@$server/$name"
! grep -rqF "$password" . || fail 'the password was written'
hasnt_err "$password"
has_err '`gmig stamp --verify head` records'
rm -r gmig.yml models migrations
expect 2 gmig init --from-database nosuch
query "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw"
expect 1 gmig init --from-database "$url"
is "$(ls)" ''
