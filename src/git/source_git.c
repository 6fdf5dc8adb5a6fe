/* SPDX-License-Identifier: Apache-2.0 */
/* Refs, history and configuration by the git program; finding a repository with it. */
#include "git/source_git.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"

static gm_source_git *self(gm_source *source)
{
    return (gm_source_git *)(void *)source;
}

static gm_str variable(const char *name)
{
    return gm_str_from(getenv(name));
}

gm_str gm_source_index_file(gm_arena *arena, gm_str top)
{
    gm_str file = variable("GIT_INDEX_FILE");
    if (!file.len)
        return file;
    return gm_path_absolute(arena, gm_path_join(arena, top, file));
}

gm_code gm_source_check_index(const gm_layout *layout, bool unborn, gm_err *err)
{
    if (!layout->index_file.len || unborn || gm_file_exists(layout->index_file))
        return GM_OK;
    gm_fail_at(err, GM_E_GIT, layout->index_file,
               "the index that GIT_INDEX_FILE names is not there");
    return gm_hint(err, "Unset GIT_INDEX_FILE, or start gmig in the folder it is relative to.");
}

gm_str gm_layout_index(gm_arena *arena, const gm_layout *layout)
{
    return layout->index_file.len ? layout->index_file
                                  : gm_path_join(arena, layout->git_dir, GM_STR("index"));
}

gm_code gm_source_need_index(const gm_layout *layout, bool unborn, gm_err *err)
{
    GM_TRY(gm_source_check_index(layout, unborn, err));
    gm_str path = gm_layout_index(err->arena, layout);
    if (gm_file_exists(path) || (unborn && layout->top.len))
        return GM_OK;
    if (!layout->top.len) {
        gm_fail_at(err, GM_E_GIT, layout->git_dir, "a bare repository has no index");
        return gm_hint(err, "Name a commit to look at, for example --at HEAD.");
    }
    gm_fail_at(err, GM_E_GIT, path, "there is no index, as after `git clone --no-checkout`");
    return gm_hint(err, "Make one from HEAD: git reset");
}

gm_oid gm_source_blob_oid(gm_arena *arena, gm_str bytes, const gm_oid *like)
{
    gm_oid oid = {0};
    if (like->len != sizeof(oid.bytes))
        return gm_blob_oid(bytes);
    /* SHA-256 repositories hash the same header and content (gitformat-hash-function-transition).
     */
    gm_str header = gm_str_printf(arena, "blob %zu", bytes.len);
    char *whole = gm_arena_alloc(arena, header.len + 1 + bytes.len);
    memcpy(whole, header.ptr, header.len + 1);
    if (bytes.len)
        memcpy(whole + header.len + 1, bytes.ptr, bytes.len);
    gm_oid_parse(gm_sha256_hex(arena, gm_str_of(whole, header.len + 1 + bytes.len)), &oid);
    return oid;
}

/* "a:b" with every part absolute. */
static gm_str absolute_list(gm_arena *arena, gm_str list)
{
    gm_strs parts = {0};
    while (list.len) {
        size_t end = gm_str_find(list, ':', 0);
        gm_vec_push(arena, &parts, gm_path_absolute(arena, gm_str_sub(list, 0, end)));
        list = gm_str_sub(list, end + 1, list.len);
    }
    return gm_str_join(arena, &parts, GM_STR(":"));
}

typedef GM_VEC(char *) variables;

static void set_variable(gm_arena *arena, variables *list, const char *name, gm_str value)
{
    gm_str pair = gm_str_printf(arena, "%s=%.*s", name, GM_ARG(value));
    char *copy = gm_arena_alloc(arena, pair.len + 1);
    memcpy(copy, pair.ptr, pair.len);
    gm_vec_push(arena, list, copy);
}

static void set_where_set(gm_arena *arena, variables *list, const char *name, gm_str value)
{
    if (getenv(name))
        set_variable(arena, list, name, value);
}

