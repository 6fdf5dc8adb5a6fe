print "a" % b, c
print >>sys.stderr, "x"
exec "code" in d
try:
	raise E, "x"
except E, e:
        print `e`
x = 0777 + 0xFFL + 10l <> 5
def f(a, (b, c)): pass
class A: 
  def f(self):
	return ur"x"
   x = 1
 y = 2
if x:
else: y
z = (1,
def g(): pass
]
