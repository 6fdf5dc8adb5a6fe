/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement does to the transaction and the session around it, from its words.
 *
 * PostgreSQL: the callers of PreventInTransactionBlock() in its sources, and the reference page of
 * each command. Where the answer hangs on what the statement does not say (DROP SUBSCRIPTION,
 * REINDEX of a partitioned table), it is not flagged, and the server answers with 25001.
 */
#include "lang/sql_scan.h"

typedef struct {
    gm_scanner scanner;
    gm_token token; /* the one that is looked at */
} cursor;

static void advance(cursor *c)
{
    c->token = gm_scan_next(&c->scanner);
}

static bool at_end(const cursor *c)
{
    return c->token.kind == GM_TOKEN_END || c->token.kind == GM_TOKEN_BROKEN;
}

static bool is(const cursor *c, const char *word)
{
    return gm_token_is(&c->token, word);
}

/* Passes over `word` if it is there. */
static bool pass(cursor *c, const char *word)
{
    if (!is(c, word))
        return false;
    advance(c);
    return true;
}

static bool is_one_of(const cursor *c, const char *const *words)
{
    for (; *words; words++)
        if (is(c, *words))
            return true;
    return false;
}

/* Goes to the first place where `first` and `second` stand side by side, and behind them. */
static bool find_pair(cursor *c, const char *first, const char *second)
{
    while (!at_end(c))
        if (!pass(c, first))
            advance(c);
        else if (pass(c, second))
            return true;
    return false;
}

static bool find_word(cursor *c, const char *word)
{
    while (!at_end(c)) {
        if (pass(c, word))
            return true;
        advance(c);
    }
    return false;
}

/* Behind a name with its schema. */
static void pass_name(cursor *c)
{
    advance(c);
    while (gm_token_mark(&c->token, '.')) {
        advance(c);
        advance(c);
    }
}

/* Is the cursor behind an option's name that turns it on? As defGetBoolean(): nothing means yes. */
static bool option_value(cursor *c)
{
    static const char *const off[] = {"false", "off", "0", "'false'", "'off'", "'0'", NULL};
    if (gm_token_mark(&c->token, '='))
        advance(c);
    for (size_t i = 0; off[i]; i++)
        if (gm_str_eq_nocase(c->token.text, gm_str_from(off[i])))
            return false;
    return true;
}

/* The value of a boolean option in the rest of the statement. */
static bool option(cursor c, const char *name, bool missing)
{
    return find_word(&c, name) ? option_value(&c) : missing;
}

static unsigned when(bool condition, unsigned flags)
{
    return condition ? flags : 0;
}

/* ---- PostgreSQL ---- */

static unsigned rollback(cursor *c)
{
    if (!pass(c, "work"))
        pass(c, "transaction");
    if (is(c, "to"))
        return 0;
    return is(c, "prepared") ? GM_SQL_NO_TX : GM_SQL_END;
}

static unsigned create(cursor *c)
{
    if (is(c, "database") || is(c, "tablespace"))
        return GM_SQL_NO_TX;
    if (pass(c, "subscription"))
        return when(option(*c, "connect", true) && option(*c, "create_slot", true), GM_SQL_NO_TX);
    pass(c, "unique");
    if (pass(c, "index"))
        return when(is(c, "concurrently"), GM_SQL_NO_TX | GM_SQL_CONCURRENT_INDEX);
    return 0;
}

static unsigned drop(cursor *c)
{
    if (is(c, "database") || is(c, "tablespace"))
        return GM_SQL_NO_TX;
    return when(pass(c, "index") && is(c, "concurrently"), GM_SQL_NO_TX);
}

static unsigned alter_subscription(cursor *c)
{
    pass_name(c);
    if (is(c, "refresh"))
        return when(find_pair(c, "refresh", "publication"), GM_SQL_NO_TX);
    bool publications = pass(c, "set") || pass(c, "add") || pass(c, "drop");
    return when(publications && is(c, "publication") && option(*c, "refresh", true), GM_SQL_NO_TX);
}

static unsigned alter(cursor *c)
{
    if (is(c, "system"))
        return GM_SQL_NO_TX;
    if (pass(c, "database"))
        return when(find_pair(c, "set", "tablespace"), GM_SQL_NO_TX);
    if (pass(c, "type"))
        return when(find_pair(c, "add", "value"), GM_SQL_ENUM_VALUE);
    if (pass(c, "subscription"))
        return alter_subscription(c);
    if (pass(c, "table"))
        return when(find_pair(c, "detach", "partition") && find_word(c, "concurrently"),
                    GM_SQL_NO_TX);
    return 0;
}