char **gm_git_environment(gm_arena *arena, const gm_layout *layout)
{
    static const char *const ours[] = {"LC_ALL",
                                       "GIT_DIR",
                                       "GIT_WORK_TREE",
                                       "GIT_COMMON_DIR",
                                       "GIT_INDEX_FILE",
                                       "GIT_OBJECT_DIRECTORY",
                                       "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                       "GIT_QUARANTINE_PATH",
                                       "GIT_TERMINAL_PROMPT",
                                       "GIT_NO_REPLACE_OBJECTS",
                                       "GIT_LITERAL_PATHSPECS",
                                       "GIT_GLOB_PATHSPECS",
                                       "GIT_NOGLOB_PATHSPECS",
                                       "GIT_ICASE_PATHSPECS",
                                       "GIT_OPTIONAL_LOCKS",
                                       "GIT_PREFIX"};
    variables list = {0};
    for (char **at = environ; *at; at++) {
        gm_str pair = gm_str_from(*at);
        gm_str name = gm_str_sub(pair, 0, gm_str_find(pair, '=', 0));
        bool keep = true;
        for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
            keep = keep && !gm_str_is(name, ours[i]);
        if (keep)
            gm_vec_push(arena, &list, *at);
    }
    set_variable(arena, &list, "LC_ALL", GM_STR("C"));
    set_variable(arena, &list, "GIT_TERMINAL_PROMPT", GM_STR("0"));
    set_variable(arena, &list, "GIT_OPTIONAL_LOCKS", GM_STR("0"));
    set_variable(arena, &list, "GIT_NO_REPLACE_OBJECTS", GM_STR("1"));
    set_where_set(arena, &list, "GIT_OBJECT_DIRECTORY",
                  gm_path_absolute(arena, variable("GIT_OBJECT_DIRECTORY")));
    set_where_set(arena, &list, "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                  absolute_list(arena, variable("GIT_ALTERNATE_OBJECT_DIRECTORIES")));
    set_where_set(arena, &list, "GIT_QUARANTINE_PATH",
                  gm_path_absolute(arena, variable("GIT_QUARANTINE_PATH")));
    if (layout) {
        set_variable(arena, &list, "GIT_DIR", layout->git_dir);
        set_where_set(arena, &list, "GIT_COMMON_DIR", layout->common_dir);
        if (layout->top.len)
            set_variable(arena, &list, "GIT_WORK_TREE", layout->top);
        if (layout->index_file.len)
            set_variable(arena, &list, "GIT_INDEX_FILE", layout->index_file);
    } else {
        set_where_set(arena, &list, "GIT_DIR", gm_path_absolute(arena, variable("GIT_DIR")));
        set_where_set(arena, &list, "GIT_COMMON_DIR",
                      gm_path_absolute(arena, variable("GIT_COMMON_DIR")));
        set_where_set(arena, &list, "GIT_WORK_TREE",
                      gm_path_absolute(arena, variable("GIT_WORK_TREE")));
    }
    gm_vec_push(arena, &list, NULL);
    return list.items;
}

typedef GM_VEC(const char *) word_list;

static gm_code run(gm_arena *arena, char *const *environment, gm_str folder,
                   const char *const *arguments, gm_str input, gm_child_result *result, gm_err *err)
{
    word_list argv = {0};
    gm_vec_push(arena, &argv, "git");
    gm_vec_push(arena, &argv, "--no-optional-locks");
    gm_vec_push(arena, &argv, "-c");
    gm_vec_push(arena, &argv, "core.fsmonitor=false");
    gm_vec_push(arena, &argv, "-c");
    gm_vec_push(arena, &argv, "core.quotePath=false");
    for (; *arguments; arguments++)
        gm_vec_push(arena, &argv, *arguments);
    gm_vec_push(arena, &argv, NULL);
    gm_child_options options = {.argv = argv.items,
                                .environment = environment,
                                .folder = gm_str_z(arena, folder),
                                .timeout_ms = GM_GIT_TIMEOUT_MS};
    return gm_child_run(arena, &options, input, GM_GIT_OUTPUT_MAX, result, err);
}

static gm_str home_of(const gm_layout *layout)
{
    return layout->top.len ? layout->top : layout->git_dir;
}

gm_code gm_git_run(gm_source_git *git, gm_arena *arena, const char *const *arguments, gm_str input,
                   gm_child_result *result, gm_err *err)
{
    return run(arena, git->environment, home_of(&git->layout), arguments, input, result, err);
}

gm_str gm_git_words(gm_arena *arena, gm_str messages)
{
    gm_strs lines = {0};
    gm_str rest = messages;
    gm_str line;
    while (gm_str_line(&rest, &line)) {
        line = gm_str_trim(line);
        if (!lines.len && gm_str_starts(line, GM_STR("fatal: ")))
            gm_vec_push(arena, &lines, gm_str_sub(line, 7, line.len));
        else if (lines.len && line.len)
            gm_vec_push(arena, &lines, line);
        else if (lines.len)
            break;
    }
    if (!lines.len) {
        while (gm_str_line(&messages, &line))
            if (gm_str_trim(line).len)
                gm_vec_push(arena, &lines, gm_str_trim(line));
    }
    return lines.len ? gm_str_join(arena, &lines, GM_STR(" "))
                     : GM_STR("git failed without a word");
}

/* Of a foreign owner git says: "git config --global --add safe.directory PATH". */
static gm_str cure_line(gm_str messages)
{
    gm_str line;
    while (gm_str_line(&messages, &line))
        if (gm_str_starts(gm_str_trim(line), GM_STR("git config ")))
            return gm_str_trim(line);
    return (gm_str){0};
}

static bool says(gm_str words, const char *part)
{
    return gm_str_search(words, gm_str_from(part)) < words.len;
}

gm_code gm_git_refused(gm_err *err, const gm_child_result *result)
{
    gm_str words = gm_git_words(err->arena, result->messages);
    gm_str cure = cure_line(result->messages);
    if (gm_str_starts(words, GM_STR("not a git repository (or any"))) {
        gm_fail(err, GM_E_NO_REPO, "%.*s", GM_ARG(words));
        return gm_hint(err, "Run gmig inside a git repository, or make one with: git init");
    }
    if (gm_str_starts(words, GM_STR("not a git repository"))) {
        gm_fail(err, GM_E_GIT, "%.*s", GM_ARG(words));
        return gm_hint(err, "If GIT_DIR or a .git file leads there, unset the one, or mend the "
                            "other with `git worktree repair` or `git submodule update --init`; "
                            "else its HEAD is damaged.");
    }
    if (cure.len) {
        /* What follows the first sentence is that same line again. */
        gm_fail(err, GM_E_GIT, "%.*s",
                GM_ARG(gm_str_sub(words, 0, gm_str_search(words, GM_STR(" To add an exception")))));
        return gm_hint(err, "If you trust its owner, run: %.*s", GM_ARG(cure));
    }
    gm_fail(err, GM_E_GIT, "%.*s", GM_ARG(words));
    if (says(words, "unknown repository extension") || says(words, "Expected git repo version"))
        return gm_hint(err, "A newer git wrote this repository: install one that reads it.");
    return err->code;
}

gm_code gm_git_output(gm_source_git *git, gm_arena *arena, const char *const *arguments,
                      gm_str input, gm_str *output, gm_err *err)
{
    gm_child_result result;
    GM_TRY(gm_git_run(git, arena, arguments, input, &result, err));
    if (result.status != 0)
        return gm_git_refused(err, &result);
    *output = result.output;
    return GM_OK;
}

bool gm_git_field(gm_str *rest, gm_str *field)
{
    if (!rest->len)
        return false;
    size_t end = gm_str_find(*rest, '\0', 0);
    *field = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end + 1, rest->len);
    return true;
}

