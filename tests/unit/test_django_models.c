/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "orm_fixture.h"

#define MODELS "from django.db import models\n"
#define POST                                                                                       \
    MODELS "class Post(models.Model):\n"                                                           \
           "    id = models.AutoField(primary_key=True)\n"
#define POST_FACTS "column id of app_post: type=serial null=no primary=yes\n"

typedef struct {
    const char *text;
    const char *facts;
} form;

static void read_all(gm_arena *arena, const form *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gm_orm_facts facts = orm_facts_django(arena, gm_str_from(rows[i].text), NULL);
        assert_str(orm_shown(arena, &facts), rows[i].facts);
    }
}

/* Of two texts: what has changed, one a line, "~ " before what is doubtful. */
static gm_str changes_of(gm_arena *arena, const char *before, const char *after)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_orm_facts old = orm_facts_django(arena, gm_str_from(before), NULL);
    gm_orm_facts new = orm_facts_django(arena, gm_str_from(after), NULL);
    gm_orm_changes changes = gm_orm_compare(arena, &old, &new);
    GM_EACH (const gm_orm_change, change, &changes) {
        const gm_orm_fact *fact = change->after ? change->after : change->before;
        gm_buf_printf(&buf, "%s%.*s %s\n", change->doubtful ? "~ " : "", GM_ARG(fact->object),
                      !change->before  ? "new"
                      : !change->after ? "gone"
                                       : "changed");
    }
    return gm_buf_str(&buf);
}

