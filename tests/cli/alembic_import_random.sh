#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What gmig import makes of random literal histories leads, step by step and back, to the schemas that Alembic itself makes.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"

python=/usr/bin/python3
$python -c 'import alembic, psycopg2' 2>/dev/null || {
    echo "$test_name: skipped, there is no Alembic (Debian's packages alembic and python3-psycopg2)"
    exit 77
}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

compare_with_alembic() { # DIALECT COUNT [URL]
    expect 0 "$python" -W ignore "$GMIG_SOURCE/tests/support/alembic_import_random.py" "$GMIG" "$box/here" "$1" "${GMIG_SEED:-1}" \
        "${GMIG_SEEDS:-$2}" ${3:+"$3"}
    has ' 0 differ'
}

compare_with_alembic sqlite "$(as_many 8 2)"
pg_required
compare_with_alembic postgres "$(as_many 2 1)" "$(pg_url)"
