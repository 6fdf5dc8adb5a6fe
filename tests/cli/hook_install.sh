#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig hook install, uninstall, list: nothing that was there is lost, and it all comes back.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

tree() { # every file below a folder with its mode and content
    (cd "$1" && find . ! -name '*.sample' -exec ls -ld {} + | awk '{ print $1, $NF }' | sort &&
        find . -type f ! -name '*.sample' -exec cksum {} + | sort)
}

# A fresh repository.
new_repo fresh
before=$(tree .git/hooks)
expect 0 gmig hook install
same <<'END'
installed .git/hooks/pre-commit
installed .git/hooks/pre-merge-commit
installed .git/hooks/pre-push
installed .git/hooks/post-merge
installed .git/hooks/post-checkout
installed .git/hooks/post-rewrite
END
for name in pre-commit pre-merge-commit pre-push post-merge post-checkout post-rewrite; do
    cmp "$GMIG_SOURCE/hooks/$name" ".git/hooks/$name" || fail "$name is not the script of hooks/"
    [ -x ".git/hooks/$name" ] || fail "$name is not executable"
done
installed=$(tree .git/hooks)
expect 0 gmig hook install
has "unchanged .git/hooks/pre-commit"
hasnt "installed"
[ "$(tree .git/hooks)" = "$installed" ] || fail "installing twice changed something"
expect 0 gmig hook list --json
json '[.hooks[] | select(.state == "installed") | .hook] | length' 6
json .layout '"git"'

# By name; one of another version is renewed.
expect 0 gmig hook install update
has "installed .git/hooks/update"
printf '\n# older\n' >>.git/hooks/pre-push
expect 0 gmig hook list pre-push
has "outdated"
expect 0 gmig hook install pre-push
cmp "$GMIG_SOURCE/hooks/pre-push" .git/hooks/pre-push || fail "the outdated hook was not renewed"
expect 2 gmig hook install no-such-hook
has_err "gmig has no hook 'no-such-hook'"
expect 2 gmig hook
expect 2 gmig hook frobnicate
expect 0 gmig hook uninstall
[ "$(tree .git/hooks)" = "$before" ] || fail "uninstalling left something behind"
expect 0 gmig hook uninstall
has_err "no hook of gmig is installed here"

# Hooks that are there: one that runs, one that does not, a link, and one in no shell's language.
cd "$box/here"
new_repo taken
printf '#!/bin/sh\necho "mine: $*"; cat >>"$OUT"; exit 0' >.git/hooks/pre-push
chmod 750 .git/hooks/pre-push
printf '#!/bin/sh\nexit 1\n' >.git/hooks/pre-commit
chmod 644 .git/hooks/pre-commit
printf '#!/bin/sh\nexit 0\n' >script
chmod +x script
ln -s ../../script .git/hooks/post-merge
ln -s nowhere .git/hooks/post-checkout
before=$(tree .git/hooks)
expect 0 gmig hook install
has "pre-push; the hook that was there runs first"
has "pre-commit; the hook that was there is kept, and is not executable"
expect 0 gmig hook list
has "pre-push          installed; the hook that was there runs first"
expect 0 gmig hook install
hasnt "installed .git"
expect 0 git commit -q --allow-empty -m "the hook that is not executable stays inactive"
expect 0 gmig hook uninstall
has "restored .git/hooks/pre-push"
has "removed .git/hooks/pre-merge-commit"
[ "$(tree .git/hooks)" = "$before" ] || fail "uninstalling did not restore what was there"

# Somebody put another hook over ours: nothing is guessed, nothing is changed.
expect 0 gmig hook install pre-push
printf '#!/bin/sh\n# somebody new\n' >.git/hooks/pre-push
before=$(tree .git/hooks)
expect 1 gmig hook install
has_err "another one kept as pre-push.gmig-kept"
[ "$(tree .git/hooks)" = "$before" ] || fail "a refused installation changed something"
expect 0 gmig hook uninstall
[ "$(tree .git/hooks)" = "$before" ] || fail "uninstalling took somebody else's hook away"

# core.hooksPath, from a folder below; linked worktrees share their hooks.
cd "$box/here"
new_repo paths
git config core.hooksPath tools/hooks
mkdir sub
expect 0 gmig -C sub hook install pre-commit
[ -x tools/hooks/pre-commit ] || fail "core.hooksPath is not respected"
[ ! -e .git/hooks/pre-commit ] || fail "a hook was put where git does not look"
git config --unset core.hooksPath
commit one
git worktree add -q ../linked
expect 0 gmig -C ../linked hook install pre-commit
[ -x .git/hooks/pre-commit ] || fail "the linked worktree does not share its hooks"

