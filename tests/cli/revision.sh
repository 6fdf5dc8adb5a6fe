#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# revision: what file is written, on top of which parent; --undo, labels, dependencies, refusals.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo

# The first revision is a base; the file is complete and its path is printed.
expect 0 gmig revision -m 'Add users & decks' --rev-id 0123456789ab
same <<'END'
migrations/20260101000000_0123456789ab_add_users_decks.sql
END
same_err <<'END'
gmig: revision 0123456789ab is a base
END
same_file migrations/20260101000000_0123456789ab_add_users_decks.sql <<'END'
-- revision: 0123456789ab
-- parents: []
-- message: Add users & decks
-- created: 2026-01-01T00:00:00Z

-- gmig:up

-- gmig:down
END
[ -z "$(git ls-files)" ] || fail 'it was added to the index'

# The second one follows it, with an id of its own; --stage adds it to the index.
at 60
expect 0 gmig revision -m second --stage -q
same_err </dev/null
second=$(cat "$out")
[ "$(git ls-files)" = "$second" ] || fail 'it was not added to the index'
case $second in
migrations/20260101000100_????????????_second.sql) ;;
*) fail "$second is no name for it" ;;
esac
expect 0 gmig revision -m third --json
json .parents "[\"$(echo "$second" | cut -d_ -f2)\"]"
json '.revision | length' 12
json '.path | startswith("migrations/20260101000100_")' true
same_err <<END
gmig: revision $(jq -r .revision "$out") follows $(echo "$second" | cut -d_ -f2)
END

# Where nothing is said, no message; one that could not be read back is not written.
expect 0 gmig revision --rev-id plain -q
same <<'END'
migrations/20260101000100_plain_revision.sql
END
expect 2 gmig revision -m 'two
lines'
has_err 'a message is one line'
expect 2 gmig revision --rev-id 'a b'
has_err "'a b' cannot be the id"
expect 2 gmig revision --rev-id head
same_err <<'END'
gmig: 'head' cannot be the id of a revision
  hint: It begins with a letter, a digit or '_' and goes on with these, '-' and '.', at most 128; head, heads, base and current are taken.
END
# Such an id would be read, but could be typed behind "--" only.
expect 2 gmig revision --rev-id -1
has_err "'-1' cannot be the id"
expect 2 gmig revision --label 'a b'
has_err "'a b' cannot be the label of a revision"
expect 2 gmig revision -m "$(printf 'caf\351')"
has_err 'the message is not UTF-8'
expect 1 gmig revision --rev-id plain
has_err 'there is a revision plain already'
expect 0 gmig heads
same <<'END'
plain (head)
END
rm -r migrations

# With several heads somebody has to choose.
revision a ''
revision b a
revision c a
expect 1 gmig revision -m x
same </dev/null
same_err <<'END'
gmig: there are 2 heads: c, b
  hint: Join them with `gmig merge`, or choose one with --head ID.
END
expect 1 gmig revision -m x --json
json .error.code '"divergent"'
expect 1 gmig revision -m x --head head
has_err 'there are 2 heads'
expect 0 gmig revision -m x --head b --rev-id d
same_err <<'END'
gmig: revision d follows b
END

# One head without a label is the one to go on from.
revision c a c 'labels: [web]'
expect 0 gmig revision --rev-id e
same_err <<'END'
gmig: revision e follows d
END
expect 0 gmig revision --rev-id f --head web@head
same_err <<'END'
gmig: revision f follows c
END

# A parent with children, and a second base, only when they are meant.
expect 1 gmig revision --head a
same_err <<'END'
gmig: revision a is no head: b, c come after it
  hint: --splice starts a branch there all the same.
END
expect 1 gmig revision --head base
has_err 'a second base would make the history divergent'
expect 0 gmig revision --head base --label stats --rev-id s -q
same_file migrations/20260101000500_s_revision.sql <<'END'
-- revision: s
-- parents: []
-- labels: [stats]
-- message: ""
-- created: 2026-01-01T00:05:00Z

-- gmig:up

