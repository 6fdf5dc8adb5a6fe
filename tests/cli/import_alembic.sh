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

on_both scenario
