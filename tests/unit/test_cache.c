/* SPDX-License-Identifier: Apache-2.0 */
/* Tables, the files they are kept in, and the briefs of revisions in them. */
#include "gm_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cache/store.h"
#include "history/brief.h"

enum { KEY = 8 };

static const gm_table_kind kind = {.encoding = 7, .key_size = KEY};

static gm_str key_of(gm_arena *arena, size_t number)
{
    return gm_str_printf(arena, "%08zx", number);
}

/* ---- tables ---- */

/* Keys 0, 2, 4 … with values of growing length, given the last first. */
static gm_str make_table(gm_arena *arena, size_t count)
{
    gm_table_entries entries = {0};
    for (size_t i = count; i > 0; i--) {
        gm_str value = gm_str_printf(arena, "%0*zu", (int)i, i);
        gm_vec_push(arena, &entries,
                    (gm_table_entry){key_of(arena, 2 * (i - 1)), i == 1 ? (gm_str){0} : value});
    }
    return gm_table_write(arena, kind, &entries);
}

static void what_was_written_is_found_and_nothing_else(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    for (size_t count = 0; count < 20; count++) {
        gm_str bytes = make_table(arena, count);
        gm_table table;
        gm_str value;
        size_t at;
        assert_true(gm_table_read(bytes, kind, &table));
        assert_int_equal(table.count, count);
        for (size_t i = 0; i < count; i++) {
            assert_true(gm_table_find(&table, key_of(arena, 2 * i), &at, &value));
            assert_int_equal(at, i);
            assert_int_equal(value.len, i == 0 ? 0 : i + 1);
            assert_true(gm_str_eq(gm_table_at(&table, at).key, key_of(arena, 2 * i)));
        }
        for (size_t i = 0; i <= count; i++)
            assert_false(gm_table_find(&table, key_of(arena, 2 * i + 1), &at, &value));
        assert_false(gm_table_find(&table, GM_STR("short"), &at, &value));
        gm_table_index(arena, &table);
        for (size_t i = 0; i < count; i++)
            assert_true(gm_table_find(&table, key_of(arena, 2 * i), &at, &value) && at == i);
    }
    gm_arena_free(arena);
}

static void find_all(gm_arena *arena, const gm_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t at = 0;
        gm_str value;
        gm_table_entry entry = gm_table_at(table, i);
        assert_true(gm_table_find(table, entry.key, &at, &value));
        assert_int_equal(at, i);
        gm_str other = gm_str_printf(arena, "%.*szzzz", GM_ARG(gm_str_sub(entry.key, 0, 4)));
        assert_false(gm_table_find(table, other, &at, &value));
    }
}

/* Half of the keys lie close together, the others where ids would. */
static void keys_are_found_wherever_they_lie(void **state)
{
    (void)state;
    enum { COUNT = 4000 };
    gm_arena *arena = gm_arena_new();
    gm_table_entries entries = {0};
    for (size_t i = 0; i < COUNT; i++) {
        size_t number = i < COUNT / 2 ? 0xffff0000u + 2 * i : 2 * (i * 0x9e3779b1u % 0x70000000u);
        gm_str key = gm_str_printf(arena, "%c%c%c%c%04zx", (int)(number >> 24 & 0xff),
                                   (int)(number >> 16 & 0xff), (int)(number >> 8 & 0xff),
                                   (int)(number & 0xff), i);
        gm_vec_push(arena, &entries, (gm_table_entry){key, key});
    }
    gm_str bytes = gm_table_write(arena, kind, &entries);
    gm_table table;
    assert_true(gm_table_read(bytes, kind, &table));
    assert_int_equal(table.count, COUNT);
    find_all(arena, &table);
    gm_table_index(arena, &table);
    find_all(arena, &table);
    gm_arena_free(arena);
}

static void of_equal_keys_one_is_written(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_table_entries entries = {0};
    gm_table table;
    for (size_t i = 0; i < 9; i++)
        gm_vec_push(arena, &entries, (gm_table_entry){key_of(arena, i % 3), GM_STR("same")});
    assert_true(gm_table_read(gm_table_write(arena, kind, &entries), kind, &table));
    assert_int_equal(table.count, 3);
    gm_arena_free(arena);
}

