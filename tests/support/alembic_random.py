# SPDX-License-Identifier: Apache-2.0
"""Compares gmig with Alembic itself on random script directories.

    python3 alembic_random.py GMIG FOLDER SEED COUNT [SIZE]

Makes COUNT directories below FOLDER, of up to SIZE revisions each: linear, branched, merged, with several bases, with
depends_on and labels, in all the forms that assignments have. Prints each difference and exits 1 when there is one.
Order is compared as far as Alembic's is defined: parents and dependencies first.
"""
import json
import os
import random
import subprocess
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

DOWN_FORMS = {
    0: ["None", "()", "[]", '""'],
    1: ["'{0}'", '"{0}"', "('{0}',)", "['{0}']", "('{0}')", "u'{0}'", "'{0}'  # why", "(  # one\n    '{0}',\n)",
        "'{0}'[:]" if False else "'{0}'"],
    2: ["('{0}', '{1}')", "['{0}', \"{1}\"]", "'{0}', '{1}'", "(\n    '{0}',  # a\n    '{1}',\n)"],
}


class Node:
    def __init__(self, name):
        self.id, self.parents, self.depends, self.labels = name, [], [], []


def random_graph(rng, size):
    """Nodes, parents first, with a graph that Alembic accepts."""
    nodes, heads = [], []
    branchy, merging, bases, depending = (rng.random() ** 2 * x for x in (0.5, 0.5, 0.1, 0.2))
    ancestors = {}
    label_of = 0
    for _ in range(size):
        node = Node("%012x" % rng.getrandbits(48))
        roll = rng.random()
        if not nodes or roll < bases:
            pass
        elif roll < bases + merging and len(heads) >= 2:
            node.parents = rng.sample(heads, 2)
        elif roll < bases + merging + branchy:
            node.parents = [rng.choice(nodes[-30:]).id]
        else:
            node.parents = [rng.choice(heads) if heads else nodes[-1].id]
        above = set()
        for parent in node.parents:
            above |= {parent} | ancestors[parent]
        if nodes and rng.random() < depending:
            other = rng.choice(nodes).id
            if other not in above:
                node.depends = [other]
                above |= {other} | ancestors[other]
        ancestors[node.id] = above
        heads = [head for head in heads if head not in node.parents] + [node.id]
        nodes.append(node)
    if rng.random() < 0.5:
        for head in heads[:3]:
            node = next(n for n in nodes if n.id == head)
            if node.parents and rng.random() < 0.7:
                label_of += 1
                node.labels = ["label%d" % label_of]
    return nodes, ancestors


def write(rng, folder, nodes):
    versions = os.path.join(folder, "migrations", "versions")
    os.makedirs(versions)
    with open(os.path.join(folder, "migrations", "env.py"), "w"):
        pass
    with open(os.path.join(folder, "alembic.ini"), "w") as file:
        file.write("[alembic]\nscript_location = %(here)s/migrations\n")
    with open(os.path.join(folder, "gmig.yml"), "w") as file:
        file.write("format: alembic\n")
    for number, node in enumerate(nodes):
        down = rng.choice(DOWN_FORMS[len(node.parents)]).format(*node.parents)
        how = rng.randrange(6)
        lines = ['"""message %d\n\nRevision ID: lies\nCreate Date: 2024-01-01 00:00:%02d\n"""' % (number, number % 60)]
        if how == 0 and len(node.parents) == 1 and "\n" not in down and "#" not in down and "(" not in down:
            lines.append("revision, down_revision = %r, %s" % (node.id, down))
        elif how == 1 and len(node.parents) == 1:
            lines += ["previous = %r" % node.parents[0], "revision: str = %r" % node.id, "down_revision = previous"]
        elif how == 2:
            lines += ["revision: str = %r" % node.id, "down_revision: Union = %s" % down] if "," not in down.split("#")[
                0] or down[0] in "([" else ["revision = %r" % node.id, "down_revision = %s" % down]
            lines.insert(1, "from typing import Union")
        else:
            lines += ["revision = %r" % node.id, "down_revision = %s" % down]
        if not node.labels and not node.depends and rng.random() < 0.5:
            lines.append("branch_labels = depends_on = None")
        else:
            lines.append("branch_labels = %s" % (tuple(node.labels) or None,))
            lines.append("depends_on = %s" % (rng.choice([node.depends, tuple(node.depends)]) or None,))
        lines += ["", "def upgrade():", "    pass", "", "def downgrade():", "    pass", ""]
        with open(os.path.join(versions, "%s_m.py" % node.id), "w") as file:
            file.write("\n".join(lines))


