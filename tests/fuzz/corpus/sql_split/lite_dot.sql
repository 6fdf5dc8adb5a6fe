0.read x
