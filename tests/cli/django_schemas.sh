#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Random changes of Django's models: gmig sees one exactly where Django makes other tables of them.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

/usr/bin/python3 -c 'import django' 2>/dev/null || { echo "skipped: there is no python3-django"; exit 77; }
expect 0 /usr/bin/python3 "$GMIG_SOURCE/tests/support/django_schemas.py" "${GMIG_MODEL_CHANGES:?}" here 7 40
has '39 changes, '
has ' 0 wrong'
