#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often `missing-migration` would have been wrong: docs/missing-migration.md.

    bench/missing_migration.py REPOSITORY MIGRATIONS-FOLDER... [--hint NAME=TYPE]... > result.json
    bench/missing_migration.py REPOSITORY --django [--hint NAME=TYPE]... > result.json

Walks the first-parent history of a local clone. For each commit that changes Python files it asks tests/model_changes
what the models say otherwise, and compares that with the revision files that the commit adds or edits:

  alarm     the models' facts change, and no revision file is added, edited or deleted
  silent    a revision is added that adds or drops a table or column, and the models' facts do not change

With --django every folder called migrations is one of revision files, and a commit is also told from its parent by
`gmig check --at`, which has to find the change in the revisions that it adds or edits (`untold`).

Commits before the first revision do not count. Nothing of the repository is run.
"""
import argparse
import collections
import json
import re
import subprocess
import sys
import tempfile

DJANGO = re.compile(r"\b(CreateModel|DeleteModel|AddField|RemoveField)\(")
OPERATION = re.compile(r"op\.(create_table|drop_table|add_column|drop_column)\(|batch_op\.(add_column|drop_column)\(")


def git(repository, *args):
    return subprocess.run(["git", "-C", repository, *args], check=True, capture_output=True).stdout.decode(
        "utf-8", "replace")


def commits(repository):
    """(commit, parent, changed paths with their letter) of first-parent history, oldest first"""
    text = git(repository, "log", "--first-parent", "--reverse", "-m", "--no-renames", "--name-status",
               "--format=%x00%H %P", "HEAD", "--", "*.py")
    for block in text.split("\0")[1:]:
        head, *lines = block.strip().split("\n")
        ids = head.split()
        if len(ids) > 1:
            yield ids[0], ids[1], [line.split("\t") for line in lines if line]


def check(options, commit):
    """what `gmig check --at` says that no revision of the commit has"""
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as config:
        hints = dict(hint.split("=", 1) for hint in options.hint)
        config.write("format: django\n" + (f"type_hints: {json.dumps(hints)}\n" if hints else ""))
        config.flush()
        ran = subprocess.run([options.gmig, "-C", options.repository, "--config", config.name, "check", "--at", commit,
                              "--report", "json"], capture_output=True)
    try:
        findings = json.loads(ran.stdout)["findings"]
    except ValueError:
        return [{"commit": commit, "error": ran.stderr.decode("utf-8", "replace")}]
    found = [finding for finding in findings if finding["rule"] == "missing-migration"]
    return [{"commit": commit, "changes": found}] if found else []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("repository")
    parser.add_argument("migrations", nargs="*")
    parser.add_argument("--django", action="store_true")
    parser.add_argument("--hint", action="append", default=[])
    parser.add_argument("--program", default="build/dev/tests/model_changes")
    parser.add_argument("--gmig", default="build/dev/src/gmig")
    options = parser.parse_args()

    def is_revision(path):
        if options.django:
            return re.search(r"(^|/)migrations/[^/]+\.py$", path) and not path.endswith("__init__.py")
        return any(path.startswith(folder.rstrip("/") + "/") for folder in options.migrations)

    first = git(options.repository, "log", "--first-parent", "--reverse", "--format=%H", "HEAD", "--",
                *options.migrations).split("\n")[0]
    if options.django:  # South's migrations, before Django had its own, are none of them
        first = git(options.repository, "log", "--first-parent", "--reverse", "-m", "--format=%H", "-Smigrations.Migration)",
                    "HEAD", "--", "*migrations/*.py").split("\n")[0]
    before = set(git(options.repository, "rev-list", "--first-parent", first).split()[1:])
    walk = [commit for commit in commits(options.repository)
            if commit[0] not in before and any(not is_revision(path) for _, path in commit[2])]
    command = [options.program] + (["-D"] if options.django else [])
    for folder in options.migrations:
        command += ["-m", folder.rstrip("/")]
    for hint in options.hint:
        command += ["-t", hint]
    asked = "".join(f"{parent} {commit}\n" for commit, parent, _ in walk)
    ran = subprocess.run(command + [options.repository, "changes"], input=asked.encode(), capture_output=True)
    sys.stderr.write(ran.stderr.decode("utf-8", "replace"))
    changes = collections.defaultdict(list)
    for line in ran.stdout.decode("utf-8", "replace").splitlines():
        fields = line.split("\t")
        if len(fields) == 6:
            changes[fields[0]].append(fields[1:])

    alarms, untold, silent, touched, migrated, python_only = [], [], [], 0, 0, 0
    for commit, parent, files in walk:
        revisions = [path for letter, path in files if is_revision(path)]
        if not revisions:
            python_only += 1
        if changes[commit]:
            touched += 1
            if revisions:
                migrated += 1
                untold += check(options, commit) if options.django else []
            else:
                alarms.append({"commit": commit, "changes": changes[commit]})
        elif any(letter == "A" and is_revision(path) for letter, path in files):
            texts = [git(options.repository, "show", f"{commit}:{path}") for letter, path in files
                     if letter == "A" and is_revision(path)]
            operation = DJANGO if options.django else OPERATION
            if any(operation.search(text) for text in texts):
                silent.append({"commit": commit, "files": [path for _, path in files]})
    json.dump({"commits": len(walk), "without_revision": python_only, "models_changed": touched,
               "with_revision": migrated, "alarms": alarms, "untold": untold, "silent": silent}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
