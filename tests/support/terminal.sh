# SPDX-License-Identifier: Apache-2.0
# Commands at a terminal of 80 columns; read behind lib.sh. Leaves with 77 (skipped) where there is no script(1).
#
#   at_terminal STATUS ANSWER COMMAND    a shell line, and what is typed while it runs; what it shows, without colours, in $out
command -v script >/dev/null || { echo 'script(1) is not here'; exit 77; }

at_terminal() {
    printf '%b' "$2" >"$box/answer"
    last=$3
    got=0
    COLUMNS='' TERM=xterm script -qefc "stty cols 80 rows 24 -echo; exec $3" /dev/null \
        <"$box/answer" >"$box/shown" 2>"$err" || got=$?
    sed "s/$(printf '\033')\[[0-9;]*[mK]//g; s/\r//g" "$box/shown" >"$out"
    [ "$got" -eq "$1" ] || { show; fail "exit status $got, not $1"; }
}
