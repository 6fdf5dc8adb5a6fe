/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a revision file: a revision, or one error with its place. The two header readers
 * agree, and what is written is read back.
 */
#include "fuzz.h"

#include "history/formats/format.h"
#include "history/formats/gmig_header.h"

static gm_code read_text(gm_arena *arena, gm_str text, gm_revision *revision, gm_err *err)
{
    gm_revision_file file = {.path = GM_STR("f"), .bytes = text};
    return gm_format_read(arena, &gm_format_gmig, &file, revision, err);
}

static void check_same_names(const gm_strs *a, const gm_strs *b)
{
    MUST(a->len == b->len);
    for (size_t i = 0; i < a->len; i++)
        MUST(gm_str_eq(a->items[i], b->items[i]));
}

static void check_section(const gm_section *section, gm_str text)
{
    if (!section || section->irreversible)
        return;
    MUST(section->marker_line > 1 && section->line == section->marker_line + 1);
    MUST(section->sql.ptr >= text.ptr &&
         section->sql.ptr + section->sql.len <= text.ptr + text.len);
}

/* What was read, written and read again. */
static void check_rewritten(gm_arena *arena, const gm_revision *revision)
{
    gm_err err = gm_err_new(arena);
    gm_revision again;
    gm_revision_draft draft = {.id = revision->id,
                               .parents = revision->parents,
                               .depends = revision->depends,
                               .labels = revision->labels,
                               .message = revision->message,
                               .time = revision->time,
                               .models = revision->models};
    gm_str text = gm_format_gmig.write(arena, &draft);
    if (text.len > (size_t)60 * 1024) /* escaping may have taken the header over its limit */
        return;
    MUST(read_text(arena, text, &again, &err) == GM_OK);
    MUST(gm_str_eq(again.id, revision->id));
    MUST(gm_str_eq(again.message, revision->message));
    MUST(gm_str_eq(again.models, revision->models));
    MUST(again.time == revision->time);
    check_same_names(&again.parents, &revision->parents);
    check_same_names(&again.depends, &revision->depends);
    check_same_names(&again.labels, &revision->labels);
}

static void check_file(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision;
    gm_code code = read_text(arena, text, &revision, &err);
    MUST(code == err.code);
    if (code != GM_OK) {
        MUST(code == GM_E_HISTORY);
        MUST(err.text.len > 0 && gm_str_starts(err.where, GM_STR("f:")));
        return;
    }
    MUST(gm_revision_id_valid(revision.id) && revision.revision_line > 0);
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++) {
        check_section(revision.up[i], text);
        check_section(revision.down[i], text);
    }
    check_rewritten(arena, &revision);
}

static void check_readers_agree(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_header_block block = {GM_STR("f"), text, 1};
    gm_header plain = {0};
    gm_header yaml = {0};
    if (!gm_header_read_plain(arena, &block, &plain))
        return;
    MUST(gm_header_read_yaml(arena, &block, &yaml, &err) == GM_OK);
    for (size_t i = 0; i < GM_KEY_COUNT; i++) {
        const gm_header_field *a = &plain.fields[i];
        const gm_header_field *b = &yaml.fields[i];
        MUST(a->line == b->line && gm_str_eq(a->text, b->text) && a->count == b->count);
        for (size_t k = 0; k < a->count; k++)
            MUST(a->items[k].line == b->items[k].line &&
                 gm_str_eq(a->items[k].text, b->items[k].text));
    }
}

/* The bytes as the message of a new file. */
static void check_message(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision;
    gm_revision_draft draft = {.id = GM_STR("a"), .message = text, .time = 1};
    if (text.len > (size_t)8 * 1024)
        return;
    MUST(read_text(arena, gm_format_gmig.write(arena, &draft), &revision, &err) == GM_OK);
    if (gm_str_utf8_valid(text) && !gm_str_has(text, '\0'))
        MUST(gm_str_eq(revision.message, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gm_arena *arena = gm_arena_new();
    gm_str text = gm_str_of(data, size);
    check_file(arena, text);
    check_readers_agree(arena, gm_str_sub(text, 0, gm_str_search(text, GM_STR("\n\n"))));
    check_message(arena, text);
    gm_arena_free(arena);
    return 0;
}
