/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/yaml.h"

#include <yaml.h>

#include "base/map.h"

enum {
    MAX_DEPTH = 64,
    MAX_NODES = 100000,
    MAX_BYTES = 4 * 1024 * 1024,
    LINEAR_PAIRS = 16, /* maps up to this size are searched without an index */
};

/* A list or map that is still open. */
typedef struct {
    gm_yaml *node;
    bool has_key; /* a map: the next node is the value of `key` */
    gm_yaml_pair key;
    bool indexed; /* `index` holds the pairs; built only for large maps */
    gm_map index;
} open_node;

typedef struct {
    gm_arena *arena;
    gm_str path;
    size_t first_line;
    gm_err *err;
    yaml_parser_t parser;
    open_node stack[MAX_DEPTH];
    size_t depth;
    size_t nodes;
    gm_yaml *root;
    bool document_seen;
} reader;

static gm_str place(gm_arena *arena, gm_str path, size_t line, size_t column)
{
    return gm_str_printf(arena, "%.*s:%zu:%zu", GM_ARG(path), line, column);
}

static gm_str mark_place(const reader *r, yaml_mark_t mark)
{
    return place(r->arena, r->path, mark.line + r->first_line, mark.column + 1);
}

/* The place of the byte at `offset`, for what is found before there are marks. */
static gm_str byte_place(const reader *r, gm_str text, size_t offset)
{
    size_t line = r->first_line;
    size_t start = 0;
    for (size_t i = 0; i < offset; i++) {
        if (text.ptr[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    return place(r->arena, r->path, line, offset - start + 1);
}

/* Index of the first byte that is not part of well-formed UTF-8. */
static size_t first_bad_utf8(gm_str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t len = 1;
        while (len <= 4 && !gm_str_utf8_valid(gm_str_sub(text, at, at + len)))
            len++;
        if (len > 4)
            break;
        at += len;
    }
    return at;
}

static gm_code check_bytes(const reader *r, gm_str text)
{
    if (text.len > MAX_BYTES) {
        gm_fail_at(r->err, GM_E_CONFIG, r->path, "the YAML text is larger than %d MiB",
                   MAX_BYTES / 1024 / 1024);
        return gm_hint(r->err, "Split the file, or move what is generated elsewhere.");
    }
    size_t nul = gm_str_find(text, '\0', 0);
    if (nul < text.len) {
        gm_fail_at(r->err, GM_E_CONFIG, byte_place(r, text, nul), "a NUL byte in YAML text");
        return gm_hint(r->err, "Save the file as UTF-8 text.");
    }
    if (!gm_str_utf8_valid(text)) {
        gm_fail_at(r->err, GM_E_CONFIG, byte_place(r, text, first_bad_utf8(text)),
                   "a byte that is not UTF-8");
        return gm_hint(r->err, "Save the file as UTF-8 text.");
    }
    return GM_OK;
}

static gm_code parser_failure(const reader *r, gm_str text)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "it cannot be read";
    if (p->error == YAML_MEMORY_ERROR)
        gm_out_of_memory();
    /* The reader stage knows a byte offset only, the others a mark. */
    gm_str where = p->error == YAML_READER_ERROR
                       ? byte_place(r, text, p->problem_offset < text.len ? p->problem_offset : 0)
                       : mark_place(r, p->problem_mark);
    if (p->context)
        return gm_fail_at(r->err, GM_E_CONFIG, where, "not YAML: %s (%s)", problem, p->context);
    return gm_fail_at(r->err, GM_E_CONFIG, where, "not YAML: %s", problem);
}

/* ---- nodes ---- */

static gm_code check_tag(const reader *r, const yaml_event_t *event, const char *tag,
                         gm_yaml_kind kind)
{
    static const char prefix[] = "tag:yaml.org,2002:";
    static const struct {
        const char *name;
        gm_yaml_kind kind;
    } core[] = {{"str", GM_YAML_SCALAR},   {"int", GM_YAML_SCALAR},  {"bool", GM_YAML_SCALAR},
                {"float", GM_YAML_SCALAR}, {"null", GM_YAML_SCALAR}, {"seq", GM_YAML_LIST},
                {"map", GM_YAML_MAP}};
    if (!tag)
        return GM_OK;
    if (strncmp(tag, prefix, sizeof(prefix) - 1) == 0)
        for (size_t i = 0; i < sizeof(core) / sizeof(core[0]); i++)
            if (core[i].kind == kind && strcmp(tag + sizeof(prefix) - 1, core[i].name) == 0)
                return GM_OK;
    gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark), "the tag '%s' is not known",
               tag);
    return gm_hint(r->err, "Remove the tag; plain YAML is enough here.");
}

