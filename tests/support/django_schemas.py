#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what gmig reads of Django's models with the schema that Django makes of them.

    django_schemas.py MODEL_CHANGES FOLDER SEED COUNT

Writes COUNT versions of a models.py into a repository in FOLDER, each a random change of the one before. Django (in a
process of its own for each) makes the tables of every version in SQLite. gmig must see a change from one version to the
next exactly where Django's tables differ, and where Django itself finds nothing to migrate, gmig must find nothing.
"""
import json
import os
import random
import subprocess
import sys

SETTINGS = dict(SECRET_KEY="x", INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "deck"],
                DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
                DEFAULT_AUTO_FIELD="django.db.models.AutoField")

PLAIN = ["BooleanField", "DateField", "DateTimeField", "DurationField", "FloatField", "IntegerField", "BigIntegerField",
         "JSONField", "PositiveIntegerField", "SmallIntegerField", "TextField", "TimeField", "UUIDField", "EmailField",
         "SlugField", "URLField", "FileField", "GenericIPAddressField", "BinaryField"]


def random_field(r):
    kind = r.randrange(10)
    args = {}
    if kind < 5:
        word = r.choice(PLAIN)
    elif kind < 7:
        word, args["max_length"] = "CharField", str(r.choice([5, 50, 254]))
    elif kind < 8:
        word, args["max_digits"], args["decimal_places"] = "DecimalField", "9", r.choice(["2", "3"])
    elif kind < 9:
        word = r.choice(["ForeignKey", "OneToOneField"])
        args["to"] = r.choice(['"self"', '"auth.User"', '"Other"', '"deck.other"'])
        args["on_delete"] = "models.CASCADE"
        args["related_name"] = '"+"'
    else:
        word, args["to"], args["related_name"] = "ManyToManyField", r.choice(['"self"', '"auth.Group"', '"Other"']), '"+"'
    return [word, args]


def toggle(args, name, value):
    if name in args:
        del args[name]
    else:
        args[name] = value


def change_field(r, field):
    word, args = field
    many = word == "ManyToManyField"
    what = r.randrange(8)
    if what == 0:
        toggle(args, "help_text", '"help"')
    elif what == 1:
        toggle(args, "verbose_name", '"name"')
    elif what == 2:
        toggle(args, "blank", "True")
    elif what == 3 and not many and word != "BinaryField":
        toggle(args, "db_index", r.choice(["True", "False"]))
    elif what == 4 and not many:
        toggle(args, "null", r.choice(["True", "False", "SOMETIMES"]))
    elif what == 5 and not many and word != "BinaryField":
        toggle(args, "unique", "True")
    elif what == 6 and "to" not in args:
        toggle(args, "default", "None")
    elif what == 7 and not many:
        toggle(args, "db_column", '"col%d"' % r.randrange(1000))


class Model:
    def __init__(self):
        self.fields = {}
        self.options = {}

    def text(self, name, base):
        lines = [f"class {name}({base}):", '    """%s"""' % name]
        for field, (word, args) in self.fields.items():
            given = dict(args)
            lines.append(f"    {field} = models.{word}({', '.join(f'{k}={v}' for k, v in given.items())})")
        if self.options:
            lines.append("    class Meta:")
            lines += [f"        {name} = {value}" for name, value in self.options.items()]
        return "\n".join(lines) + "\n"


def step(r, versions):
    """one change of one of the models"""
    name = r.choice(sorted(versions))
    model = versions[name]
    what = r.randrange(8)
    names = [n for n, (word, _) in model.fields.items() if word != "ManyToManyField"]
    used = json.dumps(model.options)
    if what < 2 or not model.fields:
        model.fields["f%d" % r.randrange(10000)] = random_field(r)
    elif what == 2:
        gone = r.choice(sorted(model.fields))
        if f'"{gone}"' not in used and f'\\"{gone}\\"' not in used:
            del model.fields[gone]
    elif what < 5:
        change_field(r, model.fields[r.choice(sorted(model.fields))])
    elif what == 5:
        items = list(model.fields.items())
        r.shuffle(items)
        model.fields = dict(items)
    elif name != "Base" and len(names) > 1:
        two = r.sample(names, 2)
        option = r.choice(["unique_together", "index_together", "indexes", "ordering", "verbose_name", "constraints",
                           "db_table"])
        value = {"unique_together": f'[("{two[0]}", "{two[1]}")]', "index_together": f'(("{two[0]}", "{two[1]}"),)',
                 "indexes": f'[models.Index(fields=["{two[0]}", "-{two[1]}"], name="ix{r.randrange(100)}")]',
                 "ordering": f'["{two[0]}"]', "verbose_name": '"a name"', "db_table": '"tab%d"' % r.randrange(100),
                 "constraints": f'[models.CheckConstraint(check=models.Q({two[0]}__isnull=False), '
                                f'name="ck{r.randrange(100)}")]'}[option]
        toggle(model.options, option, value)


def source(r, versions):
    base = versions["Base"].text("Base", "models.Model")
    base += "    class Meta:\n        abstract = True\n"
    texts = [versions["Deck"].text("Deck", "Base"), versions["Other"].text("Other", "models.Model"),
             versions["Child"].text("Child", "Other")]
    return "from django.db import models\n\nSOMETIMES = True\n\n" + "\n\n".join([base] + texts)


# ---- Django's side, in a process for each version ----

def definitions(sql):
    """what is inside CREATE TABLE (…), split at its commas"""
    inner = sql[sql.index("(") + 1:sql.rindex(")")]
    depth, start = 0, 0
    for at, char in enumerate(inner):
        depth += (char == "(") - (char == ")")
        if char == "," and not depth:
            yield inner[start:at].strip()
            start = at + 1
    yield inner[start:].strip()


def schema_of(folder):
    """the tables that Django makes, and the state that a migration would record"""
    from django.conf import settings
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    settings.configure(**SETTINGS)
    import django
    django.setup()
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.state import ProjectState
    found = []
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("deck").get_models():
            editor.create_model(model)
            for field in model._meta.local_fields:  # SQLite has one type for all of them
                if field.get_internal_type() == "DecimalField":
                    found.append(f"{model._meta.db_table}.{field.column} {field.max_digits} {field.decimal_places}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name LIKE '%'")
        for kind, table, sql in cursor.fetchall():
            found += [f"{table}: {each}" for each in definitions(sql)] if kind == "table" else [sql]
    state = ProjectState.from_apps(apps)
    recorded = {}
    for (app, name), model in state.models.items():
        if app == "deck":
            fields = {n: [f.deconstruct()[1:]] for n, f in model.fields.items()} if isinstance(model.fields, dict) else \
                {n: [f.deconstruct()[1:]] for n, f in model.fields}
            recorded[name] = [repr(sorted((n, repr(f)) for n, f in fields.items())), repr(sorted(model.options.items())),
                              repr(model.bases)]
    return sorted(found), recorded


def ask_django(folder, text):
    with open(os.path.join(folder, "deck", "models.py"), "w") as file:
        file.write(text)
    read, write = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(read)
            with os.fdopen(write, "w") as pipe:
                json.dump(schema_of(folder), pipe)
            status = 0
        except Exception as error:  # a version that Django refuses is none
            if os.environ.get("DJANGO_SCHEMAS_SHOW"):
                print(error, file=sys.stderr)
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    return json.loads(answer) if os.waitpid(child, 0)[1] == 0 else None


def main():
    program, folder, seed, count = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    r = random.Random(seed)
    os.makedirs(os.path.join(folder, "deck", "migrations"))
    for name in ("deck/__init__.py", "deck/migrations/__init__.py"):
        open(os.path.join(folder, name), "w").close()

    def git(*args):
        return subprocess.run(["git", "-C", folder, *args], check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    models = {name: Model() for name in ("Base", "Deck", "Other", "Child")}
    versions = []  # (commit, schema, state, text)
    refused = 0
    while len(versions) < count:
        before = json.dumps({n: [m.fields, m.options] for n, m in models.items()})
        step(r, models)
        text = source(r, models)
        answer = ask_django(folder, text)
        if not answer:
            refused += 1
            for name, (fields, options) in json.loads(before).items():
                models[name].fields, models[name].options = fields, options
            continue
        git("add", "-A")
        git("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "--allow-empty", "-m", "version")
        versions.append((git("rev-parse", "HEAD"), *answer, text))
    asked = "".join(f"{a[0]} {b[0]}\n" for a, b in zip(versions, versions[1:]))
    ran = subprocess.run([program, folder, "-D", "changes"], input=asked, capture_output=True, text=True, check=True)
    seen = {}
    for line in ran.stdout.splitlines():
        fields = line.split("\t")
        seen.setdefault(fields[0], [])
        if fields[1] != "seen":
            seen[fields[0]].append(line)
    wrong = changed = recorded = 0
    for (_, old, old_state, before), (commit, new, new_state, after) in zip(versions, versions[1:]):
        differs = old != new
        changed += differs
        recorded += old_state != new_state
        if differs == bool(seen[commit]) and (old_state != new_state or not seen[commit]):
            continue
        wrong += 1
        print(f"--- Django: {'differs' if differs else 'same'}, gmig: {seen[commit]}")
        print("\n".join(sorted(set(old) ^ set(new))))
        print(before, after, sep="\n=====\n")
    print(f"{len(versions) - 1} changes, {recorded} that Django records, {changed} of its schema: {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
