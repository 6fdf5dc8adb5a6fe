#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What git changes between a blob and a file changes no revision: line ends, $Id$, an encoding. Two clones that check the same
# commit out otherwise share a database, and neither sees the other's files as edited.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo origin
cat >gmig.yml <<END
targets: {dev: {url: "sqlite:$box/dev.db", development: true}}
END
printf '*.sql ident\nmigrations/wide.sql working-tree-encoding=UTF-16LE-BOM eol=lf\n' >.gitattributes
revision aaaa1111 ''
sed -i 's/^-- gmig:up/-- $Id$\n&/' migrations/aaaa1111.sql
revision bbbb2222 aaaa1111
revision wide bbbb2222
iconv -f UTF-8 -t UTF-16LE migrations/wide.sql >"$box/wide"
printf '\377\376' | cat - "$box/wide" >migrations/wide.sql
commit base
git cat-file -p HEAD:migrations/wide.sql | grep -q '^-- revision: wide' || fail 'git has not converted the file'
cd ..

git clone -q -c core.autocrlf=true origin crlf
git clone -q -c core.autocrlf=false origin lf
grep -q "$(printf '\r')" crlf/migrations/bbbb2222.sql || fail 'there is no CRLF'
grep -q 'Id: [0-9a-f]' lf/migrations/aaaa1111.sql || fail 'git has put no id in'

ledger() { sqlite3 -batch "$box/dev.db" 'SELECT id, blob FROM gmig_revisions ORDER BY sequence'; }

# What is recorded is the blob that git has, from either clone.
cd crlf
expect 0 gmig upgrade
[ "$(ledger)" = "aaaa1111|$(git rev-parse HEAD:migrations/aaaa1111.sql)
bbbb2222|$(git rev-parse HEAD:migrations/bbbb2222.sql)
wide|$(git rev-parse HEAD:migrations/wide.sql)" ] || fail "the ledger has $(ledger)"
for clone in lf crlf; do
    cd "$box/here/$clone"
    expect 0 gmig upgrade
    hasnt_err 'other text'
    expect 0 gmig status
    has 'nothing to do; the database is up to date'
    expect 0 gmig check --base HEAD
    hasnt shipped
done

# An edit is one, in whichever ends it is written.
cd "$box/here/crlf"
sed -i 's/INTEGER/TEXT/' migrations/bbbb2222.sql
expect 1 gmig upgrade
has_err "$(git hash-object --path migrations/bbbb2222.sql migrations/bbbb2222.sql)"
expect 1 gmig check --base HEAD
has '[shipped-revision-changed]'
git checkout -q migrations

# A guarded database takes the committed file as committed, CRLF or not.
sed -i 's/, development: true//; s/dev\.db/prod.db/' gmig.yml
git -c core.safecrlf=false commit -qam guarded
expect 0 gmig upgrade
