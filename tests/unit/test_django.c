/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/map.h"
#include "history/formats/django_new.h"

static gm_str list_of(gm_arena *arena, const char *name, const gm_strs *list)
{
    if (!list->len)
        return (gm_str){0};
    return gm_str_printf(arena, " %s %.*s;", name, GM_ARG(gm_strs_list(arena, list)));
}

/* "ID needs …; before …; replaces …;", "none" for a file that is no migration, or "LINE: error" */
static gm_str described(gm_arena *arena, const char *path, const char *app, gm_str bytes)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision = {0};
    gm_revision_file file = {.path = gm_str_from(path), .bytes = bytes, .app = gm_str_from(app)};
    if (gm_format_read(arena, &gm_format_django, &file, &revision, &err) != GM_OK)
        return gm_str_printf(arena, "%.*s: %.*s",
                             GM_ARG(gm_str_sub(err.where, strlen(path) + 1, err.where.len)),
                             GM_ARG(err.text));
    if (!revision.id.len)
        return GM_STR("none");
    return gm_str_printf(arena, "%.*s%.*s%.*s%.*s", GM_ARG(revision.id),
                         GM_ARG(list_of(arena, "needs", &revision.needs)),
                         GM_ARG(list_of(arena, "before", &revision.run_before)),
                         GM_ARG(list_of(arena, "replaces", &revision.replaces)));
}

#define HEAD "from django.db import migrations\nclass Migration(migrations.Migration):\n"

