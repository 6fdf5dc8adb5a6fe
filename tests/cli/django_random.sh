#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random Django projects: Django's own loader and gmig agree about leaf nodes, conflicts, edges and plans.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

/usr/bin/python3 -c 'import django' 2>/dev/null || { echo "skipped: there is no python3-django"; exit 77; }
expect 0 /usr/bin/python3 "$GMIG_SOURCE/tests/support/django_random.py" gmig . 1 "$(as_many 60 10)"
has ' projects: '