static gm_code check_event(const reader *r, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    gm_yaml_kind kind = GM_YAML_SCALAR;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        kind = GM_YAML_LIST;
        break;
    default:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        kind = GM_YAML_MAP;
    }
    if (anchor) {
        gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                   "the anchor '&%s' is not allowed", (const char *)anchor);
        return gm_hint(r->err, "Write the value out at each place.");
    }
    return check_tag(r, event, (const char *)tag, kind);
}

static gm_code new_node(reader *r, const yaml_event_t *event, gm_yaml_kind kind, gm_yaml **node)
{
    GM_TRY(check_event(r, event));
    if (++r->nodes > MAX_NODES)
        return gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                          "more than %d values in one YAML text", MAX_NODES);
    gm_yaml *made = gm_new(r->arena, gm_yaml);
    made->kind = kind;
    made->line = event->start_mark.line + r->first_line;
    made->column = event->start_mark.column + 1;
    if (kind == GM_YAML_SCALAR) {
        gm_str text = gm_str_of(event->data.scalar.value, event->data.scalar.length);
        /* "\0" in double quotes: bytes that no path, name or URL may hold. */
        if (gm_str_has(text, '\0'))
            return gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                              "a NUL character in a value");
        made->text = gm_str_dup(r->arena, text);
        const char *tag = (const char *)event->data.scalar.tag;
        made->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE ||
                       (tag && strcmp(tag, YAML_STR_TAG) == 0);
    }
    *node = made;
    return GM_OK;
}

static const gm_yaml_pair *find_pair(open_node *map, gm_str key)
{
    if (map->indexed)
        return gm_map_get(&map->index, key);
    GM_EACH (gm_yaml_pair, pair, &map->node->pairs)
        if (gm_str_eq(pair->key, key))
            return pair;
    return NULL;
}

/* Pairs move when the vector grows, so the index keeps copies. */
static void index_pair(reader *r, open_node *map, const gm_yaml_pair *pair)
{
    gm_yaml_pair *copy = gm_new(r->arena, gm_yaml_pair);
    *copy = *pair;
    gm_map_add(&map->index, copy->key, copy);
}

static void add_pair(reader *r, open_node *map, gm_yaml *value)
{
    map->key.value = value;
    gm_vec_push(r->arena, &map->node->pairs, map->key);
    map->has_key = false;
    if (map->indexed) {
        index_pair(r, map, &map->key);
    } else if (map->node->pairs.len == LINEAR_PAIRS) {
        map->index = gm_map_new(r->arena);
        map->indexed = true;
        GM_EACH (gm_yaml_pair, pair, &map->node->pairs)
            index_pair(r, map, pair);
    }
}

static gm_code take_key(reader *r, open_node *map, const gm_yaml *node)
{
    if (node->kind != GM_YAML_SCALAR)
        return gm_fail_at(r->err, GM_E_CONFIG, place(r->arena, r->path, node->line, node->column),
                          "a key is a %s; keys are words",
                          node->kind == GM_YAML_LIST ? "list" : "mapping");
    const gm_yaml_pair *twin = find_pair(map, node->text);
    if (twin) {
        gm_fail_at(r->err, GM_E_CONFIG, place(r->arena, r->path, node->line, node->column),
                   "the key '%.*s' is on line %zu already", GM_ARG(node->text), twin->line);
        if (twin->line == node->line)
            return gm_hint(r->err, "Keep one of the two.");
        return gm_hint(r->err, "Keep one of the two lines, %zu or %zu.", twin->line, node->line);
    }
    map->key = (gm_yaml_pair){.key = node->text, .line = node->line, .column = node->column};
    map->has_key = true;
    return GM_OK;
}

