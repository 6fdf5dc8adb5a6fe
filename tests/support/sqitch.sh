# SPDX-License-Identifier: Apache-2.0
# A project of sqitch's with three changes, and looks into its registry; read behind lib.sh, pg.sh and targets.sh.

export SQITCH_FULLNAME='Ada Lovelace' SQITCH_EMAIL=ada@example.org

# change NAME SQL UNDO: the scripts of a change.
change() {
    mkdir -p "$(dirname "deploy/$1")" "$(dirname "revert/$1")" "$(dirname "verify/$1")"
    printf -- '-- Deploy %s\nBEGIN;\n%s\nCOMMIT;\n' "$1" "$2" >"deploy/$1.sql"
    printf -- '-- Revert %s\nBEGIN;\n%s\nCOMMIT;\n' "$1" "$3" >"revert/$1.sql"
}

# plan LINE...: sqitch.plan has these.
plan() {
    printf '%%syntax-version=1.0.0\n%%project=flipr\n%%uri=https://Example.org/flipr\n\n' >sqitch.plan
    printf '%s\n' "$@" >>sqitch.plan
}

by='Ada Lovelace <ada@example.org>'

project() {
    cd "$box/here"
    test_name=sqitch_$2
    new_target "$1"
    printf 'format: versioned\npreset: sqitch\n' >>gmig.yml
    change users 'CREATE TABLE users (id integer PRIMARY KEY, name text);' 'DROP TABLE users;'
    change app/flips 'CREATE TABLE flips (id integer PRIMARY KEY, author integer);' 'DROP TABLE flips;'
    change tags 'CREATE TABLE labels (id integer);' 'DROP TABLE IF EXISTS labels;'
    printf 'SELECT id, name FROM users WHERE 1 = 0;\n' >verify/users.sql
    printf 'SELECT id FROM flips WHERE 1 = 0;\n' >verify/app/flips.sql
    printf 'SELECT id FROM labels WHERE 1 = 0;\n' >verify/tags.sql
    plan "users 2026-01-01T00:00:00Z $by# Makes \"users\".\\nAnd keeps them." \
        "app/flips [users !other:gone] 2025-01-01T00:00:00Z $by" \
        "@v1 2026-01-02T00:00:00Z $by # First, with a \\\\ in it" \
        "@v1.1 2026-01-02T00:00:01Z $by" \
        "tags [app/flips@v1 @v1] 2026-01-03T00:00:00Z $by# 0"
    printf '[core]\n\tengine = %s\n' "$([ "$1" = sqlite ] && echo sqlite || echo pg)" >sqitch.conf
    commit sqitch
    if [ "$1" = sqlite ]; then
        sqitch_target=db:$url
    else
        # sqitch's own spelling of what libpq is given.
        sqitch_target=db:pg:$(echo "$url" | sed 's/^postgres\(ql\)\?://')
    fi
}

sqitch() {
    sqitch_command=$1
    shift
    case $sqitch_command in
    revert) set -- -y "$@" ;;
    deploy) set -- --verify "$@" ;;
    esac
    command sqitch "$sqitch_command" --target "$sqitch_target" "$@"
}

# registry SQL: rows of sqitch's tables.
registry() {
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch sqitch.sqlite "$1"
    else
        PGOPTIONS='-c search_path=sqitch -c timezone=UTC' pg_query "$url" "$1"
    fi
}

# all: everything in the registry that does not name a person or the present.
all() {
    registry "SELECT * FROM (SELECT 'change', change_id, script_hash, change, project, note, planned_at, planner_name, planner_email
        FROM changes ORDER BY committed_at) a"
    registry "SELECT 'tag', tag_id, tag, project, change_id, note, planned_at, planner_name, planner_email FROM tags ORDER BY tag_id"
    registry "SELECT 'dependency', change_id, type, dependency, dependency_id FROM dependencies ORDER BY 2, 3, 4"
    registry "SELECT 'project', project, uri FROM projects"
    registry "SELECT 'release', version FROM releases"
}

events() {
    registry "SELECT event, change, requires, conflicts, tags, note, planned_at FROM events ORDER BY committed_at"
}

schema() {
    if [ "$dialect" = sqlite ]; then
        for schema_table in releases projects changes tags dependencies events; do
            registry "SELECT '$schema_table', name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('$schema_table') ORDER BY name"
            registry "SELECT '$schema_table', \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list('$schema_table') ORDER BY 2, 3"
        done
    else
        registry "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'sqitch' ORDER BY 1, 2"
        registry "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'sqitch'::regnamespace ORDER BY 1, 2"
    fi
}
