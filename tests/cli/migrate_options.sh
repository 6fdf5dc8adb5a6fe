#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# migrate: its options, and what it says of what cannot be told for sure.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/terminal.sh"

models() {
    mkdir -p models
    cat >models/notes.yml
}

two_columns() {
    models <<'END'
tables:
  users:
    columns:
      id: {type: bigint, identity: true}
      email: {type: text, default: "1"}
    primary_key: [id]
END
}

# in_place NAME DIALECT: a target in a folder of its own; scratch is on its server, which spares starting one each time.
in_place() {
    mkdir -p "$1"
    cd "$1"
    new_target "$2"
    [ "$2" = sqlite ] || echo "scratch: {postgres: \"$(pg_url)\"}" >>gmig.yml
}

# A table whose checks refuse every row that is tried stays empty, and so does what points to it: no trouble with rows.
no_rows() {
    in_place no_rows "$1"
    models <<'END'
tables:
  users:
    columns:
      id: {type: bigint, identity: true}
      email: {type: text}
    primary_key: [id]
    checks: {users_email_check: "email LIKE '%@%'"}
  notes:
    columns:
      user_id: {type: bigint}
    foreign_keys:
      notes_user_id_fkey: {columns: user_id, references: {table: users, columns: id}}
END
    expect 0 gmig migrate -m initial --rev-id aaaa1111
    sed -i '/user_id: /a\      words: {type: text, nullable: true}' models/notes.yml
    expect 0 gmig migrate -m words --rev-id bbbb2222 --json
    json '.dialects[0] | .proved, .rows_trouble' 'true
""'
}

# --plan and --sql write nothing; --sql prints what is written.
dry() {
    in_place dry "$1"
    two_columns
    expect 0 gmig migrate --plan
    same <<END
$dialect:
  add table users
END
    [ ! -e migrations ] || fail 'a plan was written'
    expect 0 gmig migrate --sql -m users --rev-id aaaa1111
    cp "$out" "$box/file"
    [ ! -e migrations ] || fail 'a file was written'
    expect 0 gmig migrate -m users --rev-id aaaa1111
    same <<'END'
migrations/20260101000000_aaaa1111_users.sql
END
    diff "$box/file" migrations/20260101000000_aaaa1111_users.sql || fail '--sql is another file'
    expect 0 gmig migrate --plan
    same </dev/null
    has_err 'nothing to do'
    expect 0 gmig migrate --sql --json
    json '.revision, .path, .parents, .refreshed, .dialects, .text' 'null
null
[]
false
[]
""'
}

# --stage adds the file to the index; without a repository it is refused before anything is written.
stage() {
    in_place stage "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111 --stage
    is "$(git diff --cached --name-only)" migrations/20260101000000_aaaa1111_users.sql
    rm -rf .git migrations
    expect 3 gmig migrate -m users --stage
    has_err '--stage needs a git repository'
    [ ! -e migrations ] || fail 'something was written'
    expect 0 gmig migrate -m users
}

