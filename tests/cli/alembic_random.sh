#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Alembic itself, where it is installed, gives the same answers on random script directories.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

python=/usr/bin/python3
$python -c 'import alembic' 2>/dev/null || {
    echo "$test_name: skipped, there is no Alembic (Debian's package alembic)"
    exit 77
}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
compare_with_alembic() {
    mkdir "$box/here/$1"
    expect 0 "$python" -W ignore "$GMIG_SOURCE/tests/support/alembic_random.py" "$GMIG" "$box/here/$1" "$@"
    has ' 0 differ'
}

compare_with_alembic 1 "$(as_many 12 3)" 40
compare_with_alembic 2 1 2000
