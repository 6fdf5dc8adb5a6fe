/* SPDX-License-Identifier: Apache-2.0 */
/* The index and the files of the work tree by the git program. */
#include "git/source_git.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"

static gm_source_git *self(gm_source *source)
{
    return (gm_source_git *)(void *)source;
}

static void push_setting(gm_source_git *git, gm_str driver, const char *setting)
{
    gm_vec_push(git->arena, &git->neutral, GM_STR("-c"));
    gm_vec_push(git->arena, &git->neutral,
                gm_str_printf(git->arena, "%.*s.%s", GM_ARG(driver), setting));
}

/*
 * git would run `filter.NAME.clean` or `.process` for a path whose attributes name it. An empty
 * `process` comes before `clean` and is no command (git, convert.c, apply_filter).
 */
static gm_code know_filters(gm_source_git *git, gm_err *err)
{
    if (git->neutral_known)
        return GM_OK;
    gm_settings settings = {0};
    GM_TRY(git->base.ops->config(&git->base, git->arena, &settings, err));
    GM_EACH (gm_setting, setting, &settings) {
        size_t dot = gm_str_rfind(setting->key, '.');
        gm_str name = gm_str_sub(setting->key, dot + 1, setting->key.len);
        if (!gm_str_starts(setting->key, GM_STR("filter.")) ||
            (!gm_str_is(name, "clean") && !gm_str_is(name, "process")))
            continue;
        push_setting(git, gm_str_sub(setting->key, 0, dot), "process=");
        push_setting(git, gm_str_sub(setting->key, 0, dot), "required=false");
    }
    git->neutral_known = true;
    return GM_OK;
}

/* Runs git with filter drivers switched off. */
static gm_code run_unfiltered(gm_source_git *git, gm_arena *arena, const char *const *arguments,
                              gm_str input, gm_str *output, gm_err *err)
{
    GM_VEC(const char *) argv = {0};
    GM_TRY(know_filters(git, err));
    GM_EACH (gm_str, word, &git->neutral)
        gm_vec_push(arena, &argv, word->ptr);
    for (; *arguments; arguments++)
        gm_vec_push(arena, &argv, *arguments);
    gm_vec_push(arena, &argv, NULL);
    return gm_git_output(git, arena, argv.items, input, output, err);
}

/* "TAG MODE OID STAGE\tPATH" of `ls-files -t -s -z`. */
static bool parse_entry(gm_str field, gm_index_entry *entry)
{
    size_t tab = gm_str_find(field, '\t', 0);
    gm_str head = gm_str_sub(field, 0, tab);
    gm_str parts[4] = {{0}};
    for (size_t i = 0; i < 4; i++) {
        size_t end = gm_str_find(head, ' ', 0);
        parts[i] = gm_str_sub(head, 0, end);
        head = gm_str_sub(head, end + 1, head.len);
    }
    if (tab == field.len || parts[0].len != 1 || parts[1].len != 6 || !parts[3].len)
        return false;
    *entry = (gm_index_entry){.path = gm_str_sub(field, tab + 1, field.len),
                              .skip = parts[0].ptr[0] == 'S',
                              .unmerged = !gm_str_is(parts[3], "0")};
    for (size_t i = 0; i < parts[1].len; i++) {
        if (parts[1].ptr[i] < '0' || parts[1].ptr[i] > '7')
            return false;
        entry->mode = entry->mode * 8 + (uint32_t)(parts[1].ptr[i] - '0');
    }
    return gm_oid_parse(parts[2], &entry->oid);
}

static bool is_empty_blob(gm_arena *arena, const gm_oid *oid)
{
    gm_oid empty = gm_source_blob_oid(arena, GM_STR(""), oid);
    return gm_oid_eq(oid, &empty);
}

/* ls-files shows intent-to-add entries as empty files; of those diff-files alone says "added". */
static gm_code drop_intents(gm_source_git *git, gm_index_entries *entries, gm_err *err)
{
    const char *arguments[] = {"diff-files", "--name-only", "--diff-filter=A", "-z", NULL};
    gm_str output, path;
    gm_strs intents = {0};
    GM_TRY(run_unfiltered(git, git->arena, arguments, GM_STR(""), &output, err));
    while (gm_git_field(&output, &path))
        gm_vec_push(git->arena, &intents, path);
    size_t kept = 0;
    for (size_t i = 0; i < entries->len; i++)
        if (!gm_strs_have(&intents, entries->items[i].path))
            entries->items[kept++] = entries->items[i];
    entries->len = kept;
    return GM_OK;
}

