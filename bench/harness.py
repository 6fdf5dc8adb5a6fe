# SPDX-License-Identifier: Apache-2.0
"""Runs contenders in turn and tells their CPU time as ratios; makes repositories and a PostgreSQL to run them on."""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
POSTGRES = os.path.join(ROOT, "tests", "support", "postgres.sh")

# `before` is called before each run, and is not timed.
Contender = namedtuple("Contender", "name command cwd stdin before", defaults=(None, None))


class Server:
    """The processes of a PostgreSQL server. Its clock ticks a hundred times a second."""

    def __init__(self, folder):
        with open(os.path.join(folder, "home"), encoding="utf-8") as home:
            self.home = home.read().strip()
        with open(os.path.join(self.home, "data", "postmaster.pid"), encoding="utf-8") as pid:
            self.pid = int(pid.readline())

    def children(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as pids:
            return set(map(int, pids.read().split()))

    def cpu(self):
        """Seconds: of the postmaster, of those it has reaped, and of those that run."""
        ticks = 0
        for pid in {self.pid} | self.children():
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                    fields = stat.read().rpartition(")")[2].split()
            except FileNotFoundError:
                continue
            ticks += sum(map(int, fields[11:15] if pid == self.pid else fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def settle(self, pids):
        """Wait for the sessions that are not among `pids` to end and to be reaped."""
        deadline = time.monotonic() + 5
        while self.children() - pids and time.monotonic() < deadline:
            time.sleep(0.002)


def spawn(contender, env, server=None):
    """Run once; return (cpu seconds, wall seconds). A failure ends the benchmark: its time would mean nothing."""
    served, pids = (server.cpu(), server.children()) if server else (0, set())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with open(contender.stdin or os.devnull, "rb") as source, tempfile.TemporaryFile() as errors:
        status = subprocess.call(contender.command, cwd=contender.cwd, env=env, stdin=source,
                                 stdout=subprocess.DEVNULL, stderr=errors)
        if status not in (0, 1):  # `gmig heads` answers 1 where heads diverge, and `check` where branches collide
            errors.seek(0)
            sys.exit(f"{contender.command}: exit {status}\n{errors.read().decode(errors='replace')}")
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    if server:
        server.settle(pids)
        cpu += server.cpu() - served
    return cpu, wall


class Bench:
    def __init__(self, gmig, runs):
        self.gmig, self.runs = gmig, runs
        # An ordinary environment: with one of git's variables for configuration gmig has to ask git.
        self.env = dict(os.environ, HOME=tempfile.gettempdir(), LC_ALL="C", TZ="UTC",
                        PYTHONDONTWRITEBYTECODE="")

    def compare(self, what, contenders, server=None):
        """Ratios are against the first contender."""
        figures = {contender.name: [] for contender in contenders}
        for turn in range(self.runs + 1):
            for contender in contenders:
                if contender.before:
                    contender.before()
                figure = spawn(contender, self.env, server)
                if turn:  # the first turn warms the caches
                    figures[contender.name].append(figure)
        base = None
        for contender in contenders:
            cpu, wall = (statistics.median(figure[i] for figure in figures[contender.name]) for i in (0, 1))
            base = base or cpu or 1e-6
            print(f"| {what} | {contender.name} | {cpu * 1000:.1f} | {wall * 1000:.1f} | {cpu / base:.2f} |", flush=True)
            what = ""


def without_cache(repo):
    return lambda: shutil.rmtree(os.path.join(repo, ".git", "gmig"), ignore_errors=True)


def revision(number, parent, sql, down):
    rid = f"{number:012x}"
    head = f"-- revision: {rid}\n-- parents: [{parent or ''}]\n-- message: change {number}\n"
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + number * 60))
    return rid, f"{head}-- created: {when}\n\n-- gmig:up\n{sql}\n\n-- gmig:down\n{down}\n"


def fast_import(folder, stream):
    subprocess.check_call(["git", "init", "-q", "-b", "main", folder])
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=stream, check=True)
    subprocess.check_call(["git", "-C", folder, "pack-refs", "--all"])
    # -f: what fast-import leaves are chains of deltas that no clone has.
    subprocess.check_call(["git", "-C", folder, "repack", "-adfq"])
    subprocess.check_call(["git", "-C", folder, "reset", "-q", "--hard"])
    # A checkout of some age: of one made in this very moment git and gmig must look into the files (racy-git).
    time.sleep(0.1)
    subprocess.check_call(["git", "-C", folder, "status"], stdout=subprocess.DEVNULL)


def commit(ref, files, origin=None):
    out = [b"commit " + ref.encode(), b"committer Bench <bench@example.org> 1700000000 +0000", b"data 5\nbench"]
    if origin:
        out.append(b"from " + origin.encode())
    for path, text in files:
        data = text.encode()
        out.append(b"M 100644 inline " + path.encode() + b"\ndata " + str(len(data)).encode() + b"\n" + data)
    return b"\n".join(out) + b"\n"


CONFIG = "migrations: migrations\ndialects: [sqlite]\ntargets:\n  dev: {url: \"sqlite:dev.db\", development: true}\n"


def linear_files(count, dialects="sqlite"):
    files, parent = [("gmig.yml", CONFIG.replace("[sqlite]", f"[{dialects}]"))], None
    for number in range(count):
        table = f"t{number // 10}"
        if number % 10 == 0:
            sql, down = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY);", f"DROP TABLE {table};"
        else:
            sql = f"CREATE INDEX {table}_{number} ON {table} (id);"
            down = f"DROP INDEX {table}_{number};"
        parent, text = revision(number, parent, sql, down)
        files.append((f"migrations/{number:06d}_{parent}.sql", text))
    return files


def start_postgres(folder):
    """The URL of a private server; None, and a line that says so, where there are no server programs."""
    result = subprocess.run(["sh", POSTGRES, "start", folder], capture_output=True, text=True, check=False)
    if result.returncode != 0 or not result.stdout.strip():
        print(f"no PostgreSQL: left out ({result.stderr.strip()})", file=sys.stderr)
        return None
    return result.stdout.strip().splitlines()[-1]


def stop_postgres(folder):
    subprocess.call(["sh", POSTGRES, "stop", folder])