# --amend writes the newest revision again until it is shipped.
amend() {
    in_place amend "$1"
    two_columns
    expect 1 gmig migrate --amend
    has_err '--amend wants a history with one head; this has 0'
    expect 0 gmig migrate -m users --rev-id aaaa1111
    file=migrations/20260101000000_aaaa1111_users.sql
    at 500
    sed -i '/email: /a\\      name: {type: text, nullable: true}' models/notes.yml
    expect 1 gmig check
    expect 0 gmig migrate --amend
    same <<END
$file
END
    is "$(ls migrations | wc -l)" 1
    grep -q '^-- message: users$' $file && grep -q '^-- created: 2026-01-01T00:00:00Z$' $file || fail 'another header'
    grep -q 'name ' $file || fail 'the column is not in the file'
    expect 0 gmig check --replay
    expect 0 gmig migrate --amend -m 'people' --stage
    grep -q '^-- message: people$' $file || fail 'not the new message'
    is "$(git diff --cached --name-only)" $file

    # Without a trunk what is committed counts as shipped; with one what is there does.
    commit users
    expect 1 gmig migrate --amend
    has_err 'revision aaaa1111 is shipped: others may have applied it'
    echo 'trunk: main' >>gmig.yml
    git checkout -q -b feature
    sed -i '/name: /d' models/notes.yml
    expect 0 gmig migrate -m 'no name' --rev-id bbbb2222
    commit 'no name'
    sed -i '/email: /a\\      name: {type: text, nullable: true}' models/notes.yml
    expect 0 gmig migrate --amend
    has_err 'revision bbbb2222 follows aaaa1111'
    # It has nothing to do any more, and says so to people and to the sum.
    sed -n '/^-- gmig:up/,$p' migrations/*_bbbb2222_*.sql >"$box/rest"
    printf -- '-- gmig:up\n\n-- gmig:down\n' | diff - "$box/rest" || fail 'not an empty revision'
    expect 0 gmig check --replay
    git checkout -q -- .
    git checkout -q main
    revision cccc3333 aaaa1111
    revision dddd4444 aaaa1111
    expect 1 gmig migrate --amend
    has_err 'this has 2'
}

# What the models say otherwise without another schema: the newest revision that is not shipped is brought up to date,
# or --empty writes one.
empty() {
    in_place empty "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111
    sed -i 's/default: "1"/default: "(1)"/' models/notes.yml
    expect 1 gmig check
    cp migrations/*_aaaa1111_* "$box/old"
    expect 0 gmig migrate --plan
    has_err 'this would bring up to date the fingerprint of aaaa1111'
    diff "$box/old" migrations/*_aaaa1111_* || fail 'a plan was written'
    expect 0 gmig migrate
    has_err 'brought up to date the fingerprint of aaaa1111'
    diff "$box/old" migrations/*_aaaa1111_* >"$box/changed" && fail 'nothing was written'
    is "$(grep -c '^[<>] -- models: ' "$box/changed")" 2
    is "$(grep -c '^[<>]' "$box/changed")" 2
    expect 0 gmig check --replay
    commit users

    sed -i 's/default: "(1)"/default: "1"/' models/notes.yml
    expect 1 gmig check --replay
    has 'fingerprint-stale'
    expect 0 gmig migrate
    has_err "'gmig migrate --empty -m TEXT' writes one"
    is "$(ls migrations | wc -l)" 1
    expect 0 gmig migrate --empty -m 'as it was' --rev-id bbbb2222
    has_err 'revision bbbb2222 follows aaaa1111'
    expect 0 gmig check --replay
    # Also where the sum is right already.
    expect 0 gmig migrate --empty --rev-id cccc3333 --json
    json '.revision, .parents, .dialects' '"cccc3333"
["bbbb2222"]
[]'
    grep -q '^-- models' migrations/*_cccc3333_* && fail 'it adds something'
    expect 0 gmig check
}

# What does not run on the rows that the history itself has made is not proved, and only kept where that is said.
unproved() {
    in_place unproved "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111
    revision bbbb2222 aaaa1111 'the first user'
    with_sql bbbb2222 "
INSERT INTO users (id, email) VALUES (1, 'a');" '
DELETE FROM users;'
    sed -i '/email: /a\\      age: {type: integer}' models/notes.yml
    expect 1 gmig migrate -m age
    has_err "the migration for $dialect is not proved: the up fails: "
    has_err '--unproved writes it all the same'
    expect 1 gmig migrate -m age --sql --json
    json .error.code '"refused"'
    is "$(ls migrations | wc -l)" 2
    expect 0 gmig migrate -m age --unproved --rev-id cccc3333 --json
    json '.dialects[0] | .proved, .rows_kept, (.unproved | startswith("the up fails: "))' 'false
false
true'
    has_err "$dialect: not proved: the up fails: "
    grep -q '^-- Not proved: the up fails: ' migrations/*_cccc3333_* || fail 'the file does not say so'
    expect 1 gmig check --replay
    has 'unreplayable'
    expect 4 gmig upgrade --allow-dirty
}

# --head chooses the parent; the models are those of the whole history.
head_of() {
    in_place head_of "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111
    revision bbbb2222 aaaa1111 web 'labels: [web]'
    revision cccc3333 aaaa1111 api 'labels: [api]'
    cat >>models/notes.yml <<'END'
  t_bbbb2222: {columns: {id: {type: integer, nullable: true}}}
  t_cccc3333: {columns: {id: {type: integer, nullable: true}}}
  more: {columns: {id: {type: integer}}}
END
    expect 1 gmig migrate -m more
    has_err 'there are 2 heads: cccc3333, bbbb2222'
    has_err '--head LABEL@head'
    expect 1 gmig migrate -m more --head aaaa1111
    has_err 'revision aaaa1111 is no head'
    expect 1 gmig migrate -m more --head base
    has_err 'a second base'
    expect 2 gmig migrate -m more --head nosuch
    expect 0 gmig migrate -m more --head web@head --rev-id dddd4444 --json
    json '.parents, .dialects[0].changes[0]' '["bbbb2222"]
"add table more"'
    expect 0 gmig check --replay
}

# --rename: what is one, what is none, and what is neither.
renames() {
    in_place renames "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111
    commit users
    sed -i 's/  users:/  people:/' models/notes.yml
    expect 1 gmig migrate -m rename
    has_err 'table users may have become people'
    has_err 'Say so with --rename users=people, or with --rename users= that it is none.'
    sed -i 's/email:/mail:/' models/notes.yml
    expect 2 gmig migrate -m rename --rename users.name=people.mail
    has_err 'the present schema has nothing of that name'
    expect 2 gmig migrate -m rename --rename nosuch=neither
    has_err 'there is no nosuch to be renamed, and no neither in the models'
    expect 2 gmig migrate -m rename --rename users
    has_err "'users' is no rename"
    expect 0 gmig migrate --sql --rename users=people --rename people.email=mail
    has 'ALTER TABLE users RENAME TO people'
    has 'RENAME COLUMN email TO mail'
    hasnt 'DROP COLUMN'
    expect 0 gmig migrate --plan --rename users=
    has 'drop table users'
    has 'add table people'
    # The models say it themselves, and go on saying it when it is done.
    sed -i 's/  people:/&\n    renamed_from: users/; s/mail: {/&renamed_from: email, /' models/notes.yml
    expect 0 gmig migrate -m rename --rev-id bbbb2222
    grep -q 'RENAME TO people' migrations/*_bbbb2222_* || fail 'not a rename'
    expect 0 gmig check --replay
    expect 0 gmig migrate
    has_err 'nothing to do'
    expect 1 gmig diff history@HEAD history --rename users=people --rename people.email=mail --sql
    has 'ALTER TABLE users RENAME TO people'
    expect 1 gmig diff history@HEAD history --rename users=
    has 'drop table users'
}

# At a terminal a person is asked; elsewhere, and with --json, nobody is.
asked() {
    in_place asked "$1"
    two_columns
    expect 0 gmig migrate -m users --rev-id aaaa1111
    commit users
    sed -i 's/email:/mail:/' models/notes.yml
    at_terminal 0 'y\n' 'gmig migrate --sql'
    has 'Is column users.email renamed to mail? [y/N]'
    has 'RENAME COLUMN email TO mail'
    at_terminal 0 'n\n' 'gmig migrate --sql'
    has 'DROP COLUMN email'
    has 'the down does not bring back column users.email'
    # No answer is a no.
    at_terminal 0 '\n' 'gmig migrate --plan'
    has 'drop column users.email'
    at_terminal 1 'y\n' 'gmig migrate --sql --json'
    has '"code": "refused"'
    hasnt '[y/N]'
    at_terminal 0 '' 'gmig migrate --plan --rename users.email='
    hasnt 'renamed'
    has 'drop column users.email'
    expect 0 gmig migrate --plan --rename users.email=
    has 'add column users.mail'
}

for scenario in no_rows dry stage amend empty unproved head_of renames asked; do
    on_both $scenario
done

# Both dialects ask for the same: one question, one file.
mkdir "$box/here/both"
cd "$box/here/both"
new_repo both
echo 'dialects: [sqlite, postgres]' >gmig.yml
two_columns
expect 0 gmig migrate -m users --rev-id aaaa1111
sed -i 's/email:/mail:/' models/notes.yml
at_terminal 0 'y\n' 'gmig migrate -m rename --rev-id bbbb2222'
is "$(grep -c renamed "$out")" 1
is "$(grep -c '^-- gmig:' migrations/*_bbbb2222_*)" 2
expect 0 gmig check --replay
# What one dialect alone has is renamed there.
sed -i 's/^      mail:.*/&\n      lite: {sqlite: {type: text, nullable: true}}/' models/notes.yml
expect 0 gmig migrate -m lite --rev-id cccc3333
sed -n '/^-- gmig:/,$p' migrations/*_cccc3333_* >"$out"
same <<'END'
-- gmig:up dialect=sqlite
ALTER TABLE users ADD COLUMN lite TEXT;

-- gmig:up dialect=postgres

-- gmig:down dialect=sqlite
ALTER TABLE users DROP COLUMN lite;

-- gmig:down dialect=postgres
END
expect 0 gmig check --replay
sed -i 's/^      lite:/      light:/' models/notes.yml
expect 0 gmig migrate -m light --rename users.lite=light --rev-id dddd4444
grep -q 'RENAME COLUMN lite TO light' migrations/*_dddd4444_* || fail 'not a rename'
expect 0 gmig check --replay

# A dialect without models is not served by the others' sections: check asks for its own.
new_repo ../lite
echo 'dialects: [sqlite, postgres]' >gmig.yml
mkdir models
echo 'CREATE TABLE a (id INTEGER);' >models/schema.sqlite.sql
expect 0 gmig migrate -m a --rev-id aaaa1111
is "$(grep '^-- gmig:' migrations/*_aaaa1111_* | tr '\n' ' ')" '-- gmig:up dialect=sqlite -- gmig:down dialect=sqlite '
expect 1 gmig check
has 'missing-section'
