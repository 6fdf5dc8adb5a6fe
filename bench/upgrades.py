# SPDX-License-Identifier: Apache-2.0
"""Upgrades, beside sqlite3, psql and sqitch."""
import os
import re
import shutil
import subprocess
import sys

from harness import (CONFIG, Contender, Server, commit, fast_import, linear_files, revision, start_postgres,
                     stop_postgres)


def write_statements(path, count):
    """The revisions' own statements, a transaction each."""
    with open(path, "w", encoding="ascii") as out:
        for _, text in linear_files(count)[1:]:
            out.write("BEGIN;\n" + text.split("-- gmig:up\n")[1].split("\n\n-- gmig:down")[0] + "\nCOMMIT;\n")


def bench_upgrade_sqlite(bench, work, repo, count):
    """What sqlite3 runs is the script of `gmig upgrade --sql` without its guards: the runner has asked beforehand."""
    database = os.path.join(work, "bench.db")
    alone, same = os.path.join(work, "alone.sql"), os.path.join(work, "same-sqlite.sql")
    upgrade = [bench.gmig, "upgrade", "--target", "sqlite:" + database]
    script = subprocess.run(upgrade + ["--sql"], cwd=repo, env=bench.env, stdout=subprocess.PIPE, check=True).stdout
    script = re.sub(rb"(?s)CREATE TEMP TABLE gmig_guard .*?\);\n", b"", script, count=1)
    script = re.sub(rb"INSERT INTO temp\.gmig_guard .*\n", b"", script)
    with open(same, "wb") as out:
        out.write(script)
    write_statements(alone, count)

    def fresh():
        for suffix in ("", "-wal", "-shm", "-journal", "-gmig-lock"):
            if os.path.exists(database + suffix):
                os.remove(database + suffix)

    bench.compare(f"upgrade of {count:,} revisions, sqlite", [
        Contender("gmig upgrade", upgrade + ["--allow-dirty"], repo, before=fresh),
        Contender("sqlite3, the same statements", ["sqlite3", database], repo, same, fresh),
        Contender("sqlite3, without the ledger's", ["sqlite3", database], repo, alone, fresh)])


def logged_statements(log):
    """A psql script that sends what a server's log tells of one session: parameters become literals, and what came in
    one message goes in one message."""
    script, pending = [], None
    for record in re.split(r"(?m)^gmig-bench ", log)[1:]:
        record = record.rstrip("\n").replace("\n\t", "\n")
        if found := re.match(r"(?s)DETAIL:  parameters: (.*)", record):
            values = dict(re.findall(r"(?s)\$(\d+) = ('(?:[^']|'')*'|NULL)", found[1]))
            pending = re.sub(r"\$(\d+)", lambda number: values[number[1]], pending)
        elif found := re.match(r"(?s)LOG:  (statement|execute [^:]*): (.*)", record):
            script.append(pending)
            pending = found[2].rstrip("; \n")
            if found[1] == "statement":
                pending = pending.replace(";", "\\;")
    script.append(pending)
    return ";\n".join(filter(None, script)) + ";\n"


def bench_upgrade_postgres(bench, work, repo, count, server, url):
    """What psql sends is what gmig sent: it is read from the server's log."""
    alone, same = os.path.join(work, "alone.sql"), os.path.join(work, "same-postgres.sql")
    upgrade = [bench.gmig, "upgrade", "--target", url, "--allow-dirty"]
    write_statements(alone, count)

    def tell(*statements):
        words = [word for statement in statements for word in ("-c", statement)]
        subprocess.check_call(["psql", "-qX", *words, url], stdout=subprocess.DEVNULL)

    def fresh():
        tell("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;")

    # The server is made for tests, which need no durability; here each COMMIT reaches the disk.
    tell("ALTER SYSTEM SET fsync = on", "ALTER SYSTEM SET full_page_writes = on",
         "ALTER SYSTEM SET synchronous_commit = on", "ALTER SYSTEM SET autovacuum = off",
         "ALTER SYSTEM SET log_line_prefix = 'gmig-bench '", "ALTER SYSTEM SET log_statement = 'all'",
         "SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)")
    log = os.path.join(server.home, "log")
    start = os.path.getsize(log)
    subprocess.check_call(upgrade, cwd=repo, env=bench.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(log, encoding="utf-8") as lines, open(same, "w", encoding="utf-8") as out:
        lines.seek(start)
        out.write(logged_statements(lines.read()))
    tell("ALTER SYSTEM RESET log_statement", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)")

    psql = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", url]
    bench.compare(f"upgrade of {count:,} revisions, postgres", [
        Contender("gmig upgrade", upgrade, repo, before=fresh),
        Contender("psql, the same statements", psql, repo, same, fresh),
        Contender("psql, without the ledger's", psql, repo, alone, fresh)], server)


def bench_upgrade(bench, work, count):
    repo = os.path.join(work, "upgrade")
    fast_import(repo, commit("refs/heads/main", linear_files(count, "sqlite, postgres")))
    bench_upgrade_sqlite(bench, work, repo, count)
    folder = os.path.join(work, "postgres")
    url = start_postgres(folder)
    if not url:
        return
    try:
        bench_upgrade_postgres(bench, work, repo, count, Server(folder), url)
    finally:
        stop_postgres(folder)


def bench_sqitch(bench, work, count):
    driver = ["perl", "-MDBD::SQLite", "-e", "1"]
    if not shutil.which("sqitch") or subprocess.call(driver, stderr=subprocess.DEVNULL) != 0:
        print("sqitch or its driver for SQLite is not installed: left out", file=sys.stderr)
        return
    project = os.path.join(work, "sqitch")
    os.makedirs(os.path.join(project, "deploy"))
    with open(os.path.join(project, "sqitch.conf"), "w", encoding="ascii") as out:
        out.write("[core]\n\tengine = sqlite\n[user]\n\tname = Bench\n\temail = bench@example.org\n")
    with open(os.path.join(project, "sqitch.plan"), "w", encoding="ascii") as plan:
        plan.write("%syntax-version=1.0.0\n%project=bench\n\n")
        for number in range(count):
            plan.write(f"c{number} 2023-11-14T22:13:20Z Bench <bench@example.org> # c\n")
            with open(os.path.join(project, "deploy", f"c{number}.sql"), "w", encoding="ascii") as out:
                out.write(f"BEGIN;\nCREATE TABLE t{number} (id INTEGER PRIMARY KEY);\nCOMMIT;\n")
    repo = os.path.join(work, "sqitch-gmig")
    files, parent = [("gmig.yml", CONFIG)], None
    for number in range(count):
        parent, text = revision(number, parent, f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY);",
                                f"DROP TABLE t{number};")
        files.append((f"migrations/{number:06d}_{parent}.sql", text))
    fast_import(repo, commit("refs/heads/main", files))

    def fresh():
        for folder, name in ((project, "bench.db"), (project, "sqitch.db"), (repo, "dev.db")):
            if os.path.exists(os.path.join(folder, name)):
                os.remove(os.path.join(folder, name))

    bench.compare(f"upgrade of {count:,} revisions, sqlite", [
        Contender("gmig upgrade", [bench.gmig, "upgrade"], repo, before=fresh),
        Contender("sqitch deploy", ["sqitch", "deploy", "db:sqlite:bench.db"], project, before=fresh)])
