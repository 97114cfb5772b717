"""The site's own settings, but with the static files of a deployment in a folder of this run, an empty page and the
admin to compare with."""

import os
from pathlib import Path

from dashboard.settings import *  # noqa: F403
from dashboard.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig"]
ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = Path(os.environ["BENCHMARKS_STATIC_ROOT"])
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"}}
