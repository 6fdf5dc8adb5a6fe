#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Django project: gmig reads django_migrations, and manage.py does the rest, one app at a time or all the way up.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
new_repo repo
mkdir -p decks/migrations
touch decks/__init__.py decks/migrations/__init__.py
cat >settings.py <<'END'
import os
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "decks"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE_PATH"][len("sqlite:///"):]}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
END
cat >manage.py <<'END'
import os
import sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
END
cat >decks/models.py <<'END'
from django.db import models


class Deck(models.Model):
    name = models.CharField(max_length=40)
END
cat >gmig.yml <<'END'
format: django
targets: {db: {url: "sqlite:db.sqlite", development: true}}
runner:
  command: [/usr/bin/python3, manage.py]
  migrate: [/usr/bin/python3, manage.py, makemigrations]
  env: {DATABASE_PATH: "{url}"}
END
echo '/db.sqlite*' >.gitignore
query() {
    sqlite3 -batch db.sqlite "$1"
}

expect 0 gmig migrate
same <<'END'
decks/migrations/0001_initial.py
END
echo '    hue = models.IntegerField(default=0)' >>decks/models.py
expect 0 gmig migrate --stage -m 'Deck hue'
has 'decks/migrations/0002_deck_hue.py'
commit decks
expect 0 gmig upgrade --plan
same <<'END'
up   decks.0001_initial initial
up   decks.0002_deck_hue deck hue
END

# To one migration of an app, all the way up, down one, and to nothing.
expect 0 gmig upgrade decks.0001_initial
has 'applied decks.0001_initial'
[ "$(query "SELECT group_concat(name) FROM django_migrations WHERE app = 'decks'")" = 0001_initial ] || fail 'not at 0001'
expect 0 gmig upgrade
has 'applied decks.0002_deck_hue'
expect 0 gmig status
has 'the database is up to date'
expect 0 gmig current --json
json .heads '["decks.0002_deck_hue"]'
json .phantoms '[]'
expect 0 gmig downgrade
has 'reverted decks.0002_deck_hue'
expect 0 gmig downgrade base
has 'reverted decks.0001_initial'
[ "$(query "SELECT count(*) FROM django_migrations WHERE app = 'decks'")" = 0 ] || fail 'something is left'
expect 0 gmig upgrade
expect 0 gmig upgrade
has_err 'nothing to do'
