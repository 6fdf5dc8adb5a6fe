# -*- coding: utf-8 -*-
"""Add a table

Revision ID: 7h4m7ygnaao1
Revises: kilo
"""
from typing import Final, Sequence, Union
from alembic import op
import sqlalchemy as sa

revision: Final[str] = '7h4m7ygnaao1'  # pragma: allowlist secret
down_revision: Union[str, Sequence[str], None] = (  # merge
    "a",  # 'b'
    u"b",
)
branch_labels = depends_on = None
branch_labels: None
depends_on: str | Sequence[str] | None = (
    "a"  # comment
)
previous, revision = "0006", "0007"; down_revision = previous
down_revision = f"{int(revision) - 1:03d}"
depends_on = ('neutron-' + cli.EXPAND_BRANCH,)


def upgrade() -> None:
    op.create_table(
        'account',
        sa.Column('id', sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint('id'), *extra, **options)
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column("x", sa.Enum("a", 'b', name="e")))
    op.execute("""
        UPDATE account SET x = 'a' -- \t \x41 \u00e9 \N{EM DASH}
    """)


def downgrade(): pass