static void a_file_says_whom_it_names(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {HEAD "    pass\n", "blog.0002_a"},
        {HEAD "    dependencies = [('blog', '0001_initial')]\n",
         "blog.0002_a needs blog.0001_initial;"},
        {HEAD "    dependencies = [\n        (\"a\", \"1\"), # x\n        ('b', u'2'),\n    ]\n",
         "blog.0002_a needs a.1, b.2;"},
        {HEAD "    dependencies = (('a', '1'),)\n", "blog.0002_a needs a.1;"},
        {HEAD "    dependencies = [['a', '1']]\n", "blog.0002_a needs a.1;"},
        {HEAD "    dependencies = [('a', '1')] + [('b', '2')]\n", "blog.0002_a needs a.1, b.2;"},
        {HEAD "    dependencies = [('a', '1')]\n    dependencies += [('b', '2')]\n",
         "blog.0002_a needs a.1, b.2;"},
        {HEAD "    dependencies = [('a', '1')]\n    dependencies = [('b', '2')]\n",
         "blog.0002_a needs b.2;"},
        {HEAD "    dependencies: list = [('a', '1')]\n", "blog.0002_a needs a.1;"},
        {HEAD "    dependencies = [*[('a', '1')], ('b', '2')]\n", "blog.0002_a needs a.1, b.2;"},
        {HEAD "    run_before = [('a', '1')]\n    replaces = [('b', '2')]\n",
         "blog.0002_a before a.1; replaces b.2;"},
        {HEAD "    dependencies = [('a', '__first__'), ('b', '__latest__')]\n",
         "blog.0002_a needs a.__first__, b.__latest__;"},
        {HEAD "    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n",
         "blog.0002_a needs settings-AUTH_USER_MODEL.__first__;"},
        {HEAD "    dependencies = [migrations.swappable_dependency('people.Person')]\n",
         "blog.0002_a needs people.__first__;"},
        {HEAD "    dependencies = [swappable_dependency(getattr(settings, 'X', 'auth.User'))]\n",
         "blog.0002_a needs settings-X.__first__;"},
        /* Constants of the file and of the class. */
        {"APP = 'blog'\n" HEAD "    dependencies = [(APP, '0001')]\n",
         "blog.0002_a needs blog.0001;"},
        {HEAD "    more = [('a', '1')]\n    dependencies = more\n", "blog.0002_a needs a.1;"},
        /* What Django takes is the last class of that name. */
        {HEAD "    dependencies = [('a', '1')]\n" HEAD "    dependencies = [('b', '2')]\n",
         "blog.0002_a needs b.2;"},
        {"class Base(migrations.Migration):\n    dependencies = [('a', '1')]\n"
         "class Migration(Base):\n    pass\n",
         "blog.0002_a needs a.1;"},
        /* A condition elsewhere does not matter; docstrings and comments never do. */
        {HEAD "    if x:\n        operations = []\n", "blog.0002_a"},
        {HEAD "    \"\"\"dependencies = [('a', '1')]\"\"\"\n    # dependencies = [('b', '2')]\n",
         "blog.0002_a"},
        {"if x:\n    def f(): pass\n" HEAD "    dependencies = [('a', '1')]\n",
         "blog.0002_a needs a.1;"},
        {"print 'Python 2'\n" HEAD "    dependencies = [('a', '1')]\n", "blog.0002_a needs a.1;"},
        /* South's. */
        {"class Migration(SchemaMigration):\n    depends_on = ()\n", "none"},
        {"class Migration(DataMigration):\n    pass\n", "none"},
        {"class Migration:\n    def forwards(self, orm): pass\n", "none"},
        /* What cannot be told without running it. */
        {HEAD "    dependencies = [('a', last())]\n",
         "3: '('a', last())' in dependencies is not a pair of strings"},
        {HEAD "    dependencies = deps()\n", "3: 'deps()' in dependencies is not a list of pairs"},
        {HEAD "    dependencies = [('a', 'b', 'c')]\n",
         "3: '('a', 'b', 'c')' in dependencies is not a pair of strings"},
        {HEAD "    dependencies = [('a.b', '1')]\n",
         "3: '('a.b', '1')' in dependencies is not an app and a migration"},
        {HEAD "    dependencies = [swappable_dependency(f())]\n",
         "3: 'swappable_dependency(f())' in dependencies is not a setting or a model"},
        {HEAD "    dependencies = []\n    if x:\n        dependencies = [('a', '1')]\n",
         "4: what the migration depends on cannot be told without running it"},
        {HEAD "    dependencies = []\n    dependencies.append(('a', '1'))\n",
         "4: what the migration depends on cannot be told without running it"},
        {HEAD "    dependencies = []\nMigration.dependencies = [('a', '1')]\n",
         "4: what the migration depends on cannot be told without running it"},
        {"if x:\n    class Migration(migrations.Migration):\n        pass\n",
         "1: which class Migration the file has cannot be told without running it"},
        {"from elsewhere import Migration\n",
         "1: a Migration that comes from elsewhere cannot be told without running it"},
        {"X = 1\nif x:\n    X = 2\n" HEAD "    dependencies = [('a', X)]\n",
         "6: '('a', X)' in dependencies is not a pair of strings"},
        {"x = 1\n", "1: the file has no class Migration"},
        {"", "1: the file has no class Migration"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        assert_str(described(arena, "x/blog/migrations/0002_a.py", "", gm_str_from(cases[i].text)),
                   cases[i].expected);
        gm_arena_free(arena);
    }
}

static void the_path_says_who_it_is(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_str plain = GM_STR(HEAD "    pass\n");
    (void)state;
    assert_str(described(arena, "blog/migrations/0054a_x.py", "", plain), "blog.0054a_x");
    assert_str(described(arena, "a/b/db_migrations/1.py", "", plain), "b.1");
    assert_str(described(arena, "wagtail/images/migrations/0001.py", "wagtailimages", plain),
               "wagtailimages.0001");
    assert_str(described(arena, "migrations/0001_initial.py", "", plain),
               "migrations.0001_initial");
    assert_str(described(arena, "blog/migrations/helpers.py", "", GM_STR("x = 1\n")), "none");
    assert_true(gm_format_django.is_revision(GM_STR("0001_initial.py")));
    assert_false(gm_format_django.is_revision(GM_STR("__init__.py")));
    assert_false(gm_format_django.is_revision(GM_STR("_private.py")));
    assert_false(gm_format_django.is_revision(GM_STR("~0001.py")));
    assert_false(gm_format_django.is_revision(GM_STR("0001.old.py")));
    assert_false(gm_format_django.is_revision(GM_STR("0001_initial.pyc")));
    assert_false(gm_format_django.is_revision(GM_STR(".py")));
    gm_arena_free(arena);
}