static void every_wrong_bit_is_noticed(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str good = make_table(arena, 5);
    gm_table table = {.count = 99};
    for (size_t i = 0; i < good.len * 8; i++) {
        char *bad = gm_arena_alloc(arena, good.len);
        memcpy(bad, good.ptr, good.len);
        bad[i / 8] = (char)(bad[i / 8] ^ 1 << i % 8);
        assert_false(gm_table_read(gm_str_of(bad, good.len), kind, &table));
    }
    assert_int_equal(table.count, 99);
    gm_arena_free(arena);
}

static void a_table_that_is_cut_off_or_goes_on_is_none(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str good = make_table(arena, 5);
    gm_table table;
    for (size_t len = 0; len < good.len; len++)
        assert_false(gm_table_read(gm_str_sub(good, 0, len), kind, &table));
    char *longer = gm_arena_alloc(arena, good.len + 1);
    memcpy(longer, good.ptr, good.len);
    assert_true(gm_table_seal(longer, good.len + 1));
    assert_false(gm_table_read(gm_str_of(longer, good.len + 1), kind, &table));
    gm_arena_free(arena);
}

static void a_table_of_another_kind_is_none(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str good = make_table(arena, 5);
    gm_table table;
    assert_false(gm_table_read(good, (gm_table_kind){.encoding = 8, .key_size = KEY}, &table));
    assert_false(gm_table_read(good, (gm_table_kind){.encoding = 7, .key_size = 9}, &table));
    for (size_t at = 0; at < 12; at++) { /* "gmig\ntab" and the layout */
        char *other = gm_arena_alloc(arena, good.len);
        memcpy(other, good.ptr, good.len);
        other[at] ^= 1;
        assert_true(gm_table_seal(other, good.len));
        assert_false(gm_table_read(gm_str_of(other, good.len), kind, &table));
    }
    gm_arena_free(arena);
}

/* With a checksum that is right: all a hostile file can do. */
static void numbers_that_lie_lead_nowhere(void **state)
{
    (void)state;
    enum { AT_NUMBERS = 12, NUMBERS = 4, AT_STARTS = 36 + 5 * KEY };
    static const unsigned lies[] = {0, 1, 4, 6, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    gm_arena *arena = gm_arena_new();
    gm_str good = make_table(arena, 5);
    for (size_t at = AT_NUMBERS; at < AT_STARTS + 6 * 4; at += 4) {
        for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
            gm_table table;
            gm_str value;
            size_t place;
            char *bad = gm_arena_alloc(arena, good.len);
            memcpy(bad, good.ptr, good.len);
            memcpy(bad + at, &lies[i], 4);
            assert_true(gm_table_seal(bad, good.len));
            if (!gm_table_read(gm_str_of(bad, good.len), kind, &table))
                continue;
            assert_int_equal(table.count, 5);
            for (size_t k = 0; k < 5; k++) {
                if (!gm_table_find(&table, key_of(arena, 2 * k), &place, &value))
                    continue;
                assert_true(value.ptr >= bad && value.ptr + value.len <= bad + good.len);
            }
        }
    }
    gm_arena_free(arena);
}

static void a_table_has_a_largest_size(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_table_entries entries = {0};
    size_t half = GM_TABLE_MAX / 2;
    gm_str value = gm_str_of(gm_arena_alloc(arena, half), half);
    gm_vec_push(arena, &entries, (gm_table_entry){key_of(arena, 1), value});
    gm_str bytes = gm_table_write(arena, kind, &entries);
    assert_int_equal(bytes.len, gm_table_size(kind, 1, half));
    gm_vec_push(arena, &entries, (gm_table_entry){key_of(arena, 2), value});
    assert_int_equal(gm_table_write(arena, kind, &entries).len, 0);
    gm_arena_free(arena);
}

/* ---- files ---- */

typedef struct {
    gm_arena *arena;
    gm_str above; /* what would be the git folder */
    gm_str folder;
    gm_str file;
} fixture;

