#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The installed hooks: another hook's arguments, input and status; gmig that is missing; hooks that only tell.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# ---- the hook that was there gets arguments and input, byte for byte, and its refusal counts
new_repo kept
git init -q --bare ../remote.git
git remote add origin ../remote.git
cat >.git/hooks/pre-push <<'END'
#!/bin/sh
printf '%s|' "$@" >"$SEEN.args"
cat >"$SEEN.input"
exit "${THEIR_STATUS:-0}"
END
chmod +x .git/hooks/pre-push
SEEN=$box/seen
export SEEN
gmig hook install >/dev/null
revision aaaa1 ""
commit one
expect 0 git push -q origin main
[ "$(cat "$SEEN.args")" = "origin|../remote.git|" ] || fail "arguments: $(cat "$SEEN.args")"
printf 'refs/heads/main %s refs/heads/main %040d\n' "$(git rev-parse HEAD)" 0 | cmp - "$SEEN.input" ||
    fail "the input is not what git wrote"
expect 0 git push -q origin main
[ ! -s "$SEEN.input" ] || fail "an empty input did not stay empty"
commit two
THEIR_STATUS=7 expect 1 git push -q origin main
expect 0 git push -q origin main
# One that reads nothing does not disturb ours.
printf '#!/bin/sh\nexit 0\n' >.git/hooks/pre-push.gmig-kept
commit three
expect 0 git push -q origin main
hasnt_err "rror"

# ---- without gmig
mkdir "$box/tools"
for tool in git sh cat; do
    ln -s "$(command -v $tool)" "$box/tools/$tool"
done
without_gmig() {
    # shellcheck disable=SC2123  # meant: the shell, git and cat alone
    (PATH=$box/tools && export PATH && "$@")
}
commit four
expect 1 without_gmig git push -q origin main
has_err "gmig is not in PATH"
has_err "install the package gmig"
expect 1 without_gmig git commit -q --allow-empty -m x
has_err 'git commit --no-verify'
expect 0 without_gmig git checkout -q -b other
hasnt_err gmig
expect 0 without_gmig git commit -q --amend --allow-empty --no-verify -m x
hasnt_err gmig

# ---- hooks that tell: after a merge, a checkout, a rebase; and never fail
cd "$box/here"
new_repo tell
revision aaaa1 ""
commit one
git branch left
revision bbbb2 aaaa1
commit right
git checkout -q left
revision cccc3 aaaa1
commit left
gmig hook install post-merge post-checkout post-rewrite >/dev/null
expect 0 git merge -q --no-edit main
has_err "gmig: 2 heads in migrations/: cccc3, bbbb2; run \`gmig merge\`"
expect 0 git checkout -q main
hasnt_err gmig
expect 0 git checkout -q left
has_err "gmig: 2 heads"
expect 0 git checkout -q -b same
hasnt_err gmig
expect 0 git checkout -q same -- migrations
hasnt_err gmig
git checkout -q left
git reset -q --hard HEAD~1
expect 0 git rebase -q main
has_err "gmig: 2 heads in migrations/: cccc3, bbbb2; this branch's cccc3 came beside bbbb2 in the rebase; run \`gmig rebase main\`, or \`gmig merge\`"
[ "$(grep -c 'gmig:' "$err")" -eq 1 ] || fail "the rebase was told about more than once"
expect 0 git commit -q --amend -m again
has_err "gmig: 2 heads"
rm migrations/aaaa1.sql
git commit -qam "a parent is gone"
expect 0 git checkout -q main
expect 0 git checkout -q left
has_err "the history in migrations/ has 2 problems; run \`gmig check\`"
git bisect start -q HEAD HEAD~2 >/dev/null 2>"$err"
hasnt_err gmig
git bisect reset >/dev/null 2>"$err"
printf 'no such key: 1\n' >gmig.yml
expect 0 git checkout -q main
has_err "gmig: warning:"
rm gmig.yml

# ---- after a rebase the chain to move is named, all of it and nothing of others
cd "$box/here"
new_repo chain
revision aaaa1 ""
commit one
git checkout -q -b topic
revision bbbb2 aaaa1
commit first
revision cccc3 bbbb2
revision dddd4 cccc3
commit second
git checkout -q main
revision eeee5 aaaa1
revision ffff6 eeee5
commit theirs
git checkout -q topic
gmig hook install post-rewrite >/dev/null
expect 0 git rebase -q main
same_err <<'END'
gmig: 2 heads in migrations/: ffff6, dddd4; this branch's bbbb2, cccc3, dddd4 came beside ffff6 in the rebase; run `gmig rebase main`, or `gmig merge`
END
expect 0 gmig rebase main
expect 0 git commit -qam moved
expect 0 gmig heads
has dddd4
hasnt ffff6
# Nothing is left to move: the next rebase says nothing.
git checkout -q main
commit more
git checkout -q topic
expect 0 git rebase -q main
hasnt_err gmig
# Two beginnings are moved both; a branch's own two heads came beside nobody else's; nothing chooses between two of theirs.
git checkout -q -b two main~2
revision gggg7 aaaa1
commit "a beginning"
revision hhhh8 aaaa1
commit "another"
expect 0 git rebase -q main
has_err "3 heads in migrations/: hhhh8, gggg7, ffff6; this branch's gggg7, hhhh8 came beside ffff6 in the rebase; run \`gmig rebase main\`"
git checkout -q topic
revision iiii9 bbbb2
commit "two heads of its own"
git checkout -q main
commit still
git checkout -q topic
expect 0 git rebase -q main
has_err "gmig: 2 heads in migrations/: iiii9, dddd4; run \`gmig merge\`"
git checkout -q main
revision jjjj0 eeee5
commit "two heads of theirs"
git checkout -q two
expect 0 git rebase -q main
has_err "came beside jjjj0, ffff6 in the rebase; run \`gmig merge\`"
# A commit that no branch is at is named by its id.
git checkout -q -b three main~3
revision kkkk1 eeee5
commit three
expect 0 git rebase -q main~1
has_err "run \`gmig rebase $(git rev-parse main~1 | cut -c1-12)\`"

# ---- the command itself
expect 2 gmig hook run
expect 2 gmig hook run commit-msg
expect 2 gmig hook run update refs/heads/x
expect 0 gmig hook run post-checkout # it never fails
printf 'junk\n' >"$box/input"
stdin() {
    "$@" <"$box/input"
}
expect 2 stdin gmig hook run pre-push
has_err "line 1 of the input of pre-push is not what git writes"
cd "$box/here"
new_repo none
expect 0 gmig hook run pre-commit
same </dev/null
same_err </dev/null
