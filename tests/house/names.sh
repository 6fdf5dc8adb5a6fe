#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every symbol that gmig's objects define for others starts with gm_ or gmig_. Without the prefix it could take the
# place of one in a library: libpg_query and libpq have hundreds of plain names such as `lappend` and `progname`.
set -eu
cd "${GMIG_BUILD:?}/src/CMakeFiles"
# What starts with __ is of the compiler: sanitizers and coverage.
nm -A -g --defined-only $(find gmig_core.dir gmig_cli.dir -name '*.o') |
    awk '{ lines++ } $3 !~ /^(gm_|gmig_|__|main$)/ { print; bad = 1 } END { exit bad || lines == 0 }'

# Those of libgit2 that no_transports.c replaces are the only others.
object=$(find . -name no_transports.c.o)
test -n "$object" || exit 0
nm -g --defined-only "$object" | awk '$3 !~ /^__/ { print $3 }' | LC_ALL=C sort | tr '\n' ' ' | grep -qxF \
    'git_http__expect_continue git_mbedtls__set_cert_location git_mbedtls_stream_global_init git_transport_new git_transport_ssh_global_init '
