#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# target: a database for each branch and each worktree, made from the trunk's, dropped only where gmig made it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# of PLACE: the URL of a place's database
of() {
    echo "$pattern" | sed "s|{branch}|$1|; s|{worktree}|$1|"
}

ids() { # ids PLACE LIST
    url=$(of "$1")
    applied "$2"
}

there() { # there PLACE: is its database there?
    if [ "$dialect" = sqlite ]; then
        [ -f "$(of "$1" | sed 's/^sqlite://')" ]
    else
        [ "$(pg_query "$(pg_url)" "SELECT count(*) FROM pg_database WHERE datname = '$(echo "$prefix" | sed "s|{.*}|$1|")'")" = 1 ]
    fi
}

begin() { # begin DIALECT MARK
    dialect=$1
    cd "$box/here"
    new_repo "target-$1-$2"
    prefix="gmig_target_$$_{$2}"
    if [ "$1" = sqlite ]; then
        pattern=sqlite:$PWD/$prefix.db
    else
        pattern=$(pg_url "$prefix")
    fi
    cat >gmig.yml <<END
dialects: [$1]
targets: {dev: {url: "$pattern", development: true}}
END
    echo 'gmig_target*' >.gitignore
    revision aaaa1111 ""
    commit base
}

scenario() {
    begin "$1" branch
    expect 0 gmig target list
    has_err 'gmig has made no database'
    expect 0 gmig target create
    has ', which is empty'
    expect 0 gmig upgrade
    ids main aaaa1111
    query "INSERT INTO t_aaaa1111 VALUES (5)"

    # A branch gets a copy of the trunk's with the first command that writes.
    git checkout -q -b Feature/One
    revision ffff1111 aaaa1111
    commit feature
    expect 0 gmig upgrade --plan --from base
    there feature-one && fail 'a plan has made a database'
    if [ "$1" = postgres ]; then
        expect 4 gmig current
        has_err 'gmig target create'
        # One that somebody is working with is not copied: that is said, nothing is half made, and nobody is thrown out.
        pg_query "$(of main)" 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
        working="FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"
        until [ "$(pg_query "$(pg_url)" "SELECT count(*) $working")" = 1 ]; do sleep 0.1; done
        expect 4 gmig switch
        has_err 'A database is copied while nobody uses it: end the connections to '
        there feature-one && fail 'a database was half made'
        [ "$(pg_query "$(pg_url)" "SELECT count(*) $working")" = 1 ] || fail 'the session was ended'
        pg_query "$(pg_url)" "SELECT pg_terminate_backend(pid) $working" >/dev/null
        wait $! || :
    fi
    expect 0 gmig switch
    has_err 'made '
    has_err ', a copy of '
    ids feature-one "aaaa1111 ffff1111"
    is "$(query 'SELECT id FROM t_aaaa1111')" 5
    ids main aaaa1111
    expect 0 gmig upgrade
    hasnt_err 'a copy of'
    expect 0 gmig target create
    has_err ' is there'
    expect 0 gmig target list --json
    json '[.databases[] | [.target, .branch, .worktree, .here, .orphan]]' \
        '[["dev","main",null,false,false],["dev","Feature/One",null,true,false]]'

    # Several at once lose nothing of each other.
    cp .git/gmig/targets.json "$box/record"
    for n in 1 2 3 4 5 6 7 8; do
        git worktree add -q -b "many$n" "$box/many$n" main
        (cd "$box/many$n" && exec gmig upgrade) >/dev/null 2>&1 &
    done
    wait
    expect 0 gmig target list --json
    json '[.databases[].branch | select(startswith("many"))] | length' 8
    for n in 1 2 3 4 5 6 7 8; do
        expect 0 gmig target drop -y "many$n"
        git worktree remove -f "$box/many$n"
        git branch -q -D "many$n"
    done

    # Two names that become one are refused.
    git checkout -q -b feature-one
    expect 1 gmig upgrade
    has_err ' is the database of Feature/One'

    # A long name is cut, and ends in a hash; a detached HEAD has one for all.
    long=$(printf 'x%.0s' $(seq 1 100))
    git checkout -q -b "$long"
    expect 0 gmig target create --json
    name=$(jq -r .url "$out" | sed 's|.*/||; s|?.*||')
    [ "${#name}" -eq 63 ] || fail "$name has ${#name} bytes"
    case ${name%.db} in *xx-????????) ;; *) fail "$name has no hash" ;; esac
    git checkout -q --detach
    expect 0 gmig switch
    there detached || fail 'no database of the detached HEAD'

    # prune drops those whose branch is gone, drop that of a branch; nothing else, and not without a yes.
    git checkout -q main
    git branch -q -D Feature/One "$long"
    expect 0 gmig target prune --plan
    has ', which is gone'
    there feature-one || fail 'a plan has dropped a database'
    expect 1 gmig target prune
    has_err '2 databases would be dropped'
    expect 0 gmig target prune --yes --json
    json '.dropped | map(.branch)' "[\"Feature/One\",\"$long\"]"
    there feature-one && fail 'the database is there yet'
    expect 0 gmig target drop --yes HEAD
    has 'dropped '
    there detached && fail 'the database is there yet'
    expect 1 gmig target drop --yes nobody
    has_err 'gmig has made no database for nobody'
    expect 0 gmig target prune
    has_err 'nothing to drop'
    expect 2 gmig target nonsense

    # One that was made anew by somebody else is not ours.
    if [ "$1" = sqlite ]; then
        main=$(of main | sed 's/^sqlite://')
        cp "$main" "$main.new"
        mv "$main.new" "$main"
    else
        pg_query "$(pg_url)" "DROP DATABASE \"gmig_target_$$_main\""
        pg_query "$(pg_url)" "CREATE DATABASE \"gmig_target_$$_main\""
    fi
    expect 1 gmig target drop --yes
    has_err 'is not the one that gmig made'
    there main || fail 'it was dropped'
    if [ "$1" = sqlite ]; then
        rm "$main"
    else
        pg_query "$(pg_url)" "DROP DATABASE \"gmig_target_$$_main\""
    fi
    expect 0 gmig target drop --yes
    expect 0 gmig target list
    is "$(cat "$out")" ''

    # A database a worktree.
    begin "$1" worktree
    expect 0 gmig upgrade
    git worktree add -q "$box/here/side-$1" -b side
    cd "$box/here/side-$1"
    expect 0 gmig switch
    has_err ', a copy of '
    ids "side-$1" aaaa1111
    cd "$box/here/target-$1-worktree"
    git worktree remove -f "$box/here/side-$1"
    expect 0 gmig target prune --yes
    has "dropped "
    there "side-$1" && [ "$1" = postgres ] && fail 'the database is there yet'
    expect 0 gmig target drop --yes

    # A relative path starts in each worktree's own folder; the copy comes from the first one's.
    if [ "$1" = sqlite ]; then
        echo 'targets: {dev: {url: "sqlite:own.{branch}.sqlite", development: true}}' >gmig.yml
        echo '*.sqlite*' >.gitignore
        commit relative
        expect 0 gmig upgrade
        git worktree add -q "$box/here/beside" -b beside
        expect 0 gmig -C "$box/here/beside" switch
        has_err "made sqlite:$box/here/beside/own.beside.sqlite, a copy of sqlite:$PWD/own.main.sqlite"
        expect 0 gmig target drop --yes beside
        [ -f "$box/here/beside/own.beside.sqlite" ] && fail 'the database is there yet'
        expect 0 gmig target drop --yes
    fi

    # Where nothing is a place there is nothing to make; a name needs room.
    echo 'targets: {dev: {url: "sqlite:one.db", development: true}}' >gmig.yml
    expect 1 gmig target create
    has_err 'dev is one database for all branches'
    echo "targets: {dev: {url: 'sqlite:$long{branch}.db', development: true}}" >gmig.yml
    expect 2 gmig target create
    has_err 'the name around {branch} is too long'
}

on_both scenario
