#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The SPDX line comes first (second behind "#!"), lines end in LF, no blanks at their end, no unfinished marks.
set -u
cd "${GMIG_SOURCE:?}"
bad=0
for file in $(find src include tests hooks ci cmake bench -type f \
              \( -name '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt \)); do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$file: no SPDX line"; bad=1; }
    grep -nE '[[:blank:]]+$' "$file" && { echo "$file: blanks at the end of a line"; bad=1; }
    grep -n "$(printf '\r')" "$file" && { echo "$file: CR"; bad=1; }
done
grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' src include hooks ci && { echo "unfinished marks"; bad=1; }
exit $bad
