#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pre-commit framework takes the hook that this repository offers it, and refuses what gmig refuses.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
command -v pre-commit >/dev/null || {
    echo "skipped: pre-commit is not installed"
    exit 77
}

mkdir hooks_of_gmig
cp "$GMIG_SOURCE/.pre-commit-hooks.yaml" hooks_of_gmig
git -C hooks_of_gmig init -q
git -C hooks_of_gmig add -A
git -C hooks_of_gmig commit -q -m hooks
git -C hooks_of_gmig tag v1.0

git init -q --bare remote.git
new_repo repo
git remote add origin ../remote.git
cat >.pre-commit-config.yaml <<END
default_install_hook_types: [pre-commit, pre-merge-commit, pre-push]
repos:
  - repo: $box/here/hooks_of_gmig
    rev: v1.0
    hooks: [{id: gmig-check}]
END
revision aaaa1 ""
revision bbbb2 aaaa1
commit base
expect 0 pre-commit install

# ---- commit: two heads in the index are refused, one is not
git push -q --no-verify origin main
git checkout -q -b left
revision cccc3 bbbb2
git add -A
expect 0 git commit -q -m left
revision dddd4 aaaa1
git add -A
expect 1 git commit -q -m "two heads"
has_err 'migrations/dddd4.sql:2: error: 2 heads'

# ---- a deleted migration that others stand on is seen, although no file of it is left to match
git rm -q -f migrations/dddd4.sql migrations/bbbb2.sql
expect 1 git commit -q -m gone
has_err 'bbbb2'
git reset -q --hard

# ---- merge
git checkout -q -b right main
revision eeee5 bbbb2
git add -A
expect 0 git commit -q -m right
expect 1 git merge -q -m merged left
has_err '2 heads'
git merge --abort 2>/dev/null || git reset -q --hard

# ---- push: what is pushed counts, not the index
expect 0 git push -q origin right
git merge -q --no-verify -m merged left
expect 1 git push -q origin right
has '2 heads'
