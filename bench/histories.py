# SPDX-License-Identifier: Apache-2.0
"""Start-up, histories and branches, beside Alembic and git."""
import os
import shutil
import subprocess

from harness import CONFIG, Contender, commit, fast_import, linear_files, revision, without_cache


def alembic_revision(number, parent):
    rid = f"{number:012x}"
    return rid, (f'"""change {number}\n\nRevision ID: {rid}\nRevises: {parent or ""}\n\n"""\n'
                 f"from alembic import op\nimport sqlalchemy as sa\n\nrevision = {rid!r}\ndown_revision = {parent!r}\n"
                 f"branch_labels = None\ndepends_on = None\n\n\ndef upgrade():\n"
                 f"    op.add_column('t', sa.Column('c{number}', sa.Integer()))\n\n\ndef downgrade():\n"
                 f"    op.drop_column('t', 'c{number}')\n")


def without_bytecode(repo):
    """As a fresh clone is: Python compiles each file, and writes down what came of it."""
    def remove():
        for folder, folders, _ in os.walk(repo):
            if "__pycache__" in folders:
                shutil.rmtree(os.path.join(folder, "__pycache__"))
                folders.remove("__pycache__")
    return remove


def bench_start(bench, work):
    repo = os.path.join(work, "hook")
    fast_import(repo, commit("refs/heads/main", linear_files(300)))
    bench.compare("start", [Contender("gmig --version", [bench.gmig, "--version"], repo),
                            Contender("git --version", ["git", "--version"], repo)])
    bench.compare("pre-commit with nothing to do", [
        Contender("gmig hook run pre-commit", [bench.gmig, "hook", "run", "pre-commit"], repo),
        Contender("git diff --cached --quiet", ["git", "diff", "--cached", "--quiet"], repo)])


def bench_history(bench, work, count):
    repo = os.path.join(work, "history")
    fast_import(repo, commit("refs/heads/main", linear_files(count)))
    ini = "[alembic]\nscript_location = alembic\n"
    files, parent = [("alembic.ini", ini), ("gmig.yml", "format: alembic\n"), ("alembic/env.py", ""),
                     ("alembic/script.py.mako", "")], None
    for number in range(count):
        parent, text = alembic_revision(number, parent)
        files.append((f"alembic/versions/{parent}_change.py", text))
    peer = os.path.join(work, "alembic")
    fast_import(peer, commit("refs/heads/main", files))
    for command in ("heads", "history"):
        at_head = [bench.gmig, command, "--at", "HEAD"]
        contenders = [Contender("gmig --at HEAD", at_head, repo),
                      Contender("gmig --at HEAD, cold", at_head, repo, before=without_cache(repo)),
                      Contender("gmig, work tree", [bench.gmig, command], repo)]
        if shutil.which("alembic"):
            contenders += [Contender("alembic", ["alembic", command], peer),
                           Contender("alembic, a fresh clone: no __pycache__", ["alembic", command], peer,
                                     before=without_bytecode(peer))]
        contenders += [Contender("gmig --at HEAD, alembic's files", at_head, peer),
                       Contender("gmig --at HEAD, alembic's files, cold", at_head, peer, before=without_cache(peer))]
        floor = "git ls-tree --format='%(objectname)' HEAD:migrations | git cat-file --batch"
        contenders.append(Contender("floor of a cold run: git cat-file --batch", ["sh", "-c", floor], repo))
        bench.compare(f"{command}, {count:,} revisions", contenders)


def bench_refs(bench, work, count):
    repo = os.path.join(work, f"refs-{count}")
    stream = [commit("refs/heads/main", linear_files(300))]
    for number in range(count):
        # One branch in ten adds a revision; the others touch something else, as most branches do.
        rid, text = revision(1_000_000 + number, f"{299:012x}", f"CREATE TABLE b{number} (id INTEGER);",
                             f"DROP TABLE b{number};")
        path = f"migrations/9{number:06d}_{rid}.sql" if number % 10 == 0 else f"src/f{number}.txt"
        stream.append(commit(f"refs/heads/b{number:05d}", [(path, text)], "refs/heads/main"))
    fast_import(repo, b"".join(stream))
    floor = ("git for-each-ref --format='%(objectname):migrations' refs/heads refs/remotes | "
             "git cat-file --batch-check")
    all_refs = [bench.gmig, "heads", "--all-refs"]
    bench.compare(f"heads of {count:,} branches", [
        Contender("gmig heads --all-refs", all_refs, repo),
        Contender("gmig heads --all-refs, cold", all_refs, repo, before=without_cache(repo)),
        Contender("floor: for-each-ref | cat-file --batch-check", ["sh", "-c", floor], repo)])
    open_branches = [bench.gmig, "check", "--all-refs", "--base", "main"]
    bench.compare(f"collisions of {count:,} branches", [
        Contender("gmig check --all-refs", open_branches, repo),
        Contender("gmig check --all-refs, cold", open_branches, repo, before=without_cache(repo)),
        Contender("git for-each-ref", ["git", "for-each-ref"], repo),
        Contender("floor: for-each-ref | cat-file --batch-check", ["sh", "-c", floor], repo)])


def bench_whence(bench, work, commits, branches):
    """A trunk whose every 150th commit adds a revision; every tenth branch has one of its own."""
    repo = os.path.join(work, "whence")
    stream = [commit("refs/heads/main", [("gmig.yml", CONFIG), ("README.md", "bench")])]
    parent, own = None, None
    for number in range(commits - branches - 1):
        files = [(f"src/d{number % 40}/f{number % 1000}.txt", f"{number}\n")]
        if number % 150 == 0:
            rid, text = revision(number, parent, f"CREATE TABLE t{number} (id INTEGER);", f"DROP TABLE t{number};")
            files.append((f"migrations/{number:06d}_{rid}.sql", text))
            parent = rid
        stream.append(commit("refs/heads/main", files))
    for number in range(branches):
        files = [(f"src/b{number}.txt", "b\n")]
        if number % 10 == 0:
            own, text = revision(1_000_000 + number, parent, f"CREATE TABLE b{number} (id INTEGER);",
                                 f"DROP TABLE b{number};")
            files.append((f"migrations/9{number:06d}_{own}.sql", text))
        stream.append(commit(f"refs/heads/b{number:05d}", files, "refs/heads/main"))
    fast_import(repo, b"".join(stream))
    log = ["git", "log", "--all", "--format=%H", "--", f"*{own}*"]
    whence = [bench.gmig, "whence", own]
    contenders = [Contender("gmig whence ID", whence, repo),
                  Contender("gmig whence ID, cold", whence, repo, before=without_cache(repo)),
                  Contender("git log --all -- '*ID*', by file name alone", log, repo)]
    what = f"a revision id in {commits:,} commits and {branches:,} branches"
    bench.compare(what, contenders)
    subprocess.check_call(["git", "-C", repo, "commit-graph", "write", "--reachable"], stderr=subprocess.DEVNULL)
    bench.compare(what + ", with git's commit-graph", contenders)