static gm_str without_lf(gm_str line)
{
    return gm_str_ends(line, GM_STR("\n")) ? gm_str_sub(line, 0, line.len - 1) : line;
}

/* One answer of rev-parse. A path may hold any byte but NUL, so each is asked for alone. */
static gm_code ask(gm_arena *arena, gm_str folder, const char *question, gm_str *answer,
                   gm_err *err)
{
    const char *arguments[] = {"rev-parse", "--path-format=absolute", question, NULL};
    gm_child_result result;
    GM_TRY(
        run(arena, gm_git_environment(arena, NULL), folder, arguments, GM_STR(""), &result, err));
    if (result.status != 0)
        return gm_git_refused(err, &result);
    *answer = without_lf(result.output);
    return GM_OK;
}

gm_code gm_source_find_git(gm_arena *arena, gm_str folder, gm_layout *layout, gm_err *err)
{
    gm_layout found = {0};
    gm_str inside = {0};
    /* With GIT_DIR set and no GIT_WORK_TREE, git takes the current folder for the top; where git
     * set it for a hook, that is so. */
    if (getenv("GIT_DIR"))
        folder = gm_path_absolute(arena, GM_STR("."));
    GM_TRY(ask(arena, folder, "--absolute-git-dir", &found.git_dir, err));
    GM_TRY(ask(arena, folder, "--git-common-dir", &found.common_dir, err));
    GM_TRY(ask(arena, folder, "--is-inside-work-tree", &inside, err));
    if (gm_str_is(inside, "true")) {
        GM_TRY(ask(arena, folder, "--show-toplevel", &found.top, err));
    } else if (getenv("GIT_WORK_TREE")) {
        found.top = gm_path_absolute(arena, variable("GIT_WORK_TREE"));
    }
    found.index_file = gm_source_index_file(arena, found.top);
    *layout = found;
    return GM_OK;
}

