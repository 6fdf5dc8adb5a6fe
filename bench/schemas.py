# SPDX-License-Identifier: Apache-2.0
"""Models and their migrations, beside Alembic's autogenerate.

Alembic compares the models with a database at head that must be there; gmig with what the history makes, which it
replays in scratch, and keeps (the cold run is without what it kept). Debian's Alembic has no `alembic check` yet:
`alembic revision --autogenerate` does the same work and writes one small file.
"""
import os
import shutil
import subprocess
import sys

from harness import Contender, Server, commit, fast_import, linear_files, start_postgres, stop_postgres, without_cache

ENV_PY = """
import os
from alembic import context
from sqlalchemy import Column, ForeignKey, Index, BigInteger, MetaData, Table, Text, create_engine
metadata = MetaData()
for number in range(int(os.environ["BENCH_TABLES"])):
    Table(f"t{number}", metadata, Column("id", BigInteger, primary_key=True), Column("name", Text, nullable=False),
          Column("parent", BigInteger, ForeignKey(f"t{max(0, number - 1)}.id", name=f"t{number}_parent_fkey")),
          Index(f"t{number}_name", "name"))
if os.environ.get("BENCH_CHANGE"):
    metadata.tables["t0"].append_column(Column("added", Text))
with create_engine(os.environ["BENCH_URL"]).connect() as connection:
    if os.environ.get("BENCH_CREATE"):
        metadata.create_all(connection)
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MAKO = '"""x"""\nrevision = ${repr(up_revision)}\ndown_revision = None\ndef upgrade():\n    ${upgrades}\n' \
       'def downgrade():\n    ${downgrades}\n'


def config(dialect, scratch):
    return (f"models: models\ndialects: [{dialect}]\n" +
            (f"scratch: {{postgres: \"{scratch}\"}}\n" if scratch else ""))


def model(count, changed=False):
    out = ["tables:"]
    for number in range(count):
        out += [f"  t{number}:", "    columns:", "      id: {type: bigint, identity: true}", "      name: {type: text}",
                "      parent: {type: bigint, nullable: true}"]
        if changed and number == 0:
            out.append("      added: {type: text, nullable: true}")
        out += ["    primary_key: [id]", f"    foreign_keys: {{t{number}_parent_fkey: {{columns: [parent], "
                f"references: {{table: t{max(0, number - 1)}, columns: [id]}}}}}}",
                f"    indexes: {{t{number}_name: [name]}}"]
    return "\n".join(out) + "\n"


def alembic_project(bench, work, count, url):
    """The script directory of a project whose database is up to date; None where a part is missing."""
    if not shutil.which("alembic"):
        return None
    folder = os.path.join(work, "autogenerate")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "alembic", "versions"))
    for name, text in (("alembic.ini", "[alembic]\nscript_location = alembic\n"), ("alembic/env.py", ENV_PY),
                       ("alembic/script.py.mako", MAKO)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as out:
            out.write(text)
    os.environ.update(BENCH_TABLES=str(count), BENCH_URL=url)
    bench.env.update(BENCH_TABLES=str(count), BENCH_URL=url, BENCH_CHANGE="1")
    created = subprocess.run(["alembic", "upgrade", "head"], cwd=folder, check=False, capture_output=True, text=True,
                             env=dict(os.environ, BENCH_CREATE="1", BENCH_URL=url, BENCH_TABLES=str(count)))
    if created.returncode != 0:
        print(f"alembic is left out: {created.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return folder


def bench_tables(bench, work, count, dialect, server=None, url=None):
    repo = os.path.join(work, f"tables-{dialect}-{count}")
    fast_import(repo, commit("refs/heads/main", [("gmig.yml", config(dialect, url)), ("models/all.yml", model(count))]))
    subprocess.run([bench.gmig, "migrate", "-m", "all", "--stage"], cwd=repo, env=bench.env, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.check_call(["git", "-C", repo, "-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit",
                           "-qm", "all"])
    with open(os.path.join(repo, "models", "all.yml"), "w", encoding="ascii") as out:
        out.write(model(count, changed=True))
    what = f"one column added, {count:,} tables, {dialect}"
    plan = [bench.gmig, "migrate", "--plan"]
    contenders = [Contender("gmig migrate --plan", plan, repo),
                  Contender("gmig migrate --plan, cold", plan, repo, before=without_cache(repo)),
                  Contender("gmig check", [bench.gmig, "check"], repo)]
    database = os.path.join(work, "autogenerate.db")
    if os.path.exists(database):
        os.remove(database)
    peer = alembic_project(bench, work, count, url or "sqlite:///" + database)
    if peer:
        versions = os.path.join(peer, "alembic", "versions")

        def no_revision():
            shutil.rmtree(versions)
            os.makedirs(versions)

        contenders.append(Contender("alembic revision --autogenerate", ["alembic", "revision", "--autogenerate"], peer,
                                    before=no_revision))
    bench.compare(what, contenders, server)


def bench_replay(bench, work, count, dialect, server=None, url=None):
    repo = os.path.join(work, f"replay-{dialect}-{count}")
    tables = "".join(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY);\n" +
                     "".join(f"CREATE INDEX t{number}_{number * 10 + index} ON t{number} (id);\n"
                             for index in range(1, 10)) for number in range(count // 10))
    files = [("gmig.yml", config(dialect, url)), (f"models/all.{dialect}.sql", tables)]
    fast_import(repo, commit("refs/heads/main", files + linear_files(count, dialect)[1:]))
    plan = [bench.gmig, "migrate", "--plan"]
    bench.compare(f"nothing to migrate, {count:,} revisions, {dialect}", [
        Contender("gmig migrate --plan", plan, repo),
        Contender("gmig migrate --plan, cold", plan, repo, before=without_cache(repo))], server)


def bench_schemas(bench, work, scale):
    for count in (10, 100, 1_000):
        bench_tables(bench, work, max(1, count // scale), "sqlite")
    for count in (100, 1_000, 10_000):
        bench_replay(bench, work, max(10, count // scale), "sqlite")
    folder = os.path.join(work, "schemas-postgres")
    url = start_postgres(folder)
    if not url:
        return
    try:
        for count in (10, 100, 1_000):
            bench_tables(bench, work, max(1, count // scale), "postgres", Server(folder), url)
        for count in (100, 1_000, 10_000):
            bench_replay(bench, work, max(10, count // scale), "postgres", Server(folder), url)
    finally:
        stop_postgres(folder)
