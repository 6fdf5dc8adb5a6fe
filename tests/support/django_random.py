#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares gmig with Django's own MigrationLoader on random apps.

    django_random.py GMIG FOLDER SEED COUNT

For each seed from SEED on it writes a project of a few apps with migrations into FOLDER: linear, branched and merged ones,
edges between apps, __first__ and __latest__, run_before, squashes whose replaced files are there, partly there or gone.
Django (nothing applied) and gmig must agree about the leaf nodes, the apps in conflict and every edge, and gmig's order must
be one that Django's graph allows. Where Django refuses a graph (a name that leads nowhere, a cycle), gmig must as well.
"""
import importlib
import json
import os
import random
import shutil
import subprocess
import sys

import django
from django.apps import apps
from django.conf import settings
from django.db.migrations.exceptions import CircularDependencyError, NodeNotFoundError
from django.db.migrations.loader import MigrationLoader


class App:
    def __init__(self, label):
        self.label = label
        self.files = {}  # name -> text
        self.parents = {}  # name -> names of the same app
        self.replaced = set()
        self.gone = set()

    def leaves(self):
        taken = {p for parents in self.parents.values() for p in parents}
        return [name for name in self.parents if name not in taken]


def text_of(dice, lists):
    """The file, in one of the ways that people write it."""
    base = dice.choice(['migrations.Migration'] * 3 + ['Migration'])
    lines = ['# Written by hand']
    lines.append('from django.db import migrations' if base != 'Migration' else
                 'from django.db.migrations import Migration')
    lines += ['', '', 'class Migration(%s):' % base]
    if dice.random() < 0.2:
        lines.append('    """dependencies = [("no", "0001_such")]"""')
    if dice.random() < 0.2:
        lines.append('    initial = True')
    for name, pairs in lists.items():
        if not pairs and dice.random() < 0.5:
            continue
        quote = dice.choice('\'"')
        written = ['(%s%s%s, %s%s%s)' % (quote, a, quote, quote, n, quote) for a, n in pairs]
        style = dice.randrange(4)
        if style == 0:
            lines.append('    %s = [%s]' % (name, ', '.join(written)))
        elif style == 1 and len(written) > 1:
            lines.append('    %s = [%s] + [%s]' % (name, written[0], ', '.join(written[1:])))
        elif style == 2 and len(written) == 1:
            lines.append('    %s = (%s,)' % (name, written[0]))
        else:
            lines.append('    %s = [' % name)
            lines += ['        %s,  # %d' % (w, i) for i, w in enumerate(written)]
            lines.append('    ]')
    lines += ['    operations = []', '']
    return '\n'.join(lines)


def make_project(dice):
    project = [App('app%d' % i) for i in range(dice.randint(1, 4))]
    made = []  # (app, name) in an order without cycles
    run_before = {}
    for _ in range(dice.randint(1, 30)):
        app = dice.choice(project)
        leaves = app.leaves()
        parents = []
        if leaves:
            how = dice.random()
            if how < 0.15 and len(leaves) > 1:
                parents = leaves
            elif how < 0.3:
                parents = [dice.choice(list(app.parents))]
            else:
                parents = [dice.choice(leaves)]
        name = '%04d_%s' % (len(app.parents) + 1, dice.choice(['initial', 'a', 'b_c', 'x%d' % len(made)]))
        if name in app.parents:
            continue
        app.parents[name] = parents
        dependencies = [(app.label, p) for p in parents]
        others = [m for m in made if m[0] is not app]
        if others and dice.random() < 0.4:
            other, target = dice.choice(others)
            dependencies.append((other.label, target))
        if others and dice.random() < 0.05:
            other = dice.choice(others)[0]
            # Only where the first one can stand before: the app began earlier and names nothing of this one.
            dependencies.append((other.label, '__first__'))
        if others and dice.random() < 0.03:
            dependencies.append((dice.choice(others)[0].label, '__latest__'))
        if dice.random() < 0.02:
            dependencies.append((app.label, '__first__'))
        if dice.random() < 0.02:
            dependencies.append((app.label, '9999_nowhere'))
        dice.shuffle(dependencies)
        app.files[name] = {'dependencies': dependencies, 'run_before': [], 'replaces': []}
        if others and dice.random() < 0.05:
            other, target = dice.choice(others)
            app.files[name]['run_before'].append((other.label, target))
        made.append((app, name))
    for app in project:
        if len(app.parents) > 2 and dice.random() < 0.5:
            squash(dice, app)
    return [app for app in project if app.files]


def squash(dice, app):
    """A squash of a chain that ends at some migration."""
    end = dice.choice(list(app.parents))
    chain = [end]
    while app.parents[chain[0]] and dice.random() < 0.9:
        chain.insert(0, app.parents[chain[0]][0])
    outside = []
    for name in chain:
        for pair in app.files[name]['dependencies']:
            if pair[0] != app.label and pair not in outside:
                outside.append(pair)
    begin = [(app.label, p) for p in app.parents[chain[0]]]
    name = '%s_squashed_%s' % (chain[0], chain[-1])
    app.files[name] = {'dependencies': begin + outside, 'run_before': [],
                       'replaces': [(app.label, n) for n in chain]}
    gone = dice.random()
    for old in chain:
        if gone < 0.3 or (gone < 0.5 and dice.random() < 0.5):
            del app.files[old]


def write_project(folder, project, dice):
    for app in project:
        where = os.path.join(folder, app.label, 'migrations')
        os.makedirs(where)
        for package in (os.path.dirname(where), where):
            open(os.path.join(package, '__init__.py'), 'w').close()
        for name, lists in app.files.items():
            with open(os.path.join(where, name + '.py'), 'w') as file:
                file.write(text_of(dice, lists))
    with open(os.path.join(folder, 'gmig.yml'), 'w') as file:
        file.write('format: django\n')


def ask_django(folder, labels):
    """Leaves, conflicts and edges; None where Django refuses the graph."""
    for name in [n for n in sys.modules if n.split('.')[0] in labels]:
        del sys.modules[name]
    importlib.invalidate_caches()
    sys.path.insert(0, folder)
    try:
        apps.app_configs.clear()
        apps.all_models.clear()
        apps.apps_ready = apps.models_ready = apps.loading = apps.ready = False
        apps.clear_cache()
        apps.populate(labels)
        loader = MigrationLoader(None)
        plan = loader.graph._generate_plan(loader.graph.leaf_nodes(), True)
    except (NodeNotFoundError, CircularDependencyError) as refusal:
        return None, str(refusal)
    finally:
        sys.path.remove(folder)
    nodes = loader.graph.node_map
    return {
        'leaves': sorted('.'.join(key) for key in loader.graph.leaf_nodes()),
        'conflicts': {app: ['%s.%s' % (app, n) for n in names] for app, names in loader.detect_conflicts().items()},
        'edges': {'.'.join(key): sorted({'.'.join(p.key) for p in node.parents}) for key, node in nodes.items()},
        'plan': ['.'.join(key) for key in plan],
    }, ''


def run(gmig, folder, *args):
    done = subprocess.run([gmig, '-C', folder, *args], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def ask_gmig(gmig, folder):
    status, out, err = run(gmig, folder, 'history', '--json')
    if status:
        assert status in (1, 2), (status, err)
        return None, err
    revisions = json.loads(out)['revisions']
    status, out, err = run(gmig, folder, 'heads', '--json')
    heads = json.loads(out)['heads']
    lineages = {}
    for head in heads:
        lineages.setdefault(head['lineage'], []).append(head['revision'])
    status, out, err = run(gmig, folder, 'upgrade', 'heads', '--plan', '--from', 'base', '--json')
    assert status == 0, err
    return {
        'leaves': sorted(head['revision'] for head in heads),
        'conflicts': {app: sorted(ids) for app, ids in lineages.items() if len(ids) > 1},
        'edges': {r['revision']: sorted(r['parents'] + r['depends']) for r in revisions},
        'plan': [step['revision'] for step in json.loads(out)['steps']],
    }, ''


def compare(gmig, folder, seed):
    dice = random.Random(seed)
    project = make_project(dice)
    shutil.rmtree(folder, ignore_errors=True)
    write_project(folder, project, dice)
    theirs, why = ask_django(folder, [app.label for app in project])
    ours, reason = ask_gmig(gmig, folder)
    if theirs is None or ours is None:
        assert theirs is None and ours is None, \
            'seed %d: Django says %r, gmig says %r' % (seed, why, reason)
        return 'refused'
    for what in ('leaves', 'conflicts', 'edges'):
        assert theirs[what] == ours[what], \
            'seed %d: %s: Django %s, gmig %s' % (seed, what, theirs[what], ours[what])
    assert sorted(ours['plan']) == sorted(theirs['plan']), 'seed %d: other plans' % seed
    done = set()
    for step in ours['plan']:
        missing = [parent for parent in theirs['edges'][step] if parent not in done]
        assert not missing, 'seed %d: %s is planned before %s' % (seed, step, missing)
        done.add(step)
    return 'conflict' if theirs['conflicts'] else 'sound'


def main():
    gmig, folder, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    sys.dont_write_bytecode = True
    settings.configure(INSTALLED_APPS=[], DATABASES={})
    django.setup()
    kinds = {'refused': 0, 'conflict': 0, 'sound': 0}
    for number in range(seed, seed + count):
        kinds[compare(gmig, os.path.join(folder, 'random'), number)] += 1
    print('%d projects: %s' % (count, ', '.join('%d %s' % (n, kind) for kind, n in kinds.items())))
    assert min(kinds.values()) > 0 or count < 50, 'some kind of project was never made'


main()
