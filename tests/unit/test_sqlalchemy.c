/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "orm_fixture.h"

static gm_str facts_of(gm_arena *arena, const char *text)
{
    gm_orm_facts facts = orm_facts(arena, gm_str_from(text), NULL);
    return orm_shown(arena, &facts);
}

typedef struct {
    const char *text;
    const char *facts;
} form;

static void read_all(gm_arena *arena, const form *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_str(facts_of(arena, rows[i].text), rows[i].facts);
}

#define BASE                                                                                       \
    "from sqlalchemy import *\n"                                                                   \
    "from sqlalchemy.orm import *\n"                                                               \
    "class Base(DeclarativeBase): pass\n"
#define FLASK                                                                                      \
    "from flask_sqlalchemy import SQLAlchemy\n"                                                    \
    "db = SQLAlchemy()\n"

static void each_form_of_a_column_gives_its_facts(void **state)
{
    static const form rows[] = {
        {FLASK "class User(db.Model):\n"
               "    id = db.Column(db.Integer, primary_key=True)\n"
               "    name = db.Column('full_name', db.Unicode(80), nullable=False)\n",
         "column full_name of user: type=String(80) null=no primary=no\n"
         "column id of user: type=Integer null=no primary=yes\n"
         "table user\n"},
        {BASE "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    x: Mapped[int]\n"
              "    y: Mapped[str | None] = mapped_column(String(9), index=True)\n"
              "    z: Mapped['Optional[bool]'] = mapped_column(unique=True)\n",
         "column x of a: type=Integer null=no primary=no\n"
         "column y of a: type=String(9) null=yes primary=no\n"
         "column z of a: type=Boolean null=yes primary=no\n"
         "index ix_a_y of a: (y) unique=no\n"
         "table a\n"
         "unique (z) of a: \n"},
        {BASE "from typing import Annotated\n"
              "import datetime\n"
              "stamp = Annotated[datetime.datetime, mapped_column(DateTime(timezone=True), "
              "nullable=False)]\n"
              "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    at: Mapped[stamp]\n"
              "    until: Mapped[stamp | None] = mapped_column(nullable=True)\n",
         "column at of a: type=DateTime(True) null=no primary=no\n"
         "column until of a: type=DateTime(True) null=yes primary=no\n"
         "table a\n"},
        {FLASK "class A(db.Model):\n"
               "    id = db.deferred(db.Column(db.Text, primary_key=True))\n",
         "column id of a: type=Text null=no primary=yes\n"
         "table a\n"},
        {FLASK "import functools\n"
               "Column = functools.partial(db.Column, nullable=False)\n"
               "class A(db.Model):\n"
               "    id = Column(db.Integer, primary_key=True)\n"
               "    x = Column(db.Float)\n"
               "    y = Column(db.Float, nullable=True)\n",
         "column id of a: type=Integer null=no primary=yes\n"
         "column x of a: type=Float null=no primary=no\n"
         "column y of a: type=Float null=yes primary=no\n"
         "table a\n"},
        {FLASK "from coaster import immutable, with_roles\n"
               "class A(db.Model):\n"
               "    id = with_roles(immutable(db.Column(db.Integer, primary_key=True)), read={1})\n"
               "    others = with_roles(db.relationship('Other'), read={1})\n"
               "    @aggregated('others', db.Column(db.Float))\n"
               "    def mean(self):\n"
               "        return func.avg(Other.value)\n",
         "column id of a: type=Integer null=no primary=yes\n"
         "column mean of a: type=Float null=yes primary=no\n"
         "table a\n"},
        {BASE "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    __table_args__ = {'schema': 'app'}\n"
              "    id = Column(Integer, primary_key=True)\n",
         "column id of app.a: type=Integer null=no primary=yes\n"
         "table app.a\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void each_form_of_a_type_is_one_word(void **state)
{
    static const struct {
        const char *written;
        const char *type;
    } rows[] = {
        {"String(length=5)", "String(5)"},
        {"VARCHAR(5)", "String(5)"},
        {"String", "Text"},
        {"String()", "Text"},
        {"String(LONG)", "String(64)"},
        {"Numeric(10, scale=2, asdecimal=False)", "Numeric(10, 2)"},
        {"DateTime(timezone=False)", "DateTime"},
        {"TIMESTAMP(True)", "DateTime(True)"},
        {"postgresql.ARRAY(Unicode(3))", "ARRAY(String(3))"},
        {"postgresql.UUID(as_uuid=True)", "Uuid"},
        {"JSON().with_variant(JSONB(), 'postgresql')", "JSON, on 'postgresql' JSONB"},
        {"MutableDict.as_mutable(JSON)", "JSON"},
        {"Enum('b', 'a', name='ab')", "Enum ab('a', 'b')"},
        {"Enum(Colour)", "Enum colour('BLUE', 'RED')"},
        {"Enum(Colour, values_callable=lambda e: [x.value for x in e])", "Enum colour('b', 'r')"},
        {"Enum(Colour, native_enum=False)", "String(4)"},
        {"Upper(7)", "String(7)"},
        {"Packed(7)", "SmallInteger"},
        {"Point('XY', srid)", "Point('XY')"},
        {"short", "String(4)"},
    };
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str text = gm_str_printf(arena,
                                    BASE "import enum\n"
                                         "LONG = 64\n"
                                         "short = String(4)\n"
                                         "class Colour(enum.Enum):\n"
                                         "    RED = 'r'\n"
                                         "    BLUE = 'b'\n"
                                         "    def __str__(self): return 'x'\n"
                                         "class Upper(TypeDecorator):\n"
                                         "    impl = String\n"
                                         "class Packed(TypeDecorator):\n"
                                         "    impl = SmallInteger\n"
                                         "    def __init__(self, width): pass\n"
                                         "class A(Base):\n"
                                         "    __tablename__ = 'a'\n"
                                         "    x = Column(%s)\n",
                                    rows[i].written);
        gm_str facts = facts_of(arena, gm_str_z(arena, text));
        assert_str(facts, gm_str_z(arena, gm_str_printf(arena,
                                                        "column x of a: type=%s null=yes "
                                                        "primary=no\ntable a\n",
                                                        rows[i].type)));
    }
}

static void tables_get_their_names_as_flask_gives_them(void **state)
{
    static const struct {
        const char *class;
        const char *table;
    } rows[] = {{"User", "user"},
                {"CamelCase", "camel_case"},
                {"HTTPRequest2Log", "http_request2_log"},
                {"_Hidden", "hidden"},
                {"A", "a"},
                {"ABTest", "ab_test"}};
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str text = gm_str_printf(arena,
                                    FLASK "class %s(db.Model):\n"
                                          "    id = db.Column(db.Integer, primary_key=True)\n",
                                    rows[i].class);
        gm_orm_facts facts = orm_facts(arena, text, NULL);
        assert_int_equal(facts.len, 2);
        assert_str(facts.items[1].table, rows[i].table);
    }
}

static void columns_go_where_inheritance_puts_them(void **state)
{
    static const form rows[] = {
        /* of a mixin, an abstract base and the class itself; what is nearer wins */
        {BASE "class Stamped:\n"
              "    at = Column(DateTime)\n"
              "    note = Column(Text)\n"
              "class Model(Base):\n"
              "    __abstract__ = True\n"
              "    id = Column(Integer, primary_key=True)\n"
              "class A(Stamped, Model):\n"
              "    __tablename__ = 'a'\n"
              "    note = Column(String(5))\n",
         "column at of a: type=DateTime null=yes primary=no\n"
         "column id of a: type=Integer null=no primary=yes\n"
         "column note of a: type=String(5) null=yes primary=no\n"
         "table a\n"},
        /* one table for all */
        {BASE "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    id = Column(Integer, primary_key=True)\n"
              "class B(A):\n"
              "    more = Column(Text)\n",
         "column id of a: type=Integer null=no primary=yes\n"
         "column more of a: type=Text null=yes primary=no\n"
         "table a\n"},
        /* one table for all, though it is named */
        {FLASK "class A(db.Model):\n"
               "    id = db.Column(db.Integer, primary_key=True)\n"
               "class B(A):\n"
               "    __tablename__ = 'b'\n"
               "    more = db.Column(db.Text)\n",
         "column id of a: type=Integer null=no primary=yes\n"
         "column more of a: type=Text null=yes primary=no\n"
         "table a\n"},
        /* a table each */
        {FLASK "class A(db.Model):\n"
               "    id = db.Column(db.BigInteger, primary_key=True)\n"
               "class B(A):\n"
               "    id = db.Column(None, db.ForeignKey('a.id'), primary_key=True)\n"
               "    more = db.Column(db.Text)\n",
         "column id of a: type=BigInteger null=no primary=yes\n"
         "column id of b: type=BigInteger null=no primary=yes\n"
         "column more of b: type=Text null=yes primary=no\n"
         "foreign key (id) of b: a.id\n"
         "table a\n"
         "table b\n"},
        /* declared by a function, also the name and the constraints */
        {BASE "class Named:\n"
              "    @declared_attr\n"
              "    def __tablename__(cls):\n"
              "        'after the class'\n"
              "        return cls.__name__.lower()\n"
              "    @declared_attr\n"
              "    def owner_id(cls):\n"
              "        return Column(Integer, ForeignKey('owner.id'))\n"
              "    @declared_attr\n"
              "    def __table_args__(cls):\n"
              "        return (Index(f'{cls.__tablename__}_owner', 'owner_id'),)\n"
              "class Thing(Named, Base):\n"
              "    id = Column(Integer, primary_key=True)\n",
         "column id of thing: type=Integer null=no primary=yes\n"
         "column owner_id of thing: type=Integer null=yes primary=no\n"
         "foreign key (owner_id) of thing: owner.id\n"
         "index thing_owner of thing: (owner_id) unique=no\n"
         "table thing\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void each_form_of_a_constraint_gives_its_facts(void **state)
{
    static const form rows[] = {
        {BASE "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    x = Column('ex', Integer)\n"
              "    y = Column(Integer)\n"
              "    __table_args__ = (\n"
              "        Index('i', x, func.lower('y'), unique=True, postgresql_where=y > 0),\n"
              "        UniqueConstraint('ex', 'y', name='u'),\n"
              "        UniqueConstraint('y'),\n"
              "        CheckConstraint('y  >  0', name='c'),\n"
              "        CheckConstraint(\n"
              "            'y <> ' '1'),\n"
              "        ForeignKeyConstraint(['ex', 'y'], ['b.x', 'b.y'], ondelete='CASCADE'),\n"
              "        {'mysql_engine': 'InnoDB'},\n"
              "    )\n",
         "check 'y <> 1' of a: \n"
         "check c of a: 'y > 0'\n"
         "column ex of a: type=Integer null=yes primary=no\n"
         "column y of a: type=Integer null=yes primary=no\n"
         "foreign key (ex, y) of a: b.x, b.y ondelete=cascade\n"
         "index i of a: (ex, func.lower('y')) unique=yes postgresql_where=(y > 0)\n"
         "table a\n"
         "unique (y) of a: \n"
         "unique u of a: ex, y\n"},
        {BASE "metadata = MetaData()\n"
              "links = Table('links', metadata,\n"
              "    Column('a_id', Integer, ForeignKey('a.id', ondelete='NO ACTION'), "
              "primary_key=True),\n"
              "    Column('kind', String(5), index=True), schema='app')\n"
              "class A(Base):\n"
              "    __tablename__ = 'a'\n"
              "    id = Column(SmallInteger, primary_key=True)\n"
              "    link = Column(ForeignKey(links.c.a_id))\n"
              "    parent = mapped_column(ForeignKey('a.id', onupdate='cascade'))\n"
              "Index('loose', A.parent)\n",
         "column a_id of app.links: type=Integer null=no primary=yes\n"
         "column id of a: type=SmallInteger null=no primary=yes\n"
         "column kind of app.links: type=String(5) null=yes primary=no\n"
         "? column link of a: type=? as what its key points at null=yes primary=no\n"
         "column parent of a: type=SmallInteger null=yes primary=no\n"
         "foreign key (a_id) of app.links: a.id\n"
         "foreign key (link) of a: links.a_id\n"
         "foreign key (parent) of a: a.id onupdate=cascade\n"
         "index ix_links_kind of app.links: (kind) unique=no\n"
         "index loose of a: (parent) unique=no\n"
         "table a\n"
         "table app.links\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void names_are_followed_through_imports(void **state)
{
    static const form rows[] = {
        {"#file app/__init__.py\n"
         "from flask_sqlalchemy import SQLAlchemy\n"
         "db = SQLAlchemy()\n"
         "#file app/kinds.py\n"
         "import enum\n"
         "class Kind(enum.StrEnum):\n"
         "    A = enum.auto()\n"
         "#file app/mixins.py\n"
         "from . import db\n"
         "class Ided:\n"
         "    id = db.Column(db.Integer, primary_key=True)\n"
         "#file app/models/__init__.py\n"
         "from .user import *\n"
         "#file app/models/user.py\n"
         "import app.kinds\n"
         "from app import db\n"
         "from ..mixins import Ided as WithId\n"
         "class User(WithId, db.Model):\n"
         "    kind = db.Column(db.Enum(app.kinds.Kind))\n"
         "#file app/other.py\n"
         "from app import models, db\n"
         "class Other(db.Model):\n"
         "    user_id = db.Column(db.ForeignKey(models.User.id), primary_key=True)\n",
         "column id of user: type=Integer null=no primary=yes\n"
         "column kind of user: type=Enum kind('A') null=yes primary=no\n"
         "column user_id of other: type=Integer null=no primary=yes\n"
         "foreign key (user_id) of other: user.id\n"
         "table other\n"
         "table user\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_cannot_be_resolved_is_said_as_such(void **state)
{
    static const form rows[] = {
        {FLASK "def key(name):\n"
               "    kind = lookup(name)\n"
               "    return db.Column(kind, primary_key=True)\n"
               "class A(db.Model):\n"
               "    __tablename__ = make_name('a')\n"
               "    id = key('a')\n"
               "    x = db.Column(db.String(length()))\n"
               "    y = db.Column(db.Text, nullable=is_sqlite())\n"
               "    z = db.Column(db.Text, db.ForeignKey(target()))\n",
         "? column id of (of class A): type=NullType null=yes primary=no ? key('a')\n"
         "? column x of (of class A): type=? db.String(length()) null=yes primary=no\n"
         "? column y of (of class A): type=Text null=yes primary=no ? is_sqlite()\n"
         "column z of (of class A): type=Text null=yes primary=no\n"
         "? foreign key (z) of (of class A): ? target()\n"
         "? table (of class A)\n"},
        {FLASK "class A(db.Model):\n"
               "    if FEATURE:\n"
               "        x = db.Column(db.Text)\n"
               "    __table_args__ = constraints()\n",
         "? arguments of a: constraints()\n"
         "? column x of a: type=Text null=yes primary=no\n"
         "table a\n"},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void what_is_no_column_gives_no_fact(void **state)
{
    static const form rows[] = {
        {FLASK "from typing import TYPE_CHECKING\n"
               "class A(db.Model):\n"
               "    '''x = db.Column(db.Text)'''\n"
               "    id = db.Column(db.Integer, primary_key=True)\n"
               "    others = db.relationship('Other', backref='a')\n"
               "    limit = 5\n"
               "    __mapper_args__ = {'order_by': id}\n"
               "    if TYPE_CHECKING:\n"
               "        ghost = db.Column(db.Text)\n"
               "    def x(self):\n"
               "        y = db.Column(db.Text)\n"
               "        return y\n"
               "class Form(Plain):\n"
               "    field = Column(5)\n"
               "table = rich.Table('a', 'b')\n"
               "'''class B(db.Model):\n    id = db.Column(db.Integer, primary_key=True)'''\n",
         "column id of a: type=Integer null=no primary=yes\n"
         "table a\n"},
        {"from peewee import Model, Column\n"
         "import walrus\n"
         "class A(Model):\n"
         "    id = Column()\n"
         "class B(walrus.Model):\n"
         "    id = walrus.Column()\n",
         ""},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

static void hints_stand_for_what_cannot_be_followed(void **state)
{
    gm_arena *arena = *state;
    gm_orm_hints hints = {0};
    gm_vec_push(arena, &hints, (gm_orm_hint){GM_STR("key_type"), GM_STR("Integer"), 1});
    gm_vec_push(
        arena, &hints,
        (gm_orm_hint){GM_STR("primary_key"), GM_STR("Column(Integer, primary_key=True)"), 2});
    gm_orm_facts facts = orm_facts(arena,
                                   GM_STR(FLASK "from .base import primary_key\n"
                                                "import base\n"
                                                "class A(db.Model):\n"
                                                "    id = primary_key('A')\n"
                                                "    b = db.Column(base.key_type('B'))\n"),
                                   &hints);
    assert_str(orm_shown(arena, &facts), "column b of a: type=Integer null=yes primary=no\n"
                                         "column id of a: type=Integer null=no primary=yes\n"
                                         "table a\n");
}

/* ---- what makes a difference ---- */

#define SAMPLE                                                                                     \
    "from sqlalchemy import *\n"                                                                   \
    "from sqlalchemy.orm import *\n"                                                               \
    "\n"                                                                                           \
    "class Base(DeclarativeBase):\n"                                                               \
    "    pass\n"                                                                                   \
    "\n"                                                                                           \
    "class User(Base):\n"                                                                          \
    "    __tablename__ = 'users'\n"                                                                \
    "    id: Mapped[int] = mapped_column(primary_key=True)\n"                                      \
    "    email: Mapped[str] = mapped_column(String(80), index=True, unique=True)\n"                \
    "    score = Column(Numeric(10, 2), nullable=False, default=0)\n"                              \
    "    team_id = Column(Integer, ForeignKey('teams.id', ondelete='CASCADE'))\n"                  \
    "    __table_args__ = (UniqueConstraint('email', 'team_id', name='uq'), "                      \
    "CheckConstraint('score > 0', name='ck'), Index('ix', 'score', unique=False))\n"

/* `text` with the first `from` put as `to`. */
static gm_str replaced(gm_arena *arena, gm_str text, const char *from, const char *to)
{
    gm_str old = gm_str_from(from);
    size_t at = gm_str_search(text, old);
    assert_true(at < text.len);
    return gm_str_printf(arena, "%.*s%s%.*s", GM_ARG(gm_str_sub(text, 0, at)), to,
                         GM_ARG(gm_str_sub(text, at + old.len, text.len)));
}

static void each_part_of_a_column_and_a_constraint_counts(void **state)
{
    static const char *const edits[][2] = {
        {"'users'", "'people'"},
        {"    score = Column", "    points = Column"},
        {"Mapped[int]", "Mapped[bytes]"},
        {"Mapped[str]", "Mapped[str | None]"},
        {"String(80)", "String(81)"},
        {"String(80)", "Text"},
        {"index=True, unique=True", "unique=True"},
        {"index=True, unique=True", "index=True"},
        {"Numeric(10, 2)", "Numeric(10, 3)"},
        {"nullable=False", "nullable=True"},
        {"primary_key=True", ""},
        {"'teams.id'", "'groups.id'"},
        {"ondelete='CASCADE'", "ondelete='SET NULL'"},
        {"ForeignKey('teams.id', ondelete='CASCADE')", ""},
        {"'email', 'team_id'", "'team_id'"},
        {"name='uq'", "name='uq2'"},
        {"score > 0", "score > 1"},
        {"CheckConstraint('score > 0', name='ck'), ", ""},
        {"Index('ix', 'score'", "Index('ix', 'email'"},
        {"unique=False", "unique=True"},
        {"    team_id = Column(Integer, ForeignKey('teams.id', ondelete='CASCADE'))\n", ""},
    };
    gm_arena *arena = *state;
    gm_orm_facts before = orm_facts(arena, GM_STR(SAMPLE), NULL);
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        gm_str text = replaced(arena, GM_STR(SAMPLE), edits[i][0], edits[i][1]);
        gm_orm_facts after = orm_facts(arena, text, NULL);
        gm_orm_changes there = gm_orm_compare(arena, &before, &after);
        gm_orm_changes back = gm_orm_compare(arena, &after, &before);
        if (!there.len || there.items[0].doubtful || !back.len || back.items[0].doubtful)
            fail_msg("%s -> %s is not seen", edits[i][0], edits[i][1]);
    }
}

static void what_a_database_does_not_see_makes_no_difference(void **state)
{
    static const char *const edits[][2] = {
        {"default=0", "default=lambda: 5"},
        {", default=0", ""},
        {"nullable=False, default=0", "default=0, nullable=False"},
        {"class User(Base):\n", "class User(Base):\n    '''A user.'''\n    LIMIT = 5\n"},
        {"class User(Base):", "class Account(Base):"},
        {"    id: Mapped",
         "    @property\n    def full(self):\n        return self.id\n\n    id: Mapped"},
        {"    id: Mapped", "    team = relationship('Team')\n    id: Mapped"},
        {"'score > 0'", "\"score   >  0\""},
        {"'score > 0'", "'score ' '> 0'"},
        {"String(80)", "Unicode(length=80)"},
        {"Mapped[int]", "Mapped['int']"},
        {"String(80), ", "String(80), comment='where to write to', "},
        {"from sqlalchemy import *\n", "import os\nfrom sqlalchemy import *\nimport sys\n"},
        {"Column(Integer, ForeignKey", "mapped_column(Integer, ForeignKey"},
        {", unique=False)", ",)"},
    };
    gm_arena *arena = *state;
    gm_str before = facts_of(arena, SAMPLE);
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        gm_str text = replaced(arena, GM_STR(SAMPLE), edits[i][0], edits[i][1]);
        gm_orm_facts after = orm_facts(arena, text, NULL);
        assert_str(orm_shown(arena, &after), gm_str_z(arena, before));
    }
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* Blanks, line ends and comments inside brackets, other quotes, comments and empty lines outside.
 */
static gm_str laid_out_otherwise(gm_arena *arena, gm_str text, uint64_t *seed)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    int depth = 0;
    bool quoted = false;
    char mark = '\'';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\'') {
            if (!quoted)
                mark = next(seed) % 2 ? '"' : '\'';
            quoted = !quoted;
            gm_buf_char(&buf, mark);
            continue;
        }
        gm_buf_char(&buf, c);
        if (quoted)
            continue;
        depth += c == '(' || c == '[';
        depth -= c == ')' || c == ']';
        if (depth && (c == '(' || c == ',') && next(seed) % 2)
            gm_buf_z(&buf, next(seed) % 2 ? "\n        " : "  # why, (so)\n");
        if (!depth && c == '\n' && next(seed) % 3 == 0)
            gm_buf_z(&buf, next(seed) % 2 ? "\n" : "        # a 'comment = Column(Integer)\n");
    }
    return gm_buf_str(&buf);
}

static void layout_quotes_and_comments_make_no_difference(void **state)
{
    gm_arena *arena = *state;
    gm_str before = facts_of(arena, SAMPLE);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        gm_arena *own GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        uint64_t random = seed;
        gm_str text = laid_out_otherwise(own, GM_STR(SAMPLE), &random);
        gm_orm_facts after = orm_facts(own, text, NULL);
        if (!gm_str_eq(orm_shown(own, &after), before))
            fail_msg("seed %d:\n%.*s\n%.*s", (int)seed, GM_ARG(text),
                     GM_ARG(orm_shown(own, &after)));
    }
}

/* ---- comparing ---- */

typedef struct {
    const char *before;
    const char *after;
    const char *changes;
} comparison;

static void only_what_can_be_told_has_changed(void **state)
{
#define ONE FLASK "class A(db.Model):\n    id = db.Column(db.Integer, primary_key=True)\n"
    static const comparison rows[] = {
        {ONE, ONE "    x = db.Column(db.Text, unique=True)\n", "new column x of a\n"},
        {ONE,
         ONE "class B(db.Model):\n    id = db.Column(db.Integer, primary_key=True, index=True)\n",
         "new table b\n"},
        {ONE "    x = db.Column(db.Text)\n", ONE "    x = db.Column(kind(1, y()))\n",
         "changed column x of a\n"},
        {ONE "    x = db.Column(db.String(f()))\n", ONE "    x = db.Column(db.String(g()))\n",
         "doubtful column x of a\n"},
        {ONE "    x = db.Column(db.Text)\n    __table_args__ = (db.UniqueConstraint('x'),)\n",
         ONE
         "    x = db.Column(db.Text)\n    __table_args__ = (db.UniqueConstraint('x', name='u'),)\n",
         ""},
        /* its columns may come from the library now */
        {ONE "    x = db.Column(db.Text)\n",
         FLASK "from lib import Xed\nclass A(Xed, db.Model):\n    id = db.Column(db.Integer, "
               "primary_key=True)\n",
         "doubtful column x of a\n"},
        {ONE, ONE "    __table_args__ = args()\n", "doubtful arguments of a\n"},
        /* a library's function may make any columns */
        {ONE "    x = db.Column(db.Text)\n", ONE "    x = lib.TextColumn('x')\n",
         "doubtful attribute x of a\ndoubtful column x of a\n"},
        {"#file a.py\n" ONE "#file b.py\n", "#file a.py\n#file b.py\n" ONE, ""},
    };
#undef ONE
    gm_arena *arena = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_orm_facts before = orm_facts(arena, gm_str_from(rows[i].before), NULL);
        gm_orm_facts after = orm_facts(arena, gm_str_from(rows[i].after), NULL);
        gm_orm_changes changes = gm_orm_compare(arena, &before, &after);
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        GM_EACH (const gm_orm_change, change, &changes) {
            const gm_orm_fact *fact = change->after ? change->after : change->before;
            const char *how = !change->before ? "new" : !change->after ? "gone" : "changed";
            gm_buf_printf(&buf, "%s %.*s\n", change->doubtful ? "doubtful" : how,
                          GM_ARG(fact->object));
        }
        assert_str(gm_buf_str(&buf), rows[i].changes);
    }
}

#define HEROES                                                                                     \
    "from datetime import datetime\n"                                                              \
    "from decimal import Decimal\n"                                                                \
    "from typing import ClassVar, List, Optional\n"                                                \
    "from uuid import UUID, uuid4\n"                                                               \
    "import enum\n"                                                                                \
    "from pydantic import BaseModel, EmailStr\n"                                                   \
    "import sqlalchemy as sa\n"                                                                    \
    "from sqlmodel import Column, Field, JSON, Relationship, SQLModel, UniqueConstraint\n"

/* As sqlmodel 0.0.x makes them, compared by hand with main.py's get_column_from_field. */
static void fields_of_sqlmodel_are_columns(void **state)
{
    static const form rows[] = {
        {HEROES "class Hero(SQLModel, table=True):\n"
                "    id: int | None = Field(default=None, primary_key=True)\n"
                "    name: str = Field(index=True)\n"
                "    secret: str = Field(max_length=40, unique=True)\n"
                "    age: Optional[int] = None\n"
                "    fee: Decimal = Field(default=0, max_digits=5, decimal_places=2)\n"
                "    team_id: int | None = Field(foreign_key='team.id', ondelete='SET NULL')\n"
                "    team: Optional['Team'] = Relationship(back_populates='heroes')\n"
                "    friends: List['Hero'] = Relationship()\n"
                "    limit: ClassVar[int] = 5\n"
                "    _cache: dict = {}\n"
                "    model_config = {'extra': 'forbid'}\n",
         "column age of hero: type=Integer null=yes primary=no\n"
         "column fee of hero: type=Numeric(5, 2) null=no primary=no\n"
         "column id of hero: type=Integer null=no primary=yes\n"
         "column name of hero: type=Text null=no primary=no\n"
         "column secret of hero: type=String(40) null=no primary=no\n"
         "column team_id of hero: type=Integer null=yes primary=no\n"
         "foreign key (team_id) of hero: team.id ondelete=set null\n"
         "index ix_hero_name of hero: (name) unique=no\n"
         "table hero\n"
         "unique (secret) of hero: \n"},
        {HEROES "class Stamped(BaseModel):\n"
                "    created: datetime = Field(sa_type=sa.DateTime(timezone=True), "
                "sa_column_kwargs={'server_default': sa.func.now()})\n"
                "class HeroBase(SQLModel):\n"
                "    mail: EmailStr\n"
                "class HeroCreate(HeroBase):\n"
                "    password: str\n"
                "class Hero(Stamped, HeroBase, table=True):\n"
                "    __tablename__ = 'heroes'\n"
                "    __table_args__ = (UniqueConstraint('mail'),)\n"
                "    id: UUID = Field(default_factory=uuid4, primary_key=True)\n"
                "    extra: dict = Field(sa_column=Column('more', JSON, nullable=False))\n",
         "column created of heroes: type=DateTime(True) null=no primary=no\n"
         "column id of heroes: type=Uuid null=no primary=yes\n"
         "column mail of heroes: type=Text null=no primary=no\n"
         "column more of heroes: type=JSON null=no primary=no\n"
         "table heroes\n"
         "unique (mail) of heroes: \n"},
        {HEROES "class Kind(enum.Enum):\n"
                "    A = 'a'\n"
                "    B = 'b'\n"
                "def key():\n"
                "    return Field(default=None, primary_key=True)\n"
                "class Hero(SQLModel, table=True):\n"
                "    id: int = key()\n"
                "    kind: Kind\n"
                "    note: str | None = Field(default=None, nullable=False, "
                "sa_column_args=[sa.CheckConstraint('note > 5')])\n",
         "column id of hero: type=Integer null=no primary=yes\n"
         "column kind of hero: type=Enum kind('A', 'B') null=no primary=no\n"
         "column note of hero: type=Text null=no primary=no sa.CheckConstraint('note > 5')\n"
         "table hero\n"},
        /* What cannot be followed says so. */
        {HEROES "def sized(n):\n"
                "    return Field(max_length=n)\n"
                "class Hero(SQLModel, table=True):\n"
                "    a: str = sized(5)\n"
                "    b: dict\n"
                "    c: int = Field(**options)\n",
         "? column a of hero: type=Text null=no primary=no ? sized(5)\n"
         "? column b of hero: type=? dict null=no primary=no\n"
         "? column c of hero: type=Integer null=no primary=no ? options\n"
         "table hero\n"},
        {HEROES "class Message(SQLModel):\n"
                "    text: str\n"
                "class Filter(SQLModel, table=False):\n"
                "    text: str\n",
         ""},
    };
    read_all(*state, rows, sizeof(rows) / sizeof(rows[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_form_of_a_column_gives_its_facts, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(each_form_of_a_type_is_one_word, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(tables_get_their_names_as_flask_gives_them, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(columns_go_where_inheritance_puts_them, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(each_form_of_a_constraint_gives_its_facts, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(names_are_followed_through_imports, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(what_cannot_be_resolved_is_said_as_such, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(what_is_no_column_gives_no_fact, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(hints_stand_for_what_cannot_be_followed, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(each_part_of_a_column_and_a_constraint_counts, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(what_a_database_does_not_see_makes_no_difference,
                                        make_arena, free_arena),
        cmocka_unit_test_setup_teardown(layout_quotes_and_comments_make_no_difference, make_arena,
                                        free_arena),
        cmocka_unit_test_setup_teardown(only_what_can_be_told_has_changed, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(fields_of_sqlmodel_are_columns, make_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
