/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "history/formats/format.h"

static gm_code check_reversible(const gm_revision *undone, gm_err *err)
{
    bool any = false;
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++) {
        const gm_section *down = undone->down[i];
        const char *dialect = gm_dialect_name((gm_dialect)i);
        if (down && down->irreversible) {
            gm_fail_at(err, GM_E_REFUSED, gm_where(err->arena, undone->path, down->marker_line),
                       "revision %.*s is irreversible%s%.*s", GM_ARG(undone->id),
                       down->reason.len ? ": " : "", GM_ARG(down->reason));
            return gm_hint(err, "Write a new revision by hand.");
        }
        if (undone->up[i] && !down) {
            gm_fail_at(err, GM_E_REFUSED, undone->path, "revision %.*s has no down for %s",
                       GM_ARG(undone->id), dialect);
            return gm_hint(err, "Write a new revision by hand.");
        }
        any = any || undone->up[i];
    }
    if (any)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, undone->path, "revision %.*s has nothing to undo",
               GM_ARG(undone->id));
    return gm_hint(err,
                   "No section of it has statements: take its file away, or leave it as it is.");
}

static void add_section(gm_buf *buf, const char *word, const char *dialect,
                        const gm_section *section)
{
    gm_buf_printf(buf, "-- gmig:%s", word);
    if (dialect)
        gm_buf_printf(buf, " dialect=%s", dialect);
    if (section->transaction_off)
        gm_buf_z(buf, " transaction=off");
    if (section->lock_timeout.len)
        gm_buf_printf(buf, " lock-timeout=%.*s", GM_ARG(section->lock_timeout));
    if (section->statement_timeout.len)
        gm_buf_printf(buf, " statement-timeout=%.*s", GM_ARG(section->statement_timeout));
    gm_buf_char(buf, '\n');
    gm_str sql = section->sql;
    while (sql.len && (sql.ptr[sql.len - 1] == '\n' || sql.ptr[sql.len - 1] == '\r'))
        sql.len--;
    if (sql.len) {
        gm_buf_add(buf, sql);
        gm_buf_char(buf, '\n');
    }
    gm_buf_char(buf, '\n');
}

/* One section for all dialects when all share it, else one for each. */
static void add_sections(gm_buf *buf, const char *word, const gm_section *const *sections)
{
    bool shared = true;
    for (size_t i = 1; i < GM_DIALECT_COUNT; i++)
        shared = shared && sections[i] == sections[0];
    if (shared && sections[0]) {
        add_section(buf, word, NULL, sections[0]);
        return;
    }
    for (size_t i = 0; i < GM_DIALECT_COUNT; i++)
        if (sections[i])
            add_section(buf, word, gm_dialect_name((gm_dialect)i), sections[i]);
}

gm_code gm_undo_draft(gm_arena *arena, const gm_revision *undone, gm_revision_draft *draft,
                      gm_err *err)
{
    GM_TRY(check_reversible(undone, err));
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    add_sections(&buf, "up", undone->down);
    add_sections(&buf, "down", undone->up);
    gm_str sections = gm_buf_str(&buf);
    gm_str title = undone->message.len ? undone->message : undone->id;
    *draft = (gm_revision_draft){
        .message = gm_str_printf(arena, "undo %.*s", GM_ARG(title)),
        /* One blank line stands between sections, none at the end. */
        .sections = gm_str_sub(sections, 0, sections.len - 1),
    };
    return GM_OK;
}
