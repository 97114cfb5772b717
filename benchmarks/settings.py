"""The site's own settings, but with the static files of a deployment in a folder of this run, and an empty page."""

import os
from pathlib import Path

from dashboard.settings import *  # noqa: F403
from dashboard.settings import STORAGES

ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = Path(os.environ["BENCHMARKS_STATIC_ROOT"])
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"}}