static int begin(void **state)
{
    char above[] = "/tmp/gmig-cache-XXXXXX";
    gm_arena *arena = gm_arena_new();
    fixture *f = gm_new(arena, fixture);
    umask(002); /* as where users have a group of their own */
    if (!mkdtemp(above) || chmod(above, 0775) != 0)
        return -1;
    f->arena = arena;
    f->above = gm_str_dup(arena, gm_str_from(above));
    f->folder = gm_path_join(arena, f->above, GM_STR("gmig"));
    f->file = gm_path_join(arena, f->folder, GM_STR("t"));
    *state = f;
    return 0;
}

static int end(void **state)
{
    const fixture *f = *state;
    static const char *const names[] = {"t", "t.new", "away", "."};
    chmod(f->above.ptr, 0775);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(gm_path_join(f->arena, f->folder, gm_str_from(names[i])).ptr);
    unlink(f->folder.ptr);
    rmdir(f->folder.ptr);
    rmdir(gm_path_join(f->arena, f->above, GM_STR("elsewhere")).ptr);
    int status = rmdir(f->above.ptr);
    gm_arena_free(f->arena);
    return status;
}

static gm_store *open_store(const fixture *f)
{
    return gm_store_open(f->arena, f->folder, "t", kind);
}

static bool knows(gm_store *store, const fixture *f, size_t number)
{
    gm_str value;
    return gm_store_find(store, key_of(f->arena, number), &value) &&
           gm_str_eq(value, gm_str_printf(f->arena, "v%zu", number));
}

/* Notes `count` answers from `first` on, and saves. */
static void keep(const fixture *f, size_t first, size_t count)
{
    gm_store *store = open_store(f);
    for (size_t i = first; i < first + count; i++)
        if (!knows(store, f, i))
            gm_store_add(store, key_of(f->arena, i), gm_str_printf(f->arena, "v%zu", i));
    gm_store_save(store, 1);
}

static bool is_kept(const fixture *f, size_t number)
{
    return knows(open_store(f), f, number);
}

static void write_file(const fixture *f, gm_str bytes)
{
    gm_err err = gm_err_new(f->arena);
    assert_ok(gm_file_write(f->file, bytes, (gm_write_options){.replace = true}, &err), &err);
    assert_int_equal(chmod(f->file.ptr, 0644), 0);
}

static gm_str read_file(const fixture *f)
{
    gm_str bytes;
    gm_err err = gm_err_new(f->arena);
    assert_ok(gm_file_read(f->arena, f->file, GM_TABLE_MAX, &bytes, &err), &err);
    return bytes;
}