class Comparison:
    def __init__(self, gmig, folder, seed):
        self.gmig, self.folder, self.seed, self.wrong, self.compared = gmig, folder, seed, 0, 0

    def run(self, *args):
        """The document that gmig prints, or its error's code."""
        done = subprocess.run([self.gmig, *args, "--json"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        if done.returncode not in (0, 1, 2):
            self.tell(args, "exit %d: %s" % (done.returncode, done.stderr.decode()), "an answer")
        document = json.loads(done.stdout or b"{}")
        return document

    def tell(self, what, ours, theirs):
        self.wrong += 1
        print("seed %s: %s: gmig says %s, Alembic %s" % (self.seed, what, ours, theirs))

    def same(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.tell(what, ours, theirs)


def alembic_says(function):
    try:
        return function()
    except (CommandError, AssertionError, KeyError) as error:
        return "error: %s" % type(error).__name__


def ids_of(document):
    if "error" in document:
        return "error"
    return sorted(r["revision"] for r in document["revisions"])


def compare_graph(comparison, script, nodes):
    history = comparison.run("history")
    comparison.same("heads", sorted(h["revision"] for h in comparison.run("heads")["heads"]),
                    sorted(script.get_heads()))
    comparison.same("bases", sorted(r["revision"] for r in history["revisions"] if r["base"]),
                    sorted(script.get_bases()))
    walked = list(script.walk_revisions())
    comparison.same("history", ids_of(history), sorted(s.revision for s in walked))
    parents = {s.revision: sorted(s._versioned_down_revisions) for s in walked}
    comparison.same("parents", {r["revision"]: sorted(r["parents"]) for r in history["revisions"]}, parents)
    comparison.same("depends", {r["revision"]: r["depends"] for r in history["revisions"]},
                    {n.id: n.depends for n in nodes})
    comparison.same("messages", {r["revision"]: r["message"] for r in history["revisions"]},
                    {s.revision: s.doc for s in walked})
    children = {}
    for node, below in parents.items():
        for parent in below:
            children.setdefault(parent, set()).add(node)
    shown = comparison.run("branches")
    comparison.same("branch points", sorted(b["revision"] for b in shown["branches"]),
                    sorted(s.revision for s in walked if s.is_branch_point))
    place = {r["revision"]: i for i, r in enumerate(history["revisions"])}
    comparison.same("order", [n for n in parents for p in parents[n] if place[n] > place[p]], [])


def compare_specs(comparison, script, nodes, rng):
    labels = [label for node in nodes for label in node.labels]
    some = rng.sample(nodes, min(6, len(nodes)))
    specs = ["heads", "head"] + [n.id for n in some] + [n.id[:5] for n in some]
    specs += labels + [label + "@head" for label in labels] + [label + "@heads" for label in labels]
    specs += ["%s@%s" % (label, node.id) for label in labels for node in some[:3]]
    for spec in specs:
        def theirs():
            # One definition of head: Alembic's `heads` leaves out those that others depend on, `head` does not.
            found = script.get_revisions(script.get_heads() if spec == "heads" else spec)
            if any(f is None for f in found):
                return "error"
            return sorted(f.revision for f in found)
        wanted = alembic_says(theirs)
        comparison.same("show " + spec, ids_of(comparison.run("show", spec)),
                        "error" if isinstance(wanted, str) else wanted)


def compare_plans(comparison, script, nodes, ancestors, rng):
    edges = {n.id: n.parents + n.depends for n in nodes}
    for _ in range(8):
        start, goal = rng.choice(nodes).id, rng.choice(["heads", rng.choice(nodes).id])
        for direction in ("upgrade", "downgrade"):
            if direction == "downgrade":
                goal = rng.choice(["base"] + sorted(ancestors[start]))
            def theirs():
                plan = getattr(script, "_%s_revs" % direction)(goal, (start,))
                return [step.revision.revision for step in plan]
            wanted = alembic_says(theirs)
            document = comparison.run(direction, goal, "--plan", "--from", start)
            if isinstance(wanted, str):
                continue  # docs/alembic.md lists what Alembic cannot plan
            ours = [s["revision"] for s in document.get("steps", [])] if "error" not in document else "error"
            what = "%s %s from %s" % (direction, goal, start)
            comparison.same(what, sorted(ours) if ours != "error" else ours, sorted(wanted))
            if ours == "error":
                continue
            if direction == "downgrade":
                ours = ours[::-1]
            place = {name: i for i, name in enumerate(ours)}
            late = [n for n in ours for p in edges[n] if place.get(p, -1) > place[n]]
            comparison.same("order of " + what, late, [])


def main():
    gmig, folder, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    size = int(sys.argv[5]) if len(sys.argv) > 5 else 40
    wrong = compared = 0
    for number in range(count):
        rng = random.Random(seed * 1000 + number)
        here = os.path.join(folder, "%d_%d" % (seed, number))
        nodes, ancestors = random_graph(rng, rng.randint(1, size) if count > 1 else size)
        os.makedirs(here)
        write(rng, here, nodes)
        config = Config(os.path.join(here, "alembic.ini"))
        script = ScriptDirectory.from_config(config)
        comparison = Comparison(gmig, here, "%d/%d" % (seed, number))
        compare_graph(comparison, script, nodes)
        compare_specs(comparison, script, nodes, rng)
        compare_plans(comparison, script, nodes, ancestors, rng)
        wrong += comparison.wrong
        compared += comparison.compared
    print("%d answers compared, %d differ" % (compared, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
