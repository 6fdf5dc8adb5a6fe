#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every #include in src/ goes where src/LAYERS allows it, from room to room and from part to part of app/, and each foreign
# header is included in one room only.
set -eu
cd "${GMIG_SOURCE:?}/src"

awk '
    FILENAME == "LAYERS" && /^#|^$/ { next }
    FILENAME == "LAYERS" && $1 == "!" { owner[$2] = $3; next }
    FILENAME == "LAYERS" { room = $1; sub(/:$/, "", room); rooms[room] = 1
                           for (i = 2; i <= NF; i++) may[room, $i] = 1; next }
    function part_of(path, folders) { return split(path, folders, "/") > 2 ? folders[1] "/" folders[2] : "" }
    FNR == 1 { split(FILENAME, part, "/"); from = part[1]; of = part_of(FILENAME)
               if (!(from in rooms)) { print FILENAME ": room " from " is not in LAYERS"; bad = 1 }
               if (from == "app" && of != "" && !(of in rooms)) {
                   print FILENAME ": part " of " is not in LAYERS"; bad = 1 } }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, quoted, "\""); target = quoted[2]; split(target, part, "/"); to = part[1]
        if (target ~ /^gmig\//) next
        if (target !~ /\//) { print FILENAME ":" FNR ": \"" target "\": name the room"; bad = 1; next }
        if (to != from && !((from, to) in may)) {
            print FILENAME ":" FNR ": " from "/ may not include " to "/"; bad = 1 }
        to = part_of(target)
        if (of in rooms && to in rooms && to != of && !((of, to) in may)) {
            print FILENAME ":" FNR ": " of "/ may not include " to "/"; bad = 1 } }
    /^[ \t]*#[ \t]*include[ \t]*</ {
        split($0, part, /[<>]/); header = part[2]
        if (header in owner && owner[header] != from) {
            print FILENAME ":" FNR ": <" header "> belongs to " owner[header] "/"; bad = 1 } }
    END { exit bad }
' LAYERS $(find . -name '*.[ch]' | sed 's|^\./||' | LC_ALL=C sort)