static void what_one_run_saves_the_next_knows(void **state)
{
    const fixture *f = *state;
    struct stat status;
    assert_false(is_kept(f, 1));
    keep(f, 0, 10);
    keep(f, 5, 10);
    for (size_t i = 0; i < 15; i++)
        assert_true(is_kept(f, i));
    assert_false(is_kept(f, 15));
    assert_int_equal(stat(f->file.ptr, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    assert_int_equal(stat(f->folder.ptr, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0755);
}

static void what_is_not_worth_a_file_makes_none(void **state)
{
    const fixture *f = *state;
    gm_store *store = open_store(f);
    for (size_t i = 0; i < 3; i++)
        gm_store_add(store, key_of(f->arena, i), GM_STR("v"));
    gm_store_save(store, 4);
    assert_false(gm_file_exists(f->folder));
    gm_store_save(store, 3);
    assert_true(gm_file_exists(f->file));
}

static void a_file_that_is_no_table_is_ignored_and_replaced(void **state)
{
    const fixture *f = *state;
    keep(f, 0, 3);
    gm_str good = read_file(f);
    char *bad = gm_arena_alloc(f->arena, good.len);
    memcpy(bad, good.ptr, good.len);
    bad[good.len - 1] ^= 1;
    const gm_str rows[] = {GM_STR(""), GM_STR("x"), gm_str_sub(good, 0, good.len - 1),
                           gm_str_of(bad, good.len), make_table(f->arena, 0)};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_file(f, rows[i]);
        assert_false(is_kept(f, 1));
        keep(f, 0, 3);
        assert_true(is_kept(f, 1));
    }
}

static void a_value_that_was_wrong_is_replaced(void **state)
{
    const fixture *f = *state;
    gm_str value;
    gm_store *store = open_store(f);
    gm_store_add(store, key_of(f->arena, 1), GM_STR("wrong"));
    gm_store_save(store, 1);
    store = open_store(f);
    assert_true(gm_store_find(store, key_of(f->arena, 1), &value));
    assert_str(value, "wrong");
    gm_store_add(store, key_of(f->arena, 1), GM_STR("v1"));
    gm_store_save(store, 1);
    assert_true(is_kept(f, 1));
}

static void files_that_others_may_write_are_ignored(void **state)
{
    const fixture *f = *state;
    keep(f, 0, 3);
    assert_int_equal(chmod(f->file.ptr, 0664), 0);
    assert_false(is_kept(f, 1));
    assert_int_equal(chmod(f->file.ptr, 0644), 0);
    assert_true(is_kept(f, 1));
    assert_int_equal(chmod(f->folder.ptr, 0775), 0);
    assert_false(is_kept(f, 1));
    keep(f, 0, 9);
    assert_int_equal(chmod(f->folder.ptr, 0755), 0);
    assert_false(is_kept(f, 8));
}

static void links_are_not_followed(void **state)
{
    const fixture *f = *state;
    gm_str away = gm_path_join(f->arena, f->folder, GM_STR("away"));
    gm_str elsewhere = gm_path_join(f->arena, f->above, GM_STR("elsewhere"));
    keep(f, 0, 3);
    assert_int_equal(rename(f->file.ptr, away.ptr), 0);
    assert_int_equal(symlink("away", f->file.ptr), 0);
    assert_false(is_kept(f, 1));
    assert_int_equal(unlink(f->file.ptr), 0);
    assert_int_equal(unlink(away.ptr), 0);
    assert_int_equal(rename(f->folder.ptr, elsewhere.ptr), 0);
    assert_int_equal(symlink("elsewhere", f->folder.ptr), 0);
    keep(f, 0, 3);
    assert_false(is_kept(f, 1));
}

/* As an ordinary user, which root has to become: nothing is read-only to root. */
static void run_as_user(const fixture *f, void (*test)(const fixture *))
{
    enum { NOBODY = 65534 };
    bool root = geteuid() == 0;
    if (root) {
        assert_int_equal(chown(f->above.ptr, NOBODY, NOBODY), 0);
        assert_int_equal(seteuid(NOBODY), 0);
    }
    test(f);
    if (root)
        assert_int_equal(seteuid(0), 0);
}

static void try_read_only(const fixture *f)
{
    assert_int_equal(chmod(f->above.ptr, 0555), 0);
    keep(f, 0, 3);
    assert_false(gm_file_exists(f->folder));
    assert_int_equal(chmod(f->above.ptr, 0755), 0);
    keep(f, 0, 3);
    assert_int_equal(chmod(f->folder.ptr, 0555), 0);
    keep(f, 0, 9);
    assert_true(is_kept(f, 1));
    assert_false(is_kept(f, 8));
    assert_int_equal(chmod(f->folder.ptr, 0755), 0);
}

static void a_folder_that_cannot_be_written_is_read(void **state)
{
    run_as_user(*state, try_read_only);
}

static void keep_three(const fixture *f)
{
    keep(f, 0, 3);
    assert_true(is_kept(f, 1));
}

/* Only root can make a file of somebody else. */
static void what_somebody_else_owns_is_left_alone(void **state)
{
    const fixture *f = *state;
    if (geteuid() != 0)
        skip();
    run_as_user(f, keep_three);
    assert_false(is_kept(f, 1)); /* for root */
    assert_int_equal(chown(f->folder.ptr, 0, 0), 0);
    assert_false(is_kept(f, 1)); /* the file is still theirs */
    assert_int_equal(chown(f->file.ptr, 0, 0), 0);
    assert_true(is_kept(f, 1));
    assert_int_equal(chown(f->file.ptr, 65534, 65534), 0);
    keep(f, 0, 9);
    assert_int_equal(unlink(f->file.ptr), 0);
    assert_int_equal(rmdir(f->folder.ptr), 0);
    keep(f, 0, 9); /* root in a repository of another user */
    assert_false(gm_file_exists(f->folder));
}

static void a_second_writer_gives_way(void **state)
{
    const fixture *f = *state;
    const struct timespec old[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    gm_str other = gm_path_join(f->arena, f->folder, GM_STR("t.new"));
    keep(f, 0, 3);
    close(open(other.ptr, O_CREAT | O_WRONLY, 0644));
    keep(f, 0, 9);
    assert_false(is_kept(f, 8));
    assert_true(gm_file_exists(other));
    /* Left behind by a process that was killed. */
    assert_int_equal(utimensat(AT_FDCWD, other.ptr, old, 0), 0);
    keep(f, 0, 9);
    assert_true(is_kept(f, 8));
    assert_false(gm_file_exists(other));
}

static void two_writers_at_once_leave_a_whole_file(void **state)
{
    const fixture *f = *state;
    enum { ROUNDS = 60 };
    keep(f, 0, 2);
    pid_t child = fork();
    for (size_t i = 0; i < ROUNDS; i++) {
        keep(f, child ? 1000 + 5 * i : 5000 + 5 * i, 5);
        /* Whoever reads in between sees a whole file, this one or the other's. */
        if (!is_kept(f, 0) || !is_kept(f, 1)) {
            if (!child)
                _exit(1);
            fail_msg("round %zu", i);
        }
    }
    if (!child)
        _exit(0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(is_kept(f, 1000) || is_kept(f, 5000));
}

static void a_full_file_keeps_what_is_asked_for(void **state)
{
    const fixture *f = *state;
    enum { PART = GM_TABLE_MAX / 4 };
    gm_str part = gm_str_of(gm_arena_alloc(f->arena, PART), PART);
    gm_str value;
    gm_store *store = open_store(f);
    for (size_t i = 0; i < 3; i++)
        gm_store_add(store, key_of(f->arena, i), part);
    gm_store_save(store, 1);

    store = open_store(f);
    assert_true(gm_store_find(store, key_of(f->arena, 1), &value));
    gm_store_add(store, key_of(f->arena, 7), part);
    gm_store_add(store, key_of(f->arena, 8), part);
    gm_store_save(store, 1);
    store = open_store(f);
    static const bool there[] = {[1] = true, [7] = true, [8] = true, [9] = false};
    for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
        assert_int_equal(gm_store_find(store, key_of(f->arena, i), &value), there[i]);

    /* All three were asked for now, and nothing more has room: the file stays as it is. */
    gm_store_add(store, key_of(f->arena, 9), part);
    struct stat before;
    struct stat after;
    assert_int_equal(stat(f->file.ptr, &before), 0);
    gm_store_save(store, 1);
    assert_int_equal(stat(f->file.ptr, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_true(after.st_size <= GM_TABLE_MAX);
}

/* ---- briefs ---- */

static gm_strs names_of(gm_arena *arena, const char *const *names, size_t count)
{
    gm_strs list = {0};
    for (size_t i = 0; i < count; i++)
        gm_vec_push(arena, &list, gm_str_from(names[i]));
    return list;
}

static gm_revision sample(gm_arena *arena)
{
    static const char *const parents[] = {"a", "b.c"};
    static const char *const depends[] = {"other_1"};
    return (gm_revision){
        .id = GM_STR("8c1f2a9d03be"),
        .parents = names_of(arena, parents, 2),
        .depends = names_of(arena, depends, 1),
        .message = gm_str_printf(arena, "%0300d ü\n\t", 7),
        .created = GM_STR("1969-12-31T23:59:59Z"),
        .time = -1,
        .models = GM_STR("{sqlite: 4f1c}"),
        .revision_line = 1,
        .parents_line = 2,
        .depends_line = 127,
        .labels_line = 128,
        .created_line = 70000,
    };
}

static void assert_same_names(gm_arena *arena, const gm_strs *a, const gm_strs *b)
{
    assert_int_equal(a->len, b->len);
    assert_true(gm_str_eq(gm_strs_list(arena, a), gm_strs_list(arena, b)));
}

static void a_brief_gives_the_revision_again(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_revision from = sample(arena);
    gm_revision to;
    assert_true(gm_brief_read(arena, gm_brief_write(arena, &from), &to));
    assert_true(gm_str_eq(to.id, from.id) && gm_str_eq(to.message, from.message) &&
                gm_str_eq(to.created, from.created) && gm_str_eq(to.models, from.models));
    assert_same_names(arena, &to.parents, &from.parents);
    assert_same_names(arena, &to.depends, &from.depends);
    assert_same_names(arena, &to.labels, &from.labels);
    assert_true(to.time == from.time && to.revision_line == from.revision_line &&
                to.parents_line == from.parents_line && to.depends_line == from.depends_line &&
                to.labels_line == from.labels_line && to.created_line == from.created_line);
    gm_arena_free(arena);
}

static void a_brief_that_is_cut_off_or_goes_on_is_none(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_revision from = sample(arena);
    gm_revision to = {.time = 5};
    gm_str good = gm_brief_write(arena, &from);
    for (size_t len = 0; len < good.len; len++)
        assert_false(gm_brief_read(arena, gm_str_sub(good, 0, len), &to));
    char *longer = gm_arena_alloc(arena, good.len + 1);
    memcpy(longer, good.ptr, good.len);
    assert_false(gm_brief_read(arena, gm_str_of(longer, good.len + 1), &to));
    assert_int_equal(to.time, 5);
    gm_arena_free(arena);
}

static void a_brief_with_what_is_no_id_is_none(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const char *const bad[] = {"", "head", "a b", "x\033[31m", "ü"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        for (int where = 0; where < 3; where++) {
            gm_revision revision = sample(arena);
            gm_revision to;
            if (where == 0)
                revision.id = gm_str_from(bad[i]);
            else if (where == 1)
                revision.parents = names_of(arena, &bad[i], 1);
            else
                revision.labels = names_of(arena, &bad[i], 1);
            assert_false(gm_brief_read(arena, gm_brief_write(arena, &revision), &to));
        }
    }
    gm_arena_free(arena);
}

/* What is written stays readable, or GM_BRIEF_ENCODING changes. */
static void the_bytes_of_a_brief_are_those_of_its_encoding(void **state)
{
    (void)state;
    static const char *const parents[] = {"p"};
    gm_arena *arena = gm_arena_new();
    gm_revision revision = {.id = GM_STR("ab"),
                            .parents = names_of(arena, parents, 1),
                            .message = GM_STR("m"),
                            .revision_line = 1,
                            .created_line = 300,
                            .time = 2};
    static const char bytes[] = "\1\0\0\0\254\2\2\2ab\1m\0\0\1\1p\0\0\0\0\0";
    assert_int_equal(GM_BRIEF_ENCODING, 3);
    assert_true(gm_str_eq(gm_brief_write(arena, &revision), gm_str_of(bytes, sizeof(bytes) - 1)));
    gm_arena_free(arena);
}

#define file_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_found_and_nothing_else),
        cmocka_unit_test(keys_are_found_wherever_they_lie),
        cmocka_unit_test(of_equal_keys_one_is_written),
        cmocka_unit_test(every_wrong_bit_is_noticed),
        cmocka_unit_test(a_table_that_is_cut_off_or_goes_on_is_none),
        cmocka_unit_test(a_table_of_another_kind_is_none),
        cmocka_unit_test(numbers_that_lie_lead_nowhere),
        cmocka_unit_test(a_table_has_a_largest_size),
        file_test(what_one_run_saves_the_next_knows),
        file_test(what_is_not_worth_a_file_makes_none),
        file_test(a_file_that_is_no_table_is_ignored_and_replaced),
        file_test(a_value_that_was_wrong_is_replaced),
        file_test(files_that_others_may_write_are_ignored),
        file_test(links_are_not_followed),
        file_test(a_folder_that_cannot_be_written_is_read),
        file_test(what_somebody_else_owns_is_left_alone),
        file_test(a_second_writer_gives_way),
        file_test(two_writers_at_once_leave_a_whole_file),
        file_test(a_full_file_keeps_what_is_asked_for),
        cmocka_unit_test(a_brief_gives_the_revision_again),
        cmocka_unit_test(a_brief_that_is_cut_off_or_goes_on_is_none),
        cmocka_unit_test(a_brief_with_what_is_no_id_is_none),
        cmocka_unit_test(the_bytes_of_a_brief_are_those_of_its_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
