/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "history/formats/django_ops.h"

static gm_django_ops ops_of(gm_arena *arena, const char *operations)
{
    return gm_django_ops_read(
        arena, gm_str_printf(arena,
                             "from django.db import migrations, models\n"
                             "NAME = 'Post'\n"
                             "MORE = [migrations.DeleteModel(NAME)]\n"
                             "def fill(apps, schema_editor):\n"
                             "    apps.get_model('app', 'Post').objects.update(a=1)\n"
                             "class Migration(migrations.Migration):\n"
                             "    operations = %s\n",
                             operations));
}

static bool touch(gm_arena *arena, const char *operations, const char *model, const char *field,
                  bool column)
{
    gm_django_ops ops = ops_of(arena, operations);
    gm_django_part part = {.model = gm_str_from(model),
                           .table = gm_str_printf(arena, "app_%s", model),
                           .is_table = !*field && !column,
                           .is_column = column};
    if (*field)
        gm_vec_push(arena, &part.fields, gm_str_from(field));
    return gm_django_ops_touch(arena, &ops, &part);
}

static void operations_name_models_and_fields(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const struct {
        const char *operations;
        const char *model;
        const char *field;
        bool column;
        bool touched;
    } rows[] = {
        {"[migrations.AddField('Post', 'Name', models.TextField())]", "post", "name", true, true},
        {"[migrations.AddField('Post', 'Name', models.TextField())]", "post", "other", true, false},
        {"[migrations.AddField(model_name='Tag', name='name', field=1)]", "post", "name", true,
         false},
        {"[migrations.RenameField('post', 'a', 'b')]", "post", "a", true, true},
        {"[migrations.RenameField('post', 'a', new_name='b')]", "post", "b", true, true},
        {"[migrations.CreateModel(name=NAME, fields=[])]", "post", "b", true, true},
        {"[migrations.AddField('Post', 'a', 1)]", "post", "", false, false},
        {"MORE", "post", "", false, true},
        {"[*MORE]", "post", "", false, true},
        {"[] + MORE", "tag", "", false, false},
        {"[migrations.RenameModel('Old', 'Post')]", "post", "", false, true},
        {"[migrations.RenameModel('Post', 'New')]", "post", "", false, true},
        {"[migrations.AddIndex(model_name='post', index=1)]", "post", "a", true, false},
        {"[migrations.AddIndex(model_name='post', index=1)]", "post", "a", false, true},
        {"[migrations.RemoveIndex('post', name='tag')]", "post", "a", false, true},
        {"[migrations.RemoveIndex('post', name='tag')]", "tag", "a", false, false},
        {"[migrations.AlterUniqueTogether(name='post', unique_together=set())]", "post", "a", false,
         true},
        {"[migrations.AlterModelOptions('post', {'ordering': ['a']})]", "post", "a", true, false},
        {"[migrations.AlterModelOptions('post', {'ordering': ['a']})]", "post", "", true, false},
        {"[migrations.AlterModelOptions('post', {'ordering': ['a']})]", "tag", "", false, false},
        /* What is not in it any more is as where it never was: managed. */
        {"[migrations.AlterModelOptions(name='post', options={})]", "post", "", false, true},
        {"[migrations.AlterModelOptions('post', {'managed': True})]", "post", "", false, true},
        {"[migrations.SeparateDatabaseAndState(state_operations=MORE)]", "post", "", false, true},
        {"[migrations.RunSQL('ALTER TABLE APP_POST ADD a int')]", "post", "a", true, true},
        {"[migrations.RunSQL('ALTER TABLE app_tag ADD a int')]", "post", "a", true, false},
        {"[migrations.RunSQL([('ALTER TABLE app_post', None)])]", "post", "a", true, true},
        {"[migrations.RunSQL(open('x').read())]", "post", "a", true, true},
        {"[migrations.RunPython(fill, migrations.RunPython.noop)]", "post", "a", true, false},
        {"[migrations.RunPython(helpers.fill)]", "post", "a", true, true},
        {"[helpers.AddThings('x')]", "tag", "a", true, true},
        {"[migrations.AddField(model(), 'a', 1)]", "tag", "a", true, true},
        {"helpers.make()", "tag", "a", true, true},
        {"[TrigramExtension(), migrations.AlterModelManagers('post', [])]", "post", "a", true,
         false},
        {"[]\n    if NAME:\n        operations.append(1)", "tag", "a", true, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (touch(arena, rows[i].operations, rows[i].model, rows[i].field, rows[i].column) !=
            rows[i].touched)
            fail_msg("%s: %s %s", rows[i].operations, rows[i].model, rows[i].field);
    gm_arena_free(arena);
}

static void a_table_that_lists_its_fields_says_nothing_of_others(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const struct {
        const char *operations;
        const char *field;
        size_t kept;
    } rows[] = {
        {"[migrations.CreateModel('Post', [('id', 1), ('Name', models.TextField())])]", "name", 1},
        {"[migrations.CreateModel('Post', [('id', 1), ('Name', models.TextField())])]", "other", 0},
        {"[migrations.CreateModel(name='Post', fields=(('name', 1),))]", "id", 1},
        {"[migrations.CreateModel(name='Post', fields=[('name', 1)])]", "_order", 1},
        {"[migrations.CreateModel(name='Post', fields=[('name', 1), *more])]", "other", 1},
        {"[migrations.CreateModel(name='Post', fields=[pair(), ('name', 1)])]", "other", 1},
        {"[migrations.CreateModel(name='Post', fields=fields())]", "other", 1},
        {"[migrations.AddField('Post', 'name', 1), migrations.RenameModel('A', 'B')]", "other", 2},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_django_ops ops = ops_of(arena, rows[i].operations);
        gm_strs fields = {0};
        gm_vec_push(arena, &fields, gm_str_from(rows[i].field));
        if (gm_django_ops_listing(arena, &ops, &fields).len != rows[i].kept)
            fail_msg("%s: %s", rows[i].operations, rows[i].field);
    }
    gm_arena_free(arena);
}

static void python_that_speaks_to_the_schema_may_mean_anything(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const char *const bodies[] = {"    schema_editor.execute('ALTER TABLE x')\n",
                                         "    schema_editor.remove_field(m, f)\n",
                                         "    schema_editor.connection.cursor().execute('x')\n"};
    const gm_django_part part = {.model = GM_STR("post"), .is_table = true};
    for (size_t i = 0; i < 3; i++) {
        gm_django_ops ops = gm_django_ops_read(
            arena, gm_str_printf(arena,
                                 "def fill(apps, schema_editor):\n%s"
                                 "class Migration(migrations.Migration):\n"
                                 "    operations = [migrations.RunPython(fill)]\n",
                                 bodies[i]));
        assert_true(gm_django_ops_touch(arena, &ops, &part));
    }
    gm_arena_free(arena);
}

static void lists_that_double_end(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "a0 = [x()]\n");
    for (int i = 1; i < 30; i++)
        gm_buf_printf(&buf, "a%d = [*a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i - 1, i - 1, i - 1, i - 1,
                      i - 1);
    gm_buf_z(&buf, "class Migration:\n    operations = a14\n");
    gm_django_ops ops = gm_django_ops_read(arena, gm_buf_str(&buf));
    assert_in_range(ops.len, 1, 200000);
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_name_models_and_fields),
        cmocka_unit_test(a_table_that_lists_its_fields_says_nothing_of_others),
        cmocka_unit_test(python_that_speaks_to_the_schema_may_mean_anything),
        cmocka_unit_test(lists_that_double_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
