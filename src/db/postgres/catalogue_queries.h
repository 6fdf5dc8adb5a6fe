/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_CATALOGUE_QUERIES_H
#define GM_DB_POSTGRES_CATALOGUE_QUERIES_H

/*
 * The catalogue queries of introspect.c: the files of catalogue/, one a kind of object.
 *
 * A column whose name begins with @ says which object a row is; any other is the property of that
 * name, which is not there where it is NULL or empty.
 *
 *     @kind        the word of its kind; else the kind that introspect.c gives to the query
 *     @oid, @sub   the object in the query's catalogue; the column of a relation
 *     @index       the index of a constraint
 *     @schema, @table, @name, @position
 *     @label       one label of an enum, a row each
 *     @source      the body of a function that names others by text only
 *     @of, @property, @value   a property of an object that an earlier query has
 *
 * Braces stand for:
 *
 *     {14:new|old}    `new` from version 14 on, `old` before
 *     {user n}        the schema n is the user's
 *     {theirs c}      the relation c is not gmig's own
 *     {own 1259 oid}  no extension brought the object
 *     {options array} an array of name=value as a list for WITH
 *     {least type}, {greatest type}   the bounds of a sequence of the type
 *
 * presence: which of the others can have rows. comments: class, object, sub, text, column. aliases:
 * class, object, sub of what stands for another, and the other's. dependencies: class, object, sub,
 * and those of what it needs.
 */

#include "base/buf.h"

typedef struct {
    const char *name; /* the file's, without its ending */
    gm_str sql;
} gm_pg_catalogue_query;

/* Ends with one that has no name. */
extern const gm_pg_catalogue_query gm_pg_catalogue_queries[];

/* Appends the query as a server of this major version takes it. */
void gm_pg_add_query(gm_buf *buf, const char *name, int version);

#endif
