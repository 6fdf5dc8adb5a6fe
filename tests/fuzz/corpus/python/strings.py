a = r'\d' R"\"" b'\xff' if 0 else rb"\x" Rb'''x''' + br'' + F'{x!r:>{w}}' + fr"\{x}" + U'u'
b = 'a' "b" '''c
d''' f"{{}}" f'{a["b"]}' f"{a["b"]}" f"{f"{f'{1}'}"}" t"{x:{y}}"
c = '\
' "\0\12\377\777\a\b\f\n\r\t\v\q\U0001F600"
d = f"""{
  x  # " }
:%H:%M}"""
e = ur'x'
f = 'not closed
g = "\xZZ"
h = b'a' 'b'
i = f"{
j = '''never closed
