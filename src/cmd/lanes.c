/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lane i is drawn in column 2i, what moves between lanes in the odd columns. A row lets each lane
 * move by one place only; what goes farther is led along the line's foot and crosses the last lane
 * in a second row:
 *
 *     | | | *        | | | *
 *     | |_|/         | |/ /
 *     |/| |          | | |
 */
#include "cmd/lanes.h"

gm_lanes gm_lanes_new(gm_arena *arena, const gm_node_set *shown)
{
    return (gm_lanes){.arena = arena, .shown = shown, .ended = SIZE_MAX};
}

static size_t find(const gm_lanes *lanes, const gm_node *node)
{
    size_t i = 0;
    while (i < lanes->waiting.len && lanes->waiting.items[i] != node)
        i++;
    return i;
}

static void insert(gm_lanes *lanes, size_t at, const gm_node *node)
{
    gm_vec_push(lanes->arena, &lanes->waiting, node);
    for (size_t i = lanes->waiting.len - 1; i > at; i--)
        lanes->waiting.items[i] = lanes->waiting.items[i - 1];
    lanes->waiting.items[at] = node;
}

static void take_out(gm_lanes *lanes, size_t at)
{
    for (size_t i = at; i + 1 < lanes->waiting.len; i++)
        lanes->waiting.items[i] = lanes->waiting.items[i + 1];
    lanes->waiting.len--;
}

/* Parents that are drawn, each once. */
static gm_nodes parents_of(const gm_lanes *lanes, const gm_node *node)
{
    gm_nodes parents = {0};
    GM_EACH (gm_node *, parent, &node->parents) {
        bool wanted = !lanes->shown || gm_node_set_has(lanes->shown, *parent);
        for (size_t i = 0; wanted && i < parents.len; i++)
            wanted = parents.items[i] != *parent;
        if (wanted)
            gm_vec_push(lanes->arena, &parents, *parent);
    }
    return parents;
}

static char *new_row(const gm_lanes *lanes, size_t *width)
{
    *width = 2 * lanes->waiting.len + 2;
    char *row = gm_arena_alloc(lanes->arena, *width + 1);
    memset(row, ' ', *width);
    return row;
}

/* Blanks at the end are kept: text follows. */
static gm_str beside(const gm_lanes *lanes, char mark)
{
    size_t width;
    char *row = new_row(lanes, &width);
    for (size_t i = 0; i < lanes->waiting.len; i++)
        row[2 * i] = i == lanes->at ? mark : '|';
    return gm_str_of(row, width - 2);
}

gm_str gm_lanes_commit(const gm_lanes *lanes)
{
    return beside(lanes, '*');
}

gm_str gm_lanes_beside(const gm_lanes *lanes)
{
    bool goes_on = parents_of(lanes, lanes->waiting.items[lanes->at]).len > 0;
    return beside(lanes, goes_on ? '|' : ' ');
}

static void add_row(const gm_lanes *lanes, char *row, size_t width, gm_strs *rows)
{
    while (width && row[width - 1] == ' ')
        width--;
    if (width)
        gm_vec_push(lanes->arena, rows, gm_str_of(row, width));
}

void gm_lanes_enter(gm_lanes *lanes, const gm_node *node, gm_strs *rows)
{
    *rows = (gm_strs){0};
    lanes->at = find(lanes, node);
    if (lanes->at < lanes->waiting.len)
        return;
    if (lanes->at == lanes->ended) {
        /* Right below a base a head would look like its parent. */
        gm_str row = beside(lanes, '|');
        gm_vec_push(lanes->arena, rows, gm_str_trim(row));
    }
    gm_vec_push(lanes->arena, &lanes->waiting, node);
}

/* Lanes up to `straight` stay, those from there on move one place to the left. */
static void draw_lanes(const gm_lanes *lanes, char *row, size_t straight)
{
    for (size_t i = 0; i < lanes->waiting.len; i++) {
        if (i < straight)
            row[2 * i] = '|';
        else if (i > straight)
            row[2 * i - 1] = '/';
    }
}

