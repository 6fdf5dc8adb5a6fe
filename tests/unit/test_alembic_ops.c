/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "history/formats/alembic_ops.h"

/* "add_column t(c); …" of the upgrade, "-" in front of what is in the downgrade. */
static gm_str shown(gm_arena *arena, const char *text)
{
    gm_alembic_ops ops = gm_alembic_ops_read(arena, gm_str_from(text));
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_alembic_op, op, &ops) {
        gm_buf_printf(&buf, "%s%s%.*s", op > ops.items ? "; " : "", op->down ? "-" : "",
                      GM_ARG(op->operation));
        if (op->unreadable)
            gm_buf_z(&buf, " ?");
        if (op->table.len)
            gm_buf_printf(&buf, " %.*s", GM_ARG(op->table));
        if (op->columns.len)
            gm_buf_printf(&buf, "(%.*s)", GM_ARG(gm_strs_list(arena, &op->columns)));
        if (op->whole)
            gm_buf_z(&buf, "*");
        if (op->other.len)
            gm_buf_printf(&buf, " > %.*s", GM_ARG(op->other));
        if (op->name.len && gm_str_ends(op->operation, GM_STR("_type")))
            gm_buf_printf(&buf, " %.*s", GM_ARG(op->name));
        if (op->sql.len)
            gm_buf_printf(&buf, " `%.*s`", GM_ARG(op->sql));
        if (op->changed.len)
            gm_buf_printf(&buf, " changes %.*s", GM_ARG(gm_strs_list(arena, &op->changed)));
        if (op->used.len)
            gm_buf_printf(&buf, " uses %.*s", GM_ARG(gm_strs_list(arena, &op->used)));
    }
    return gm_buf_str(&buf);
}

static void each_operation_says_what_it_touches(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *line;
        const char *shown;
    } rows[] = {
        {"op.create_table('t', sa.Column('a', sa.Integer()), Column(\"b\"), schema='s')",
         "create_table t(a, b)*"},
        {"x = op.create_table('t', sa.Column('a'))", "create_table t(a)*"},
        {"op.drop_table('t')", "drop_table t*"},
        {"op.rename_table('t', 'u')", "rename_table t* > u"},
        {"op.add_column('t', sa.Column('c', sa.Text()))", "add_column t(c)"},
        {"op.add_column(column=sa.Column(name='c'), table_name='t')", "add_column t(c)"},
        {"op.add_column('t', make())", "add_column t*"},
        {"op.add_column(name, sa.Column('c'))", "add_column ?(c)"},
        {"op.add_column(T, sa.Column(C))", "add_column tt(cc)"},
        {"op.drop_column('t', 'c')", "drop_column t(c)"},
        {"op.alter_column('t', 'c', new_column_name='d')", "alter_column t(c, d)"},
        {"op.create_index(op.f('ix'), 't', ['a', 'b'], unique=False)", "create_index t(a, b)"},
        {"op.create_index('ix', 't', [sa.text('lower(a)')])", "create_index t*"},
        {"op.drop_index(op.f('ix'), table_name='t')", "drop_index t*"},
        {"op.drop_index('ix')", "drop_index ?*"},
        {"op.create_unique_constraint(None, 't', ['a'])", "create_unique_constraint t(a)"},
        {"op.create_foreign_key('fk', 't', 'u', ['a'], ['id'])", "create_foreign_key t(a) > u"},
        {"op.drop_constraint('fk', 't', type_='foreignkey')", "drop_constraint t*"},
        {"op.execute('ALTER TABLE t ADD c int')", "execute `ALTER TABLE t ADD c int` changes t"},
        {"op.execute(sa.text('SELECT 1'))", "execute `SELECT 1`"},
        {"op.execute('UPDATE s.t SET a = (SELECT b FROM u JOIN \"V\" ON true)')",
         "execute `UPDATE s.t SET a = (SELECT b FROM u JOIN \"V\" ON true)` changes t uses u, V"},
        {"op.execute('CREATE UNIQUE INDEX i ON t (a); DELETE FROM ONLY u')",
         "execute `CREATE UNIQUE INDEX i ON t (a); DELETE FROM ONLY u` changes t, u"},
        {"op.execute('CREATE TABLE IF NOT EXISTS t (a int REFERENCES u ON UPDATE CASCADE)')",
         "execute `CREATE TABLE IF NOT EXISTS t (a int REFERENCES u ON UPDATE CASCADE)` changes t "
         "uses u"},
        {"op.create_table('t', sa.Column('a', sa.ForeignKey('s.u.id')), "
         "sa.ForeignKeyConstraint(['b'], ['v.id']))",
         "create_table t(a)* uses u, v"},
        {"op.add_column('t', sa.Column('a', sa.Integer(), sa.ForeignKey('u.id')))",
         "add_column t(a) uses u"},
        {"sa.Enum('a', name='mood').create(op.get_bind())", "create_type mood"},
        {"mood = postgresql.ENUM('a', name='m')\n    mood.drop(op.get_bind(), checkfirst=True)",
         "drop_type m"},
        {"mood.create(op.get_bind())", "mood.create ?"},
        {"op.execute(sa.schema.CreateSequence(sa.Sequence('s')))", "create_sequence"},
        {"op.execute(f'ALTER TABLE {t}')", "execute ?"},
        {"op.execute(t.update().where(t.c.a == 1).values(a=2))", ""},
        {"op.get_bind().execute(text('SELECT :a').bindparams(a=1))", "execute `SELECT :a`"},
        {"rows = conn.execute(query)", "execute ?"},
        {"conn = op.get_bind()", ""},
        {"op.bulk_insert(t, [])", ""},
        {"op.create_entity(view)", "create_entity ?"},
        {"print('x')", ""},
        {"logger.info('x')", ""},
        {"helper(op)", ""},
        {"elsewhere(op)", "elsewhere ?"},
        {"from_outside.run()", "from_outside.run ?"},
        {"for t in x:\n        op.drop_table(t)", "drop_table ?*"},
        {"if x:\n        op.drop_table('t')\n    else:\n        op.drop_table('u')",
         "drop_table t*; drop_table u*"},
        {"t = 'local'\n    op.drop_table(t)", "drop_table local*"},
        {"[op.drop_table(t) for t in x]", " ?"},
        {"alembic.op.drop_table('t')", "drop_table t*"},
        {"with op.batch_alter_table('t', schema=None) as batch_op:\n"
         "        batch_op.add_column(sa.Column('c'))\n        batch_op.drop_column('d')\n"
         "        batch_op.alter_column('e', nullable=True)\n"
         "        batch_op.create_index(batch_op.f('ix'), ['c'])\n"
         "        batch_op.create_foreign_key('fk', 'u', ['c'], ['id'])\n"
         "        batch_op.drop_constraint('x', type_='unique')",
         "add_column t(c); drop_column t(d); alter_column t(e); create_index t(c); "
         "create_foreign_key t(c) > u; drop_constraint t*"},
        {"with op.batch_alter_table(\n            'user',\n    ) as b:  # why\n"
         "        b.drop_column('d')",
         "drop_column user(d)"},
        {"with op.batch_alter_table(name) as b:\n        b.drop_column('d')", "drop_column ?(d)"},
        {"with op.get_context().autocommit_block():\n        op.drop_table('t')", "drop_table t*"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str text = gm_str_printf(arena,
                                    "import alembic\nfrom alembic import op\nT = 'tt'\nC = 'cc'\n"
                                    "def upgrade():\n    %s\n\ndef helper(x):\n    pass\n",
                                    rows[i].line);
        gm_str seen = shown(arena, gm_str_z(arena, text));
        if (!gm_str_is(seen, rows[i].shown))
            fail_msg("%s: '%s', not '%s'", rows[i].line, gm_str_z(arena, seen), rows[i].shown);
    }
}

