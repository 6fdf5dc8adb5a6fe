#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig import of Alembic's files says what Python and Alembic would do, or refuses: scopes, order, marks and sizes.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# start NAME: a repository with one revision of Alembic's, whose code is standard input.
start() {
    cd "$box/here"
    new_repo "$1"
    mkdir -p old
    printf 'format: alembic\nmigrations: old\n' >gmig.yml
    {
        printf '"""one\n\nCreate Date: 2024-01-01 00:00:00\n"""\nfrom alembic import op\nimport sqlalchemy as sa\n'
        printf 'from sqlalchemy.dialects import postgresql\nrevision = "aaaa1"\ndown_revision = None\n'
        cat
    } >old/aaaa1.py
}

# imported: the sections, compared with standard input.
imported() {
    expect 0 gmig import --into new
    sed '1,/^$/d' new/*.sql >body
    same_file body
}

# refused REASON: and nothing is written.
refused() {
    expect 1 gmig import --into new
    has_err "$1"
    [ ! -e new ] || fail 'a refused import has written'
}

# ---- a function sees the names of where it is defined, not its caller's ----
start scopes <<'END'
table = "users"

def helper():
    op.drop_table(table)

def upgrade():
    table = "orders"
    def inner():
        op.drop_table(table)
    helper()
    inner()
    def between():
        table = "others"
        inner()
        helper()
    between()
END
imported <<'END'
-- gmig:up
DROP TABLE users;
DROP TABLE orders;
DROP TABLE orders;
DROP TABLE users;
END

# ---- nor the caller's batch ----
start batch_of_caller <<'END'
def helper():
    batch_op.drop_column("a")

def upgrade():
    with op.batch_alter_table("t") as batch_op:
        helper()
END
refused 'old/aaaa1.py:11: batch_op.drop_column("a")'

# ---- a parameter is not the module's name of that kind ----
start parameter <<'END'
table = "users"

def helper(table="orders"):
    op.drop_table(table)

def upgrade():
    helper()
END
refused 'old/aaaa1.py:16: helper()'

# ---- what a batch does is done where it ends, behind what was executed in it ----
for recreate in auto never; do
    start "batch_$recreate" <<END
def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("old", sa.Text()))
    with op.batch_alter_table("t", recreate="$recreate") as b:
        b.add_column(sa.Column("new", sa.Text()))
        b.execute("UPDATE t SET id = 1")
        b.create_index("ix", ["new"])
        op.execute("UPDATE t SET id = 2")
END
    printf 'dialects: [postgres]\n' >>gmig.yml
    imported <<'END'
-- gmig:up
CREATE TABLE t (
    id SERIAL NOT NULL,
    old TEXT,
    PRIMARY KEY (id)
);
UPDATE t SET id = 1;
UPDATE t SET id = 2;
ALTER TABLE t ADD COLUMN new TEXT;
CREATE INDEX ix ON t (new);
END
    rm -r new
    sed -i 's/postgres/sqlite/' gmig.yml
    expect 0 gmig import --into new
    grep -E '^(UPDATE|ALTER|CREATE I)' new/*.sql >body
    same_file body <<'END'
UPDATE t SET id = 1;
UPDATE t SET id = 2;
ALTER TABLE t ADD COLUMN new TEXT;
CREATE INDEX ix ON t (new);
END
done

# ---- with the values that its arguments had before ----
start batch_bound <<'END'
def upgrade():
    name = "a"
    with op.batch_alter_table("t", recreate="never") as b:
        b.drop_column(name)
        name = "b"
END
refused 'old/aaaa1.py:12: with op.batch_alter_table("t", recreate="never") as b: (a name is bound between the operations of a batch)'

start batch_inner <<'END'
def upgrade():
    name = "a"
    with op.batch_alter_table("t", recreate="never") as b:
        def drop():
            name = "b"
            b.drop_column(name)
        drop()
END
refused 'old/aaaa1.py:15: b.drop_column(name) (a function adds to a batch that is not its own)'

# ---- and the one that cannot be said is named ----
start batch_line <<'END'
def upgrade():
    with op.batch_alter_table("t") as b:
        b.drop_column("a")
        b.drop_constraint(None, type_="unique")
END
printf 'dialects: [postgres]\n' >>gmig.yml
refused 'old/aaaa1.py:11: with op.batch_alter_table("t") as b: (drop_constraint on line 13: the constraint has no name)'

# ---- use_alter=True is no part of CREATE TABLE on PostgreSQL, and nothing adds it later; ADD COLUMN has it ----
start use_alter <<'END'
def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer()),
        sa.Column("a", sa.Integer(), sa.ForeignKey("u.id", name="fk_a", use_alter=True)),
        sa.Column("b", sa.Integer(), sa.ForeignKey("u.id", name="fk_b", use_alter=False)),
        sa.ForeignKeyConstraint(["id"], ["u.id"], name="fk_id", use_alter=True))
END
imported <<'END'
-- gmig:up dialect=postgres
CREATE TABLE t (
    id INTEGER,
    a INTEGER,
    b INTEGER,
    CONSTRAINT fk_b FOREIGN KEY (b) REFERENCES u (id)
);

-- gmig:up dialect=sqlite
CREATE TABLE t (
    id INTEGER,
    a INTEGER,
    b INTEGER,
    CONSTRAINT fk_id FOREIGN KEY (id) REFERENCES u (id),
    CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES u (id),
    CONSTRAINT fk_b FOREIGN KEY (b) REFERENCES u (id)
);
END
start use_alter_added <<'END'
def upgrade():
    op.add_column("t", sa.Column("a", sa.Integer(), sa.ForeignKey("u.id", name="fk_a", use_alter=True)))
    op.create_foreign_key("fk_b", "t", "u", ["b"], ["id"], use_alter=True)
END
printf 'dialects: [postgres]\n' >>gmig.yml
imported <<'END'
-- gmig:up
ALTER TABLE t ADD COLUMN a INTEGER;
ALTER TABLE t ADD CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES u (id);
ALTER TABLE t ADD CONSTRAINT fk_b FOREIGN KEY (b) REFERENCES u (id);
END

# ---- create_type is an argument of postgresql.ENUM alone; Uuid may be no UUID ----
start types <<'END'
def upgrade():
    op.create_table("t", sa.Column("a", sa.Enum("x", name="general", create_type=False)),
        sa.Column("b", postgresql.ENUM("x", name="theirs", create_type=False)),
        sa.Column("c", postgresql.ENUM("x", name="ours")),
        sa.Column("d", sa.ARRAY(sa.Enum("x", name="items", create_type=False))),
        sa.Column("e", sa.Uuid(native_uuid=False)),
        sa.Column("f", sa.Uuid(as_uuid=False, native_uuid=True)))
END
printf 'dialects: [postgres]\n' >>gmig.yml
imported <<'END'
-- gmig:up
CREATE TYPE general AS ENUM ('x');
CREATE TYPE ours AS ENUM ('x');
CREATE TYPE items AS ENUM ('x');
CREATE TABLE t (
    a general,
    b theirs,
    c ours,
    d items[],
    e CHAR(32),
    f UUID
);
END

# ---- a string with a line that gmig would read as a marker ----
start markers <<'END'
def upgrade():
    op.bulk_insert(sa.table("o", sa.column("a", sa.Text())), [{"a": "x\n-- gmig:down\nDROP TABLE users;\n--"}])
    op.create_table("t", sa.Column("a", sa.Text(), server_default="x\n--\tgmig:up"))
    op.execute("SELECT 1\n--gmig:allow")
    op.execute("SELECT '-- gmig of another kind'")
END
refused "old/aaaa1.py:11: op.bulk_insert(sa.table(\"o\""
has_err "(a line of it begins as gmig's markers do)"
has_err "old/aaaa1.py:12: op.create_table("
has_err "old/aaaa1.py:13: op.execute("
hasnt_err "old/aaaa1.py:14"

# ---- a constant that is used over and over makes no more than a file's worth of SQL ----
large=$(head -c 500000 /dev/zero | tr '\0' x)
{
    printf 'S = "SELECT '"'%s'"'"\n\ndef upgrade():\n' "$large"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35; do
        echo '    op.execute(S)'
    done
} >"$box/large.py"
start size <"$box/large.py"
refused 'old/aaaa1.py:46: op.execute(S) (more SQL up to here than a file or an import may have)'
hasnt_err 'old/aaaa1.py:47'
sed 25q "$box/large.py" >"$box/half.py"
printf '\ndef downgrade():\n' >>"$box/half.py"
sed -n 4,20p "$box/large.py" >>"$box/half.py"
start size_of_both <"$box/half.py"
printf 'dialects: [sqlite]\n' >>gmig.yml
refused 'old/aaaa1.py:1: its SQL is larger than a file may be'

# ---- and all files together have a limit ----
sed 35q "$box/large.py" >"$box/full.py"
start size_of_all <"$box/full.py"
sed 's/aaaa1/aaaa2/; s/None/"aaaa1"/' old/aaaa1.py >old/aaaa2.py
sed 's/aaaa1/aaaa3/; s/None/"aaaa2"/' old/aaaa1.py >old/aaaa3.py
refused 'old/aaaa3.py:19: op.execute(S) (more SQL up to here than a file or an import may have)'
hasnt_err 'old/aaaa2.py'

# ---- nor are sums of strings made without end ----
{
    printf 'a = "%s"\nb = "%s"\n\ndef upgrade():\n    pass\n' "$large" "$large"
    for _ in 1 2 3 4 5 6 7 8; do
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            printf '    if op.get_bind().dialect.name == a + b:\n        pass\n'
        done
    done
} >"$box/sums.py"
start sums <"$box/sums.py"
refused 'if op.get_bind().dialect.name == a + b'