static void each_form_of_a_field_gives_its_column(void **state)
{
    static const form rows[] = {
        {POST "    a = models.CharField('title', max_length=80, null=True, default='x')\n"
              "    b = models.EmailField(unique=True)\n"
              "    c = models.DecimalField(max_digits=9, decimal_places=2, db_column='cents')\n"
              "    d = models.SlugField()\n",
         "column a of app_post: type=varchar(80) null=yes primary=no\n"
         "column b of app_post: type=varchar(254) null=no primary=no\n"
         "column cents of app_post: type=numeric(9, 2) null=no primary=no\n"
         "column d of app_post: type=varchar(50) null=no primary=no\n" POST_FACTS
         "index (d) of app_post: \n"
         "table app_post\n"
         "unique (b) of app_post: \n"},
        {MODELS "from django.contrib.postgres.fields import ArrayField\n"
                "SIZE = 7\n"
                "class Post(models.Model):\n"
                "    a = ArrayField(models.CharField(max_length=SIZE), size=3, primary_key=True)\n"
                "    b: str = models.PositiveSmallIntegerField(db_index=True)\n",
         "column a of app_post: type=varchar(7)[3] null=no primary=yes\n"
         "column b of app_post: type=smallint >= 0 null=no primary=no\n"
         "index (b) of app_post: \n"
         "table app_post\n"},
        {POST "    up = models.ForeignKey('self', models.CASCADE, null=True)\n"
              "    one = models.OneToOneField('other.Link', models.CASCADE, db_constraint=False)\n"
              "    many = models.ManyToManyField('Tag')\n"
              "    by = models.ManyToManyField('Tag', through='Tagged')\n"
              "class Tag(models.Model):\n"
              "    name = models.TextField(primary_key=True)\n",
         "column id of app_post: type=serial null=no primary=yes\n"
         "column name of app_tag: type=text null=no primary=yes\n"
         "column one_id of app_post: type=key null=no primary=no\n"
         "column up_id of app_post: type=key null=yes primary=no\n"
         "foreign key (up_id) of app_post: app_post\n"
         "index (up_id) of app_post: \n"
         "many-to-many many of app_post: app_tag constraint=yes\n"
         "table app_post\n"
         "table app_tag\n"
         "unique (one_id) of app_post: \n"},
        {MODELS "from fields import *\n"
                "from functools import partial\n"
                "Short = partial(models.CharField, max_length=5)\n"
                "class Post(models.Model):\n"
                "    id = Code()\n"
                "    a = Short(null=True)\n"
                "    b = stamp()\n"
                "#file fields.py\n" MODELS "class Code(with_metaclass(Meta, models.CharField)):\n"
                "    def __init__(self, *args, **kwargs):\n"
                "        kwargs['max_length'] = 9\n"
                "        super().__init__(*args, primary_key=True, **kwargs)\n"
                "def stamp():\n"
                "    return models.DateTimeField()\n",
         "column a of app_post: type=varchar(5) null=yes primary=no\n"
         "column b of app_post: type=timestamp null=no primary=no\n"
         "column id of app_post: type=varchar(9) null=no primary=yes\n"
         "table app_post\n"},
        /* Arguments by their places: Field's, and those of the fields that have their own. */
        {POST "    a = models.CharField('A', None, False, 20, True)\n"
              "    b = models.IntegerField('B', None, False, None, False, False, True, True)\n"
              "    c = models.DateField('C', None, True, False)\n"
              "    d = models.FileField('D', None, 'files/', storage)\n"
              "    e = models.DecimalField('E', None, 9, 2)\n",
         "column a of app_post: type=varchar(20) null=no primary=no\n"
         "column b of app_post: type=integer null=yes primary=no\n"
         "column c of app_post: type=date null=no primary=no\n"
         "column d of app_post: type=varchar(100) null=no primary=no\n"
         "column e of app_post: type=numeric(9, 2) null=no primary=no\n" POST_FACTS
         "index (b) of app_post: \n"
         "table app_post\n"
         "unique (a) of app_post: \n"},
        {POST "    objects = models.Manager()\n"
              "    size = property(len)\n"
              "    text = models.TextField(),\n"
              "    form = forms.CharField()\n"
              "    def name(self): return 1\n",
         POST_FACTS "table app_post\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_cannot_be_told_is_marked(void **state)
{
    static const form rows[] = {
        {MODELS "import lib\n"
                "class Post(models.Model):\n"
                "    a = models.CharField(max_length=limit(), primary_key=True)\n"
                "    b = lib.MapField(null=True)\n"
                "    if lib.NEW:\n"
                "        c = models.TextField()\n",
         "? attribute c of app_post: models.TextField()\n"
         "? column a of app_post: type=varchar(limit()) null=no primary=yes\n"
         "? column b of app_post: type=? lib.MapField null=yes primary=no\n"
         "table app_post\n"},
        {MODELS "class Post(models.Model):\n    pass\n",
         "? column id of app_post: type=? as DEFAULT_AUTO_FIELD says null=no primary=yes\n"
         "table app_post\n"},
        {MODELS "from mptt.models import MPTTModel\n"
                "class Post(MPTTModel):\n    a = models.TextField()\n",
         "? bases of app_post: mptt.models.MPTTModel\n"
         "column a of app_post: type=text null=no primary=no\n"
         "table app_post\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void a_model_has_the_columns_of_its_abstract_bases_and_a_key_to_the_others(void **state)
{
    static const form rows[] = {
        {MODELS "class Base(models.Model):\n"
                "    id = models.UUIDField(primary_key=True)\n"
                "    a = models.TextField()\n"
                "    class Meta:\n"
                "        abstract = True\n"
                "        unique_together = ('a', 'id')\n"
                "        indexes = [models.Index(fields=['-a'], name='%(class)s_a')]\n"
                "class Post(Base):\n"
                "    a = models.DateField()\n"
                "class Long(Post):\n"
                "    b = models.TextField()\n"
                "    class Meta(Base.Meta):\n"
                "        db_table = 'longs'\n"
                "        unique_together = ()\n"
                "        indexes = []\n"
                "class Seen(Post):\n"
                "    class Meta:\n"
                "        proxy = True\n",
         "column a of app_post: type=date null=no primary=no\n"
         "column b of longs: type=text null=no primary=no\n"
         "column id of app_post: type=uuid null=no primary=yes\n"
         "column post_ptr_id of longs: type=key null=no primary=yes\n"
         "foreign key (post_ptr_id) of longs: app_post\n"
         "index post_a of app_post: Index (-a)\n"
         "table app_post\n"
         "table longs\n"
         "unique (a, id) of app_post: \n"},
        /* A mixin that is no model hands on nothing; a column may be taken away again. */
        {MODELS "class Mixin:\n"
                "    m = models.TextField()\n"
                "class Base(models.Model):\n"
                "    a = models.TextField()\n"
                "    id = models.AutoField(primary_key=True)\n"
                "    class Meta:\n"
                "        abstract = True\n"
                "class Post(Mixin, Base):\n"
                "    a = None\n",
         POST_FACTS "table app_post\n"},
        /* Of another app, of none, and not managed. */
        {MODELS "class A(models.Model):\n"
                "    id = models.AutoField(primary_key=True)\n"
                "    class Meta:\n"
                "        app_label = 'other'\n"
                "class B(models.Model):\n"
                "    class Meta:\n"
                "        app_label = 'third'\n"
                "class C(models.Model):\n"
                "    class Meta:\n"
                "        managed = False\n"
                "#file loose/apps.py\n"
                "#file loose/models.py\n" MODELS "class D(models.Model): pass\n",
         "column id of other_a: type=serial null=no primary=yes\n"
         "table other_a\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void options_give_indexes_and_constraints(void **state)
{
    static const form rows[] = {
        {POST "    a = models.ForeignKey('self', models.CASCADE, db_index=False, "
              "db_constraint=False)\n"
              "    class Meta:\n"
              "        index_together = [['a', 'id']]\n"
              "        indexes = [GinIndex(fields=['a'], name='g', opclasses=['x'])]\n"
              "        constraints = [\n"
              "            models.UniqueConstraint(fields=['a'], name='u',\n"
              "                                    condition=models.Q(a=1)),\n"
              "            models.CheckConstraint(check=models.Q(id__gt=0), name='c')]\n"
              "        order_with_respect_to = 'a'\n"
              "        ordering = ['a']\n",
         "check c of app_post: CheckConstraint () condition=Q(id__gt=0)\n"
         "column _order of app_post: type=integer null=no primary=no\n"
         "column a_id of app_post: type=key null=no primary=no\n" POST_FACTS
         "index (a_id, id) of app_post: \n"
         "index g of app_post: GinIndex (a_id) opclasses=('x')\n"
         "table app_post\n"
         "unique u of app_post: UniqueConstraint (a_id) condition=Q(a=1)\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_a_database_does_not_see_changes_nothing(void **state)
{
    gm_arena *arena = *state;
    static const char *const same[] = {
        POST "    a = models.CharField(max_length=254)\n    b = models.ForeignKey('self', "
             "models.CASCADE)\n",
        POST "    b = models.ForeignKey(to='Post', on_delete=models.SET_NULL, related_name='+',\n"
             "        help_text='b', db_index=True)\n"
             "    a = models.EmailField('mail', default='', blank=True, choices=[], unique=False)\n"
             "    class Meta:\n        ordering = ['a']\n        verbose_name = 'post'\n",
        MODELS "class Named(models.Model):\n"
               "    a = models.CharField(max_length=200 + 54)\n"
               "    class Meta: abstract = True\n"
               "class Post(models.Model):\n"
               "    b = models.ForeignKey('app.post', models.CASCADE)\n"
               "    a = models.CharField(max_length=LENGTH)\n"
               "    id = models.AutoField(primary_key=True)\n"
               "LENGTH = 254\n",
    };
    for (size_t i = 0; i < 3; i++)
        assert_str(changes_of(arena, same[0], same[i]), "");
}

#define META(imports, options)                                                                     \
    imports POST "    n = models.IntegerField()\n    status = models.TextField()\n"                \
                 "    class Meta:\n        " options "\n"

static void options_are_the_same_however_they_are_written(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *before;
        const char *after;
        const char *changes;
    } rows[] = {
        {META("from django.db.models import Q\n",
              "constraints = [models.UniqueConstraint(fields=['n'], name='u', "
              "condition=Q(status='active'))]"),
         META("from django.db.models import Q\nACTIVE = 'active'\n",
              "constraints = [models.UniqueConstraint(fields=['n'], name='u', "
              "condition=Q(status=ACTIVE))]"),
         ""},
        {META("from django.db.models import Q\n",
              "constraints = [models.CheckConstraint(check=Q(n__gt=0) | ~Q(n=-1), name='c')]"),
         META("LEAST = 0\n", "constraints = [models.CheckConstraint(check=models.Q(n__gt=LEAST) | "
                             "~models.Q(n=-1), name='c')]"),
         ""},
        {META("", "indexes = [models.Index(fields=['status'], name='i', include=['n'])]"),
         META("MORE = ('n',)\n",
              "indexes = [models.Index(fields=['status'], name='i', include=MORE)]"),
         ""},
        /* The order of keywords means nothing, that of what is joined may. */
        {META("", "constraints = [models.CheckConstraint(check=models.Q(n__gt=0, status='a') & "
                  "models.Q(F('n'), n=1, status=Lower(string='a', length=1)), name='c')]"),
         META("", "constraints = [models.CheckConstraint(name='c', check=models.Q(status='a', "
                  "n__gt=0) & models.Q(F('n'), status=Lower(length=1, string='a'), n=1))]"),
         ""},
        {META("", "constraints = [models.CheckConstraint(check=models.Q(n=1) | models.Q(n=2), "
                  "name='c')]"),
         META("", "constraints = [models.CheckConstraint(check=models.Q(n=2) | models.Q(n=1), "
                  "name='c')]"),
         "check c of app_post changed\n"},
        {META("ACTIVE = 'active'\n", "constraints = [models.CheckConstraint(check=models.Q("
                                     "status=ACTIVE), name='c')]"),
         META("ACTIVE = 'on'\n", "constraints = [models.CheckConstraint(check=models.Q("
                                 "status=ACTIVE), name='c')]"),
         "check c of app_post changed\n"},
        {META("LEAST = 1\n", "constraints = [models.CheckConstraint(check=models.Q("
                             "n__gt=LEAST), name='c')]"),
         META("LEAST = 2\n", "constraints = [models.CheckConstraint(check=models.Q("
                             "n__gt=LEAST), name='c')]"),
         "check c of app_post changed\n"},
        {META("", "indexes = [models.Index(fields=['status'], name='i', include=['n'])]"),
         META("", "indexes = [models.Index(fields=['status'], name='i', include=['id'])]"),
         "index i of app_post changed\n"},
        /* Neither a setting nor what a function returns is known. */
        {META("", "constraints = [models.CheckConstraint(check=models.Q(n=1), name='c')]"),
         META("from django.conf import settings\n",
              "constraints = [models.CheckConstraint(check=models.Q(n=settings.N), name='c')]"),
         "~ check c of app_post changed\n"},
        {META("", "constraints = [models.CheckConstraint(check=models.Q(n=1), name='c')]"),
         META("def one():\n    return 1\n",
              "constraints = [models.CheckConstraint(check=models.Q(n=one()), name='c')]"),
         "~ check c of app_post changed\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(changes_of(arena, rows[i].before, rows[i].after), rows[i].changes);
}

static void numbers_are_the_same_however_they_are_written(void **state)
{
    gm_arena *arena = *state;
    assert_str(changes_of(arena, POST "    a = models.CharField(max_length=1_024, db_default=0)\n",
                          POST "    a = models.CharField(max_length=1024, "
                               "db_default=models.Value(0))\n"),
               "");
    assert_str(changes_of(arena, POST "    a = models.IntegerField(db_default=0)\n",
                          POST "    a = models.IntegerField(db_default=models.Value(1))\n"),
               "column a of app_post changed\n");
}

static void each_change_of_the_schema_is_told_once(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *before;
        const char *after;
        const char *changes;
    } rows[] = {
        {POST, POST "    a = models.SlugField(unique=True)\n", "column a of app_post new\n"},
        {POST, MODELS, "table app_post gone\n"},
        {POST "    a = models.TextField()\n", POST "    a = models.TextField(null=True)\n",
         "column a of app_post changed\n"},
        {POST "    a = models.ForeignKey('x.X', models.CASCADE)\n",
         POST "    a = models.OneToOneField('x.X', models.CASCADE)\n",
         "index (a_id) of app_post gone\nunique (a_id) of app_post new\n"},
        {POST "    a = models.ManyToManyField(settings.AUTH_USER_MODEL)\n", POST,
         "many-to-many a of app_post gone\n"},
        /* Who the user is the settings say. */
        {POST "    a = models.ForeignKey('auth.User', models.CASCADE)\n",
         POST "    a = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)\n",
         "~ foreign key (a_id) of app_post changed\n"},
        {POST "    a = models.TextField()\n", POST "    a = lib.RichTextField()\n",
         "~ column a of app_post changed\n"},
        {MODELS "class Post(models.Model): pass\n",
         MODELS "class Post(models.Model):\n    id = models.BigAutoField(primary_key=True)\n",
         "~ column id of app_post changed\n"},
        {MODELS "class Post(models.Model):\n    a = models.TextField()\n",
         MODELS "class Post(lib.models.Timed):\n    id = models.TextField()\n",
         "~ column a of app_post gone\n~ column id of app_post changed\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(changes_of(arena, rows[i].before, rows[i].after), rows[i].changes);
}

static void models_for_type_checkers_alone_are_none(void **state)
{
    static const form rows[] = {
        {POST "if TYPE_CHECKING:\n"
              "    from .other import Post as Alias\n"
              "    class Typed(Post): pass\n"
              "else:\n"
              "    Alias = Post\n"
              "class Sub(Alias):\n"
              "    class Meta: proxy = True\n"
              "#file other.py\n",
         POST_FACTS "table app_post\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void models_in_other_files_count_where_models_py_leads_to_them(void **state)
{
    static const char *const files = "#file more.py\n" MODELS "class More(models.Model):\n"
                                     "    a = models.TextField(primary_key=True)\n";
    gm_arena *arena = *state;
    gm_str text = gm_str_printf(arena, "%s%s", POST, files);
    gm_orm_facts facts = orm_facts_django(arena, text, NULL);
    assert_str(orm_shown(arena, &facts), POST_FACTS "table app_post\n");
    text = gm_str_printf(arena, "from . import more\n%s%s", POST, files);
    facts = orm_facts_django(arena, text, NULL);
    assert_str(orm_shown(arena, &facts),
               "column a of app_more: type=text null=no primary=yes\n" POST_FACTS
               "table app_more\ntable app_post\n");
}

static void a_hint_stands_for_a_field(void **state)
{
    gm_arena *arena = *state;
    gm_orm_hints hints = {0};
    gm_vec_push(arena, &hints,
                (gm_orm_hint){GM_STR("MapField"), GM_STR("models.CharField(max_length=4)"), 1});
    gm_orm_facts facts =
        orm_facts_django(arena, GM_STR(POST "    a = lib.MapField(null=True)\n"), &hints);
    assert_str(orm_shown(arena, &facts),
               "column a of app_post: type=varchar(4) null=yes primary=no\n" POST_FACTS
               "table app_post\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_form_of_a_field_gives_its_column, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(what_cannot_be_told_is_marked, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(
            a_model_has_the_columns_of_its_abstract_bases_and_a_key_to_the_others, make_arena,
            free_arena),
        cmocka_unit_test_setup_teardown(options_give_indexes_and_constraints, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(what_a_database_does_not_see_changes_nothing, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(options_are_the_same_however_they_are_written, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(numbers_are_the_same_however_they_are_written, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(each_change_of_the_schema_is_told_once, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(models_for_type_checkers_alone_are_none, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(models_in_other_files_count_where_models_py_leads_to_them,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_hint_stands_for_a_field, make_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