/* Passes over "( … )"; the cursor is at the opening one. */
static void pass_parentheses(cursor *c)
{
    size_t depth = 0;
    do {
        if (gm_token_mark(&c->token, '('))
            depth++;
        else if (gm_token_mark(&c->token, ')'))
            depth--;
        advance(c);
    } while (depth && !at_end(c));
}

static unsigned reindex(cursor *c)
{
    static const char *const whole[] = {"schema", "database", "system", NULL};
    if (gm_token_mark(&c->token, '(')) {
        if (option(*c, "concurrently", false))
            return GM_SQL_NO_TX;
        pass_parentheses(c);
    }
    if (is_one_of(c, whole))
        return GM_SQL_NO_TX;
    advance(c);
    return when(is(c, "concurrently"), GM_SQL_NO_TX);
}

/* CLUSTER of one table may run in a transaction, of all tables it may not. */
static unsigned cluster(cursor *c)
{
    if (gm_token_mark(&c->token, '('))
        pass_parentheses(c);
    pass(c, "verbose");
    return when(at_end(c), GM_SQL_NO_TX);
}

/* A call of pg_advisory_unlock_all anywhere in a query. */
static unsigned query(cursor *c)
{
    for (; !at_end(c); advance(c)) {
        bool named = is(c, "pg_advisory_unlock_all") ||
                     gm_str_is(c->token.text, "\"pg_advisory_unlock_all\"");
        if (named) {
            advance(c);
            if (gm_token_mark(&c->token, '('))
                return GM_SQL_SESSION;
        }
    }
    return 0;
}

static unsigned classify_postgres(cursor *c)
{
    static const char *const queries[] = {"select", "with",   "insert",  "update", "delete",
                                          "merge",  "values", "explain", NULL};
    if (is(c, "begin"))
        return GM_SQL_BEGIN;
    if (pass(c, "start"))
        return when(is(c, "transaction"), GM_SQL_BEGIN);
    if (is(c, "end") || is(c, "abort"))
        return GM_SQL_END;
    if (pass(c, "commit"))
        return is(c, "prepared") ? GM_SQL_NO_TX : GM_SQL_END;
    if (pass(c, "rollback"))
        return rollback(c);
    if (pass(c, "prepare"))
        return when(is(c, "transaction"), GM_SQL_END);
    if (pass(c, "create"))
        return create(c);
    if (pass(c, "drop"))
        return drop(c);
    if (pass(c, "alter"))
        return alter(c);
    if (pass(c, "reindex"))
        return reindex(c);
    if (pass(c, "cluster"))
        return cluster(c);
    if (is(c, "vacuum"))
        return GM_SQL_NO_TX;
    if (pass(c, "discard"))
        return when(is(c, "all"), GM_SQL_NO_TX | GM_SQL_SESSION);
    return is_one_of(c, queries) || gm_token_mark(&c->token, '(') ? query(c) : 0;
}

/* ---- SQLite ---- */

/* https://www.sqlite.org/pragma.html; each was tried inside BEGIN. */
static unsigned pragma(cursor *c)
{
    static const char *const settings[] = {
        "foreign_keys", "journal_mode", "synchronous", "temp_store",
        "page_size",    "auto_vacuum",  NULL};
    gm_token name = c->token;
    advance(c);
    if (gm_token_mark(&c->token, '.')) {
        advance(c);
        name = c->token;
        advance(c);
    }
    gm_str bare = name.text;
    if (name.kind == GM_TOKEN_NAME || name.kind == GM_TOKEN_STRING)
        bare = gm_str_sub(bare, 1, bare.len - 1);
    if (gm_str_eq_nocase(bare, GM_STR("wal_checkpoint")))
        return GM_SQL_PRAGMA_NO_TX;
    /* Without a value the pragma only tells. */
    if (at_end(c))
        return 0;
    for (size_t i = 0; settings[i]; i++)
        if (gm_str_eq_nocase(bare, gm_str_from(settings[i])))
            return GM_SQL_PRAGMA_NO_TX;
    return 0;
}

static unsigned classify_sqlite(cursor *c)
{
    if (is(c, "begin"))
        return GM_SQL_BEGIN;
    if (is(c, "commit") || is(c, "end"))
        return GM_SQL_END;
    if (pass(c, "rollback")) {
        pass(c, "transaction");
        return when(!is(c, "to"), GM_SQL_END);
    }
    if (is(c, "vacuum") || is(c, "detach"))
        return GM_SQL_NO_TX;
    return pass(c, "pragma") ? pragma(c) : 0;
}

unsigned gm_sql_classify(gm_dialect dialect, gm_str statement)
{
    cursor c = {.scanner = {.dialect = dialect, .text = statement, .line = 1}};
    advance(&c);
    return dialect == GM_SQLITE ? classify_sqlite(&c) : classify_postgres(&c);
}
