/* SPDX-License-Identifier: Apache-2.0 */
/* Forms of Alembic's revision files as public repositories have them. */
#include "gm_test.h"

#include "arena_fixture.h"
#include "history/formats/alembic.h"

static gm_code read_text(gm_arena *arena, gm_str text, gm_revision *revision, gm_err *err)
{
    gm_revision_file file = {.path = GM_STR("versions/a.py"), .bytes = text};
    return gm_format_read(arena, &gm_format_alembic, &file, revision, err);
}

static gm_revision read_good(gm_arena *arena, const char *text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision = {0};
    assert_ok(read_text(arena, gm_str_from(text), &revision, &err), &err);
    return revision;
}

static void a_file_says_its_names_and_its_message(void **state)
{
    gm_arena *arena = *state;
    gm_revision r = read_good(arena, "# coding: utf-8\n"
                                     "\"\"\"\n  add card difficulty  \nand more\n\n"
                                     "Revision ID: wrong\nRevises: wrong too\n"
                                     "Create Date: 2026-11-23 10:42:07.123456\n\n\"\"\"\n"
                                     "from alembic import op\n\n"
                                     "revision = 'a1'\ndown_revision = ('b1', 'c1')\n"
                                     "branch_labels = ('billing', 'shared.db')\n"
                                     "depends_on = 'd1'\n\n"
                                     "def upgrade():\n    op.execute('revision = 1')\n");
    assert_str(r.id, "a1");
    assert_str(gm_strs_list(arena, &r.parents), "b1, c1");
    assert_str(gm_strs_list(arena, &r.labels), "billing, shared.db");
    assert_str(gm_strs_list(arena, &r.depends), "d1");
    assert_str(r.message, "add card difficulty");
    assert_str(r.created, "2026-11-23 10:42:07.123456");
    assert_int_equal(r.time, 1795430527);
    assert_int_equal(r.revision_line, 13);
    assert_int_equal(r.parents_line, 14);
    assert_int_equal(r.labels_line, 15);
    assert_int_equal(r.depends_line, 16);
    assert_int_equal(r.created_line, 8);
    assert_null(r.up[GM_SQLITE]);
}

