#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A whole schema as a grown project has it, dumped and taken as models: migrated to from nothing, a database is that
# schema again, as its own tools tell; and migrated back it is empty.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# sixty TEMPLATE: it sixty times, with %N the number, %P the one before and %M one of seven.
sixty() {
    number=1
    while [ "$number" -le 60 ]; do
        echo "$1" | sed "s/%N/$number/g; s/%P/$((number > 1 ? number - 1 : 1))/g; s/%M/$((number % 7))/g"
        number=$((number + 1))
    done
}

postgres_schema() {
    cat <<'SQL'
CREATE SCHEMA shop; CREATE SCHEMA audit; CREATE EXTENSION citext; CREATE EXTENSION pgcrypto SCHEMA shop;
CREATE COLLATION shop.german (provider = icu, locale = 'de');
CREATE DOMAIN shop.money AS numeric(12,2) DEFAULT 0 NOT NULL CONSTRAINT not_owed CHECK (VALUE >= 0);
CREATE DOMAIN email AS citext CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE TYPE shop.address AS (street text, town text, zip varchar(10));
CREATE TYPE shop.span AS RANGE (subtype = float8);
CREATE SEQUENCE shop.invoices START 1000 INCREMENT 5 MINVALUE 10 CACHE 3 CYCLE;
CREATE FUNCTION shop.stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO shop AS $f$
BEGIN
    -- "when", as the clock says
    NEW.changed := now(); RETURN NEW;
END $f$;
CREATE FUNCTION shop.gross(net numeric, VARIADIC rates numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT net * (1 + (SELECT sum(r) FROM unnest(rates) r))';
CREATE PROCEDURE audit.sweep(IN days integer DEFAULT 30) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE shop.joined(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
SQL
    for each in 0 1 2 3 4 5 6; do
        echo "CREATE TYPE shop.state_$each AS ENUM ('new', 'it''s done', 'gone $each');"
    done
    sixty "CREATE TABLE shop.t%N (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 5) PRIMARY KEY,
    serial_no serial, parent bigint, state shop.state_%M DEFAULT 'new' NOT NULL, states shop.state_%M[], mail email,
    price shop.money, place shop.address, name varchar(80) COLLATE \"C\", title text COLLATE shop.german,
    data jsonb DEFAULT '{}'::jsonb, bits bit varying(5) DEFAULT B'101', at timestamptz DEFAULT now() NOT NULL,
    changed timestamp(3), span shop.span, \"Odd name\" text GENERATED ALWAYS AS (upper(name) || 'x') STORED,
    weight double precision, UNIQUE (state, name), CONSTRAINT t%N_even CHECK (weight > 0 OR name IN ('a', 'b%N')),
    EXCLUDE USING gist (span WITH &&) WHERE (weight > %M));"
    sixty "ALTER TABLE shop.t%N ADD CONSTRAINT t%N_parent FOREIGN KEY (parent) REFERENCES shop.t%P ON DELETE SET NULL
    DEFERRABLE INITIALLY DEFERRED;
    CREATE INDEX t%N_lower ON shop.t%N (lower(name) text_pattern_ops DESC NULLS LAST, at) INCLUDE (price) WHERE state <> 'new';
    CREATE INDEX t%N_data ON shop.t%N USING gin (data jsonb_path_ops);
    CREATE TRIGGER stamp BEFORE UPDATE OF name ON shop.t%N FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
        EXECUTE FUNCTION shop.stamp();
    CREATE VIEW shop.v%N AS SELECT a.id, b.name, shop.gross(a.price, 0.19, 0.0%M) AS gross FROM shop.t%N a
        JOIN shop.t%P b ON b.id = a.parent WHERE a.state <> 'new';
    COMMENT ON TABLE shop.t%N IS 'Table %N; it''s ours'; COMMENT ON COLUMN shop.t%N.\"Odd name\" IS 'odd';
    ALTER TABLE shop.t%N ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON shop.t%N FOR SELECT USING (name = current_user OR weight > %M);"
    cat <<'END'
ALTER TABLE shop.t1 ADD COLUMN last bigint REFERENCES shop.t60;
CREATE TABLE audit.log (at date NOT NULL, kind text NOT NULL, what jsonb, PRIMARY KEY (at, kind)) PARTITION BY RANGE (at);
CREATE TABLE audit.log_2025 PARTITION OF audit.log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (kind);
CREATE TABLE audit.log_2025_a PARTITION OF audit.log_2025 FOR VALUES IN ('a', 'b');
CREATE TABLE audit.log_rest PARTITION OF audit.log DEFAULT;
CREATE INDEX log_what ON audit.log USING gin (what);
CREATE TABLE audit.base (id integer, note text DEFAULT 'x');
CREATE TABLE audit.child (more text) INHERITS (audit.base);
CREATE UNLOGGED TABLE audit.queue (id uuid DEFAULT gen_random_uuid() PRIMARY KEY) WITH (fillfactor = 70);
CREATE MATERIALIZED VIEW audit.totals AS SELECT state, count(*) AS n FROM shop.t7 GROUP BY state WITH NO DATA;
CREATE UNIQUE INDEX totals_state ON audit.totals (state);
CREATE VIEW audit.safe WITH (security_barrier = true) AS SELECT id FROM shop.t3 WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE RULE no_log AS ON DELETE TO audit.queue DO INSTEAD NOTHING;
CREATE STATISTICS audit.s1 (dependencies) ON at, kind FROM audit.log;
ALTER TABLE shop.t2 REPLICA IDENTITY FULL, ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 200;
ALTER SEQUENCE shop.invoices OWNED BY shop.t9.id;
ALTER TABLE shop.t4 ALTER COLUMN serial_no SET DEFAULT nextval('shop.invoices');
ALTER TABLE shop.t5 ADD CONSTRAINT later CHECK (weight < 9) NOT VALID, FORCE ROW LEVEL SECURITY;
END
    # The example's own schema is in it as well.
    cat "$GMIG_SOURCE/models/flashcards.postgres.sql"
}

sqlite_schema() {
    sixty "CREATE TABLE t%N (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES t%P (id) ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED, name VARCHAR(80) NOT NULL COLLATE NOCASE, state TEXT DEFAULT 'it''s; new'
        CHECK (state IN ('it''s; new', 'gone %M')), \"Odd name\" TEXT AS (upper(name)) STORED, at TEXT DEFAULT CURRENT_TIMESTAMP,
        CONSTRAINT t%N_both UNIQUE (state, name) ON CONFLICT REPLACE);
    CREATE TABLE p%N (a TEXT, b INTEGER, PRIMARY KEY (b DESC, a)) STRICT, WITHOUT ROWID;
    CREATE INDEX t%N_lower ON t%N (lower(name) DESC, at COLLATE RTRIM) WHERE state <> 'x';
    CREATE VIEW v%N (id, name) AS SELECT a.id, b.name FROM t%N a JOIN t%P b ON b.id = a.parent;
    CREATE TRIGGER stamp%N AFTER UPDATE OF name ON t%N WHEN OLD.name <> NEW.name BEGIN
        UPDATE t%N SET at = CURRENT_TIMESTAMP WHERE id = NEW.id; INSERT INTO p%N VALUES (';', NEW.id); END;
    CREATE TRIGGER through%N INSTEAD OF DELETE ON v%N BEGIN DELETE FROM t%N WHERE id = OLD.id; END;"
    echo 'CREATE VIRTUAL TABLE words USING fts5(word, body); CREATE VIEW last AS SELECT max(id) AS n FROM v60;'
    cat "$GMIG_SOURCE/models/flashcards.sqlite.sql"
}

