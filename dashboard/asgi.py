"""The web process: the gateway (`/v1/…`), static files, then Django."""

import gc
import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
os.environ.setdefault("SIGHTGLASS_PROCESS", "web")

from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

from .crowd import Crowd
from .descriptors import raise_limit
from .encoded_slashes import KeepEncodedSlashes

raise_limit()

pages = ServeStaticASGI(
    Crowd(KeepEncodedSlashes(get_asgi_application())),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    allow_all_origins=False,
    immutable_file_test=r"\.[0-9a-f]{12}\.",
)

# It has models, so it can be imported once Django is set up.
from sessions_app.proxy import Door  # noqa: E402

application = Door(pages)

# Views are imported now and not by the first request; what is there for good then, the garbage collector need not look
# through again whenever a large answer is made.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
