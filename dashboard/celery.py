"""The worker and beat processes. `python -m celery -A dashboard worker|beat`."""

import os

from celery import Celery
from celery.signals import worker_init

from .descriptors import raise_limit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

app = Celery("sightglass")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["sessions_app"])


@worker_init.connect
def allow_many_connections(**_: object) -> None:
    raise_limit()
