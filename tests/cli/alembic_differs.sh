#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where Alembic fails or guesses, and gmig answers: the table of docs/alembic.md.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# file ID PARENTS [DEPENDS [LABELS]], as in Python.
file() {
    mkdir -p migrations/versions
    printf 'revision = "%s"\ndown_revision = %s\ndepends_on = %s\nbranch_labels = %s\n' \
        "$1" "$2" "${3:-None}" "${4:-None}" >"migrations/versions/$1.py"
}

new_repo alembic
printf '[alembic]\nscript_location = %%(here)s/migrations\n' >alembic.ini
echo 'format: alembic' >gmig.yml

# A merge that depends on one of its own ancestors.
file aaaa None
file bbbb '"aaaa"'
file cccc '"bbbb"'
file dddd '"aaaa"'
file eeee '("cccc", "dddd")' '"bbbb"'
expect 0 gmig upgrade heads --plan --from base --json
json '[.steps[].revision]' '["aaaa","bbbb","cccc","dddd","eeee"]'

# -N from several heads; too far; what is no number.
rm migrations/versions/eeee.py
expect 2 gmig downgrade -1 --plan --from cccc,dddd
has_err 'cccc'
has_err 'dddd'
expect 1 gmig downgrade cccc-9 --plan --from cccc
has_err "cccc-9"
expect 1 gmig show base-1
expect 2 gmig upgrade +1junk --plan --from aaaa
expect 1 gmig heads

# Each failure has its own words.
file abcd1111 '"cccc"'
file abcd2222 '"dddd"' None '("rel-2024",)'
expect 2 gmig show abcd
has_err 'abcd1111'
has_err 'abcd2222'
expect 2 gmig show ffff
has_err 'ffff'
expect 2 gmig show rel-2024@abcd1111
has_err 'rel-2024'
expect 0 gmig show rel-2024@head
has 'Rev: abcd2222'

# One head is nothing to merge.
rm migrations/versions/abcd2222.py migrations/versions/dddd.py
expect 0 gmig merge
[ "$(ls migrations/versions)" = "$(printf 'aaaa.py\nabcd1111.py\nbbbb.py\ncccc.py')" ] || fail 'a file came'

# Parents that are not there, and ids that are there twice, are findings with their place.
file ffff '"gone"'
cp migrations/versions/aaaa.py migrations/versions/again.py
expect 1 gmig check
has 'migrations/versions/ffff.py:2: error'
has 'gone'
has 'migrations/versions/again.py:1: error'
expect 1 gmig heads
has_err 'and 1 more problem'

# An id that only SQLite would take.
rm migrations/versions/ffff.py migrations/versions/again.py
file add_columns_to_cards_0123456789a '"abcd1111"'
expect 0 gmig check
hasnt long-id
file add_columns_to_cards_0123456789ax '"add_columns_to_cards_0123456789a"'
expect 0 gmig check
has 'add_columns_to_cards_0123456789ax.py:1: warning: the id add_columns_to_cards_0123456789ax has 33 characters'