/* The end of an index is a checksum of all before it, or zeros (index.skipHash). */
static bool is_summed(gm_arena *arena, gm_str bytes)
{
    enum { SHA1_SIZE = 20, SHA256_SIZE = 32 };
    if (bytes.len < SHA256_SIZE)
        return false;
    gm_str end = gm_str_sub(bytes, bytes.len - SHA1_SIZE, bytes.len);
    gm_oid sha1 = gm_sha1(gm_str_sub(bytes, 0, bytes.len - SHA1_SIZE));
    gm_str end256 = gm_str_sub(bytes, bytes.len - SHA256_SIZE, bytes.len);
    gm_oid sum = {.len = SHA256_SIZE}, sha256;
    memcpy(sum.bytes, end256.ptr, SHA256_SIZE);
    gm_oid_parse(gm_sha256_hex(arena, gm_str_sub(bytes, 0, bytes.len - SHA256_SIZE)), &sha256);
    static const char zeros[SHA1_SIZE];
    return memcmp(end.ptr, zeros, SHA1_SIZE) == 0 || memcmp(end.ptr, sha1.bytes, SHA1_SIZE) == 0 ||
           gm_oid_eq(&sum, &sha256);
}

static gm_code add_index_cure(const gm_source_git *git, gm_err *err)
{
    return gm_hint(err, "Write it anew from HEAD: rm '%.*s' && git reset",
                   GM_ARG(gm_layout_index(err->arena, &git->layout)));
}

/* git itself never looks at the checksum, and makes files up where an index was cut off. */
static gm_code check_sum(const gm_source_git *git, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err unread = gm_err_new(scratch);
    gm_str bytes;
    gm_str path = gm_layout_index(scratch, &git->layout);
    if (gm_file_read(scratch, path, GM_INDEX_MAX, &bytes, &unread) != GM_OK ||
        is_summed(scratch, bytes))
        return GM_OK;
    gm_fail_at(err, GM_E_GIT, path, "the index is damaged: its checksum is wrong");
    return add_index_cure(git, err);
}

static gm_code list_index(gm_source_git *git, gm_str *output, gm_err *err)
{
    const char *arguments[] = {"ls-files", "-t", "-s", "-z", NULL};
    GM_TRY(check_sum(git, err));
    gm_code code = gm_git_output(git, git->arena, arguments, GM_STR(""), output, err);
    if (code == GM_E_GIT && !err->hint.len &&
        gm_str_search(err->text, GM_STR("index")) < err->text.len)
        return add_index_cure(git, err);
    return code;
}

static gm_code load_index(gm_source_git *git, gm_err *err)
{
    gm_str output, field;
    bool empty_files = false;
    if (git->index)
        return GM_OK;
    gm_index *index = gm_new(git->arena, gm_index);
    GM_TRY(list_index(git, &output, err));
    while (gm_git_field(&output, &field)) {
        gm_index_entry entry;
        if (!parse_entry(field, &entry))
            return gm_fail(err, GM_E_GIT, "git ls-files said '%.*s'", GM_ARG(field));
        gm_vec_push(git->arena, &index->entries, entry);
        empty_files = empty_files || is_empty_blob(err->arena, &entry.oid);
    }
    if (empty_files && git->layout.top.len)
        GM_TRY(drop_intents(git, &index->entries, err));
    git->index = index;
    return GM_OK;
}

gm_code gm_git_index(gm_source *source, gm_arena *arena, gm_str prefix, gm_index *index,
                     gm_err *err)
{
    gm_source_git *git = self(source);
    GM_TRY(load_index(git, err));
    *index = (gm_index){0};
    GM_EACH (gm_index_entry, entry, &git->index->entries) {
        gm_str path = entry->path;
        if (gm_str_starts(path, prefix) &&
            (!prefix.len || path.len == prefix.len || path.ptr[prefix.len] == '/'))
            gm_vec_push(arena, &index->entries, *entry);
    }
    return GM_OK;
}

/* As git reads names in double quotes (quote.c): for hash-object, which takes one path a line. */
static void add_quoted(gm_buf *buf, gm_str path)
{
    gm_buf_char(buf, '"');
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (c == '"' || c == '\\' || c < ' ' || c == 0x7f)
            gm_buf_printf(buf, "\\%03o", c);
        else
            gm_buf_char(buf, (char)c);
    }
    gm_buf_z(buf, "\"\n");
}

