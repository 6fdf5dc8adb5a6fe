# SPDX-License-Identifier: Apache-2.0
"""Random Alembic revisions of literal operations, for alembic_import_random.py: each has a down that is its inverse."""

# type -> (a default in Python, the same as SQL where it is a constant)
COMMON = {
    "sa.Integer()": ["'7'", "sa.text('0')", "'-3'"],
    "sa.BigInteger()": ["'12'"],
    "sa.SmallInteger": ["'1'"],
    "sa.String(length=%d)": ["'a'", "\"it's\"", "sa.text(\"'x:y'\")"],
    "sa.Unicode(30)": ["'ü'"],
    "sa.Text()": ["'b'", "''"],
    "sa.Boolean()": ["sa.true()", "sa.false()", "sa.text('%(true)s')"],
    "sa.Numeric(precision=10, scale=2)": ["'1.50'"],
    "sa.Numeric(6)": ["'4'"],
    "sa.Float()": ["'2.5'"],
    "sa.Float(precision=53)": [],
    "sa.DateTime()": ["sa.func.now()", "sa.text('CURRENT_TIMESTAMP')", "sa.func.current_timestamp()"],
    "sa.DateTime(timezone=True)": ["sa.text('CURRENT_TIMESTAMP')"],
    "sa.TIMESTAMP(timezone=True)": [],
    "sa.Date()": [],
    "sa.Time()": [],
    "sa.Interval()": [],
    "sa.LargeBinary()": [],
    "sa.JSON()": ["sa.text(\"'{}'\")"],
    "sa.CHAR(4)": ["'abcd'"],
    "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')": [],
    "sa.Enum('p', 'q', 'r\\'s', name='%(enum)s', native_enum=False)": ["'p'"],
}
POSTGRES = {
    "postgresql.JSONB(astext_type=sa.Text())": ["sa.text(\"'{\\\"a\\\": 1}'::jsonb\")"],
    "postgresql.UUID(as_uuid=True)": ["sa.text('gen_random_uuid()')"],
    "postgresql.ARRAY(sa.String(length=9))": ["'{}'"],
    "sa.ARRAY(sa.Integer(), dimensions=2)": [],
    "postgresql.INET()": [],
    "postgresql.TSVECTOR()": [],
    "postgresql.DOUBLE_PRECISION(precision=53)": ["'0.5'"],
    "postgresql.TIMESTAMP(precision=3, timezone=True)": ["sa.func.now()"],
    "postgresql.INTERVAL(fields='DAY')": [],
    "postgresql.BIT(5, varying=True)": [],
    "postgresql.INT4RANGE()": [],
    "sa.Text(collation='C')": ["'c'"],
}
# types that may become one another, and what PostgreSQL needs for it
CHANGES = [("sa.Integer()", "sa.BigInteger()", None), ("sa.String(length=40)", "sa.Text()", None),
           ("sa.Integer()", "sa.Numeric(precision=10, scale=2)", None), ("sa.Text()", "sa.String(length=40)", None),
           ("sa.Text()", "sa.Integer()", "%s::integer"), ("sa.DateTime()", "sa.DateTime(timezone=True)", None)]
NAMES = ["id", "name", "Title", "order", "user", "created_at", "value", "kind", "größe", "a b", "note", "score"]


def fill(line, **parts):
    for name, value in parts.items():
        line = line.replace("{%s}" % name, value)
    return line


class Column:
    def __init__(self, name, type_, nullable=True, default=None, extra=""):
        self.name, self.type, self.nullable, self.default, self.extra = name, type_, nullable, default, extra
        self.plain = not extra

    def source(self):
        parts = [repr(self.name), self.type]
        if self.extra:
            parts.append(self.extra)
        parts.append("nullable=%s" % self.nullable)
        if self.default:
            parts.append("server_default=%s" % self.default)
        return "sa.Column(%s)" % ", ".join(parts)


class Table:
    def __init__(self, name):
        self.name, self.columns, self.named, self.indexes, self.touched = name, {}, {}, {}, False
        self.key, self.referred, self.inner, self.simple = None, set(), set(), set()


