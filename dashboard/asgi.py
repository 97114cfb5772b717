"""The web process: static files first, then Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
os.environ.setdefault("SIGHTGLASS_PROCESS", "web")

from django.conf import settings
from django.core.asgi import get_asgi_application
from servestatic import ServeStaticASGI

application = ServeStaticASGI(
    get_asgi_application(),
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
)
