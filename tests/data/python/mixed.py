"""Doc

Revision ID: x
"""
from alembic import op
import sqlalchemy as sa, os.path

revision: str = "a"  # pragma
down_revision = (
  "a", # x
  'b' "c\n",
)
branch_labels = depends_on = None
x, y = "0027", u"0026"; z = 1

@dec(1)
class A(Base, metaclass=M):
    id = Column(Integer, primary_key=True)
    if x:
        y = 1
    elif z: w = 2
    else:
        pass
    @property
    async def f(self, a: int = 3, *args, b, **k) -> int:
        return await a

def upgrade():
    print "hello"
    try:
        op.execute(f"abc {x['a']}" + 'abc')
    except X, e:
        pass
    match x:
        case [1, *_] if y: pass
        case _:
            with (open(a) as f, b): pass
    x = 0777
end = 1