/* A migration a line, "APP.NAME NEED,NEED [<BEFORE] [=REPLACED,REPLACED]"; then what links make of
 * it, "ID: parents | depends" in the order of the paths. */
static gm_revisions parsed(gm_arena *arena, const char *text)
{
    gm_revisions revisions = {0};
    gm_str rest = gm_str_from(text);
    gm_str line;
    while (gm_str_line(&rest, &line)) {
        gm_revision *made = gm_new(arena, gm_revision);
        gm_strs *list = NULL;
        made->format = &gm_format_django;
        for (size_t at = 0; at < line.len;) {
            size_t end = gm_str_find(line, ' ', at);
            gm_str word = gm_str_sub(line, at, end);
            at = end + 1;
            if (!made->id.len) {
                made->id = word;
                made->app = gm_str_sub(word, 0, gm_str_find(word, '.', 0));
                made->path = gm_str_printf(arena, "%.*s.py", GM_ARG(word));
                continue;
            }
            char kind = word.ptr[0];
            list = kind == '<' ? &made->run_before : kind == '=' ? &made->replaces : &made->needs;
            gm_vec_push(arena, list,
                        kind == '<' || kind == '=' ? gm_str_sub(word, 1, word.len) : word);
        }
        gm_vec_push(arena, &revisions, made);
    }
    return revisions;
}

static gm_str linked(gm_arena *arena, const gm_revisions *read, gm_revisions *made)
{
    gm_strs lines = {0};
    gm_formats_link(arena, read, made);
    GM_EACH (const gm_revision *, one, made)
        gm_vec_push(arena, &lines,
                    gm_str_printf(arena, "%.*s: %.*s | %.*s", GM_ARG((*one)->id),
                                  GM_ARG(gm_strs_list(arena, &(*one)->parents)),
                                  GM_ARG(gm_strs_list(arena, &(*one)->depends))));
    return gm_str_join(arena, &lines, GM_STR("\n"));
}

static void names_become_edges_as_django_connects_them(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"a.1\na.2 a.1 b.1 auth.3\nb.1", "a.1:  | \na.2: a.1 | b.1\nb.1:  | "},
        /* Ends of an app; in the app itself they say nothing. */
        {"a.1\na.2 a.1\nb.1 a.__first__ b.__first__\nb.2 b.1 a.__latest__",
         "a.1:  | \na.2: a.1 | \nb.1:  | a.1\nb.2: b.1 | a.2"},
        {"a.1 <b.1\nb.1", "a.1:  | \nb.1:  | a.1"},
        {"a.1\na.2 <a.1", "a.1: a.2 | \na.2:  | "},
        /* One that is not there is told by whom it is named. */
        {"a.1 a.0 b.7 <b.9\nb.1", "a.1: a.0 | b.7, b.9\nb.1:  | "},
        /* A squash, with its files and without. */
        {"a.1 b.1\na.2 a.1\na.3 a.2\na.s =a.1 =a.2\nb.1\nb.2 b.1 a.2",
         "a.3: a.s | \na.s:  | b.1\nb.1:  | \nb.2: b.1 | a.s"},
        {"a.3 a.2\na.s b.1 =a.1 =a.2\nb.1\nb.2 b.1 a.1",
         "a.3: a.s | \na.s:  | b.1\nb.1:  | \nb.2: b.1 | a.s"},
        /* A squash of a squash. */
        {"a.1\na.2 a.1\na.3 a.2\na.s =a.1 =a.2\na.t =a.s =a.3\nb.1 a.1", "a.t:  | \nb.1:  | a.t"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_revisions read = parsed(arena, cases[i].text);
        gm_revisions once = {0};
        gm_revisions twice = {0};
        assert_str(linked(arena, &read, &once), cases[i].expected);
        /* What was linked is linked again when two histories meet. */
        assert_str(linked(arena, &once, &twice), cases[i].expected);
        gm_arena_free(arena);
    }
}

