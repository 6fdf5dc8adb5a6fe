/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "scratch/server.h"
#include "scratch/server_programs.h"
#include "scratch/trees.h"

static const char title[] = "gmig scratch server 1";

/* ---- the record ---- */

/* Empty: there is no place for it. */
static gm_str record_path(gm_arena *arena)
{
    gm_str folder = gm_server_cache_folder(arena);
    return folder.len ? gm_path_join(arena, folder, GM_STR("scratch-server")) : folder;
}

static bool next_number(gm_str *rest, int64_t *number)
{
    gm_str line;
    uint64_t value;
    if (!gm_str_line(rest, &line) || !gm_str_u64(line, &value) || value > INT64_MAX)
        return false;
    *number = (int64_t)value;
    return true;
}

static bool parse_record(gm_str text, gm_kept *kept)
{
    gm_str first;
    return gm_str_line(&text, &first) && gm_str_is(first, title) &&
           gm_str_line(&text, &kept->folder) && gm_str_line(&text, &kept->version) &&
           next_number(&text, &kept->started) && next_number(&text, &kept->ends);
}

static gm_code write_record(gm_arena *arena, const gm_kept *kept, gm_err *err)
{
    gm_str path = record_path(arena);
    gm_str text =
        gm_str_printf(arena, "%s\n%.*s\n%.*s\n%lld\n%lld\n", title, GM_ARG(kept->folder),
                      GM_ARG(kept->version), (long long)kept->started, (long long)kept->ends);
    GM_TRY(gm_folder_make(gm_path_folder(path), err));
    unlink(gm_str_z(arena, path)); /* of a server that is gone */
    GM_TRY(gm_file_write(path, text, (gm_write_options){0}, err));
    if (chmod(gm_str_z(arena, path), 0600) == 0)
        return GM_OK;
    return gm_fail_at(err, GM_E_IO, path, "cannot make the file private: %s", strerror(errno));
}

/* ---- looking ---- */

gm_kept gm_kept_look(gm_arena *arena)
{
    enum { MAX_BYTES = 1024 };
    gm_kept kept = {0};
    gm_str path = record_path(arena);
    if (!path.len || !parse_record(gm_tree_read_own(arena, path, MAX_BYTES), &kept))
        return (gm_kept){0};
    kept.running = gm_server_folder_state(arena, kept.folder) == GM_SERVER_RUNS;
    return kept;
}

/* ---- starting ---- */

static gm_str version_of(gm_arena *arena, gm_str folder)
{
    enum { MAX_BYTES = 64 };
    gm_err ignored = gm_err_new(arena);
    gm_str text = {0};
    gm_file_read(arena, gm_path_join(arena, folder, GM_STR("data/PG_VERSION")), MAX_BYTES, &text,
                 &ignored);
    return gm_str_trim(text);
}

static gm_code no_place(gm_err *err)
{
    gm_fail(err, GM_E_IO, "there is no place to write down where the scratch server is");
    return gm_hint(err, "Set HOME or XDG_CACHE_HOME to a folder of yours.");
}

gm_code gm_kept_start(gm_arena *arena, int64_t lifetime_ms, gm_kept *kept, bool *made, gm_err *err)
{
    gm_scratch_server *server = NULL;
    *made = false;
    *kept = gm_kept_look(arena);
    if (kept->running)
        return GM_OK;
    if (!record_path(arena).len)
        return no_place(err);
    GM_TRY(gm_server_start(arena, lifetime_ms, &server, err));
    gm_kept new = {.running = true,
                   .folder = gm_str_dup(arena, gm_server_folder(server)),
                   .started = gm_clock_now(),
                   .ends = gm_clock_now() + lifetime_ms / 1000};
    new.version = version_of(arena, new.folder);
    /* Written down before it is kept: a server that nobody finds would be there for long. */
    gm_code code = write_record(arena, &new, err);
    if (code == GM_OK)
        code = gm_server_keep(server, err);
    if (code != GM_OK) {
        gm_server_stop(server);
        return code;
    }
    *kept = new;
    *made = true;
    return GM_OK;
}

/* ---- ending ---- */

static gm_code wait_until_gone(gm_str folder, gm_err *err)
{
    enum { PATIENCE_MS = 20000 };
    struct timespec moment = {.tv_nsec = 2000000};
    int64_t end = gm_clock_ms() + PATIENCE_MS;
    while (gm_file_exists(folder)) {
        if (gm_clock_ms() > end) {
            gm_fail_at(err, GM_E_IO, folder, "the scratch server does not end");
            return gm_hint(err, "Look at its processes: ps -ef | grep %.*s", GM_ARG(folder));
        }
        nanosleep(&moment, NULL);
    }
    return GM_OK;
}

gm_code gm_kept_stop(gm_arena *arena, bool *was_running, gm_err *err)
{
    gm_kept kept = gm_kept_look(arena);
    gm_str path = record_path(arena);
    *was_running = kept.running;
    if (kept.running) {
        if (!gm_server_ask_to_end(arena, kept.folder)) {
            gm_fail_at(err, GM_E_IO, kept.folder, "the scratch server cannot be reached");
            return gm_hint(err, "Run: gmig scratch stop");
        }
        GM_TRY(wait_until_gone(kept.folder, err));
    } else if (kept.folder.len && gm_server_folder_state(arena, kept.folder) == GM_SERVER_IS_DEAD) {
        gm_tree_remove(gm_str_z(arena, kept.folder));
    }
    if (kept.folder.len)
        unlink(gm_str_z(arena, path));
    return GM_OK;
}
