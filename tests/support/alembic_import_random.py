# SPDX-License-Identifier: Apache-2.0
"""Compares what `gmig import` makes of random Alembic histories with what Alembic itself does.

    python3 alembic_import_random.py GMIG FOLDER DIALECT SEED COUNT [URL]

Makes COUNT histories of literal operations below FOLDER, each from its own seed (SEED, SEED + 1, ...). Alembic applies
one to a database, step by step and back again; gmig imports it and does the same to another; after every step the two
schemas have to be equal, names of constraints included. DIALECT: sqlite or postgres; URL: a server of it, in which
databases are made and dropped. Prints each difference and exits 1 when there is one.

On SQLite only histories that Alembic can run there: it changes columns and constraints in batch_alter_table, and loses
checks without a name on the way.
"""
import json
import os
import random
import subprocess
import sys

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, pool

from alembic_histories import History

ENV = '''
from alembic import context
connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
'''


def write(folder, history, count):
    versions = os.path.join(folder, "old", "versions")
    os.makedirs(versions)
    with open(os.path.join(folder, "old", "env.py"), "w") as file:
        file.write(ENV)
    with open(os.path.join(folder, "old", "script.py.mako"), "w"):
        pass
    with open(os.path.join(folder, "alembic.ini"), "w") as file:
        file.write("[alembic]\nscript_location = old\n")
    below, ids = None, []
    for number in range(count):
        up, down = history.revision()
        name = "%012x" % (number + 0xabc000000001)
        with open(os.path.join(versions, name + ".py"), "w") as file:
            file.write('"""step %d\n\nCreate Date: 2024-01-01 00:%02d:00\n"""\nfrom alembic import op\nimport sqlalchemy as sa\n'
                       "from sqlalchemy.dialects import postgresql\n\nrevision = %r\ndown_revision = %r\n\n\n" %
                       (number, number, name, below))
            for what, lines in (("upgrade", up), ("downgrade", down)):
                file.write("def %s():\n    %s\n\n\n" % (what, "\n    ".join(lines)))
        below = name
        ids.append(name)
    return ids


class Pair:
    """One history in two databases."""

    def __init__(self, gmig, folder, dialect, seed, server):
        self.gmig, self.folder, self.dialect, self.seed, self.wrong = gmig, folder, dialect, seed, 0
        self.server, self.names = server, []
        if dialect == "sqlite":
            self.ours = "sqlite:%s/ours.db" % folder
            self.theirs = "sqlite:%s/theirs.db" % folder
            self.engine = create_engine("sqlite:///%s/theirs.db" % folder, poolclass=pool.NullPool)
        else:
            self.names = ["gmig_ours_%d_%s" % (os.getpid(), seed), "gmig_theirs_%d_%s" % (os.getpid(), seed)]
            self.admin(["CREATE DATABASE %s" % n for n in self.names])
            self.ours, self.theirs = (server.replace("/postgres?", "/%s?" % n) for n in self.names)
            self.engine = create_engine(self.theirs.replace("postgres://", "postgresql://").replace(
                "postgresql://", "postgresql+psycopg2://"), poolclass=pool.NullPool)

    def admin(self, statements):
        for statement in statements:
            subprocess.run(["psql", "-qAtX", "-d", self.server, "-c", statement], check=True)

    def close(self):
        self.engine.dispose()
        self.admin(["DROP DATABASE %s" % n for n in self.names])

    def run(self, *args):
        return subprocess.run([self.gmig, *args], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def fail(self, what, said):
        self.wrong += 1
        print("seed %s %s: %s: %s" % (self.seed, self.dialect, what, said))

    def alembic(self, function, goal):
        config = Config(os.path.join(self.folder, "alembic.ini"))
        config.set_main_option("script_location", os.path.join(self.folder, "old"))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            function(config, goal)

    def can(self, direction, goal):
        """Whether Alembic can; it does."""
        try:
            self.alembic(getattr(command, direction), goal)
            return True
        except Exception as error:  # pylint: disable=broad-except
            if os.environ.get("GMIG_RANDOM_TELL"):
                print("seed %s: Alembic cannot %s %s: %s" % (self.seed, direction, goal, str(error).split("\n")[0]))
            return False

    def step(self, direction, goal, ours):
        """False where nothing more can be compared."""
        if not self.can(direction, goal):
            return None
        done = self.run(direction, ours, "--yes") if direction == "downgrade" else self.run(direction, ours)
        if done.returncode:
            self.fail("%s %s" % (direction, goal), "gmig says " + done.stderr.decode())
            return False
        diff = json.loads(self.run("diff", self.theirs, self.ours, "--json").stdout or b'{"error": 1}')
        if "error" in diff:
            self.fail(direction, "no diff: %s" % diff)
            return False
        changes = [c["message"] for c in diff["changes"] if "alembic_version" not in (c["table"], c["name"]) and
                   not c["message"].endswith("alembic_version")]
        if changes:
            self.fail("%s %s" % (direction, goal), "from Alembic's to gmig's: " + "; ".join(changes))
            return False
        return True


def compare(gmig, folder, dialect, seed, server):
    """(differences, steps compared)"""
    rng = random.Random("%s %s" % (dialect, seed))
    os.makedirs(folder)
    ids = write(folder, History(rng, dialect), rng.randint(2, 9))
    pair = Pair(gmig, folder, dialect, seed, server)
    try:
        with open(os.path.join(folder, "gmig.yml"), "w") as file:
            file.write("format: alembic\ndialects: [%s]\n" % dialect)
        done = pair.run("import", "--into", "new")
        if done.returncode:
            # What Alembic cannot run either need not be imported.
            if pair.can("upgrade", "head"):
                pair.fail("import", done.stderr.decode())
            return pair.wrong, 0
        with open(os.path.join(folder, "gmig.yml"), "w") as file:
            file.write("format: gmig\nmigrations: new\ndialects: [%s]\ntargets:\n  db: {url: %s, development: true}\n" %
                       (dialect, json.dumps(pair.ours)))
        steps = [("upgrade", i, i) for i in ids]
        applied = compared = 0
        for direction, goal, ours in steps:
            fine = pair.step(direction, goal, ours)
            if fine is None:
                break
            if not fine:
                return pair.wrong, compared
            applied += 1
            compared += 1
        # What Alembic could not apply it may have left half done, on SQLite.
        if applied < len(steps) and dialect == "sqlite":
            return pair.wrong, compared
        for number in range(applied - 1, -1, -1):
            goal = ids[number - 1] if number else "base"
            if not pair.step("downgrade", goal, goal):
                break
            compared += 1
        return pair.wrong, compared
    finally:
        pair.close()


def main():
    gmig, folder, dialect, seed, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    server = sys.argv[6] if len(sys.argv) > 6 else ""
    wrong = steps = 0
    for number in range(seed, seed + count):
        bad, compared = compare(gmig, os.path.join(folder, "%s_%d" % (dialect, number)), dialect, number, server)
        wrong += bad
        steps += compared
    print("%d histories, %d steps compared, %d differ" % (count, steps, wrong))
    return 1 if wrong or not steps else 0


if __name__ == "__main__":
    sys.exit(main())
