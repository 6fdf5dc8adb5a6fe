#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# completion: the scripts load in their shells and complete commands, options and values.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

for shell in bash zsh fish; do
    expect 0 gmig completion $shell
    cp "$out" "$box/gmig.$shell"
done
expect 2 gmig completion tcsh
same_err <<'END'
gmig: there is no completion for 'tcsh'
  hint: gmig completes in bash, zsh and fish.
END
expect 2 gmig completion
has_err "\`gmig completion\` needs bash|zsh|fish"
expect 2 gmig completion bash --json
json .error.code '"usage"'

# Every option of every command is in each script.
gmig help --json | jq -r '.commands[].options[].name' | sort -u >"$box/options"
while read -r option; do
    grep -q -- "--$option\b" "$box/gmig.bash" || fail "bash: no --$option"
    grep -q -- "--$option\b" "$box/gmig.zsh" || fail "zsh: no --$option"
    grep -q -- "-l $option\b" "$box/gmig.fish" || fail "fish: no --$option"
done <"$box/options"

cat >"$box/try.bash" <<'END'
source "$1"
COMP_WORDS=(${@:2})
[ "${!#}" ] || COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_gmig
printf '%s\n' "${COMPREPLY[@]}"
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig hea
same <<'END'
heads
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig -C "$box" --color never heads --re
same <<'END'
--refs
--resolve-dependencies
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig completion ''
has bash
has fish
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig heads --color ''
same <<'END'
auto
always
never
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig hook un
same <<'END'
uninstall
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig hook ru
same <<'END'
run
END
expect 0 bash "$box/try.bash" "$box/gmig.bash" gmig help merg
same <<'END'
merge
merge-driver
END

if command -v zsh >/dev/null; then
    expect 0 zsh -n "$box/gmig.zsh"
    expect 0 zsh -fc "autoload -Uz compinit; compinit -u -d '$box/zcompdump'; source '$box/gmig.zsh'; whence -w _gmig"
    same <<'END'
_gmig: function
END
fi
if command -v fish >/dev/null; then
    expect 0 fish --no-config -c "source '$box/gmig.fish'; complete -C 'gmig heads --reso'"
    has --resolve-dependencies
    expect 0 fish --no-config -c "source '$box/gmig.fish'; complete -C 'gmig hea'"
    has heads
fi