/* Only settings say whether an app's configuration is in use. */
static void a_label_that_its_migrations_refute_is_none(void **state)
{
    static const struct {
        const char *needs;
        const char *expected;
    } cases[] = {
        {"", "label.1 label.2"},
        {"label.1", "label.1 label.2"},
        {"blog.1", "blog.1 blog.2"},
        {"blog.9", "label.1 label.2"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_revisions read = parsed(arena, "label.1\nlabel.2");
        gm_revisions *lists[] = {&read, &(gm_revisions){0}};
        gm_strs ids = {0};
        for (size_t at = 0; at < read.len; at++) {
            gm_revision *changed = gm_new(arena, gm_revision);
            *changed = *read.items[at];
            changed->path = gm_str_printf(arena, "x/blog/migrations/%zu.py", at + 1);
            if (at && cases[i].needs[0])
                gm_vec_push(arena, &changed->needs, gm_str_from(cases[i].needs));
            read.items[at] = changed;
        }
        gm_formats_link(arena, lists[0], lists[1]);
        GM_EACH (const gm_revision *, one, lists[1])
            gm_vec_push(arena, &ids, (*one)->id);
        assert_str(gm_str_join(arena, &ids, GM_STR(" ")), cases[i].expected);
        gm_arena_free(arena);
    }
}

static void a_replaced_name_leads_to_the_squash(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_revisions read = parsed(arena, "a.1\na.s =a.1 =a.2\na.3 a.2");
    gm_graph *graph = gm_graph_build(arena, &read, NULL);
    (void)state;
    assert_int_equal(graph->problems.len, 0);
    assert_null(gm_graph_find(graph, GM_STR("a.1")));
    const gm_node *found = gm_map_get(&graph->labels, GM_STR("a.1"));
    assert_non_null(found);
    assert_str(found->revision->id, "a.s");
    gm_arena_free(arena);
}

static void new_ones_are_named_as_makemigrations_does(void **state)
{
    static const struct {
        const char *history;
        const char *parents; /* one or two, with "," between */
        bool merge;
        const char *message;
        const char *expected;
    } cases[] = {
        {"a.0001_initial", "a.0001_initial", false, "Add  title!", "a.0002_add_title"},
        {"a.0001_initial", "a.0001_initial", false, "", "a.0002_auto_20260101_0000"},
        {"a.0009_x", "a.0009_x", false, "y", "a.0010_y"},
        {"a.9999_x", "a.9999_x", false, "y", "a.10000_y"},
        {"a.first", "a.first", false, "y", "a.0001_y"},
        {"a.0002_b\na.0003_a", "a.0002_b,a.0003_a", true, "", "a.0004_merge_0002_b_0003_a"},
        {"a.x\na.y", "a.x,a.y", true, "", "a.0002_merge_x_y"},
        {"a.0002_b\na.0003_a", "a.0002_b,a.0003_a", true, "both", "a.0004_both"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_revisions read = parsed(arena, cases[i].history);
        gm_graph *graph = gm_graph_build(arena, &read, NULL);
        gm_revision_draft draft = {.time = 1767225600, .message = gm_str_from(cases[i].message)};
        gm_str parents = gm_str_from(cases[i].parents);
        size_t comma = gm_str_find(parents, ',', 0);
        gm_vec_push(arena, &draft.parents, gm_str_sub(parents, 0, comma));
        if (comma < parents.len)
            gm_vec_push(arena, &draft.parents, gm_str_sub(parents, comma + 1, parents.len));
        if (cases[i].merge && !draft.message.len)
            draft.message = gm_merge_message(arena, &draft.parents);
        assert_ok(gm_django_name_new(arena, graph, cases[i].merge, &draft, &err), &err);
        assert_str(draft.id, cases[i].expected);
        gm_arena_free(arena);
    }
}

static void long_names_of_leaf_nodes_make_a_digest(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_revisions read =
        parsed(arena, "a.0002_a_name_that_goes_on_and_on\na.0002_another_one_as_long");
    gm_graph *graph = gm_graph_build(arena, &read, NULL);
    gm_revision_draft draft = {0};
    (void)state;
    GM_EACH (gm_node *, node, &graph->order)
        gm_vec_push(arena, &draft.parents, (*node)->revision->id);
    draft.message = gm_merge_message(arena, &draft.parents);
    assert_ok(gm_django_name_new(arena, graph, true, &draft, &err), &err);
    assert_true(gm_str_starts(draft.id, GM_STR("a.0003_merge_")));
    assert_int_equal(draft.id.len, strlen("a.0003_merge_") + 12);
    gm_arena_free(arena);
}

/* Parents "a.9" and "a.1" become "a.7"; whoever is called "b.2" is "b.3" now. */
static void only_names_change_in_a_file(void **state)
{
    static const struct {
        const char *text;
        const char *parents; /* with "," between */
        const char *expected;
    } cases[] = {
        {"    dependencies = [('a', '1')]  # here\n", "a.7",
         "    dependencies = [('a', '7')]  # here\n"},
        {"    dependencies = [(\"b\", \"2\"), (\"a\", \"1\")]\n    x = ('a', '1')\n", "a.7",
         "    dependencies = [(\"b\", \"3\"), (\"a\", \"7\")]\n    x = ('a', '1')\n"},
        {"    dependencies = []\n", "a.7", "    dependencies = [\n        ('a', '7'),\n    ]\n"},
        {"    dependencies = [('b', '2')]\n", "a.7",
         "    dependencies = [('a', '7'), ('b', '3')]\n"},
        {"    dependencies = [\n        ('b', '2'),\n    ]\n", "a.7",
         "    dependencies = [\n        ('a', '7'),\n        ('b', '3'),\n    ]\n"},
        {"    dependencies = [\n        ('a', '1'),\n        ('a', '9'),\n    ]\n", "a.7",
         "    dependencies = [\n        ('a', '7'),\n    ]\n"},
        {"    dependencies = [('a', '7'), ('a', '9')]\n", "a.7",
         "    dependencies = [('a', '7'), ]\n"},
        {"    run_before = [('b', '2')]\n    replaces = [('b', '2')]\n", "",
         "    run_before = [('b', '3')]\n    replaces = [('b', '3')]\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_revision revision = {0};
        gm_map names = gm_map_new(arena);
        gm_str other = GM_STR("b.3");
        gm_strs parents = {0};
        gm_revision_file file = {.path = GM_STR("a/migrations/2.py"),
                                 .bytes = gm_str_printf(arena, HEAD "%s", cases[i].text)};
        gm_map_add(&names, GM_STR("b.2"), &other);
        if (cases[i].parents[0])
            gm_vec_push(arena, &parents, gm_str_from(cases[i].parents));
        assert_ok(gm_format_read(arena, &gm_format_django, &file, &revision, &err), &err);
        gm_str text = gm_format_django.with_names(arena, &revision, &parents, &names);
        assert_true(gm_str_starts(text, GM_STR(HEAD)));
        assert_str(gm_str_sub(text, strlen(HEAD), text.len), cases[i].expected);
        gm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_whom_it_names),
        cmocka_unit_test(the_path_says_who_it_is),
        cmocka_unit_test(names_become_edges_as_django_connects_them),
        cmocka_unit_test(a_label_that_its_migrations_refute_is_none),
        cmocka_unit_test(a_replaced_name_leads_to_the_squash),
        cmocka_unit_test(new_ones_are_named_as_makemigrations_does),
        cmocka_unit_test(long_names_of_leaf_nodes_make_a_digest),
        cmocka_unit_test(only_names_change_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
