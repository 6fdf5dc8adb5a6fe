#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example project: its history makes its models, on both engines, in YAML and in SQL, and its fingerprints say so.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
pg_required

new_repo cards
cp -R "$GMIG_SOURCE/gmig.yml" "$GMIG_SOURCE/migrations" "$GMIG_SOURCE/models" .
echo 'dev.db*' >.gitignore
commit all
expect 0 gmig check
has 'nothing found in 9 revisions'
expect 0 gmig check --replay
has 'nothing found in 9 revisions'
expect 0 gmig migrate
has_err 'nothing to do'

# Each revision says what it has added: without the newest one the sum is another.
git rm -q migrations/*_index_leeches.sql
expect 1 gmig check
has 'for sqlite do not add up to that of the models [models-out-of-step]'
expect 1 gmig check --replay
has 'index cards_leech_idx'
git reset -q --hard

# The same models in SQL: what gmig.yml says of them is all that changes.
sed -i 's|^models: .*|models: [models/flashcards.sqlite.sql, models/flashcards.postgres.sql]|' gmig.yml
for dialect in sqlite postgres; do
    expect 0 gmig diff models@HEAD models --dialect "$dialect"
    expect 0 gmig diff history models --dialect "$dialect"
done
expect 0 gmig check
expect 0 gmig check --replay

# A database that went all the way is what the models say.
GMIG_TARGET=dev
export GMIG_TARGET
expect 0 gmig upgrade
expect 0 gmig diff dev models
expect 0 gmig downgrade base
expect 0 gmig upgrade
expect 0 gmig check --database
GMIG_TARGET=pg
DATABASE_URL=$(pg_new_database gmig_example)
export DATABASE_URL
expect 0 gmig upgrade
expect 0 gmig diff pg models
expect 0 gmig check --database
expect 0 gmig downgrade base --yes
expect 1 gmig diff pg models
