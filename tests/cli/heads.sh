#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# heads: Alembic's lines, divergence as exit status 1, labels, and every place a history can be read from.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
revision aaaa1111 ''
expect 0 gmig heads
same <<'END'
aaaa1111 (head), add aaaa1111
END
same_err </dev/null
commit one

# Two heads of one lineage are divergent.
revision bbbb2222 aaaa1111 'left' 'labels: [web]'
expect 0 gmig heads
same <<'END'
bbbb2222 (web) (head), left
END
rm migrations/bbbb2222.sql
revision bbbb2222 aaaa1111 left
revision cccc3333 aaaa1111 right
expect 1 gmig heads
same <<'END'
cccc3333 (head), right
bbbb2222 (head), left
END
same_err <<'END'
gmig: divergent: lineage default has 2 heads: cccc3333, bbbb2222
gmig: `gmig merge` joins them
END
expect 1 gmig heads -q
same <<'END'
cccc3333 (head), right
bbbb2222 (head), left
END
same_err </dev/null
expect 1 gmig heads --json
json .divergent true
json '[.heads[].revision]' '["cccc3333","bbbb2222"]'
json '.heads[0]' '{"revision":"cccc3333","lineage":"default","message":"right","path":"migrations/cccc3333.sql","labels":[]}'
json .at '"worktree"'

# Two heads of two lineages are not.
revision cccc3333 aaaa1111 right 'labels: [api]'
expect 0 gmig heads
same <<'END'
cccc3333 (api) (head), right
bbbb2222 (head), left
END
expect 0 gmig heads -v
same <<'END'
Rev: cccc3333 (head)
Parent: aaaa1111
Branch names: api
Lineage: api
Created: 2026-01-01T00:06:00Z
Path: migrations/cccc3333.sql

    right

Rev: bbbb2222 (head)
Parent: aaaa1111
Lineage: default
Created: 2026-01-01T00:04:00Z
Path: migrations/bbbb2222.sql

    left
END

# What is depended on is a head all the same, unless --resolve-dependencies.
revision cccc3333 aaaa1111 right 'labels: [api]' 'depends: [bbbb2222]'
expect 0 gmig heads
has bbbb2222
expect 0 gmig heads --resolve-dependencies
same <<'END'
cccc3333 (api) (head), right
END

# The index, a commit, and the work tree are three histories.
git add migrations/bbbb2222.sql
expect 0 gmig heads --at index
same <<'END'
bbbb2222 (head), left
END
expect 0 gmig heads --at HEAD
same <<'END'
aaaa1111 (head), add aaaa1111
END
expect 0 gmig heads --at worktree --json
json '[.heads[].revision]' '["cccc3333","bbbb2222"]'
git branch index
git branch migrations
expect 0 gmig heads --at refs/heads/index --json
json .at '"refs/heads/index"'
json '[.heads[].revision]' '["aaaa1111"]'
expect 0 gmig heads --at migrations
same <<'END'
aaaa1111 (head), add aaaa1111
END
expect 2 gmig heads --at nosuch
has_err 'nosuch'
expect 2 gmig heads --at nosuch --json
json .error.code '"unknown-ref"'
same_err </dev/null
commit two

# From a folder below, with -C, detached, and in a linked work tree.
mkdir -p deep/er
cd deep/er
expect 0 gmig heads -v
has 'Path: ../../migrations/cccc3333.sql'
cd ../..
expect 0 gmig -C deep heads
has cccc3333
expect 2 gmig -C nowhere heads
has_err 'cannot go to this folder'
git checkout -q --detach HEAD~1
expect 0 gmig heads
same <<'END'
aaaa1111 (head), add aaaa1111
END
git checkout -q main
git worktree add -q ../linked HEAD~1
expect 0 gmig -C ../linked heads
same <<'END'
aaaa1111 (head), add aaaa1111
END

# A bare repository answers for HEAD, with HEAD's gmig.yml.
mkdir db
git mv migrations db/versions
echo 'migrations: db/versions' >gmig.yml
commit moved
git clone -q --bare . ../bare.git
expect 0 gmig -C ../bare.git heads --json
json '[.heads[].revision]' '["cccc3333","bbbb2222"]'
json .heads[0].path '"db/versions/cccc3333.sql"'

# Each snapshot is read with its own gmig.yml, one without it with ours; -d takes the place of all of them.
git mv db/versions revisions
echo 'migrations: revisions' >gmig.yml
commit 'moved again'
expect 0 gmig heads --json
json '.heads[0].path' '"revisions/cccc3333.sql"'
expect 0 gmig heads --at HEAD~1 --json
json '.heads[0].path' '"db/versions/cccc3333.sql"'
expect 0 gmig heads --at HEAD~2 --json
json .heads '[]'
expect 0 gmig heads -d migrations --json
json .heads '[]'
expect 0 gmig heads -d migrations --at HEAD~2 --json
json '[.heads[].revision]' '["cccc3333","bbbb2222"]'
expect 2 gmig heads -d /elsewhere
has_err 'outside of'

# An unborn branch has an empty history.
new_repo ../unborn
expect 0 gmig heads
same </dev/null
expect 0 gmig heads --at HEAD
same </dev/null
expect 0 gmig heads --json
json . '{"at":"worktree","heads":[],"divergent":false}'

# Without a repository the folder of gmig.yml is all there is.
mkdir "$box/here/plain" "$box/here/plain/below"
cd "$box/here/plain"
touch gmig.yml
revision dddd4444 ''
expect 0 gmig heads
same <<'END'
dddd4444 (head), add dddd4444
END
expect 0 gmig -C below heads
same <<'END'
dddd4444 (head), add dddd4444
END
expect 3 gmig heads --at HEAD
has_err '--at needs a git repository'
expect 3 gmig heads --all-refs
has_err 'looking at all refs needs a git repository'

# What is wrong with a history is told with its place.
revision eeee5555 missing1
expect 1 gmig heads
same </dev/null
has_err 'missing1'
has_err 'migrations/eeee5555.sql:2'
expect 1 gmig heads --json
json .error.code '"history"'
rm migrations/eeee5555.sql
ln -s dddd4444.sql migrations/eeee5555.sql
expect 1 gmig heads
same_err <<'END'
gmig: a symbolic link is not followed
  at migrations/eeee5555.sql
  hint: Put the revision file itself there.
END
rm migrations/eeee5555.sql

# A configuration that is wrong is told with its place too.
echo 'migratons: x' >gmig.yml
expect 2 gmig heads
has_err 'gmig.yml:1'
expect 2 gmig heads --config nosuch.yml
has_err 'there is no such file'
echo 'format: versioned' >gmig.yml
expect 2 gmig heads
has_err 'wants a preset'
rm gmig.yml

# What comes after a label belongs to its lineage, and says so: web@head is that one.
rm migrations/*
revision aaaa1111 ''
revision bbbb2222 aaaa1111 left 'labels: [web]'
revision bbbb3333 bbbb2222 further
expect 0 gmig heads
same <<'END'
bbbb3333 (web) (head), further
END
expect 0 gmig upgrade web@head -t sqlite:dev.db --allow-dirty
expect 0 gmig current -t sqlite:dev.db
same <<'END'
bbbb3333 (web) (head), further
END
expect 0 gmig status -t sqlite:dev.db
has 'Heads      bbbb3333  further  (web)'
