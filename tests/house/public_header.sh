#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone and strictly, as C99 and as C++98: no header must come before it.
set -eu
cd "${GMIG_SOURCE:?}"
strict='-Iinclude -Wall -Wextra -Werror -pedantic-errors -fsyntax-only'
for header in include/gmig/*.h; do
    for order in "" "$header"; do # twice: the guard works
        printf '#include "%s"\n' "gmig/${header##*/}" ${order:+"gmig/${header##*/}"} | gcc -std=c99 $strict -x c -
    done
    command -v g++ >/dev/null || { echo "no g++: not tried as C++"; exit 77; }
    printf '#include "gmig/%s"\n' "${header##*/}" | g++ -std=c++98 $strict -x c++ -
done