gm_code gm_git_hash(gm_source *source, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                    gm_err *err)
{
    const char *arguments[] = {"hash-object", "--stdin-paths", NULL};
    gm_str output, line;
    if (!paths->len)
        return GM_OK;
    gm_buf input = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (gm_str, path, paths)
        add_quoted(&input, *path);
    GM_TRY(run_unfiltered(self(source), arena, arguments, gm_buf_str(&input), &output, err));
    for (size_t i = 0; i < paths->len; i++)
        if (!gm_str_line(&output, &line) || !gm_oid_parse(line, &oids[i]))
            return gm_fail(err, GM_E_GIT, "git hash-object gave no id for '%.*s'",
                           GM_ARG(paths->items[i]));
    return GM_OK;
}

static gm_str crlf_to_lf(gm_arena *arena, gm_str raw)
{
    char *bytes = gm_arena_alloc(arena, raw.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] != '\r' || i + 1 == raw.len || raw.ptr[i + 1] != '\n')
            bytes[len++] = raw.ptr[i];
    return gm_str_of(bytes, len);
}

gm_code gm_git_to_git(gm_source *source, gm_arena *arena, gm_str path, gm_str raw, gm_str *bytes,
                      gm_oid *oid, gm_err *err)
{
    gm_str as = gm_str_printf(arena, "--path=%.*s", GM_ARG(path));
    const char *arguments[] = {"hash-object", "--stdin", as.ptr, NULL};
    gm_str output;
    GM_TRY(run_unfiltered(self(source), arena, arguments, raw, &output, err));
    if (!gm_oid_parse(gm_str_trim(output), oid))
        return gm_fail(err, GM_E_GIT, "git hash-object gave no id");
    /* git tells the id and not the bytes; an id that fits proves them. */
    gm_str candidates[] = {raw, crlf_to_lf(arena, raw)};
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        gm_oid own = gm_source_blob_oid(arena, candidates[i], oid);
        if (gm_oid_eq(&own, oid)) {
            *bytes = candidates[i];
            return GM_OK;
        }
    }
    gm_fail_at(err, GM_E_GIT, path,
               "its attributes (ident, working-tree-encoding) need git's own conversion");
    return gm_hint(err, "Stage or commit the file, and read it from there with --at index.");
}

gm_code gm_git_ignored(gm_source *source, gm_arena *arena, const gm_strs *paths, bool *ignored,
                       gm_err *err)
{
    const char *arguments[] = {"check-ignore", "-z", "--stdin", NULL};
    gm_child_result result;
    gm_str field = {0};
    if (!paths->len)
        return GM_OK;
    gm_buf input = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (gm_str, path, paths) {
        gm_buf_add(&input, *path);
        gm_buf_char(&input, '\0');
    }
    GM_TRY(gm_git_run(self(source), arena, arguments, gm_buf_str(&input), &result, err));
    if (result.status > 1) /* 1: none of them */
        return gm_git_refused(err, &result);
    /* It echoes the ignored ones, in their order. */
    bool more = gm_git_field(&result.output, &field);
    for (size_t i = 0; i < paths->len; i++) {
        ignored[i] = more && gm_str_eq(field, paths->items[i]);
        if (ignored[i])
            more = gm_git_field(&result.output, &field);
    }
    return GM_OK;
}

/* Whoever asks for one file by its name means it, also outside of a sparse checkout. */
static bool is_sparse(gm_source_git *git, gm_arena *arena)
{
    const char *arguments[] = {"config", "--type=bool", "--get", "core.sparseCheckout", NULL};
    gm_err ignored = gm_err_new(arena);
    gm_child_result result;
    return gm_git_run(git, arena, arguments, GM_STR(""), &result, &ignored) == GM_OK &&
           gm_str_is(gm_str_trim(result.output), "true");
}

gm_code gm_git_stage(gm_source *source, gm_str path, gm_err *err)
{
    gm_arena *arena = err->arena;
    GM_VEC(const char *) words = {0};
    gm_vec_push(arena, &words, "--literal-pathspecs");
    gm_vec_push(arena, &words, "add");
    if (is_sparse(self(source), arena))
        gm_vec_push(arena, &words, "--sparse");
    gm_vec_push(arena, &words, "--");
    gm_vec_push(arena, &words, gm_str_z(arena, path));
    gm_vec_push(arena, &words, NULL);
    gm_str output;
    return gm_git_output(self(source), arena, words.items, GM_STR(""), &output, err);
}