-- gmig:down
END
expect 0 gmig revision --head a --splice --branch-label=deep --depends-on stats --depends-on e --rev-id g -q
same_file migrations/20260101000500_g_revision.sql <<'END'
-- revision: g
-- parents: [a]
-- depends: [stats, e]
-- labels: [deep]
-- message: ""
-- created: 2026-01-01T00:05:00Z

-- gmig:up

-- gmig:down
END
expect 1 gmig revision --label stats --head s
has_err "'stats' names revision s already"
expect 1 gmig revision --label a --head s
has_err "'a' names revision a already"
expect 2 gmig revision --depends-on nosuch --head s
has_err nosuch
rm -r migrations

# --undo: each dialect's down becomes the up, its up the down, options and all.
mkdir migrations
cat >migrations/u.sql <<'END'
-- revision: u
-- parents: []
-- message: index users
-- created: 2026-01-01T00:00:00Z

-- gmig:up dialect=sqlite
-- why
CREATE INDEX i ON users (name);

-- gmig:up dialect=postgres transaction=off lock-timeout=2s statement-timeout=1min
CREATE INDEX CONCURRENTLY i ON users (name);

-- gmig:down
DROP INDEX i;
END
expect 0 gmig revision --undo u --rev-id v
same <<'END'
migrations/20260101000500_v_undo_index_users.sql
END
same_file migrations/20260101000500_v_undo_index_users.sql <<'END'
-- revision: v
-- parents: [u]
-- message: undo index users
-- created: 2026-01-01T00:05:00Z

-- gmig:up
DROP INDEX i;

-- gmig:down dialect=sqlite
-- why
CREATE INDEX i ON users (name);

-- gmig:down dialect=postgres transaction=off lock-timeout=2s statement-timeout=1min
CREATE INDEX CONCURRENTLY i ON users (name);
END
expect 0 gmig revision --undo head -m 'index again' --rev-id w -q
sed -n '/gmig:up/,$p' migrations/*_w_*.sql >"$box/again"
sed -n '/gmig:up/,$p' migrations/u.sql | diff - "$box/again" || fail 'undoing the undo is not the first again'
cat >migrations/x.sql <<'END'
-- revision: x
-- parents: [w]
-- created: 2026-01-01T00:05:00Z

-- gmig:up
DROP TABLE users;

-- gmig:irreversible the users are gone
END
expect 1 gmig revision --undo x
same_err <<'END'
gmig: revision x is irreversible: the users are gone
  at migrations/x.sql:8
  hint: Write a new revision by hand.
END
sed -i '/irreversible/d' migrations/x.sql
expect 1 gmig revision --undo x
has_err 'revision x has no down for sqlite'
expect 2 gmig revision --undo nosuch
has_err nosuch

# gmig.yml says where, and how the file is called.
cat >gmig.yml <<'END'
migrations: db/versions
file_template: "%(id).sql"
END
expect 0 gmig revision -m 'elsewhere' --rev-id y
same <<'END'
db/versions/y.sql
END
mkdir -p sub
expect 0 gmig -C sub revision --rev-id z
same <<'END'
../db/versions/z.sql
END
expect 0 gmig revision -d other --rev-id first
same <<'END'
other/first.sql
END
touch db/versions/taken.sql
expect 1 gmig revision --rev-id taken
has_err 'db/versions/taken.sql'
rm db/versions/taken.sql

# A folder that is a link is not written through; without a repository it works, a bare one has no place.
ln -s "$box" linked
expect 2 gmig revision -d linked
has_err 'a symbolic link, which gmig does not follow'
expect 1 gmig revision -d linked/below
has_err 'a symbolic link, which gmig does not write through'
cd "$box/here"
expect 0 gmig revision -m alone --rev-id solo
same <<'END'
migrations/20260101000500_solo_alone.sql
END
expect 3 gmig revision --stage
has_err '--stage needs a git repository'
git init -q --bare bare.git
expect 3 gmig -C bare.git revision
has_err 'a bare repository has no work tree'
