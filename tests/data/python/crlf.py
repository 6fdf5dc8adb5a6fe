a = 1
b = """x
y"""if a:
	b
        c

d = 1 + \
  2