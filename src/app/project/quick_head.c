/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/quick_head.h"

gm_quick gm_quick_new(gm_arena *arena)
{
    return (gm_quick){.arena = arena, .numbers = gm_map_new(arena)};
}

static size_t number_of(gm_quick *quick, gm_str id)
{
    void *known;
    if (gm_map_find(&quick->numbers, id, &known))
        return (size_t)(uintptr_t)known;
    size_t number = quick->slots.len;
    /* The map's value is the number itself. NOLINTNEXTLINE(performance-no-int-to-ptr) */
    gm_map_add(&quick->numbers, id, (void *)(uintptr_t)number);
    gm_vec_push(quick->arena, &quick->slots, (gm_quick_slot){0});
    return number;
}

void gm_quick_read(gm_quick *quick, const gm_revision *revision, gm_quick_file *file)
{
    *file = (gm_quick_file){.revision = revision, .id = number_of(quick, revision->id)};
    file->parents = gm_new_array(quick->arena, revision->parents.len, size_t);
    for (size_t i = 0; i < revision->parents.len; i++)
        file->parents[i] = number_of(quick, revision->parents.items[i]);
}

/* Only the graph can judge depends, labels and what neighbours say. */
static bool is_plain(const gm_revision *revision)
{
    return !revision->depends.len && !revision->labels.len && !gm_format_links(revision);
}

/* Each id once, and nothing that only the graph can judge. */
static bool fill(gm_quick *quick, const gm_quick_file *const *files, size_t count)
{
    quick->round++;
    for (size_t i = 0; i < count; i++) {
        gm_quick_slot *slot = &quick->slots.items[files[i]->id];
        if (slot->round == quick->round || !is_plain(files[i]->revision))
            return false;
        *slot = (gm_quick_slot){.file = files[i], .round = quick->round};
    }
    return true;
}

static bool count_children(gm_quick *quick, const gm_quick_file *const *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < files[i]->revision->parents.len; j++) {
            gm_quick_slot *parent = &quick->slots.items[files[i]->parents[j]];
            if (parent->round != quick->round)
                return false;
            parent->children++;
        }
    return true;
}

/* From the head down, a revision after all its children: what a cycle holds is never reached. */
static size_t reach(gm_quick *quick, const gm_quick_file *head)
{
    size_t done = 0;
    quick->reached.len = 0;
    gm_vec_push(quick->arena, &quick->reached, head);
    while (done < quick->reached.len) {
        const gm_quick_file *file = quick->reached.items[done++];
        for (size_t j = 0; j < file->revision->parents.len; j++) {
            gm_quick_slot *parent = &quick->slots.items[file->parents[j]];
            if (--parent->children == 0)
                gm_vec_push(quick->arena, &quick->reached, parent->file);
        }
    }
    return done;
}

bool gm_quick_head(gm_quick *quick, const gm_quick_file *const *files, size_t count,
                   const gm_quick_file **head)
{
    const gm_quick_file *only = NULL;
    if (!fill(quick, files, count) || !count_children(quick, files, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (quick->slots.items[files[i]->id].children)
            continue;
        if (only)
            return false;
        only = files[i];
    }
    if (!only || reach(quick, only) != count)
        return false;
    *head = only;
    return true;
}

gm_quick_base gm_quick_keep(gm_arena *arena, const gm_quick *quick,
                            const gm_quick_file *const *files, size_t count,
                            const gm_quick_file *head)
{
    bool *has = gm_new_array(arena, quick->slots.len, bool);
    for (size_t i = 0; i < count; i++)
        has[files[i]->id] = true;
    return (gm_quick_base){.head = head, .has = has, .numbers = quick->slots.len};
}

static bool has(const gm_quick_base *base, const gm_quick_file *const *more, size_t count,
                size_t id)
{
    for (size_t i = 0; i < count; i++)
        if (more[i]->id == id)
            return true;
    return id < base->numbers && base->has[id];
}

/* A new id on top of the head, with no parent that is not there: then the history stays sound, and
 * this is its one head. */
static bool goes_on(const gm_quick_base *base, const gm_quick_file *const *more, size_t at,
                    const gm_quick_file *head)
{
    const gm_quick_file *file = more[at];
    bool on_head = false;
    if (has(base, more, at, file->id) || !is_plain(file->revision))
        return false;
    for (size_t j = 0; j < file->revision->parents.len; j++) {
        if (!has(base, more, at, file->parents[j]))
            return false;
        on_head |= file->parents[j] == head->id;
    }
    return on_head;
}

bool gm_quick_head_with(const gm_quick_base *base, const gm_quick_file *const *more, size_t count,
                        const gm_quick_file **head)
{
    *head = base->head;
    for (size_t i = 0; i < count; i++) {
        if (!goes_on(base, more, i, *head))
            return false;
        *head = more[i];
    }
    return true;
}
