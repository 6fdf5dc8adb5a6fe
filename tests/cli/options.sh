#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line: what is an option, what is an argument, and what a slip of the finger is told.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# Without a command: the overview, as a usage error.
expect 2 gmig
has 'usage: gmig [OPTION]... COMMAND [ARGUMENT]...'
expect 2 gmig --json
json .error.code '"usage"'

# Slips name the nearest word.
expect 2 gmig verison
same </dev/null
same_err <<'END'
gmig: there is no command 'verison'
  hint: Did you mean `gmig version`?
END
expect 2 gmig version --josn
same_err <<'END'
gmig: `gmig version` has no option '--josn'
  hint: Did you mean '--json'?
END
expect 2 gmig version --frobnicate
same_err <<'END'
gmig: `gmig version` has no option '--frobnicate'
  hint: `gmig version --help` lists the options.
END
expect 2 gmig -Z version
same_err <<'END'
gmig: there is no option '-Z'
  hint: `gmig help` lists commands and options.
END

# Long options are not abbreviated.
expect 2 gmig version --js
same_err <<'END'
gmig: `gmig version` has no option '--js'
  hint: Did you mean '--json'?
END

# Values: in the same word or the next; a flag has none.
expect 0 gmig --color never version
expect 0 gmig --color=never version
expect 2 gmig --color=blue version
same_err <<'END'
gmig: --color takes auto, always or never, not 'blue'
END
expect 2 gmig version --color
same_err <<'END'
gmig: option '--color' needs a value: WHEN
  hint: `gmig version --help` lists the options.
END
expect 2 gmig version --json=yes
same_err <<'END'
gmig: option '--json' takes no value
  hint: `gmig version --help` lists the options.
END
expect 2 gmig version -C
same_err <<'END'
gmig: option '-C' needs a value: DIR
  hint: `gmig version --help` lists the options.
END

# -1 and +2 are arguments, in every place; so is everything behind --.
for word in -1 +2 -12x 'L@-1'; do
    expect 2 gmig version "$word"
    same_err <<END
gmig: \`gmig version\` does not know what to do with '$word'
  hint: Usage: gmig version [OPTION]...
END
done
expect 2 gmig version -- --json
same_err <<'END'
gmig: `gmig version` does not know what to do with '--json'
  hint: Usage: gmig version [OPTION]...
END
expect 0 gmig version -q --
expect 2 gmig help version extra
has_err "does not know what to do with 'extra'"

# Letters may stand together.
expect 0 gmig version -qv
expect 2 gmig version -qZ
has_err "has no option '-Z'"

# What comes from the command line is shown with its control characters visible.
expect 2 gmig "$(printf 'ver\033[31msion')"
same_err <<'END'
gmig: there is no command 'ver\x1b[31msion'
  hint: `gmig help` lists all commands.
END

# Mistakes are JSON too where JSON is asked for, anywhere before --.
expect 2 gmig nosuch --json
json .error.code '"usage"'
json .error.message "\"there is no command 'nosuch'\""
same_err </dev/null

# --version and --help win over what follows.
expect 0 gmig --version --nonsense
has 'gmig '
expect 0 gmig version --help nonsense
has 'usage: gmig version'

# Output that does not arrive is no success.
for words in '--version' 'help' 'version --json' 'help --json'; do
    got=0
    gmig $words >/dev/full 2>"$err" || got=$?
    [ "$got" -eq 1 ] || fail "gmig $words >/dev/full: exit status $got, not 1"
    has_err 'cannot write to standard output'
done

# Nor is it when there is no standard output at all; and no file that is opened takes its place.
got=0
gmig version >&- 2>"$err" || got=$?
[ "$got" -eq 1 ] || fail "gmig version >&-: exit status $got, not 1"
has_err 'cannot write to standard output: Bad file descriptor'
mkdir migrations
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >gmig.yml
revision aaaa1111 ''
got=0
gmig upgrade >&- 2>"$err" || got=$?
[ "$got" -eq 1 ] || fail "gmig upgrade >&-: exit status $got, not 1"
expect 0 gmig current
same <<'END'
aaaa1111 (head), add aaaa1111
END

# The fast path looks at no repository and no folder: it works where nothing else does.
mkdir gone
cd gone
rmdir ../gone
expect 0 gmig --version

# An empty value is mostly a variable that is not set; taken for a default it would move another database.
expect 2 gmig upgrade --target ''
same_err <<'END'
gmig: option '--target' has an empty value
  hint: Leave it out, or give it NAME|URL; is a variable of the shell unset?
END
expect 2 gmig upgrade --at=
has_err "option '--at' has an empty value"
expect 2 gmig -C '' status
has_err "option '--chdir' has an empty value"
expect 2 gmig upgrade ''
same_err <<'END'
gmig: an argument is empty
  hint: Leave it out; is a variable of the shell unset?
END

# Words of Alembic and Flask-Migrate that are none here lead to ours, and none of them is one of ours.
expect 2 gmig db upgrade
has_err 'Leave `db` out: `gmig upgrade`'
expect 2 gmig edit
has_err '`gmig show REVISION`'

# So do those of other tools; what they lead to is there.
for word in edit ensure_version list-templates makemigrations showmigrations sqlmigrate new create generate add deploy apply \
    rollback undo redo log force baseline verify validate plan dump; do
    expect 2 gmig "$word"
    grep -o '`gmig [^`]*`' "$err" | tr -d '\140' >"$box/instead"
    [ -s "$box/instead" ] || fail "nothing stands for $word"
    while read -r _ command options; do
        expect 0 gmig "$command" --help
        for option in $options; do
            case $option in --*) has " $option" ;; esac
        done
    done <"$box/instead"
done
expect 2 gmig upgrade -x a=b
has_err 'gmig runs none of your code'
expect 2 gmig upgrade --tag=a
has_err 'gmig runs none of your code'
expect 2 gmig -c alembic.ini heads
has_err '--config FILE'
expect 2 gmig revision --autogenerate
has_err '`gmig migrate -m TEXT`'
expect 2 gmig init --autogenerate
has_err '`gmig init --help` lists the options'

# What is far from every word is no slip.
expect 2 gmig edit-me
same_err <<'END'
gmig: there is no command 'edit-me'
  hint: `gmig help` lists all commands.
END
expect 2 gmig upgrade --taf
has_err '`gmig upgrade --help` lists the options'

# Times have units; without one they are seconds.
for option in wait lock-timeout statement-timeout; do
    expect 2 gmig upgrade --$option 5x --plan
    same_err <<END
gmig: --$option takes a time, not '5x'
  hint: Write a number with ms, s, min or h (or none, for seconds): --$option=5s.
END
done
