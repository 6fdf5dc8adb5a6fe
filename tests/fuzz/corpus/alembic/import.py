"""m"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
revision = "a1"
down_revision = None
mood = sa.Enum("a", "b", name="mood")
a = "x"
b = a + a
c = b + b
def helper():
    helper()
def upgrade():
    mood.create(op.get_bind())
    t = op.create_table("t", sa.Column("id", sa.Integer(), sa.Identity(start=2), primary_key=True),
        sa.Column(c, pg.ARRAY(sa.String(3)), sa.ForeignKey("s.u.id"), index=True, comment="c"),
        sa.Column("n", sa.Numeric(5, 2), server_default=sa.func.now()), sa.UniqueConstraint("id", name="u"),
        sa.ForeignKeyConstraint(["a"], ["u.b"], ondelete="CASCADE"), sa.CheckConstraint("a > 0"), schema="s")
    op.bulk_insert(t, [{"id": 1}, {"id": -2}])
    with op.batch_alter_table("t", schema="s") as batch_op:
        batch_op.alter_column("n", type_=sa.Text(), postgresql_using="n::text", nullable=False)
        batch_op.create_index(batch_op.f("ix"), ["n"], postgresql_ops={"n": "text_ops"}, postgresql_with={"fillfactor": 50})
    if op.get_bind().dialect.name in ("sqlite",) and not False:
        op.execute("SELECT 'a\\:b'")
    elif x:
        pass
    else:
        return
    with op.get_context().autocommit_block():
        op.execute(sa.text("ALTER TYPE mood RENAME TO mode"))
    helper()
def downgrade():
    raise Exception("no")
