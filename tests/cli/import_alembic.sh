#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig import of an Alembic history: Debian's alembic and gmig make the same schemas of it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
command -v alembic >/dev/null || exit 77

# file ID PARENTS DEPENDS UP DOWN
file() {
    printf '"""step %s\n\nCreate Date: 2024-01-0%s 00:00:00\n"""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = "aaaa%s"\ndown_revision = %s\nbranch_labels = %s\n\n\ndef upgrade():\n%s\n\n\ndef downgrade():\n%s\n' \
        "$1" "$1" "$1" "$2" "$3" "$4" "$5" >"old/versions/aaaa$1.py"
}

history() {
    mkdir -p old/versions
    printf '[alembic]\nscript_location = old\n' >alembic.ini
    cp /usr/lib/python3/dist-packages/alembic/templates/generic/script.py.mako old/
    cat >old/env.py <<'END'
import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ["TOOL_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    getattr(connection, "commit", lambda: None)()
END
    file 1 None '("first",)' '    op.create_table("user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, server_default="it'"'"'s"),
        sa.Column("big", sa.BigInteger()),
        sa.Column("seen", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP")),
        sa.Column("bytes", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="uq_name"))
    op.create_index(op.f("ix_big"), "user", ["big", "seen"], unique=True)' '    op.drop_index(op.f("ix_big"), table_name="user")
    op.drop_table("user")'
    file 2 '"aaaa1"' None '    op.create_table("posts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=False),
        sa.Column("Score", sa.Float()),
        sa.ForeignKeyConstraint(["author"], ["user.id"], name="fk_author", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_posts"))' '    op.drop_table("posts")'
    file 3 '"aaaa1"' None '    op.add_column("user", sa.Column("on", sa.Boolean(), nullable=True))
    op.add_column("user", sa.Column("rest", sa.Text(), nullable=True))
    op.drop_column("user", "rest")' '    op.drop_column("user", "on")'
    file 4 '("aaaa2", "aaaa3")' None '    pass' '    pass'
    file 5 '"aaaa4"' None '    op.rename_table("posts", "articles")
    op.execute("UPDATE articles SET author = 1")' '    op.rename_table("articles", "posts")'
}

dump() {
    "$(pg_bin)/pg_dump" -s --no-owner "$1" -T 'gmig*' -T alembic_version -N 'gmig*' | grep -v '^\\\|^--\|^$'
}

scenario() {
    new_target "$1"
    history
    cp gmig.yml own.yml
    echo 'format: alembic' >>gmig.yml
    commit old
    expect 0 gmig import --into new
    grep -q '^-- labels: \[first\]' new/*_aaaa1_*.sql || fail 'the label is lost'
    cp own.yml gmig.yml
    printf 'format: gmig\nmigrations: new\n' >>gmig.yml
    commit new
    expect 0 gmig upgrade
    if [ "$dialect" = sqlite ]; then
        TOOL_URL=sqlite:///$PWD/tool.sqlite alembic upgrade heads >tool.log 2>&1 || fail "$(cat tool.log)"
        sqlite3 tool.sqlite 'DROP TABLE alembic_version'
        expect 0 gmig diff "sqlite:$PWD/db.sqlite" "sqlite:$PWD/tool.sqlite"
    else
        tool=$(pg_new_database gmig_import_alembic_tool)
        TOOL_URL=$(echo "$tool" | sed 's/^postgres[a-z]*:/postgresql+psycopg2:/') alembic upgrade heads >tool.log 2>&1 ||
            fail "$(cat tool.log)"
        dump "$url" >ours
        dump "$tool" >theirs
        [ -s theirs ] || fail 'an empty dump'
        same_text=$(diff theirs ours) || fail "$same_text"
    fi
    expect 0 gmig downgrade base
    is "$(tables)" ""
}

# ---- what is not literal is listed, and nothing is written ----
new_repo refused
history
echo 'format: alembic' >gmig.yml
printf '\n\ndef helper():\n    pass\n' >>old/versions/aaaa4.py
file 5 '"aaaa4"' None '    for name in ("a", "b"):
        op.drop_table(name)
    op.execute("SELECT :x")' '    op.get_bind()'
expect 1 gmig import --into new
has_err 'old/versions/aaaa5.py:14: for name in'
has_err 'old/versions/aaaa5.py:16: op.execute'
has_err 'old/versions/aaaa5.py:20: op.get_bind()'
hasnt_err 'def helper'
[ ! -e new ] || fail 'a refused import has written'

# start NAME [DIALECTS]: a repository with an empty Alembic history, for gmig alone.
start() {
    cd "$box/here"
    new_repo "$1"
    mkdir -p old/versions
    printf 'format: alembic\nmigrations: old/versions\n%s\n' "${2:+dialects: [$2]}" >gmig.yml
}

# ---- the reason is told; each dialect has its own ----
start reasons
file 1 None None '    t = op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))
    a = "x"
    b = a + "y"
    a = "z"
    op.drop_column("t", b)
    op.create_foreign_key("fk", "t", "t", ["id"], ["id"])
    op.drop_constraint(None, "t", type_="unique")
    op.add_column("t", sa.Column("g", Geometry()))
    op.bulk_insert(t, [{"id": 1, "a": b"x"}])' '    if op.get_bind().dialect.name == "sqlite":
        op.drop_column("t", name)
    op.drop_table("t")'
expect 1 gmig import --into new
has_err '6 statements cannot be said in SQL; 0 of 1 revisions can'
has_err 'old/versions/aaaa1.py:18: op.drop_column("t", b)'
has_err 'aaaa1.py:19: op.create_foreign_key("fk", "t", "t", ["id"], ["id"]) (SQLite adds a constraint in batch_alter_table alone)'
has_err 'aaaa1.py:20: op.drop_constraint(None, "t", type_="unique") (the constraint has no name)'
has_err 'aaaa1.py:21: op.add_column("t", sa.Column("g", Geometry())) (a type that is not'
has_err 'aaaa1.py:22: op.bulk_insert('
has_err 'aaaa1.py:27: op.drop_column("t", name)'
[ ! -e new ] || fail 'a refused import has written'

# ---- of one dialect nothing is asked that only the other lacks ----
start only_postgres postgres
file 1 None None '    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE '"'sad'"'")
    op.create_foreign_key("fk", "t", "u", ["id"], ["id"], deferrable=True)' '    raise NotImplementedError("no way back")'
expect 0 gmig import --into new
sed '1,/^$/d' new/*.sql >body
same_file body <<'END'
-- gmig:up transaction=off
ALTER TYPE mood ADD VALUE 'sad';
ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES u (id) DEFERRABLE;

-- gmig:irreversible raise NotImplementedError("no way back")
END

# ---- a table is built anew from what the revisions before it make ----
start rebuilt sqlite
file 1 None None '    op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))' '    op.drop_table("t")'
file 2 '"aaaa1"' None '    with op.batch_alter_table("t") as batch_op:
        batch_op.alter_column("a", new_column_name="b", nullable=False)
        batch_op.create_unique_constraint("uq", ["b"])' '    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_constraint("uq")
        batch_op.alter_column("b", new_column_name="a", nullable=True)'
expect 0 gmig import --into new
sed '1,/^$/d' new/*_aaaa2_*.sql >body
same_file body <<'END'
-- gmig:up
ALTER TABLE t RENAME COLUMN a TO b;
CREATE TABLE t_new (
    id INTEGER NOT NULL,
    b TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq UNIQUE (b)
);
INSERT INTO t_new (id, b)
SELECT id, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;

-- gmig:down
ALTER TABLE t RENAME COLUMN b TO a;
CREATE TABLE t_new (
    id INTEGER NOT NULL,
    a TEXT,
    PRIMARY KEY (id)
);
INSERT INTO t_new (id, a)
SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
END

# ---- so nothing may change it meanwhile: a revision of another branch, a down that leaves something behind ----
rm -r new
file 3 '"aaaa1"' None '    op.add_column("t", sa.Column("c", sa.Text()))' '    op.drop_column("t", "c")'
expect 1 gmig import --into new
has_err 'SQLite builds t anew, and revision aaaa3 of another branch may change it too'
file 3 '"aaaa2"' None '    op.add_column("t", sa.Column("c", sa.Text()))' '    pass'
expect 1 gmig import --into new
has_err 'aaaa2.py:20: op.batch_alter_table("t") (SQLite builds t anew as it is after the up, and the down of aaaa3 does not'
file 3 '"aaaa2"' None '    op.create_table("u", sa.Column("c", sa.Text()))' '    pass'
expect 0 gmig import --into new

cd "$box/here"
on_both scenario