static void other_functions_count_for_the_upgrade_and_downgrade_is_marked(void **state)
{
    assert_str(shown(*state, "from alembic import op as o\n"
                             "def upgrade():\n    first()\n"
                             "def first():\n    o.drop_table('t')\n"
                             "def downgrade():\n    o.create_table('t')\n"
                             "def downgrade_other():\n    print 'to do'\n    o.drop_table('u')\n"),
               "drop_table t*; -create_table t*; -drop_table u*");
}

static void a_change_is_touched_by_what_names_it(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *line;
        const char *table;
        const char *column;
        bool touched;
    } rows[] = {
        {"op.add_column('t', sa.Column('c'))", "t", "c", true},
        {"op.add_column('t', sa.Column('c'))", "t", "d", false},
        {"op.add_column('t', sa.Column('c'))", "t", "", true},
        {"op.add_column('t', sa.Column('c'))", "u", "c", false},
        {"op.add_column('t', sa.Column('c'), schema='s')", "s.t", "c", true},
        {"op.create_table('t')", "t", "c", true},
        {"op.execute('alter table \"T\" add d int')", "t", "d", true},
        {"op.execute('alter table tt add d int')", "t", "d", false},
        {"op.execute('alter table t add d int')", "t", "c", false},
        {"op.execute(x)", "t", "c", true},
        {"op.create_foreign_key('fk', 't', 'u', ['a'], ['id'])", "u", "", true},
        {"pass", "t", "", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_alembic_ops ops = gm_alembic_ops_read(
            arena, gm_str_printf(arena,
                                 "def upgrade():\n    %s\n"
                                 "def downgrade():\n    op.drop_table('t')\n    op.execute(x)\n",
                                 rows[i].line));
        if (gm_alembic_ops_touch(&ops, gm_str_from(rows[i].table), gm_str_from(rows[i].column)) !=
            rows[i].touched)
            fail_msg("%s and %s.%s", rows[i].line, rows[i].table, rows[i].column);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(each_operation_says_what_it_touches),
        TEST(other_functions_count_for_the_upgrade_and_downgrade_is_marked),
        TEST(a_change_is_touched_by_what_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