static gm_code read_head(gm_source *source, gm_arena *arena, gm_ref *head, bool *unborn,
                         gm_err *err)
{
    const char *name[] = {"symbolic-ref", "--quiet", "HEAD", NULL};
    const char *commit[] = {"rev-parse", "--verify", "--quiet", "HEAD^{commit}", NULL};
    gm_child_result result;
    GM_TRY(gm_git_run(self(source), arena, name, GM_STR(""), &result, err));
    if (result.status > 1)
        return gm_git_refused(err, &result);
    head->name = result.status == 0 ? without_lf(result.output) : GM_STR("HEAD");
    GM_TRY(gm_git_run(self(source), arena, commit, GM_STR(""), &result, err));
    *unborn = result.status != 0;
    head->commit = (gm_oid){0};
    if (result.status == 0 && !gm_oid_parse(without_lf(result.output), &head->commit))
        return gm_fail(err, GM_E_GIT, "git rev-parse gave no object id for HEAD");
    return GM_OK;
}

/* Fields of one line of for-each-ref; a ref name holds no blank. */
static bool parse_ref(gm_str line, gm_source_ref *ref)
{
    gm_str parts[4] = {{0}};
    for (size_t i = 0; i < 4; i++) {
        size_t end = gm_str_find(line, ' ', 0);
        parts[i] = gm_str_sub(line, 0, end);
        line = gm_str_sub(line, end + 1, line.len);
    }
    bool tag = parts[2].len != 0; /* what an annotated tag leads to */
    *ref = (gm_source_ref){.name = parts[0], .peeled = tag, .symbolic = parts[3].len != 0};
    return gm_oid_parse(tag ? parts[2] : parts[1], &ref->oid);
}

static gm_code read_refs(gm_source *source, gm_arena *arena, gm_source_refs *refs, gm_err *err)
{
    const char *arguments[] = {"for-each-ref",
                               "--format=%(refname) %(objectname) %(*objectname) %(symref)", NULL};
    gm_str output, line;
    GM_TRY(gm_git_output(self(source), arena, arguments, GM_STR(""), &output, err));
    while (gm_str_line(&output, &line)) {
        gm_source_ref ref;
        if (!parse_ref(line, &ref))
            return gm_fail(err, GM_E_GIT, "git for-each-ref said '%.*s'", GM_ARG(line));
        ref.name = gm_str_dup(arena, ref.name); /* ends in NUL */
        gm_vec_push(arena, refs, ref);
    }
    return GM_OK;
}

static gm_code resolve(gm_source *source, gm_str name, gm_oid *commit, gm_err *err)
{
    gm_str peeled = gm_str_printf(err->arena, "%.*s^{commit}", GM_ARG(name));
    const char *arguments[] = {"rev-parse",        "--verify", "--quiet",
                               "--end-of-options", peeled.ptr, NULL};
    gm_child_result result;
    GM_TRY(gm_git_run(self(source), err->arena, arguments, GM_STR(""), &result, err));
    if (result.status != 0 || !gm_oid_parse(without_lf(result.output), commit))
        return gm_fail(err, GM_E_UNKNOWN_REF, "git knows no commit '%.*s'", GM_ARG(name));
    return GM_OK;
}