/* `text` stands for what gives down_revision, behind `revision = 'a'`. */
static void parents_may_have_any_form_that_the_text_tells(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *text;
        const char *parents;
    } rows[] = {
        {"down_revision = 'b'", "b"},
        {"down_revision='b'", "b"},
        {"down_revision = \"b\"", "b"},
        {"down_revision = u'b'", "b"},
        {"down_revision = U\"b\"", "b"},
        {"down_revision = r'b'", "b"},
        {"down_revision = b'b'", "b"},
        {"down_revision = '''b'''", "b"},
        {"down_revision = \"\"\"b\"\"\"", "b"},
        {"down_revision = 'b' 'c'", "bc"},
        {"down_revision = 'b\\x63'", "bc"},
        {"down_revision = f'b'", "b"},
        {"down_revision = 'b' + 'c'", "bc"},
        {"down_revision = \\\n    'b'", "b"},
        {"down_revision = 'b'; x = 1", "b"},
        {"down_revision = None", ""},
        {"down_revision = ''", ""},
        {"down_revision = ()", ""},
        {"down_revision = []", ""},
        {"down_revision = ('b')", "b"},
        {"down_revision = ('b' # c\n)", "b"},
        {"down_revision = ('b',)", "b"},
        {"down_revision = 'b',", "b"},
        {"down_revision = 'b', 'c'", "b, c"},
        {"down_revision = ('b', 'c')", "b, c"},
        {"down_revision = ('c', 'b', 'c')", "c, b"},
        {"down_revision = ['b', 'c']  # Merge both branches", "b, c"},
        {"down_revision = [\n    'b',\n    'c', \n]", "b, c"},
        {"down_revision = (  # merge of two\n    'b',  # 'x'\n    'c',\n)", "b, c"},
        {"down_revision = {'b'}", "b"},
        {"down_revision = ('b',) + ('c',)", "b, c"},
        {"down_revision = ('b', *('c', 'd'))", "b, c, d"},
        {"down_revision = tuple(['b', 'c'])", "b, c"},
        {"down_revision = list()", ""},
        {"down_revision: str = 'b'", "b"},
        {"down_revision: str | None = 'b'", "b"},
        {"down_revision: Union[str, Sequence[str], None] = ('b', 'c')", "b, c"},
        {"down_revision: tuple[str, ...] = (\n    'b',\n    'c',\n)", "b, c"},
        {"down_revision: Final = 'b'", "b"},
        {"down_revision: str = 'b'  # pragma: allowlist secret", "b"},
        {"down_revision: str = None", ""},
        {"previous = 'b'\ndown_revision = previous", "b"},
        {"A = B = 'b'\ndown_revision = (A, B + 'c')", "b, bc"},
        {"branch_labels = down_revision = None", ""},
        {"x, down_revision = 'z', 'b'", "b"},
        {"(x, down_revision) = ['z', 'b']", "b"},
        {"down_revision = 'b'\ndown_revision = 'c'", "c"},
        {"down_revision = 'b'\ndown_revision += 'c'", "bc"},
        {"down_revision = ('b',)\ndown_revision += ('c',)", "b, c"},
        {"down_revision = 'b'\ndown_revision: str", "b"},
        {"\"\"\"\ndown_revision = 'no'\n\"\"\"\ndown_revision = 'b'", "b"},
        {"down_revision = 'b'\nprint 'Python 2: revision'", "b"},
        {"down_revision = 'b'\nassert revision", "b"},
        {"down_revision = 'b'\nclass X:\n    down_revision = 'no'", "b"},
        {"down_revision = 'b'\ndef upgrade():\n    down_revision = 'no'", "b"},
        {"down_revision = 'b'\r\nx = 1\r", "b"},
        {"if x:\n    y = 1\ndown_revision = 'b'", "b"},
        {"down_revision = '002 after: a/b'", "002 after: a/b"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str text = gm_str_printf(arena, "revision = 'a'\n%s", rows[i].text);
        gm_revision r = read_good(arena, gm_str_z(arena, text));
        assert_str(r.id, "a");
        if (!gm_str_is(gm_strs_list(arena, &r.parents), rows[i].parents))
            fail_msg("%s gives '%s'", rows[i].text,
                     gm_str_z(arena, gm_strs_list(arena, &r.parents)));
        assert_true(r.parents_line > 1);
    }
}

