#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A plain shell job, for any CI that has a checkout and gmig: checks the history, then applies it to a database that is
# thrown away. Exit statuses are those of docs/exit-codes.md.
set -eu

# The history of the commit that was checked out, whatever else lies in the work tree, together with what it goes to.
gmig ci --report json:gmig.json

# Does it also run? Up from nothing and down again, on SQLite; leave this out where SQLite is no dialect of yours, and
# where the migrations are code, as Alembic's and Django's: gmig runs none.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
gmig upgrade --at HEAD --target "sqlite:$scratch/check.db" --yes
gmig downgrade --at HEAD --target "sqlite:$scratch/check.db" --yes base