class History:
    """Makes revisions, each a list of (table or None, up lines, down lines)."""

    def __init__(self, rng, dialect):
        self.rng, self.postgres = rng, dialect == "postgres"
        self.tables, self.count, self.views = {}, 0, 0
        self.types = dict(COMMON, **POSTGRES) if self.postgres else COMMON

    def fresh(self, prefix):
        self.count += 1
        return "%s%d" % (prefix, self.count)

    def some_type(self, changeable=False):
        if changeable or self.rng.random() < 0.3:
            pair = self.rng.choice(CHANGES)
            return pair[0], None
        name = self.rng.choice(sorted(self.types))
        default = self.rng.choice(self.types[name]) if self.types[name] and self.rng.random() < 0.6 else None
        fill = {"true": "true" if self.postgres else "1", "enum": self.fresh("en")}
        if "%d" in name:
            name = name % self.rng.randint(1, 200)
        elif "%(" in name:
            name = name % fill
        if default and "%(" in default:
            default = default % fill
        return name, default

    def column(self, table, adding=False):
        free = [n for n in NAMES + ["c%d" % i for i in range(9)] if n not in table.columns]
        name = self.rng.choice(free)
        type_, default = self.some_type()
        if adding and not self.postgres and default and default.startswith("sa.") and self.rng.random() < 0.5:
            default = None
        nullable = self.rng.random() < 0.6 or (adding and not default)
        return Column(name, type_, nullable, default)

    # ---- tables ----

    def create_table(self):
        rng, table = self.rng, Table(self.rng.choice(["users", "Cards" if self.postgres else "cards", "order", "t"]) + "_" + self.fresh("n"))
        key = rng.choice(["inline", "constraint", "named", "composite", "text", "big"])
        items, after, before, ending = [], [], [], []
        first = Column("id", "sa.BigInteger()" if key == "big" else "sa.Integer()", False)
        if key == "inline":
            first.extra, first.plain = "primary_key=True", False
            items.append("sa.Column('id', sa.Integer(), primary_key=True)")
        elif key == "text":
            first.type = "sa.String(length=12)"
            items.append(first.source())
        elif key == "big" and self.postgres and rng.random() < 0.5:
            items.append("sa.Column('id', sa.BigInteger(), sa.Identity(always=True, start=5, increment=2), nullable=False)")
        else:
            items.append("sa.Column('id', %s%s, nullable=False)" % (first.type, rng.choice(["", ", autoincrement=True"]) if
                         key != "composite" else ""))
        first.plain = False
        table.columns["id"] = first
        for _ in range(rng.randint(1, 5)):
            column = self.column(table)
            table.columns[column.name] = column
            source = column.source()
            if self.postgres and rng.random() < 0.2:
                source = source[:-1] + ", comment=%r)" % rng.choice(["what", "it's"])
            items.append(source)
        if key == "composite":
            items.append("sa.Column('part', sa.Integer(), nullable=False)")
            table.columns["part"] = Column("part", "sa.Integer()", False)
            table.columns["part"].plain = False
            items.append("sa.PrimaryKeyConstraint('id', 'part', name=op.f('pk_%s'))" % table.name)
        elif key == "named":
            items.append("sa.PrimaryKeyConstraint('id', name='pk_%s')" % table.name)
            table.named["pk_" + table.name] = ("primary", ["id"])
        elif key != "inline":
            items.append("sa.PrimaryKeyConstraint('id')")
        table.key = "id" if key != "composite" else None
        self.inner_things(table, items)
        kw = ""
        if self.postgres and rng.random() < 0.3:
            kw = ",\n        comment='all of them'"
        source = "op.create_table(%r,\n        %s%s)" % (table.name, ",\n        ".join(items), kw)
        if self.postgres and rng.random() < 0.3:
            enum = self.fresh("mood")
            source = source.replace("\n        ", "\n        sa.Column('mood', sa.Enum('glad', 'it\\'s', name=%r)),\n        " % enum, 1)
            table.columns["mood"] = Column("mood", "sa.Enum(name=%r)" % enum)
            table.columns["mood"].plain = False
            ending = [rng.choice(["sa.Enum(name=%r).drop(op.get_bind(), checkfirst=True)", "op.execute('DROP TYPE %s')",
                                  "postgresql.ENUM(name=%r).drop(op.get_bind())"]) % enum]
            table.inner.add("enum")
        self.tables[table.name] = table
        up, down = before + [source] + after, ["op.drop_table(%r)" % table.name] + ending
        if rng.random() < 0.3:
            index = "ix_" + self.fresh("i")
            name = self.plain_column(table)
            if name:
                up.append("op.create_index(op.f(%r), %r, [%r], unique=%s)" % (index, table.name, name, rng.random() < 0.4))
                down.insert(0, "op.drop_index(op.f(%r), table_name=%r)" % (index, table.name))
                table.indexes[index] = [name]
        if rng.random() < 0.2 and key == "constraint" and self.rows_fit(table):
            up[0] = "made = " + up[0]
            up.append("op.bulk_insert(made, [{'id': 1}, {'id': 2}])")
        return None, up, down

    def rows_fit(self, table):
        return all(c.nullable or c.default or n == "id" for n, c in table.columns.items())

    def inner_things(self, table, items):
        """Constraints inside of a new table."""
        rng = self.rng
        names = [n for n, c in table.columns.items() if c.plain and self.comparable(c)]
        if names and rng.random() < 0.4:
            name = rng.choice(names)
            if rng.random() < 0.5:
                items.append("sa.UniqueConstraint(%r)" % name)
                # SQLAlchemy reads back one of two.
                table.named["uq" + name] = ("unique", [name])
            else:
                constraint = "uq_" + self.fresh("u")
                items.append("sa.UniqueConstraint(%r, 'id', name=%r)" % (name, constraint))
                table.named[constraint] = ("unique", [name, "id"])
        if rng.random() < 0.3:
            constraint = "ck_" + self.fresh("k")
            items.append("sa.CheckConstraint(%s, name=%r)" % (rng.choice(["'id > 0'", "sa.text('id <> 4')"]) if
                         table.columns["id"].type != "sa.String(length=12)" else "\"id <> ''\"", constraint))
            table.named[constraint] = ("check", [])
            table.inner.add("id")
        target = self.target()
        if target and rng.random() < 0.5:
            type_ = target.columns["id"].type
            rule = rng.choice(["", ", ondelete='CASCADE'", ", onupdate='SET NULL', ondelete='SET NULL'",
                               ", deferrable=True, initially='DEFERRED'"])
            style = rng.choice(["inline", "constraint", "named"])
            if style == "inline":
                items.insert(1, "sa.Column('ref', %s, sa.ForeignKey('%s.id'%s), nullable=True)" % (type_, target.name, rule))
            else:
                name = "fk_" + self.fresh("f")
                items.insert(1, "sa.Column('ref', %s, nullable=True)" % type_)
                named = ", name=%r" % name if style == "named" else ""
                items.append("sa.ForeignKeyConstraint(['ref'], ['%s.id']%s%s)" % (target.name, named, rule))
                if named:
                    table.named[name] = ("foreignkey", ["ref"])
            table.columns["ref"] = Column("ref", type_)
            table.columns["ref"].plain = False
            target.referred.add(table.name)
        # Alembic copies computed columns too, which SQLite refuses.
        if rng.random() < (0.2 if self.postgres else 0.03) and table.columns["id"].type == "sa.Integer()":
            items.append("sa.Column('twice', sa.Integer(), sa.Computed('id * 2', persisted=True))")
            table.columns["twice"] = Column("twice", "sa.Integer()")
            table.columns["twice"].plain = False
            table.inner.add("computed")

    def target(self):
        good = [t for t in self.tables.values() if t.key]
        return self.rng.choice(good) if good else None

    @staticmethod
    def comparable(column):
        return not any(word in column.type for word in ("JSON", "TSVECTOR", "BIT(", "RANGE"))

    def plain_column(self, table):
        names = [n for n, c in table.columns.items() if c.plain and self.comparable(c) and
                 n not in [x for cols in list(table.indexes.values()) for x in cols] and
                 n not in [x for _, cols in table.named.values() for x in cols]]
        return self.rng.choice(names) if names else None

    def rename_table(self):
        table = self.some_table()
        if not table or table.referred or any(self.refers(t) for t in (table,)):
            return None
        new = "renamed_" + self.fresh("t")
        old = table.name
        del self.tables[old]
        table.name = new
        self.tables[new] = table
        return None, ["op.rename_table(%r, %r)" % (old, new)], ["op.rename_table(%r, %r)" % (new, old)]

    @staticmethod
    def refers(table):
        return "ref" in table.columns

    def some_table(self):
        return self.rng.choice([self.tables[n] for n in sorted(self.tables)]) if self.tables else None

    # ---- columns and constraints: (table, up, down) with the batch form {o} ----

    def add_column(self):
        table = self.some_table()
        if not table:
            return None
        column = self.column(table, adding=True)
        table.columns[column.name] = column
        extra = ""
        target = self.target()
        if target and target is not table and self.rng.random() < 0.3 and not column.default:
            column.type, column.plain, column.nullable = target.columns["id"].type, False, True
            extra = "sa.ForeignKey('%s.id', name='%s')" % (target.name, self.fresh("fk_c"))
            target.referred.add(table.name)
            if self.postgres:
                column.extra = extra
        source = column.source()
        if self.postgres and self.rng.random() < 0.2:
            source = source[:-1] + ", comment='a new one')"
        return table, ["{o}add_column({t}%s)" % source], ["{o}drop_column({t}%r)" % column.name]

    def drop_column(self):
        table = self.some_table()
        name = self.plain_column(table) if table else None
        if not name:
            return None
        column = table.columns[name]
        # A down that is not the inverse leads elsewhere: a table that is built anew there is the one from before the up.
        if not column.nullable and not column.default:
            return None
        del table.columns[name]
        source = column.source()
        lines = ["{o}drop_column({t}%r)" % name], ["{o}add_column({t}%s)" % source]
        return table, lines[0], lines[1]

    def alter_column(self):
        table = self.some_table()
        name = self.plain_column(table) if table else None
        if not name:
            return None
        column = table.columns[name]
        up, down = [], []
        existing = ", existing_type=%s" % column.type
        roll = self.rng.random()
        if roll < 0.35:
            up.append("nullable=%s" % (not column.nullable))
            down.append("nullable=%s" % column.nullable)
            column.nullable = not column.nullable
        if 0.2 < roll < 0.6 and not column.default:
            value = [d for d in self.types.get(column.type, []) if d.startswith("'")]
            if value:
                up.append("server_default=%s" % value[0])
                down.append("server_default=None")
                column.default = value[0]
        elif 0.2 < roll < 0.6:
            up.append("server_default=None")
            down.append("server_default=%s" % column.default)
            column.default = None
        for old, new, using in CHANGES:
            if roll > 0.5 and column.type == old and not column.default:
                up.append("type_=%s" % new)
                down.append("type_=%s" % old)
                quoted = '"%s"' % name
                if using and self.postgres:
                    up.append("postgresql_using=%r" % (using % quoted))
                if using and self.postgres:
                    down.append("postgresql_using=%r" % ("%s::text" % quoted))
                column.type = new
                break
        if roll > 0.75 and name not in table.inner:
            new = "named_" + self.fresh("c")
            rest, back = ", ".join(up), ", ".join(down)
            table.columns[new] = table.columns.pop(name)
            column.name = new
            return (table, ["{o}alter_column({t}%r, new_column_name=%r%s%s)" % (name, new, existing, rest and ", " + rest)],
                    ["{o}alter_column({t}%r, new_column_name=%r%s%s)" % (new, name, existing, back and ", " + back)])
        if not up:
            if not self.postgres:
                return None
            up, down = ["comment='said'"], ["comment=None"]
        return (table, ["{o}alter_column({t}%r%s, %s)" % (name, existing, ", ".join(up))],
                ["{o}alter_column({t}%r%s, %s)" % (name, existing, ", ".join(down))])

    def index(self):
        table = self.some_table()
        if not table:
            return None
        simple = sorted(n for n in table.simple if n in table.indexes)
        if simple and self.rng.random() < 0.3:
            name = self.rng.choice(simple)
            columns = table.indexes.pop(name)
            return table, ["{o}drop_index(%r{n})" % name], ["{o}create_index(%r, {t}%r, unique=False)" % (name, columns)]
        column = self.plain_column(table)
        if not column:
            return None
        name = "ix_" + self.fresh("m")
        options = ""
        columns = repr([column])
        if self.postgres:
            options = self.rng.choice(["", ", postgresql_using='hash'", ", postgresql_where=sa.text('id IS NOT NULL')",
                                       ", postgresql_include=['id']"])
            if self.rng.random() < 0.3 and not options:
                columns = "[sa.text('coalesce(id, id)'), %r]" % column
        elif self.rng.random() < 0.3:
            options = ", sqlite_where=sa.text('id IS NOT NULL')"
        table.indexes[name] = [column]
        if not options and columns == repr([column]):
            table.simple.add(name)
        return (table, ["{o}create_index({f}(%r), {t}%s, unique=False%s)" % (name, columns, options)],
                ["{o}drop_index({f}(%r){n})" % name])

    def constraint(self):
        table = self.some_table()
        if not table:
            return None
        kind = self.rng.choice(["unique", "check", "foreignkey"])
        name = self.fresh("cn_")
        if kind == "unique":
            column = self.plain_column(table)
            if not column:
                return None
            up = "{o}create_unique_constraint(%r, {t}[%r])" % (name, column)
            table.named[name] = ("unique", [column])
        elif kind == "check":
            up = "{o}create_check_constraint(%r, {t}%s)" % (name, self.rng.choice(["'id IS NOT NULL'", "sa.text('id IS NOT NULL')"]))
            table.named[name] = ("check", [])
            table.inner.add("id")
        else:
            target = self.target()
            good = [n for n, c in table.columns.items() if target and c.type == target.columns["id"].type and c.plain]
            if not good or target is table:
                return None
            column = self.rng.choice(good)
            up = "{o}create_foreign_key(%r, {t}%r, [%r], ['id'], ondelete='CASCADE')" % (name, target.name, column)
            table.named[name] = ("foreignkey", [column])
            target.referred.add(table.name)
        return table, [up], ["{o}drop_constraint(%r{n}, type_=%r)" % (name, kind)]

    def other(self):
        rng = self.rng
        table = self.some_table()
        roll = rng.random()
        if roll < 0.3 and table:
            return None, ["op.execute(\"DELETE FROM \\\"%s\\\" WHERE 'a:b' = 'c\\\\:d'\")" % table.name], ["pass"]
        if roll < 0.5:
            up = ["if op.get_bind().dialect.name == 'sqlite':", "    op.execute('CREATE VIEW v%d AS SELECT 1 AS one')" % self.count,
                  "else:", "    op.execute(sa.text('CREATE VIEW v%d AS SELECT 2 AS two'))" % self.count]
            down = ["bind = op.get_bind()", "bind.execute(sa.text('DROP VIEW v%d'))" % self.count]
            self.count += 1
            return None, up, down
        if roll < 0.7 and self.postgres:
            name = self.fresh("seq")
            return None, ["op.execute(sa.schema.CreateSequence(sa.Sequence(%r, start=3, increment=2)))" % name], \
                ["op.execute(sa.schema.DropSequence(sa.Sequence(%r)))" % name]
        if roll < 0.9 and self.postgres and table and "picked" not in table.columns:
            enum = self.fresh("pick")
            table.columns["picked"] = Column("picked", "")
            table.columns["picked"].plain = False
            up = ["%s = %s('x', 'y', name=%r)" % (enum, rng.choice(["sa.Enum", "postgresql.ENUM"]), enum),
                  "%s.create(op.get_bind())" % enum, "op.add_column(%r, sa.Column('picked', %s, nullable=True))" % (table.name, enum)]
            down = ["op.drop_column(%r, 'picked')" % table.name, "op.execute('DROP TYPE %s')" % enum]
            return None, up, down
        if self.postgres and table:
            return None, ["op.create_table_comment(%r, 'so', existing_comment=None)" % table.name], \
                ["op.drop_table_comment(%r)" % table.name]
        return None

    def revision(self):
        ups, downs = [], []
        for _ in range(self.rng.randint(1, 3)):
            make = self.rng.choice([self.create_table] * (4 if len(self.tables) < 3 else 1) + [
                self.add_column, self.drop_column, self.alter_column, self.alter_column, self.index, self.constraint,
                self.constraint, self.rename_table, self.other])
            made = make()
            if not made:
                continue
            table, up, down = made
            name = table.name if table else None
            ups.append((name, up))
            downs.insert(0, (name, down))
        return self.render(ups), self.render(downs)

    def render(self, groups):
        """Neighbours of one table go into one batch, at times."""
        lines = []
        batched = self.rng.random() < 0.4 or not self.postgres
        for name, group in groups:
            if name is None:
                lines += group
            elif batched:
                lines.append("with op.batch_alter_table(%r, schema=None) as batch_op:" % name)
                lines += ["    " + fill(line, o="batch_op.", t="", n="", f="batch_op.f") for line in group]
                lines.append("")
            else:
                for line in group:
                    first = "%r, " % name
                    lines.append(fill(line, o="op.", t=first, n=", %r" % name, f="op.f"))
        return [line for line in lines if line] or ["pass"]
