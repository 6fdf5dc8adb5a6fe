#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# whence, where a folder is a revision (Diesel, Prisma), where files lie in folders below (Rails, Flyway), and in Node's projects:
# by id and by path, on branches that are gone, and in stashes.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# project PRESET: an empty repository with one commit.
project() {
    cd "$box/here"
    new_repo "$1"
    printf 'format: versioned\npreset: %s\n' "$1" >gmig.yml
    commit 'settings'
}

# write FILE: makes it, with its folders; all of one project have the same text.
write() {
    for file; do
        mkdir -p "$(dirname "$file")"
        echo 'SELECT 1;' >"$file"
    done
}

# Diesel: two revisions with the same bytes are told by their folders.
project diesel
write migrations/2026-01-01-000001_users/up.sql migrations/2026-01-01-000001_users/down.sql
commit users
git checkout -q -b gone
write migrations/2026-01-02-000001_cards/up.sql migrations/2026-01-02-000001_cards/down.sql
commit cards
git checkout -q -b other main
write migrations/2026-01-03-000001_decks/up.sql migrations/2026-01-03-000001_decks/down.sql
commit decks
git checkout -q main
expect 0 gmig whence 20260102000001
has '20260102000001  cards'
has '  gone: migrations/2026-01-02-000001_cards/up.sql'
hasnt 'decks'
git branch -q -D gone
expect 0 gmig whence 20260102000001
has 'migrations/2026-01-02-000001_cards/up.sql'
hasnt 'decks'
expect 0 gmig whence migrations/2026-01-02-000001_cards/up.sql
has 'migrations/2026-01-02-000001_cards/up.sql'
hasnt 'decks'
expect 0 gmig whence migrations/2026-01-02-000001_cards/down.sql
has 'migrations/2026-01-02-000001_cards/up.sql'
expect 0 gmig whence migrations/2026-01-03-000001_decks/up.sql --json
json '[.revision, .versions[0].places[0].path]' '["20260103000001","migrations/2026-01-03-000001_decks/up.sql"]'
write migrations/2026-01-04-000001_stashed/up.sql
git add -A
git stash -q
expect 0 gmig whence 20260104000001
has 'stash@{0}: migrations/2026-01-04-000001_stashed/up.sql'
write migrations/2026-01-05-000001_untracked/up.sql
git stash -q -u
expect 0 gmig whence migrations/2026-01-05-000001_untracked/up.sql
has 'stash@{0}'
has 'migrations/2026-01-05-000001_untracked/up.sql'
expect 1 gmig whence 20260106000001

# Prisma.
project prisma
write prisma/migrations/20260101000001_users/migration.sql
commit users
git checkout -q -b gone
write prisma/migrations/20260102000001_cards/migration.sql
commit cards
git checkout -q main
git branch -q -D gone
expect 0 gmig whence 20260102000001
has 'prisma/migrations/20260102000001_cards/migration.sql'
hasnt '_users'
expect 0 gmig whence prisma/migrations/20260102000001_cards/migration.sql
has 'prisma/migrations/20260102000001_cards/migration.sql'
(cd prisma/migrations && expect 0 gmig whence 20260102000001_cards/migration.sql)

# Files in folders below, whatever these are called.
project rails
mkdir -p db/migrate
write db/migrate/20260101000001_users.rb
commit users
git checkout -q -b gone
write db/migrate/2026/20260102000001_cards.rb
commit cards
git checkout -q main
git branch -q -D gone
expect 0 gmig whence 20260102000001
has 'db/migrate/2026/20260102000001_cards.rb'
expect 0 gmig whence db/migrate/2026/20260102000001_cards.rb
has 'db/migrate/2026/20260102000001_cards.rb'

# Node's projects, in a folder of a larger repository.
for preset in knex typeorm node-pg-migrate; do
    cd "$box/here"
    new_repo "$preset"
    mkdir server
    printf 'format: versioned\npreset: %s\n' "$preset" >server/gmig.yml
    commit settings
    cd server
    case $preset in
    knex) one=migrations/20260101000001_users.js two=migrations/20260102000001_cards.ts id=20260102000001_cards ;;
    typeorm) one=src/migrations/1767225600001-Users.ts two=src/migrations/1767225600002-Cards.ts id=1767225600002 ;;
    *) one=migrations/1767225600001_users.js two=migrations/1767225600002_cards.ts id=1767225600002_cards ;;
    esac
    write "$one"
    commit users
    git checkout -q -b gone
    write "$two"
    commit cards
    git checkout -q main
    git branch -q -D gone
    expect 0 gmig heads
    expect 0 gmig whence "$id"
    has "server/$two"
    expect 0 gmig whence "$two"
    has "server/$two"
done

# Six trees that stand for a million folders: what is looked through has an end, and what is not found then is not "nowhere".
cd "$box/here/prisma"
tree=$(printf '100644 blob %s\tf\n' "$(git rev-parse HEAD:gmig.yml)" | git mktree)
for level in 1 2 3 4 5 6; do
    tree=$(for name in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\t%s\n' "$tree" "$name"; done | git mktree)
done
for folder in z migrations prisma; do
    tree=$(printf '040000 tree %s\t%s\n' "$tree" "$folder" | git mktree)
done
git update-ref refs/heads/bomb "$(git commit-tree -p main -m bomb "$tree")"
expect 3 timeout 20 gmig whence 20260109000001
has_err 'this repository is not whole'
expect 0 timeout 20 gmig whence 20260101000001
has '  main: prisma/migrations/20260101000001_users/migration.sql'
