#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# help and version: made from the option tables, for every command, as text and as JSON.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

expect 0 gmig --version
same <<END
gmig $(gmig version --json | jq -r .version)
END
cp "$out" "$box/version"
expect 0 gmig version
same <"$box/version"
expect 0 gmig help
cp "$out" "$box/help"
expect 0 gmig --help
same <"$box/help"
expect 0 gmig -h
same <"$box/help"
expect 2 gmig help nosuch
has_err "there is no command 'nosuch'"
expect 2 gmig help hepl
has_err "Did you mean \`gmig help\`?"

expect 0 gmig help version
same <<'END'
usage: gmig version [OPTION]...

Show the version of gmig.

Options of every command:
  -C, --chdir DIR           run as if gmig was started in DIR
  -d, --directory DIR       folder of the revision files, in place of
                            `migrations` in gmig.yml
      --config FILE         use FILE in place of the nearest gmig.yml
      --json                print one JSON document on standard output
  -q, --quiet               print no messages, only data and errors
  -v, --verbose             say more
      --color WHEN          colour: auto, always or never
  -h, --help                show help and end
END

# Every command: in the overview, with a help that three ways give, in 80 columns, with all its options.
expect 0 gmig help --json
jq -r '.commands[].name' "$out" >"$box/names"
cp "$out" "$box/all"
[ "$(wc -l <"$box/names")" -ge 19 ] || fail 'commands are missing'
while read -r name; do
    grep -q "^  $name " "$box/help" || fail "$name is not in the overview"
    expect 0 gmig help "$name"
    cp "$out" "$box/one"
    has "usage: gmig $name"
    awk 'length > 80 { print; bad = 1 } END { exit bad }' "$out" || fail "the help of $name is wider than 80 columns"
    expect 0 gmig "$name" --help
    same <"$box/one"
    expect 0 gmig "$name" -h
    same <"$box/one"
    for option in $(jq -r --arg name "$name" '.commands[] | select(.name == $name) | .options[].name' "$box/all"); do
        has "--$option"
    done
    # Summaries and help have one form: no full stop at the end.
    jq -r --arg name "$name" '.commands[] | select(.name == $name) | .summary, (.options[].help | select(. != null))' \
        "$box/all" >"$box/texts"
    ! grep '\.$' "$box/texts" || fail "a text of $name ends in a full stop"
done <"$box/names"

# No option of a command hides a global one by its letter without being it.
clash=$(jq -r '[.options[].letter | select(. != "")] as $global | .commands[] | .name as $name | .options[] |
    select(.letter != "" and (.letter as $l | $global | index($l))) | "\($name) -\(.letter)"' "$box/all")
[ -z "$clash" ] || fail "letters that mean something else: $clash"
