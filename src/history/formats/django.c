/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Django's migrations: a class Migration a file, called `app.name`.
 *
 * The name is the file's, and the app is the folder that its migrations folder lies in, unless
 * gmig.yml or the app's own configuration calls it otherwise. So a path says who a revision is, and
 * its bytes say whom it names.
 */
#include "history/formats/django.h"

#include "base/buf.h"
#include "base/file.h"

/* As gm_revision_id_valid limits it. */
enum { ID_MAX = 128 };

gm_str gm_django_app(gm_str key)
{
    return gm_str_sub(key, 0, gm_str_find(key, '.', 0));
}

gm_str gm_django_name(gm_str key)
{
    return gm_str_sub(key, gm_str_find(key, '.', 0) + 1, key.len);
}

/* As pkgutil.iter_modules and Django's loader choose modules. */
static bool is_revision(gm_str path)
{
    gm_str name = gm_str_sub(path, 0, path.len - 3);
    return path.len > 3 && gm_str_ends(path, GM_STR(".py")) && !gm_str_has(name, '.') &&
           name.ptr[0] != '_' && name.ptr[0] != '~';
}

gm_str gm_django_app_of(gm_str path)
{
    gm_str folder = gm_path_folder(path);
    gm_str above = gm_path_name(gm_path_folder(folder));
    return above.len && !gm_str_is(above, ".") ? above : gm_path_name(folder);
}

/* "add difficulty" of "0002_add_difficulty" */
static gm_str message_of(gm_arena *arena, gm_str name)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t at = 0;
    while (at < name.len && name.ptr[at] >= '0' && name.ptr[at] <= '9')
        at++;
    for (; at < name.len; at++)
        gm_buf_char(&buf, name.ptr[at] == '_' ? ' ' : name.ptr[at]);
    return gm_str_trim(gm_buf_str(&buf));
}

/* What Python could not import need not keep its name. */
static gm_str id_of(gm_arena *arena, gm_str app, gm_str name)
{
    gm_str id = gm_str_printf(arena, "%.*s.%.*s", GM_ARG(app), GM_ARG(name));
    if (gm_revision_id_valid(id))
        return id;
    gm_buf buf = gm_buf_new(arena, ID_MAX);
    for (size_t i = 0; i < id.len; i++) {
        gm_str one = gm_str_sub(id, i, i + 1);
        gm_buf_add(&buf, gm_revision_id_valid(one) ? one : GM_STR("_"));
    }
    return gm_buf_str(&buf);
}

static void place(gm_arena *arena, gm_revision *revision)
{
    gm_str name = gm_path_name(revision->path);
    if (!revision->id.len)
        return; /* no class Migration is in it */
    name = gm_str_sub(name, 0, name.len - 3);
    if (!revision->app.len)
        revision->app = gm_django_app_of(revision->path);
    revision->app = gm_str_dup(arena, revision->app);
    revision->id = id_of(arena, revision->app, name);
    revision->message = message_of(arena, name);
    /* What the file says by itself, for who looks at it alone; links say more. */
    revision->parents = (gm_strs){0};
    GM_EACH (const gm_str, key, &revision->needs)
        if (gm_str_eq(gm_django_app(*key), revision->app) &&
            !gm_str_is(gm_django_name(*key), "__first__"))
            gm_vec_push(arena, &revision->parents, *key);
}

static gm_code read_list(gm_arena *arena, gm_arena *scratch, const gm_revision_file *file,
                         const gm_django_class *found, gm_django_list list, gm_strs *names,
                         gm_err *err)
{
    gm_django_items items = {0};
    GM_TRY(gm_django_items_of(scratch, file, found, list, &items, err));
    GM_EACH (const gm_django_item, item, &items)
        gm_vec_push(arena, names, gm_str_dup(arena, item->key));
    return GM_OK;
}

static gm_code read_parsed(gm_arena *arena, gm_arena *scratch, const gm_revision_file *file,
                           gm_revision *revision, gm_err *err)
{
    gm_django_class found;
    gm_strs *lists[] = {[GM_DJANGO_DEPENDENCIES] = &revision->needs,
                        [GM_DJANGO_RUN_BEFORE] = &revision->run_before,
                        [GM_DJANGO_REPLACES] = &revision->replaces};
    GM_TRY(gm_django_find_class(scratch, file, &found, err));
    if (!found.found)
        return GM_OK;
    for (int list = 0; list < GM_DJANGO_LISTS; list++)
        GM_TRY(read_list(arena, scratch, file, &found, (gm_django_list)list, lists[list], err));
    revision->id = GM_STR("migration");
    revision->revision_line = found.line;
    revision->parents_line = found.lists[GM_DJANGO_DEPENDENCIES].line;
    revision->depends_line = revision->parents_line;
    revision->labels_line = found.lists[GM_DJANGO_REPLACES].line;
    return GM_OK;
}

static gm_code read_file(gm_arena *arena, const gm_revision_file *file, gm_revision *revision,
                         gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_revision made = {.path = file->path, .blob = file->blob, .text = file->bytes};
    GM_TRY(read_parsed(arena, scratch, file, &made, err));
    *revision = made;
    return GM_OK;
}

const gm_format_ops gm_format_django = {
    .name = "django",
    .is_revision = is_revision,
    .read = read_file,
    .place = place,
    .link = gm_django_link,
    .write = gm_django_write,
    .renumber = gm_django_renumber,
    .with_names = gm_django_renamed,
};
