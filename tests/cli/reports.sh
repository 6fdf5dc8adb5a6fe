#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports for hosts of code and of builds: each says what was found, in just the form that its reader takes, whatever
# bytes a repository holds.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

read_reports() {
    python3 "$GMIG_SOURCE/tests/support/read_reports.py" "$@"
}

for case in clean hostile huge many heavy; do
    mkdir "$case"
    expect 0 "${GMIG_HOSTILE_REPORTS:?}" "$case" "$case"
    expect 0 read_reports "$case"
done
rm -rf clean hostile huge many heavy
