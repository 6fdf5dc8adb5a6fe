/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/gmig_header.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "lang/yaml.h"

enum { MAX_HEADER = 64 * 1024, MAX_LIST = 1000 };

static const char known_keys[] =
    "Known keys are revision, parents, depends, labels, message, created, models.";

static const char *const key_names[GM_KEY_COUNT] = {
    [GM_KEY_REVISION] = "revision", [GM_KEY_PARENTS] = "parents", [GM_KEY_DEPENDS] = "depends",
    [GM_KEY_LABELS] = "labels",     [GM_KEY_MESSAGE] = "message", [GM_KEY_CREATED] = "created",
    [GM_KEY_MODELS] = "models",
};

static gm_str place(gm_arena *arena, const gm_header_block *block, size_t line)
{
    return gm_where(arena, block->path, line);
}

/* ---- YAML ---- */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance between a short word and a key. */
static size_t distance(gm_str word, gm_str key)
{
    size_t row[32];
    for (size_t j = 0; j <= key.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= word.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= key.len; j++) {
            size_t changed = diagonal + (word.ptr[i - 1] != key.ptr[j - 1]);
            diagonal = row[j];
            row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
        }
    }
    return row[key.len];
}

static gm_code unknown_key(gm_str where, gm_str key, gm_err *err)
{
    const char *nearest = NULL;
    size_t least = 4; /* farther than three letters is another word */
    if (key.len <= 24) {
        for (size_t i = 0; i < GM_KEY_COUNT; i++) {
            size_t far = distance(key, gm_str_from(key_names[i]));
            if (far < least) {
                least = far;
                nearest = key_names[i];
            }
        }
    }
    gm_fail_at(err, GM_E_HISTORY, where, "the header has no key '%.*s'", GM_ARG(key));
    if (nearest)
        return gm_hint(err, "Did you mean '%s'? %s", nearest, known_keys);
    return gm_hint(err, "%s", known_keys);
}

/* The block without its "-- ", one line for each line. */
static gm_code strip_comments(gm_arena *arena, const gm_header_block *block, gm_str *yaml,
                              gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = block->lines;
    gm_str text;
    for (size_t line = block->first_line; gm_str_line(&rest, &text); line++) {
        if (!gm_str_utf8_valid(text)) {
            gm_fail_at(err, GM_E_HISTORY, place(arena, block, line),
                       "the header has bytes that are not UTF-8");
            return gm_hint(err, "Save the header as UTF-8; SQL below it may have any encoding.");
        }
        text = gm_str_sub(text, 2, text.len);
        if (text.len && text.ptr[0] == ' ')
            text = gm_str_sub(text, 1, text.len);
        else if (gm_str_trim(text).len) {
            gm_fail_at(err, GM_E_HISTORY, place(arena, block, line),
                       "a header line starts with '--' and a blank");
            return gm_hint(err, "Write '-- key: value'; a blank line ends the header.");
        }
        gm_buf_add(&buf, text);
        gm_buf_char(&buf, '\n');
    }
    *yaml = gm_buf_str(&buf);
    return GM_OK;
}

/* libyaml's columns count without the "-- ", so they would mislead: the line alone is kept. */
static gm_code as_history(gm_err *err)
{
    err->code = GM_E_HISTORY;
    err->where = gm_str_sub(err->where, 0, gm_str_rfind(err->where, ':'));
    return GM_E_HISTORY;
}

static gm_code read_list(gm_arena *arena, const gm_header_block *block, const char *name,
                         const gm_yaml *value, gm_header_field *field, gm_err *err)
{
    size_t count = value->kind == GM_YAML_LIST ? value->items.len : 1;
    if (count > MAX_LIST)
        return gm_fail_at(err, GM_E_HISTORY, place(arena, block, value->line),
                          "'%s' has more than %d entries", name, MAX_LIST);
    gm_header_item *items = gm_new_array(arena, count, gm_header_item);
    for (size_t i = 0; i < count; i++) {
        const gm_yaml *item = value->kind == GM_YAML_LIST ? value->items.items[i] : value;
        if (item->kind != GM_YAML_SCALAR || gm_yaml_is_null(item)) {
            gm_fail_at(err, GM_E_HISTORY, place(arena, block, item->line),
                       "'%s' wants a list of names", name);
            return gm_hint(err, "Write '-- %s: [a, b]'.", name);
        }
        items[i] = (gm_header_item){item->text, item->line};
    }
    field->items = items;
    field->count = count;
    return GM_OK;
}

