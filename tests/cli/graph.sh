#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# history --graph: lanes that branch, cross, merge and end.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo

# A line.
revision a ''
revision b a
expect 0 gmig history --graph
same <<'END'
* b (head), add b
* a, add a
END

# A fork, and its merge.
revision c a
expect 0 gmig history --graph
same <<'END'
* c (head), add c
| * b (head), add b
|/
* a, add a
END
revision d 'b, c'
revision e d 'with words' 'labels: [web]'
expect 0 gmig history --graph
same <<'END'
* e (web) (head), with words
* d, add d
|\
| * c, add c
* | b, add b
|/
* a, add a
END
expect 0 gmig history --graph -v -r b:d
same <<'END'
* Rev: d
| Merges: b, c
| Child: e
| Lineage: default
| Created: 2026-01-01T00:04:00Z
| Path: migrations/d.sql
|
|     add d
|
* Rev: b
  Parent: a
  Child: d
  Lineage: default
  Created: 2026-01-01T00:02:00Z
  Path: migrations/b.sql

      add b
END

# --limit cuts the picture, and what leads out of it.
expect 0 gmig history --graph -n 3
same <<'END'
* e (web) (head), with words
* d, add d
|\
| * c, add c
END

# A lane that comes back from far crosses the others in two rows.
rm migrations/*
revision a ''
revision b ''
revision c ''
revision d a
revision z1 a
revision z2 b
revision z3 c
revision z4 d
revision z5 a
expect 0 gmig history --graph
same <<'END'
* z5 (head), add z5
| * z4 (head), add z4
| | * z3 (head), add z3
| | | * z2 (head), add z2
| | | | * z1 (head), add z1
| |_|_|/
|/| | |
| * | | d, add d
|/ / /
| * | c, add c
|  /
| * b, add b
* a, add a
END

# A merge of three, beside another lane that makes room.
rm migrations/*
revision a ''
revision b a
revision c a
revision d a
revision e a
revision m 'b, c, d'
expect 0 gmig history --graph
same <<'END'
* m (head), add m
|\
|\ \
| | | * e (head), add e
| | * | d, add d
| | |/
| * | c, add c
| |/
* | b, add b
|/
* a, add a
END

# Merges that cross: each merges the other's line.
rm migrations/*
revision a ''
revision b a
revision c a
revision m1 'b, c'
revision m2 'b, c'
expect 0 gmig history --graph
same <<'END'
* m2 (head), add m2
|\
| | * m1 (head), add m1
| |/|
| |/
|/|
| * c, add c
* | b, add b
|/
* a, add a
END

# Two roots that merge, and a head that ends beside them.
rm migrations/*
revision a ''
revision b ''
revision m 'a, b'
revision o ''
expect 0 gmig history --graph
same <<'END'
* o (head), add o

* m (head), add m
|\
| * b, add b
* a, add a
END
