#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The models of two branches of a Django project, as they will be together: what both make and neither has a migration for.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

/usr/bin/python3 -c 'import django' 2>/dev/null || { echo "skipped: there is no python3-django"; exit 77; }
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
new_repo repo
mkdir -p cards/migrations notes/migrations shared
touch cards/__init__.py cards/migrations/__init__.py notes/__init__.py notes/migrations/__init__.py shared/__init__.py
cat >settings.py <<'END'
SECRET_KEY = "x"
INSTALLED_APPS = ["cards", "notes"]
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
cat >shared/base.py <<'END'
from django.db import models


class Stamped(models.Model):
    created = models.DateTimeField()

    class Meta:
        abstract = True
END
cat >cards/models.py <<'END'
from django.db import models

from shared.base import Stamped


class Card(Stamped):
    title = models.CharField(max_length=40)
END
cat >notes/models.py <<'END'
from django.db import models

from shared.base import Stamped


class Note(models.Model):
    text = models.TextField()
END
echo 'format: django' >gmig.yml
makemigrations() {
    /usr/bin/python3 manage.py makemigrations >made.txt 2>&1 || fail "makemigrations: $(cat made.txt)"
    rm made.txt
}
# settled ONE OTHER YES-OR-NO: what Django itself says of the branches together, merged by git
settled() {
    git checkout -q -b "merge-$1-$2" "$1"
    expect 0 git merge -q -m merged "$2"
    now=no
    ! /usr/bin/python3 manage.py makemigrations --check --dry-run >/dev/null 2>&1 || now=yes
    [ "$now" = "$3" ] || fail "Django: $1 with $2: $now"
}
makemigrations
commit start
expect 0 gmig check

# The abstract base learns a field, and the migration has it for the table that the trunk knows.
git branch topic
sed -i 's/    created = .*/&\n    updated = models.DateTimeField(null=True)/' shared/base.py
makemigrations
commit updated
expect 0 gmig check

# The branch makes a table of the base, with a migration of its own.
git checkout -q topic
cat >>notes/models.py <<'END'


class Sticker(Stamped):
    hue = models.IntegerField()
END
makemigrations
commit sticker
expect 0 gmig check
expect 1 gmig check --base main
has 'notes/models.py:10: error: column updated of notes_sticker is new together with main, and no revision says so [missing-migration]'
has 'Run `git merge main`, then `python manage.py makemigrations`.'
hasnt 'cards_card'
expect 1 gmig check --base main --json
json '[.findings[].rule]' '["missing-migration"]'
settled topic main no
expect 1 gmig check --base topic
has 'column updated of notes_sticker is new'
makemigrations
commit 'updated stickers'
expect 0 gmig check --base topic
expect 0 gmig check --base main

# Two branches that have nothing to do with each other: a field here, a table with a key there.
git checkout -q -b field main
sed -i 's/^    title = .*/&\n    size = models.IntegerField(null=True)/' cards/models.py
makemigrations
commit size
git checkout -q -b table main
cat >>notes/models.py <<'END'


class Line(Stamped):
    note = models.ForeignKey(Note, models.CASCADE)
    cards = models.ManyToManyField("cards.Card")

    class Meta:
        unique_together = [("note", "created")]
        order_with_respect_to = "note"
END
makemigrations
commit line
expect 0 gmig check --base field
expect 0 gmig check --base main
settled table field yes
expect 0 gmig check --base main

# A whole app of the other branch, with a table of the base that learns a field here.
git checkout -q -b app main
mkdir -p albums/migrations
touch albums/__init__.py albums/migrations/__init__.py
sed -i 's/"notes"/"notes", "albums"/' settings.py
cat >albums/models.py <<'END'
from django.db import models

from shared.base import Stamped


class Album(Stamped):
    name = models.TextField()
END
makemigrations
commit albums
git checkout -q -b seen main
sed -i 's/    created = .*/    seen = models.DateTimeField(null=True)\n&/' shared/base.py
makemigrations
commit seen
expect 1 gmig check --base app
has 'column seen of albums_album is new together with app, and no revision says so [missing-migration]'
hasnt 'cards_card'
expect 1 gmig check --at app --base seen
has 'albums/models.py:6: error: column seen of albums_album is new together with seen'
settled app seen no