static bool is_model_word(const gm_yaml *node)
{
    return node->kind == GM_YAML_SCALAR && !gm_yaml_is_null(node) &&
           gm_revision_id_valid(node->text);
}

static gm_code read_models(gm_arena *arena, const gm_header_block *block, const gm_yaml *value,
                           gm_header_field *field, gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    bool good = value->kind == GM_YAML_MAP;
    gm_buf_char(&buf, '{');
    for (size_t i = 0; good && i < value->pairs.len; i++) {
        const gm_yaml_pair *pair = &value->pairs.items[i];
        good = gm_revision_id_valid(pair->key) && is_model_word(pair->value);
        if (good)
            gm_buf_printf(&buf, "%s%.*s: %.*s", i ? ", " : "", GM_ARG(pair->key),
                          GM_ARG(pair->value->text));
    }
    gm_buf_char(&buf, '}');
    if (!good) {
        gm_fail_at(err, GM_E_HISTORY, place(arena, block, value->line),
                   "'models' wants a fingerprint for each dialect");
        return gm_hint(err, "Write '-- models: {sqlite: 4f1c0d9be6a2117c}', as gmig does.");
    }
    field->text = gm_buf_str(&buf);
    return GM_OK;
}

static gm_code read_pair(gm_arena *arena, const gm_header_block *block, const gm_yaml_pair *pair,
                         gm_header *header, gm_err *err)
{
    size_t key = 0;
    while (key < GM_KEY_COUNT && !gm_str_is(pair->key, key_names[key]))
        key++;
    if (key == GM_KEY_COUNT)
        return unknown_key(place(arena, block, pair->line), pair->key, err);
    gm_header_field *field = &header->fields[key];
    if (gm_yaml_is_null(pair->value))
        return GM_OK;
    field->line = pair->line;
    if (key == GM_KEY_MODELS)
        return read_models(arena, block, pair->value, field, err);
    if (key == GM_KEY_PARENTS || key == GM_KEY_DEPENDS || key == GM_KEY_LABELS)
        GM_TRY(read_list(arena, block, key_names[key], pair->value, field, err));
    else if (pair->value->kind != GM_YAML_SCALAR)
        return gm_fail_at(err, GM_E_HISTORY, place(arena, block, pair->line),
                          "'%s' wants a text, not a %s", key_names[key],
                          pair->value->kind == GM_YAML_LIST ? "list" : "mapping");
    field->text = pair->value->text;
    return GM_OK;
}

gm_code gm_header_read_yaml(gm_arena *arena, const gm_header_block *block, gm_header *header,
                            gm_err *err)
{
    gm_header made = {0};
    gm_yaml *root;
    gm_str yaml;
    GM_TRY(strip_comments(arena, block, &yaml, err));
    if (gm_yaml_parse(arena, block->path, block->first_line, yaml, &root, err) != GM_OK)
        return as_history(err);
    if (root->kind != GM_YAML_MAP) {
        gm_fail_at(err, GM_E_HISTORY, place(arena, block, root->line),
                   "the comment at the start is no header");
        return gm_hint(err,
                       "A revision file starts with lines such as '-- revision: 8c1f2a9d03be'; "
                       "put other comments below a blank line.");
    }
    GM_EACH (const gm_yaml_pair, pair, &root->pairs)
        GM_TRY(read_pair(arena, block, pair, &made, err));
    *header = made;
    return GM_OK;
}

/* ---- values ---- */

static gm_code bad_id(gm_arena *arena, const gm_header_block *block, const gm_header_item *item,
                      const char *key, gm_err *err)
{
    gm_fail_at(err, GM_E_HISTORY, place(arena, block, item->line),
               "'%.*s' under '%s' is no revision id", GM_ARG(item->text), key);
    return gm_hint(err, "Ids and labels have letters, digits, '_', '-' and '.', at most 128; head, "
                        "heads, base and current are taken.");
}

