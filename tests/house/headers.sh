#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header of src/ includes what it uses: it compiles alone.
set -eu
cd "${GMIG_SOURCE:?}"
find src -name '*.h' | LC_ALL=C sort | xargs gcc -std=c17 -D_GNU_SOURCE -DGMIG_VERSION='""' -Isrc -Iinclude \
    $(pkg-config --cflags libpq libgit2) -Wall -Wextra -Werror -fsyntax-only -x c
