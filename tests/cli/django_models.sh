#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Django project: gmig's hook asks for a migration when its models want another schema, and for nothing else.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

/usr/bin/python3 -c 'import django' 2>/dev/null || { echo "skipped: there is no python3-django"; exit 77; }
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
new_repo repo
mkdir -p cards/migrations plain cards/tests
touch cards/__init__.py cards/migrations/__init__.py plain/__init__.py cards/tests/__init__.py
cat >settings.py <<'END'
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "cards", "plain"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
END
cat >manage.py <<'END'
import os
import sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
END
cat >cards/base.py <<'END'
from django.db import models


class Named(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        abstract = True
        unique_together = [("name", "owner")]
END
cat >cards/models.py <<'END'
from django.conf import settings
from django.db import models

from .base import Named


class Deck(Named):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    hue = models.IntegerField(default=0)
END
echo 'format: django' >gmig.yml
makemigrations() {
    /usr/bin/python3 manage.py makemigrations >made.txt 2>&1 || fail "makemigrations: $(cat made.txt)"
    rm made.txt
}
# needed: Django itself wants a migration
needed() {
    ! /usr/bin/python3 manage.py makemigrations --check --dry-run >/dev/null 2>&1 || fail 'Django wants no migration'
}

makemigrations
commit start
expect 0 gmig check
expect 0 gmig hook install

# What a database does not see is committed at once, although Django would write some of it down.
cat >cards/models.py <<'END'
"""Decks."""
from django.conf import settings
from django.db import models
from django.utils.functional import cached_property

from .base import Named

HUES = [(0, "none"), (1, "red")]


class DeckQuerySet(models.QuerySet):
    pass


class Deck(Named):
    # Which colour is it?
    hue = models.IntegerField("colour", choices=HUES, default=1, help_text="a colour")
    owner = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        related_name="decks",
        on_delete=models.PROTECT,
    )

    objects = DeckQuerySet.as_manager()
    limit = 5

    class Meta(Named.Meta):
        verbose_name = "deck"
        ordering = ["name"]

    @cached_property
    def size(self):
        return 0
END
git add -A
expect 0 git commit -q -m 'More methods'
makemigrations
commit written

# A column is not.
sed -i 's/^    limit = 5/    limit = models.PositiveIntegerField(null=True)/' cards/models.py
needed
git add -A
expect 1 git commit -q -m limit
has_err 'cards/models.py:25: error: column limit of cards_deck is new, and no revision says so [missing-migration]'
has_err 'Run `python manage.py makemigrations`, and add the file it writes.'
makemigrations
git add -A
expect 0 git commit -q -m limit

# Each change, and the migration that Django makes of it.
# edit EXPRESSION: by sed, in the files of models
edit() {
    sed -i "$1" cards/models.py cards/base.py
    ! git diff --quiet || fail "$1 changes nothing"
}
# missed WHAT: the hook misses it, and what makemigrations writes settles it
missed() {
    git add -A
    expect 1 git commit -q -m change
    has_err "$1, and no revision says so [missing-migration]"
    makemigrations
    git add -A
    expect 0 git commit -q -m "$1"
}
edit 's/max_length=40/max_length=50/'
missed 'column name of cards_deck has changed'
edit 's/models.PositiveIntegerField(null=True)/models.PositiveIntegerField(null=True, db_index=True)/'
missed 'index (limit) of cards_deck is new'
edit 's/ordering = .*/unique_together = [("name", "hue")]/'
missed 'unique (name, hue) of cards_deck is new'
edit 's/unique_together = .*hue")]/&\n        constraints = [models.CheckConstraint(check=models.Q(hue__gte=0), name="hues")]/'
missed 'check hues of cards_deck is new'
edit 's/^    owner = models.ForeignKey(/    friends = models.ManyToManyField(settings.AUTH_USER_MODEL)\n&/'
missed 'many-to-many friends of cards_deck is new'
edit 's/models.PositiveIntegerField(null=True, db_index=True)/models.BigIntegerField(null=True, db_column="most")/'
missed 'column most of cards_deck is new'
edit '/friends/d'
missed 'many-to-many friends of cards_deck is gone'
cat >>cards/models.py <<'END'