static gm_code take_names(gm_arena *arena, const gm_header_block *block, const gm_header *header,
                          gm_header_key key, gm_strs *names, gm_err *err)
{
    const gm_header_field *field = &header->fields[key];
    gm_strs sorted;
    if (field->count == 0)
        return GM_OK;
    names->items = gm_new_array(arena, field->count, gm_str);
    names->len = names->cap = field->count;
    for (size_t i = 0; i < field->count; i++) {
        if (!gm_revision_id_valid(field->items[i].text))
            return bad_id(arena, block, &field->items[i], key_names[key], err);
        names->items[i] = field->items[i].text;
    }
    if (field->count == 1)
        return GM_OK;
    sorted = *names;
    sorted.items = gm_new_array(arena, field->count, gm_str);
    memcpy(sorted.items, names->items, field->count * sizeof(gm_str));
    gm_strs_sort(&sorted);
    for (size_t i = 1; i < sorted.len; i++)
        if (gm_str_eq(sorted.items[i - 1], sorted.items[i]))
            return gm_fail_at(err, GM_E_HISTORY, place(arena, block, field->line),
                              "'%s' names '%.*s' twice", key_names[key], GM_ARG(sorted.items[i]));
    return GM_OK;
}

static gm_code take_revision(gm_arena *arena, const gm_header_block *block, const gm_header *header,
                             gm_revision *revision, gm_err *err)
{
    const gm_header_field *field = &header->fields[GM_KEY_REVISION];
    if (!field->line) {
        gm_fail_at(err, GM_E_HISTORY, place(arena, block, block->first_line),
                   "the header has no 'revision'");
        return gm_hint(err, "Begin the file with '-- revision: ID'; `gmig revision` makes such a "
                            "file.");
    }
    gm_header_item item = {field->text, field->line};
    if (!gm_revision_id_valid(item.text))
        return bad_id(arena, block, &item, "revision", err);
    revision->id = field->text;
    revision->revision_line = field->line;
    return GM_OK;
}

gm_code gm_header_read(gm_arena *arena, const gm_header_block *block, gm_revision *revision,
                       gm_err *err)
{
    gm_header header = {0};
    if (block->lines.len > MAX_HEADER) {
        gm_fail_at(err, GM_E_HISTORY, place(arena, block, block->first_line),
                   "the header is larger than %d KiB", MAX_HEADER / 1024);
        return gm_hint(err, "A blank line ends the header; put long comments below it.");
    }
    if (!gm_header_read_plain(arena, block, &header))
        GM_TRY(gm_header_read_yaml(arena, block, &header, err));
    GM_TRY(take_revision(arena, block, &header, revision, err));
    GM_TRY(take_names(arena, block, &header, GM_KEY_PARENTS, &revision->parents, err));
    GM_TRY(take_names(arena, block, &header, GM_KEY_DEPENDS, &revision->depends, err));
    GM_TRY(take_names(arena, block, &header, GM_KEY_LABELS, &revision->labels, err));
    revision->message = header.fields[GM_KEY_MESSAGE].text;
    revision->created = header.fields[GM_KEY_CREATED].text;
    revision->models = header.fields[GM_KEY_MODELS].text;
    revision->parents_line = header.fields[GM_KEY_PARENTS].line;
    revision->depends_line = header.fields[GM_KEY_DEPENDS].line;
    revision->labels_line = header.fields[GM_KEY_LABELS].line;
    revision->created_line = header.fields[GM_KEY_CREATED].line;
    if (revision->created_line && !gm_time_parse(revision->created, &revision->time)) {
        gm_fail_at(err, GM_E_HISTORY, place(arena, block, revision->created_line),
                   "'%.*s' is no time", GM_ARG(revision->created));
        return gm_hint(err, "Write it as '-- created: 2026-11-23T10:42:07Z'.");
    }
    return GM_OK;
}