static void what_only_running_would_tell_is_an_error_with_its_line(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *text;
        const char *where;
        const char *words;
    } rows[] = {
        {"revision = CURRENT\ndown_revision = None", "versions/a.py:1", "tell its revision"},
        {"revision = os.getenv('X')\ndown_revision = None", "versions/a.py:1", "os.getenv('X')"},
        {"revision = str(uuid4())\ndown_revision = None", "versions/a.py:1", "uuid4"},
        {"revision = 'a'\n\ndown_revision = get(revision)", "versions/a.py:3", "`get(revision)`"},
        {"revision = 'a'\ndown_revision = f'{revision}1'", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\ndown_revision = 'a%s' % 1", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\ndown_revision = 1", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\ndown_revision = ('b', None)", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\ndown_revision = 'b' if x else 'c'", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\nif x:\n    down_revision = 'b'\nelse:\n    down_revision = 'c'",
         "versions/a.py:5", "down_revision"},
        {"revision = 'a'\ndown_revision = 'b'\ntry:\n    from x import down_revision\n"
         "except ImportError:\n    pass",
         "versions/a.py:4", "down_revision"},
        {"from x import revision\ndown_revision = 'b'", "versions/a.py:1", "revision"},
        {"revision = 'a'\nx = down_revision = 'b'\ndel down_revision", "versions/a.py:3",
         "down_revision"},
        {"revision = 'a'\ndown_revision = 'b' if", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\n[down_revision, *x] = 'b', 'c'", "versions/a.py:2", "down_revision"},
        {"revision = 'a'\ndown_revision = 'b'\n"
         "def f():\n    global down_revision\n    down_revision = 'c'",
         "versions/a.py:4", "down_revision"},
        {"revision = 'a'\ndown_revision = None\nbranch_labels = ('x-' + cli.EXPAND,)",
         "versions/a.py:3", "tell its branch_labels"},
        {"revision = 'a'\ndown_revision = None\ndepends_on = (OTHER,)", "versions/a.py:3",
         "tell its depends_on"},
        {"down_revision = 'b'", "versions/a.py:1", "no revision"},
        {"revision = 'a'", "versions/a.py:1", "no down_revision"},
        {"revision = 'a-b'\ndown_revision = None", "versions/a.py:1", "'a-b' is no id"},
        {"revision = 'head'\ndown_revision = None", "versions/a.py:1", "'head' is no id"},
        {"revision = 'a'\ndown_revision = 'b@c'", "versions/a.py:2", "'b@c' is no id"},
        {"revision = 'a\\n'\ndown_revision = None", "versions/a.py:1", "is no id"},
        {"revision = ('a',)\ndown_revision = None", "versions/a.py:1", "no string"},
        {"revision = None\ndown_revision = None", "versions/a.py:1", "no string"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_revision r;
        if (read_text(arena, gm_str_from(rows[i].text), &r, &err) != GM_E_HISTORY)
            fail_msg("%s is read", rows[i].text);
        assert_str(err.where, rows[i].where);
        if (gm_str_search(err.text, gm_str_from(rows[i].words)) == err.text.len)
            fail_msg("%s: %s", rows[i].text, gm_str_z(arena, err.text));
        assert_true(err.hint.len > 0);
    }
}

static void a_module_that_is_no_revision_is_passed_over(void **state)
{
    gm_arena *arena = *state;
    static const char *const texts[] = {
        "", "import os\n", "from alembic import op\n\ndef helper():\n    pass\n",
        "revision = Table('revision', meta,\n    Column('id', Integer(), primary_key=True))\n",
        "def upgrade(migrate_engine):\n    revision = 1\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(read_good(arena, texts[i]).id.len, 0);
    assert_true(gm_format_alembic.is_revision(GM_STR("1975_x.py")));
    assert_false(gm_format_alembic.is_revision(GM_STR("__init__.py")));
    assert_false(gm_format_alembic.is_revision(GM_STR(".#1975_x.py")));
    assert_false(gm_format_alembic.is_revision(GM_STR("1975_x.pyc")));
}

/* ---- writing ---- */

static void what_is_written_is_read_back(void **state)
{
    gm_arena *arena = *state;
    static const char *const messages[] = {"add \"a\" column", "ends with \\", "it's \"\"\" quoted",
                                           "'''", "h\xc3\xa9"};
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        gm_revision_draft draft = {
            .id = GM_STR("a1"), .message = gm_str_from(messages[i]), .time = 1795430527};
        gm_vec_push(arena, &draft.parents, GM_STR("b1"));
        gm_vec_push(arena, &draft.parents, GM_STR("c'1"));
        gm_vec_push(arena, &draft.labels, GM_STR("web"));
        gm_vec_push(arena, &draft.depends, GM_STR("d1"));
        gm_str text = gm_format_alembic.write(arena, &draft);
        gm_revision r = read_good(arena, gm_str_z(arena, text));
        assert_str(r.id, "a1");
        assert_str(r.message, messages[i]);
        assert_str(gm_strs_list(arena, &r.parents), "b1, c'1");
        assert_str(gm_strs_list(arena, &r.labels), "web");
        assert_str(gm_strs_list(arena, &r.depends), "d1");
        assert_int_equal(r.time, 1795430527);
    }
}

static void the_projects_own_template_is_used(void **state)
{
    gm_arena *arena = *state;
    gm_revision_draft draft = {.id = GM_STR("a1"), .message = GM_STR("add x"), .time = 1795430527};
    gm_vec_push(arena, &draft.parents, GM_STR("b1"));
    draft.script = GM_STR("\"\"\"${message}\n\nRevises: ${down_revision | comma,n}\n\"\"\"\n"
                          "## gone\nfrom us import op \\\n  , sa\n${imports if imports else \"\"}\n"
                          "revision: str = ${repr(up_revision)}\n"
                          "down_revision = ${repr(down_revision)}\n"
                          "depends_on = ${repr(depends_on)}\n"
                          "def upgrade():\n    ${upgrades if upgrades else \"pass\"}");
    assert_str(gm_format_alembic.write(arena, &draft),
               "\"\"\"add x\n\nRevises: b1\n\"\"\"\nfrom us import op   , sa\n\n"
               "revision: str = 'a1'\ndown_revision = 'b1'\ndepends_on = None\n"
               "def upgrade():\n    pass");
    static const char *const others[] = {"% for x in y:\n", "<%! import re %>\n", "${config.x}\n",
                                         "${message | h}\n", "${message"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        draft.script = gm_str_from(others[i]);
        gm_str text = gm_format_alembic.write(arena, &draft);
        assert_true(gm_str_starts(text, GM_STR("\"\"\"add x\n\nRevision ID: a1\nRevises: b1\n"
                                               "Create Date: 2026-11-23 10:42:07\n")));
    }
}

static void other_parents_change_nothing_else(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *old;
        const char *parents; /* one letter each */
        const char *new;
    } rows[] = {
        {"'''m\n\nRevises: b\n'''\nrevision = 'a'\ndown_revision = 'b'  # why\nx = 1\n", "c",
         "'''m\n\nRevises: c\n'''\nrevision = 'a'\ndown_revision = 'c'  # why\nx = 1\n"},
        {"\"\"\"m\r\nRevises:\r\n\"\"\"\r\nrevision = \"a\"\r\ndown_revision: str = \"b\"\r\n",
         "cd",
         "\"\"\"m\r\nRevises: c, d\r\n\"\"\"\r\nrevision = \"a\"\r\ndown_revision: str = "
         "(\"c\", \"d\")\r\n"},
        {"revision = 'a'\ndown_revision = (  # two\n    'b',\n    'c',\n)\n", "d",
         "revision = 'a'\ndown_revision = 'd'\n"},
        {"revision = 'a'\ndown_revision = 'b', 'c'\n", "",
         "revision = 'a'\ndown_revision = None\n"},
        {"revision = 'a'\ndown_revision = ('b')\n", "c", "revision = 'a'\ndown_revision = ('c')\n"},
        {"revision, down_revision = 'a', 'b'\n", "c", "revision, down_revision = 'a', 'c'\n"},
        {"revision = 'a'\ndown_revision = None\n", "cd",
         "revision = 'a'\ndown_revision = ('c', 'd')\n"},
        {"revision = 'a'\ndown_revision = branch_labels = None\n", "c",
         "revision = 'a'\ndown_revision = branch_labels = None\n"},
        {"p = 'b'\nrevision = 'a'\ndown_revision = p\n", "c",
         "p = 'b'\nrevision = 'a'\ndown_revision = p\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_revision r = read_good(arena, rows[i].old);
        gm_strs parents = {0};
        for (size_t j = 0; rows[i].parents[j]; j++)
            gm_vec_push(arena, &parents, gm_str_of(rows[i].parents + j, 1));
        assert_str(gm_format_alembic.with_parents(arena, &r, &parents, 5), rows[i].new);
    }
}

static void files_are_named_as_alembic_names_them(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *file_template;
        const char *message;
        const char *name;
    } rows[] = {
        {"%(rev)s_%(slug)s", "Add card's x", "a1_add_card_s_x.py"},
        {"%(rev)s_%(slug)s", "", "a1_.py"},
        {"%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute).2d-%(rev)s_%(slug)s", "x",
         "2026_11_23_1042-a1_x.py"},
        {"%(year)d%(month)02d%%_%(epoch)s", "x", "202611%_1795430527.py"},
        {"%(slug)s", "one two three four five six seven eight nine",
         "one_two_three_four_five_six_seven_eight_.py"},
        {"%(who)s", "x", NULL},
        {"%(rev)", "x", NULL},
        {"%d", "x", NULL},
        {"../%(rev)s", "x", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_str name;
        gm_revision_draft draft = {
            .id = GM_STR("a1"), .message = gm_str_from(rows[i].message), .time = 1795430527};
        gm_code code =
            gm_alembic_file_name(arena, gm_str_from(rows[i].file_template), &draft, &name, &err);
        if (!rows[i].name) {
            assert_int_equal(code, GM_E_CONFIG);
            continue;
        }
        assert_ok(code, &err);
        assert_str(name, rows[i].name);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_file_says_its_names_and_its_message),
        TEST(parents_may_have_any_form_that_the_text_tells),
        TEST(what_only_running_would_tell_is_an_error_with_its_line),
        TEST(a_module_that_is_no_revision_is_passed_over),
        TEST(what_is_written_is_read_back),
        TEST(the_projects_own_template_is_used),
        TEST(other_parents_change_nothing_else),
        TEST(files_are_named_as_alembic_names_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
