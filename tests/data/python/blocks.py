@a.b(c)
@d
class C(A, B, metaclass=M, *x, **y):
    "doc"
    if A: x: int = 1; y = 2
    elif B:
        pass
    else: pass
    async def f(self, /, a: int = 3, *, b=lambda x, *y, z=1: x, **k) -> "x":
        for i, *j in [x async for x in y if x if y]: await z
        async with a as b, c: return
        else_ = yield from x
for a in b, c:
    while x := y: break
    else: continue
try:
    try: x
    except* (A, B) as e: raise E from e
    else: assert a, b
    finally: del a[1:2, ::3], b.c
except: global a, b; nonlocal c
with (open(a) as f, open(b) as g,): pass
with (a, b) as c: pass
match x, *y:
    case {"a": 1, **rest} if lambda: x: pass
    case -1 | [a, *_] | A(b=c): pass
match = match[1:2] = case = type = 1
match(x)
match[x]: int = 3
type(x)
x = {**a, 'b': c, d: e}, {f, *g}, {h: i for h in j}, {k for k in l}, [*m, n], (), (o,), not p in q is not r
x += -~+1 ** -2 @ 3 // 4; y >>= a if b else c if d else e