static gm_code merge_bases(gm_source *source, const gm_oid *one, const gm_oids *others,
                           gm_oids *bases, gm_err *err)
{
    const char **arguments = gm_new_array(err->arena, others->len + 4, const char *);
    size_t count = 0;
    arguments[count++] = "merge-base";
    arguments[count++] = "--all";
    arguments[count++] = gm_oid_hex(err->arena, one).ptr;
    GM_EACH (const gm_oid, other, others)
        arguments[count++] = gm_oid_hex(err->arena, other).ptr;
    gm_child_result result;
    GM_TRY(gm_git_run(self(source), err->arena, arguments, GM_STR(""), &result, err));
    if (result.status > 1) /* 1: none; 128: an object is not here */
        return gm_fail(err, GM_E_MISSING_OBJECT, "git merge-base: %.*s",
                       GM_ARG(gm_git_words(err->arena, result.messages)));
    gm_str line;
    while (gm_str_line(&result.output, &line)) {
        gm_oid base;
        if (!gm_oid_parse(line, &base))
            return gm_fail(err, GM_E_GIT, "git merge-base gave no object id");
        gm_vec_push(err->arena, bases, base);
    }
    return GM_OK;
}

/* One id a line; what stands behind a blank on it is `kind`, where that is asked for. */
static gm_code read_ids(gm_source *source, gm_arena *arena, const char *const *arguments,
                        const char *kind, gm_oids *ids, gm_err *err)
{
    gm_str output, line;
    GM_TRY(gm_git_output(self(source), arena, arguments, GM_STR(""), &output, err));
    while (gm_str_line(&output, &line)) {
        gm_oid oid;
        size_t end = gm_str_find(line, ' ', 0);
        if (kind && !gm_str_is(gm_str_sub(line, end + 1, line.len), kind))
            continue;
        if (!gm_oid_parse(gm_str_sub(line, 0, end), &oid))
            return gm_fail(err, GM_E_GIT, "git %s said '%.*s'", arguments[0], GM_ARG(line));
        gm_vec_push(arena, ids, oid);
    }
    return GM_OK;
}

static gm_code all_commits(gm_source *source, gm_arena *arena, gm_oids *commits, gm_err *err)
{
    const char *arguments[] = {"cat-file", "--batch-all-objects", "--unordered",
                               "--batch-check=%(objectname) %(objecttype)", NULL};
    return read_ids(source, arena, arguments, "commit", commits, err);
}

static gm_code logged(gm_source *source, gm_arena *arena, gm_oids *commits, gm_err *err)
{
    const char *arguments[] = {"rev-list", "--reflog", "--no-walk=unsorted", NULL};
    return read_ids(source, arena, arguments, NULL, commits, err);
}

static gm_code read_config(gm_source *source, gm_arena *arena, gm_settings *settings, gm_err *err)
{
    const char *arguments[] = {"config", "--list", "-z", "--includes", NULL};
    gm_str output = {0}, field;
    GM_TRY(gm_git_output(self(source), arena, arguments, GM_STR(""), &output, err));
    while (gm_git_field(&output, &field)) {
        size_t end = gm_str_find(field, '\n', 0);
        gm_setting setting = {gm_str_sub(field, 0, end), gm_str_sub(field, end + 1, field.len)};
        if (end == field.len)
            setting.value = GM_STR("true");
        gm_vec_push(arena, settings, setting);
    }
    return GM_OK;
}

static void close_source(gm_source *source)
{
    gm_child_close(self(source)->objects);
    free(self(source)->buffer);
}

static const gm_source_operations operations = {
    .read = gm_git_read,
    .release = gm_git_release,
    .fetch = gm_git_fetch,
    .head = read_head,
    .refs = read_refs,
    .resolve = resolve,
    .merge_bases = merge_bases,
    .config = read_config,
    .index = gm_git_index,
    .hash = gm_git_hash,
    .to_git = gm_git_to_git,
    .ignored = gm_git_ignored,
    .commits = all_commits,
    .logged = logged,
    .stage = gm_git_stage,
    .close = close_source,
};

gm_source *gm_source_new_git(gm_arena *arena, const gm_layout *layout)
{
    gm_source_git *git = gm_new(arena, gm_source_git);
    git->base.ops = &operations;
    git->arena = arena;
    git->layout = *layout;
    git->environment = gm_git_environment(arena, layout);
    return &git->base;
}
