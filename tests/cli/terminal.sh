#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On a terminal of 80 columns: what is asked, what is broken into lines, and that nothing is asked elsewhere.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/terminal.sh"

new_repo repo
cat >gmig.yml <<'END'
targets:
  dev: {url: "sqlite:dev.db", development: true}
  prod: {url: "sqlite:prod.db"}
END
revision aaaa1111 ''
revision bbbb2222 aaaa1111 'a message that is so long that the words of the hint about it go on in the next line'
commit all

# Several targets: a person chooses; whoever answers nothing, or what is none, gets the error of every place.
at_terminal 0 'dev\n' 'gmig upgrade'
has 'Which database: dev, prod? gmig: database dev:'
has 'applied bbbb2222 a message'
at_terminal 0 'dev\n' 'gmig current'
has 'bbbb2222'
at_terminal 2 '\n' 'gmig upgrade'
has 'there are several targets: dev, prod'
at_terminal 2 'nope\n' 'gmig stamp head'
has "there is no target 'nope'"
at_terminal 0 '' 'env GMIG_TARGET=dev gmig upgrade'
hasnt 'Which database'
at_terminal 0 '' 'gmig upgrade -t dev'
hasnt 'Which database'
at_terminal 0 '' 'gmig status'
hasnt 'Which database'
expect 2 gmig upgrade
hasnt_err 'Which database'

# Losing data on a guarded target wants a yes.
expect 0 gmig upgrade -t prod
at_terminal 1 'n\n' 'gmig downgrade -t prod base'
has 'may lose data in sqlite:'
has 'go on? [y/N]'
at_terminal 0 'yes\n' 'gmig downgrade -t prod base'
has 'reverted aaaa1111'

# Hints are broken between words, below their first one; elsewhere a line stays whole, for grep.
expect 0 gmig upgrade -t dev
rm migrations/bbbb2222.sql
revision cccc3333 aaaa1111
at_terminal 1 '' 'gmig upgrade -t dev'
sed -n '/hint:/,$p' "$out" >"$box/hint"
awk 'length > 80 { exit 1 }' "$box/hint" || { cat "$box/hint"; fail 'a line of the hint is longer than the terminal is wide'; }
[ "$(wc -l <"$box/hint")" -gt 3 ] || { cat "$box/hint"; fail 'the hint is not broken into lines'; }
grep -q '^        [^ ]' "$box/hint" || { cat "$box/hint"; fail 'the lines are not below the first'; }
expect 1 gmig upgrade -t dev
[ "$(grep -c . "$err")" -eq 4 ] || fail 'the error has other lines than: database, what, where, hint'
