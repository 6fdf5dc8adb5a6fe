# SPDX-License-Identifier: Apache-2.0
# heads_file.sh: what scenarios about the file of the heads share, after lib.sh.

lists() { # lists FILE LINE...: exactly these
    file=$1
    shift
    [ "$(grep -v -e '^#' -e '^$' "$file")" = "$(printf '%s\n' "$@")" ] || {
        cat "$file"
        fail "$file does not list: $*"
    }
}

both() { # both FILE ID ID: a conflict that has both
    grep -q '^<<<<<<< ' "$1" && grep -q '^=======$' "$1" && grep -q '^>>>>>>> ' "$1" || fail "$1 has no markers"
    grep -q "^$2 " "$1" && grep -q "^$3 " "$1" || { cat "$1"; fail "$1 has lost a head"; }
}

add() { # add ID PARENTS: a revision and the list, committed
    revision "$@"
    gmig heads --write >/dev/null
    commit "$1"
}
