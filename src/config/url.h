/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CONFIG_URL_H
#define GM_CONFIG_URL_H

/*
 * A database URL in any spelling that DESIGN names -> which engine, and what to hand it.
 *
 *   sqlite:PATH  sqlite::memory:  sqlite://  sqlite:///relative  sqlite:////absolute  file:PATH
 * *.db *.sqlite *.sqlite3 postgresql://…  postgres://…  postgresql+driver://…  "host=… dbname=…"
 * "service=…"
 *
 * A password is kept out of everything but `conninfo`. A URL that cannot be read is not echoed in
 * the error.
 */

#include "base/err.h"
#include "lang/sql.h"

typedef struct {
    gm_dialect dialect;
    gm_str path;     /* SQLite: absolute path, or ":memory:" */
    gm_str conninfo; /* PostgreSQL: what libpq reads, with the password */
    gm_str database; /* PostgreSQL: its name; empty: the server's default */
    gm_str shown;    /* for people, logs and the ledger: no password, no secrets in options */
} gm_url;

/* `folder` is where relative SQLite paths start (absolute). */
gm_code gm_url_parse(gm_arena *arena, gm_str text, gm_str folder, gm_url *url, gm_err *err);

/* As other tools read it (SQLAlchemy, dbmate, libpq): postgresql://… or sqlite:////absolute. With
 * the password. */
gm_str gm_url_spell(gm_arena *arena, const gm_url *url);

#endif