# An absolute one, and one for all repositories, which is told.
cd "$box/here"
new_repo absolute
git config core.hooksPath "$box/here/absolute/.git/my-hooks"
expect 0 gmig hook install pre-commit
same_err </dev/null
[ -x .git/my-hooks/pre-commit ] || fail "an absolute core.hooksPath is not respected"
git config --unset core.hooksPath
# shellcheck disable=SC2088  # git itself reads the tilde
git config --global core.hooksPath '~/hooks'
mkdir "$box/home/hooks"
printf '#!/bin/sh\nexit 0\n' >"$box/home/hooks/pre-commit"
chmod 751 "$box/home/hooks/pre-commit"
before=$(tree "$box/home/hooks")
expect 0 gmig hook install pre-commit pre-push
has_err "$box/home/hooks is outside of this repository: its hooks run in every repository whose core.hooksPath names it"
expect 0 gmig hook list --json pre-commit
json .shared true
expect 0 gmig hook uninstall
[ "$(tree "$box/home/hooks")" = "$before" ] || fail "uninstalling did not restore the hooks of all repositories"
git config --global --unset core.hooksPath

# Where git is told to run no hooks none are put.
git config core.hooksPath /dev/null
expect 1 gmig hook install
has_err "this is no folder, so git runs no hooks"
has_err "git config --show-origin core.hooksPath"
git config core.hooksPath ''
expect 1 gmig hook install
has_err "core.hooksPath is empty, so git runs no hooks"
git config --unset core.hooksPath

# A folder that may not be written to: nothing has changed. (To root everything may.)
if [ "$(id -u)" -ne 0 ]; then
    printf '#!/bin/sh\nexit 0\n' >.git/hooks/pre-push
    chmod 555 .git/hooks
    before=$(tree .git/hooks)
    expect 1 gmig hook install
    has_err "Permission denied"
    [ "$(tree .git/hooks)" = "$before" ] || fail "a failed installation changed something"
    chmod 755 .git/hooks
fi

# A bare repository.
cd "$box/here"
git init -q --bare bare.git
expect 0 gmig -C bare.git hook install
same <<'END'
installed hooks/pre-receive
END

# Husky: a block in its tracked file, which goes without a trace.
cd "$box/here"
new_repo husky
mkdir -p .husky/_
git config core.hooksPath .husky/_
printf '#!/usr/bin/env sh\n. "${0%%/*}/h"' | sed 's/%%/%/' >.husky/_/pre-push
cat >.husky/_/h <<'END'
#!/usr/bin/env sh
# as husky 9 has it
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
sh -e "$s" "$@"
END
cp .husky/_/pre-push .husky/_/pre-commit
chmod +x .husky/_/*
printf 'echo "theirs $1"\nwhile read -r line; do echo "read $line"; done\n' >.husky/pre-push
cp .husky/pre-push "$box/theirs"
expect 0 gmig hook install pre-commit pre-push
[ ! -x .husky/pre-commit ] || fail "husky's files are not executable"
cmp .husky/pre-push "$box/theirs" >/dev/null && fail "the block is not there"
expect 0 gmig hook install pre-commit pre-push
hasnt "installed .husky"
expect 0 gmig hook list --json pre-push
json .layout '"husky"'
git init -q --bare "$box/here/remote.git"
git remote add origin "$box/here/remote.git"
revision aaaa1 ""
git add -A
expect 0 git commit -qm "a sound history passes"
expect 0 git push origin main
cat "$out" "$err" >"$box/both"
grep -q 'theirs origin' "$box/both" || fail "their hook did not get its arguments"
grep -q "read refs/heads/main $(git rev-parse HEAD)" "$box/both" || fail "their hook did not get its input"
revision bbbb2 aaaa1
revision cccc3 aaaa1
git add -A
expect 1 git commit -qm "two heads do not"
has_err "[divergent-heads]"
git commit -q --no-verify -m "two heads"
expect 1 git push -q origin main
has_err "[divergent-heads]"
expect 0 gmig hook uninstall
cmp .husky/pre-push "$box/theirs" || fail "their file is not as it was"
[ ! -e .husky/pre-commit ] || fail "the file made for the block is still there"

# Lefthook: its own configuration must call gmig; nothing is changed.
cd "$box/here"
new_repo lefthook
printf 'pre-commit: {}\n' >lefthook.yml
before=$(tree .git/hooks)
expect 0 gmig hook install pre-commit pre-push
same <<'END'
pre-commit:
  commands:
    gmig:
      run: gmig hook run pre-commit {0}
pre-push:
  commands:
    gmig:
      run: gmig hook run pre-push {0}
      use_stdin: true
END
[ "$(tree .git/hooks)" = "$before" ] || fail "lefthook's hooks were changed"
rm lefthook.yml
for name in .lefthook.toml .config/lefthook.json lefthook-local.yml .config/lefthook-local.jsonc; do
    mkdir -p .config
    touch $name
    expect 0 gmig hook list --json pre-commit
    json .layout '"lefthook"'
    rm $name
done
expect 0 gmig hook list --json pre-commit
json .layout '"git"'

cd "$box/here"
mkdir nowhere
expect 3 gmig -C nowhere hook install
has_err "needs a git repository"