/* A line from lane `from` to lane `to` at its left. With `ends` the lane `from` ends with it and is
 * taken out. */
static void lead_left(gm_lanes *lanes, size_t from, size_t to, bool ends, gm_strs *rows)
{
    size_t width;
    char *row = new_row(lanes, &width);
    draw_lanes(lanes, row, ends ? from : lanes->waiting.len);
    row[2 * from - 1] = '/';
    for (size_t column = 2 * to + 3; column + 3 <= 2 * from; column += 2)
        row[column] = '_';
    add_row(lanes, row, width, rows);
    if (ends)
        take_out(lanes, from);
    if (from - to == 1)
        return;
    row = new_row(lanes, &width);
    draw_lanes(lanes, row, lanes->waiting.len);
    row[2 * to + 1] = '/';
    add_row(lanes, row, width, rows);
}

/* A line from lane `from` to lane `to` at its right. */
static void lead_right(const gm_lanes *lanes, size_t from, size_t to, gm_strs *rows)
{
    size_t width;
    char *row = new_row(lanes, &width);
    draw_lanes(lanes, row, lanes->waiting.len);
    row[2 * from + 1] = '\\';
    for (size_t column = 2 * from + 3; column + 3 <= 2 * to; column += 2)
        row[column] = '_';
    add_row(lanes, row, width, rows);
    if (to - from == 1)
        return;
    row = new_row(lanes, &width);
    draw_lanes(lanes, row, lanes->waiting.len);
    row[2 * to - 1] = '\\';
    add_row(lanes, row, width, rows);
}

/* A new lane at the right of `from`; those behind it make room. */
static void open_lane(gm_lanes *lanes, size_t from, const gm_node *node, gm_strs *rows)
{
    size_t width;
    char *row = new_row(lanes, &width);
    for (size_t i = 0; i < lanes->waiting.len; i++) {
        if (i <= from)
            row[2 * i] = '|';
        else
            row[2 * i + 1] = '\\';
    }
    row[2 * from + 1] = '\\';
    add_row(lanes, row, width, rows);
    insert(lanes, from + 1, node);
}

/* Nothing more is waited for here: the lanes at the right close up. */
static void end_lane(gm_lanes *lanes, gm_strs *rows)
{
    size_t width;
    char *row = new_row(lanes, &width);
    draw_lanes(lanes, row, lanes->at);
    if (lanes->at + 1 < lanes->waiting.len)
        add_row(lanes, row, width, rows);
    else
        lanes->ended = lanes->at;
    take_out(lanes, lanes->at);
}

static void lead_to_first(gm_lanes *lanes, const gm_node *parent, gm_strs *rows)
{
    size_t lane = find(lanes, parent);
    if (lane == lanes->waiting.len) {
        lanes->waiting.items[lanes->at] = parent;
    } else if (lane < lanes->at) {
        lead_left(lanes, lanes->at, lane, true, rows);
    } else {
        lanes->waiting.items[lanes->at] = parent;
        lead_left(lanes, lane, lanes->at, true, rows);
    }
}

void gm_lanes_leave(gm_lanes *lanes, gm_strs *rows)
{
    gm_nodes parents = parents_of(lanes, lanes->waiting.items[lanes->at]);
    *rows = (gm_strs){0};
    lanes->ended = SIZE_MAX;
    /* Backwards, because each new lane opens right beside this one. */
    for (size_t i = parents.len; i-- > 1;) {
        size_t lane = find(lanes, parents.items[i]);
        if (lane == lanes->waiting.len)
            open_lane(lanes, lanes->at, parents.items[i], rows);
        else if (lane < lanes->at)
            lead_left(lanes, lanes->at, lane, false, rows);
        else
            lead_right(lanes, lanes->at, lane, rows);
    }
    if (parents.len)
        lead_to_first(lanes, parents.items[0], rows);
    else
        end_lane(lanes, rows);
}