class Card(models.Model):
    deck = models.ForeignKey("Deck", models.CASCADE)


class LoudCard(Card):
    volume = models.FloatField(null=True)


class QuietCard(Card):
    class Meta:
        proxy = True
END
missed 'table cards_loudcard is new'
edit 's/volume = models.FloatField(null=True)/volume = models.IntegerField(null=True)/'
missed 'column volume of cards_loudcard has changed'

# A migration of something else does not help.
sed -i 's/volume = models.IntegerField(null=True)/volume = models.IntegerField(null=True)\n    tone = models.CharField(max_length=9)/' cards/models.py
newest=$(basename "$(ls cards/migrations/0*.py | tail -1)" .py)
cat >cards/migrations/0999_other.py <<END
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "$newest")]
    operations = [migrations.AlterField("Deck", "hue", models.IntegerField(default=2))]
END
git add -A
expect 1 git commit -q -m tone
has_err 'column tone of cards_loudcard is new'
# So does one that cannot be read, which stops nobody.
sed -i 's/operations = .*/operations = [helpers.add_tone()]/' cards/migrations/0999_other.py
git add -A
expect 0 git commit -q -m tone
git reset -q --hard HEAD~1

# Two branches: one forgets its migration, the other does not.
git checkout -q -b forgotten
sed -i 's/volume = models.IntegerField(null=True)/pitch = models.FloatField(null=True)/' cards/models.py
needed
git add -A
expect 0 git commit -q --no-verify -m pitch
expect 1 gmig check --base main
has 'column pitch of cards_loudcard is new, and no revision says so [missing-migration]'
has 'column volume of cards_loudcard is gone, and no revision says so [missing-migration]'
git checkout -q main
git checkout -q -b made
sed -i 's/volume = models.IntegerField(null=True)/&\n    tempo = models.FloatField(null=True)/' cards/models.py
makemigrations
git add -A
expect 0 git commit -q -m tempo
expect 0 gmig check --base main

# Apps without migrations have none to miss, nor have tests, unmanaged models and the rest of Python.
cat >plain/models.py <<'END'
from django.db import models


class Loose(models.Model):
    text = models.TextField()
END
cp plain/models.py cards/tests/models.py
cat >>cards/models.py <<'END'


class View(models.Model):
    text = models.TextField()

    class Meta:
        managed = False
END
cat >cards/forms.py <<'END'
from django import forms


class DeckForm(forms.ModelForm):
    extra = forms.CharField(max_length=5)
END
git add -A
expect 0 git commit -q -m loose

# One that Django takes into its hands, for its options say no more that it shall not, and out of them.
makemigrations
commit view
edit '/class View/,$s/^        managed = False/        ordering = ["text"]/'
missed 'table cards_view is new'
edit '/class View/,$s/^        ordering = .*/        managed = False/'
missed 'table cards_view is gone'

# What cannot be told stops nobody, and is said; a hint makes it known.
sed -i 's/tempo = models.FloatField(null=True)/tempo = speeds.SpeedField(most=limit())/' cards/models.py
expect 0 gmig check
has 'info: column tempo of cards_loudcard has changed as far as can be told without running the models [unresolved-models]'
git add -A
expect 0 gmig hook run pre-commit
printf 'format: django\ntype_hints: {SpeedField: FloatField(null=True)}\n' >gmig.yml
expect 0 gmig check
hasnt 'unresolved-models'

# The project's own words for writing one.
printf 'format: django\nrunner: {command: [./manage.py], migrate: [./manage.py, makemigrations]}\n' >gmig.yml
sed -i 's/^    tempo = .*/    tempo = models.IntegerField()/' cards/models.py
expect 1 gmig check
has 'Run `./manage.py makemigrations`, and'
