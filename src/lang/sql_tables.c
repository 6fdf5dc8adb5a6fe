/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/sql_tables.h"

#include "lang/sql_scan.h"

static gm_str plain(gm_arena *arena, const gm_token *token)
{
    return token->kind == GM_TOKEN_NAME ? gm_str_sub(token->text, 1, token->text.len - 1)
                                        : gm_str_lower(arena, token->text);
}

static bool is_name(const gm_token *token)
{
    return token->kind == GM_TOKEN_NAME || token->kind == GM_TOKEN_WORD;
}

/* Words between the keyword and the name. */
static bool is_filler(const gm_token *token)
{
    return gm_token_is(token, "if") || gm_token_is(token, "not") || gm_token_is(token, "exists") ||
           gm_token_is(token, "only");
}

/* The last part of the dotted name at the scanner; empty when there is none. */
static gm_str name_at(gm_arena *arena, gm_scanner scanner)
{
    gm_token token = gm_scan_next(&scanner);
    while (is_filler(&token))
        token = gm_scan_next(&scanner);
    gm_str name = {0};
    for (; is_name(&token); token = gm_scan_next(&scanner)) {
        name = plain(arena, &token);
        token = gm_scan_next(&scanner);
        if (!gm_token_mark(&token, '.'))
            break;
    }
    return name;
}

typedef enum { NEITHER, USES, CHANGES } way;

/* What stands behind `token`, with `before` in front of it. `index`: of a CREATE INDEX or TRIGGER.
 */
static way way_of(const gm_token *before, const gm_token *token, bool index)
{
    if (gm_token_is(token, "table") || gm_token_is(token, "into") || gm_token_is(token, "truncate"))
        return CHANGES;
    if (gm_token_is(token, "update"))
        return before->kind == GM_TOKEN_WORD &&
                       (gm_token_is(before, "on") || gm_token_is(before, "for") ||
                        gm_token_is(before, "do") || gm_token_is(before, "or") ||
                        gm_token_is(before, "before") || gm_token_is(before, "after"))
                   ? NEITHER
                   : CHANGES;
    if (gm_token_is(token, "from"))
        return gm_token_is(before, "delete") ? CHANGES : USES;
    if (gm_token_is(token, "on"))
        return index ? CHANGES : NEITHER;
    return gm_token_is(token, "join") || gm_token_is(token, "references") ? USES : NEITHER;
}

static void add(gm_arena *arena, gm_strs *list, gm_str name)
{
    if (name.len && !gm_strs_have(list, name))
        gm_vec_push(arena, list, name);
}

void gm_sql_tables(gm_arena *arena, gm_str sql, gm_strs *changed, gm_strs *used)
{
    gm_scanner scanner = {.dialect = GM_POSTGRES, .text = sql, .line = 1};
    gm_token before = {0};
    bool index = false;
    for (gm_token token = gm_scan_next(&scanner);
         token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         before = token, token = gm_scan_next(&scanner)) {
        if (gm_token_mark(&token, ';'))
            index = false;
        index |= gm_token_is(&token, "index") || gm_token_is(&token, "trigger");
        way found = way_of(&before, &token, index);
        if (found == NEITHER)
            continue;
        add(arena, found == CHANGES ? changed : used, name_at(arena, scanner));
        index = index && !gm_token_is(&token, "on");
    }
}