# dump: the schema as the engine's own tool tells it, without the ledger and without what differs from run to run.
dump() {
    if [ "$dialect" = sqlite ]; then
        query "SELECT sql || ';' FROM sqlite_schema WHERE sql NOT NULL AND tbl_name NOT LIKE 'gmig%' AND
            name NOT LIKE 'sqlite%' AND name NOT LIKE 'words~_%' ESCAPE '~' ORDER BY type, name"
    else
        "$(pg_bin)/pg_dump" -s --no-owner -T 'gmig_*' -d "$url" | grep -v '^\\'
    fi
}

scenario() {
    new_target "$1"
    home=$url
    dump >"$box/nothing"
    "${dialect}_schema" >"$box/schema.sql"
    if [ "$dialect" = sqlite ]; then
        url=sqlite:$PWD/db.sqlite-there
        sqlite3 -batch "${url#sqlite:}" <"$box/schema.sql"
    else
        # pg_dump tells some checks otherwise once its own dump was loaded: that is then what has to come out.
        for name in written there; do
            url=$(pg_new_database "gmig_real_$name")
            psql -qX -v ON_ERROR_STOP=1 -d "$url" -f "$box/schema.sql" >"$box/loaded" 2>&1 || fail "$(cat "$box/loaded")"
            dump >"$box/schema.sql"
        done
    fi
    there=$url
    dump >"$box/dump"
    [ "$(grep -c 'CREATE TABLE' "$box/dump")" -gt 60 ] || fail 'that is no large schema'
    mkdir models
    cp "$box/dump" "models/schema.$dialect.sql"
    url=$home

    expect 0 gmig migrate -m all --json
    json '.dialects[0].proved' true
    expect 0 gmig upgrade --allow-dirty
    dump >"$box/made"
    diff "$box/dump" "$box/made" >"$out" || fail "another schema: $(head -40 "$out")"
    expect 0 gmig diff "$there" db
    expect 0 gmig check --database
    expect 0 gmig migrate
    has_err 'nothing to do'
    expect 0 gmig downgrade base --yes
    dump >"$box/made"
    diff "$box/nothing" "$box/made" >"$out" || fail "not empty again: $(head -40 "$out")"
}

on_both scenario
