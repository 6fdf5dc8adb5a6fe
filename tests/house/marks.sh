#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The SPDX line comes first (second behind "#!"), lines end in LF, no blanks at their end, no unfinished marks.
set -u
cd "${GMIG_SOURCE:?}" || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# Inputs of tests are as they must be, and templates are for others to copy.
find CMakeLists.txt cmake src include tests hooks ci bench -type f -not -path 'tests/*/corpus/*' -not -path 'tests/data/*' \
    -not -path 'ci/templates/*' -not -name '.*' -not -name LAYERS -not -name '*.in' -not -name '*.pyc' >"$work/files"

# refuse WHAT COMMAND...: the command, given all files, prints nothing.
refuse() {
    what=$1
    shift
    xargs "$@" /dev/null <"$work/files" >"$work/found"
    [ -s "$work/found" ] || return
    cat "$work/found"
    echo "marks: $what"
    bad=1
}

test -s "$work/files" || bad=1
refuse "no SPDX line" awk 'FNR == 1 { seen = 0 }
                           FNR <= 2 && /SPDX-License-Identifier: Apache-2\.0/ { seen = 1 }
                           FNR == 2 && !seen { print FILENAME }'
refuse "blanks at the end of a line" grep -nE '[[:blank:]]+$'
refuse "CR" grep -nF "$(printf '\r')"
refuse "unfinished marks" grep -nE '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b'
exit $bad
