#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig import: the SQL history of another tool as revisions of gmig's own, the same ones each time, which then run.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# config LINES...: a gmig.yml with the target of new_target.
config() {
    sed -n '/^targets:/,$p' gmig.yml >"$box/targets"
    { printf '%s\n' "$@"; echo "dialects: [$dialect]"; cat "$box/targets"; } >gmig.yml
}

scenario() {
    new_target "$1"
    config 'format: versioned' 'preset: goose' 'migrations: old'
    mkdir old
    printf -- '-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE users (id INTEGER);\n-- +goose StatementEnd\n\n-- +goose Down\nDROP TABLE users;\n' >old/00001_add_users.sql
    printf -- '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX i ON users (id);\n-- +goose Down\nDROP INDEX i;\n' >old/20240101000000_index.sql
    commit old

    expect 0 gmig import --into new
    same <<'END'
format: gmig
migrations: new
END
    has_err '2 revisions are in new/'
    first=$(cd new && echo 19700101000001_*_add_users.sql)
    second=$(cd new && echo 20240101000000_*_index.sql)
    id=$(echo "$first" | cut -d_ -f2)
    same_file "new/$first" <<END
-- revision: $id
-- parents: []
-- message: add users
-- created: 1970-01-01T00:00:01Z

-- gmig:up
CREATE TABLE users (id INTEGER);

-- gmig:down
DROP TABLE users;
END
    same_file "new/$second" <<END
-- revision: $(echo "$second" | cut -d_ -f2)
-- parents: [$id]
-- message: index
-- created: 2024-01-01T00:00:00Z

-- gmig:up transaction=off
CREATE INDEX i ON users (id);

-- gmig:down transaction=off
DROP INDEX i;
END

    # The list of heads is of the history that gmig.yml names, which only the project changes.
    echo 'heads_file: HEADS' >>gmig.yml
    gmig heads --write >"$box/ignored" || fail 'the heads are not listed'
    cp HEADS "$box/heads"
    expect 0 gmig import --into new
    has_err 'then `gmig heads --write` lists the new heads'
    cmp -s HEADS "$box/heads" || fail 'the list of heads was changed, and gmig.yml was not'
    sed -i '/^heads_file/d' gmig.yml
    rm HEADS

    # A second run gives the same, and an edit is not overwritten.
    expect 0 gmig import --into new --json
    json '[.revisions[].written], .folder' '[false,false]
"new"'
    echo '-- mine' >>"new/$second"
    expect 1 gmig import --into new
    has_err 'another file of this name is there'
    sed -i '$d' "new/$second"
    expect 2 gmig import --into old
    has_err "the tool's own files are there"
    expect 2 gmig import --into ..

    config 'format: gmig' 'migrations: new'
    commit new
    expect 0 gmig check --replay

    # To the branch that it goes to this is one thing, and nothing is deleted.
    expect 0 gmig check --at HEAD --base HEAD^
    has 'warning: 2 shipped revisions of HEAD^ are in another tool'
    is "$(grep -c shipped-revision "$out")" 1
    git rm -qr old
    commit removed
    expect 0 gmig check --at HEAD --base HEAD~2
    # What somebody else still adds in the old format would not be read.
    git branch over
    git checkout -qb late HEAD~2
    cp old/20240101000000_index.sql old/20250101000000_late.sql
    commit late
    for sides in 'late over' 'over late'; do
        expect 1 gmig check --at "${sides% *}" --base "${sides#* }"
        has "late.sql:1: error: 20250101000000 is in another tool's format"
    done
    git checkout -q over
    expect 0 gmig upgrade
    expect 0 gmig downgrade base
    is "$(tables)" ""
}

# ---- what cannot be imported is named, and nothing is written ----
cd "$box/here"
new_repo refused
printf 'format: versioned\npreset: goose\n' >gmig.yml
mkdir migrations
printf -- '-- +goose Up\nSELECT 1;\n' >migrations/1_a.sql
echo 'package x' >migrations/2_b.go
expect 1 gmig import
has_err '1 of 2 revisions hold no SQL: migrations/2_b.go'
rm migrations/2_b.go
printf -- '-- +goose Up\nSELECT 1;\n-- gmig:down\nSELECT 2;\n' >migrations/2_b.sql
expect 1 gmig import
has_err "revision 2 cannot be said in gmig's format"
[ ! -e revisions ] || fail 'a refused import has written'
rm migrations/2_b.sql
printf -- '-- +goose Up\nSELECT 1, '"'\${name}'"';\n' >migrations/2_b.sql
expect 0 gmig import
has_err 'migrations/2_b.sql has placeholders (${…}), which gmig does not fill in'
printf 'format: gmig\n' >gmig.yml
rm -r migrations
expect 1 gmig import
has_err "It is in gmig's own format already."

on_both scenario
