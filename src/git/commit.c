/* SPDX-License-Identifier: Apache-2.0 */
/* Commits and tags, read from their own text (git's "commit object format"). */
#include "git/internal.h"

#include "base/buf.h"

/* The value of a header line "NAME VALUE"; false for another line. */
static bool header(gm_str line, const char *name, gm_str *value)
{
    size_t end = gm_str_find(line, ' ', 0);
    if (!gm_str_is(gm_str_sub(line, 0, end), name))
        return false;
    *value = gm_str_sub(line, end + 1, line.len);
    return true;
}

static bool raw_line(gm_str *rest, gm_str *line)
{
    if (!rest->len)
        return false;
    size_t end = gm_str_find(*rest, '\n', 0);
    *line = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end + 1, rest->len);
    return true;
}

static gm_code next_of_tag(gm_str text, gm_oid *target, const gm_oid *tag, gm_err *err)
{
    gm_str line = {0};
    gm_str value;
    raw_line(&text, &line);
    if (!header(line, "object", &value) || !gm_oid_parse(value, target))
        return gm_fail(err, GM_E_GIT, "tag %.*s is damaged", GM_ARG(gm_oid_hex(err->arena, tag)));
    return GM_OK;
}

gm_code gm_repo_peel(gm_repo *repo, const gm_oid *oid, gm_oid *commit, gm_err *err)
{
    enum { DEPTH_MAX = 16 };
    gm_oid at = *oid;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        gm_object object;
        gm_source *from;
        GM_TRY(gm_repo_read(repo, &at, GM_OBJECT_MAX, &object, &from, err));
        gm_oid next = {0};
        gm_code code = GM_OK;
        gm_object_kind kind = object.kind;
        if (kind == GM_OBJECT_TAG)
            code = next_of_tag(object.bytes, &next, &at, err);
        from->ops->release(from, &object);
        GM_TRY(code);
        if (kind == GM_OBJECT_COMMIT) {
            *commit = at;
            return GM_OK;
        }
        if (kind != GM_OBJECT_TAG)
            break;
        at = next;
    }
    return gm_fail(err, GM_E_UNKNOWN_REF, "object %.*s is no commit",
                   GM_ARG(gm_oid_hex(err->arena, oid)));
}

/* "Name <mail> SECONDS ZONE" */
static void parse_person(gm_str value, gm_str *person, int64_t *time)
{
    size_t end = gm_str_rfind(value, '>');
    gm_str rest = gm_str_trim(gm_str_sub(value, end + 1, value.len));
    uint64_t seconds;
    *person = end < value.len ? gm_str_sub(value, 0, end + 1) : value;
    if (gm_str_u64(gm_str_sub(rest, 0, gm_str_find(rest, ' ', 0)), &seconds) &&
        seconds <= INT64_MAX)
        *time = (int64_t)seconds;
}

/* The lines up to the first blank one, as one line. */
static gm_str subject_of(gm_arena *arena, gm_str text)
{
    gm_buf subject = gm_buf_new(arena, SIZE_MAX);
    gm_str line;
    while (raw_line(&text, &line)) {
        line = gm_str_trim(line);
        if (!line.len && subject.len)
            break;
        if (line.len && subject.len)
            gm_buf_char(&subject, ' ');
        gm_buf_add(&subject, line);
    }
    return gm_buf_str(&subject);
}

bool gm_commit_parse(gm_arena *arena, gm_str text, gm_commit *commit)
{
    gm_str line, value;
    gm_oid parent;
    int64_t unused;
    if (!raw_line(&text, &line) || !header(line, "tree", &value) ||
        !gm_oid_parse(value, &commit->tree))
        return false;
    while (raw_line(&text, &line) && line.len) {
        gm_str person;
        if (header(line, "parent", &value)) {
            if (!gm_oid_parse(value, &parent))
                return false;
            gm_vec_push(arena, &commit->parents, parent);
        } else if (header(line, "author", &value)) {
            parse_person(value, &person, &unused);
            commit->author = gm_str_dup(arena, person);
        } else if (header(line, "committer", &value)) {
            parse_person(value, &person, &commit->time);
        }
    }
    commit->subject = subject_of(arena, text);
    return true;
}

gm_code gm_repo_commit(gm_repo *repo, const gm_oid *oid, gm_commit *commit, gm_err *err)
{
    gm_object object;
    gm_source *from;
    GM_TRY(gm_repo_read(repo, oid, GM_OBJECT_MAX, &object, &from, err));
    gm_commit read = {.oid = *oid};
    bool good =
        object.kind == GM_OBJECT_COMMIT && gm_commit_parse(repo->arena, object.bytes, &read);
    from->ops->release(from, &object);
    if (!good)
        return gm_repo_damaged(err, oid, "commit");
    *commit = read;
    return GM_OK;
}
