#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Calls that src/ does without: unbounded copies, hidden state, shells; and memory outside base/'s arenas.
set -u
cd "${GMIG_SOURCE:?}" || exit
bad=0

# refuse WHAT PATTERN WHERE...: no line of these files matches the pattern.
refuse() {
    what=$1
    pattern=$2
    shift 2
    if grep -nE "$pattern" "$@" /dev/null; then
        echo "banned: $what"
        bad=1
    fi
}

all=$(find src include -name '*.[ch]')
quiet=$(find src -name '*.[ch]' -not -path 'src/cmd/*' -not -path 'src/report/*' \
        -not -path src/base/arena.c)
refuse "unbounded or stateful string functions" \
    '\b(sprintf|vsprintf|strcpy|strcat|strtok|gets|atoi|atol|atof)[[:space:]]*\(' $all
refuse "a shell" '\b(system|popen|wordexp)[[:space:]]*\(' $all
refuse "printing outside cmd/ and report/" '\b(printf|puts|putchar|perror)[[:space:]]*\(' $quiet
refuse "comments to end of line" '^[[:space:]]*//' $all
exit $bad