/* Hands a node to what is open around it. */
static gm_code attach(reader *r, gm_yaml *node)
{
    if (r->depth == 0) {
        r->root = node;
        return GM_OK;
    }
    open_node *around = &r->stack[r->depth - 1];
    if (around->node->kind == GM_YAML_LIST)
        gm_vec_push(r->arena, &around->node->items, node);
    else if (around->has_key)
        add_pair(r, around, node);
    else
        return take_key(r, around, node);
    return GM_OK;
}

static gm_code open_container(reader *r, const yaml_event_t *event, gm_yaml_kind kind)
{
    gm_yaml *node;
    GM_TRY(new_node(r, event, kind, &node));
    GM_TRY(attach(r, node));
    if (r->depth == MAX_DEPTH)
        return gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                          "YAML nested deeper than %d levels", MAX_DEPTH);
    r->stack[r->depth++] = (open_node){.node = node};
    return GM_OK;
}

static gm_code take_event(reader *r, const yaml_event_t *event)
{
    gm_yaml *node;
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (r->document_seen) {
            gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                       "a second YAML document begins here");
            return gm_hint(r->err, "Keep one document; remove the '---' line.");
        }
        r->document_seen = true;
        return GM_OK;
    case YAML_ALIAS_EVENT:
        gm_fail_at(r->err, GM_E_CONFIG, mark_place(r, event->start_mark),
                   "the alias '*%s' is not allowed", (const char *)event->data.alias.anchor);
        return gm_hint(r->err, "Write the value out, or put it in quotes if it is text.");
    case YAML_SCALAR_EVENT:
        GM_TRY(new_node(r, event, GM_YAML_SCALAR, &node));
        return attach(r, node);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, event, GM_YAML_LIST);
    case YAML_MAPPING_START_EVENT:
        return open_container(r, event, GM_YAML_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return GM_OK;
    default: /* the ends of stream and document carry nothing */
        return GM_OK;
    }
}

static gm_code read_events(reader *r, gm_str text)
{
    for (;;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return parser_failure(r, text);
        gm_code code = take_event(r, &event);
        bool end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (code != GM_OK || end)
            return code;
    }
}

gm_code gm_yaml_parse(gm_arena *arena, gm_str path, size_t first_line, gm_str text, gm_yaml **root,
                      gm_err *err)
{
    reader state = {.arena = arena, .path = path, .first_line = first_line, .err = err};
    reader *r = &state;
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        text = gm_str_sub(text, 3, text.len);
    GM_TRY(check_bytes(r, text));
    if (!yaml_parser_initialize(&r->parser))
        gm_out_of_memory();
    /* Said, not guessed: libyaml would take a UTF-16 byte order mark for an order. */
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)(text.len ? text.ptr : ""),
                                 text.len);
    gm_code code = read_events(r, text);
    yaml_parser_delete(&r->parser);
    if (code != GM_OK)
        return code;
    if (!r->root || (gm_yaml_is_null(r->root) && r->root->text.len == 0)) {
        r->root = gm_new(arena, gm_yaml);
        r->root->kind = GM_YAML_MAP;
        r->root->line = first_line;
        r->root->column = 1;
    }
    *root = r->root;
    return GM_OK;
}

/* ---- questions ---- */

gm_yaml *gm_yaml_get(const gm_yaml *map, const char *key)
{
    if (!map || map->kind != GM_YAML_MAP)
        return NULL;
    GM_EACH (const gm_yaml_pair, pair, &map->pairs)
        if (gm_str_is(pair->key, key))
            return pair->value;
    return NULL;
}

/* A plain scalar that is one of the words, which end with NULL. */
static bool is_plain(const gm_yaml *node, const char *const *words)
{
    if (!node || node->kind != GM_YAML_SCALAR || node->quoted)
        return false;
    for (; *words; words++)
        if (gm_str_is(node->text, *words))
            return true;
    return false;
}

bool gm_yaml_is_null(const gm_yaml *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    return !node || is_plain(node, nulls);
}

bool gm_yaml_bool(const gm_yaml *node, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE", NULL};
    static const char *const no[] = {"false", "False", "FALSE", NULL};
    bool is_true = is_plain(node, yes);
    if (!is_true && !is_plain(node, no))
        return false;
    *value = is_true;
    return true;
}

gm_str gm_yaml_where(gm_arena *arena, gm_str path, const gm_yaml *node)
{
    return place(arena, path, node->line, node->column);
}
