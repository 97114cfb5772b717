"""Django's settings. What a person can change comes from `environment`; everything else is decided here."""

import dj_database_url
from csp.constants import NONE, SELF

from .environment import BASE_DIR, VAR_DIR, read_environment

ENVIRONMENT = read_environment()

# How long the plan keeps logs and films, for the pages to say so; upstream tells it nowhere.
KEPT_DAYS = ENVIRONMENT.sightglass_kept_days

IS_TEST = ENVIRONMENT.sightglass_env == "test"

SECRET_KEY = ENVIRONMENT.secret_key
ENCRYPTION_KEYS = ENVIRONMENT.encryption_keys
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.sightglass_url]
ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"
AUTH_USER_MODEL = "sessions_app.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
    "sessions_app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sessions_app.views.bearer.BearerMiddleware",
    # Before the check for forged requests: who is not signed in is told that first, scripts as 401.
    "sessions_app.views.access.SignInMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sessions_app.views.frame.page_frame",
            ],
        },
    },
]

# Database. The web process shares a small pool between its threads; Celery closes connections around
# each task by itself, so a worker thread keeps one open instead. While the database is away the pool tries as long as
# a request waits, and begins anew with the next one: its own pauses double with each attempt.
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
if ENVIRONMENT.sightglass_process == "web":
    DATABASES["default"] |= {"ENGINE": "sessions_app.postgresql", "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 16, "timeout": 5, "reconnect_timeout": 5}

# What stands in the cache only guards (requests that come twice, look-ups a minute): nobody waits long for it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.cache_url,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

# Celery. A message only rings the bell: what it says to do stands in a row, and a sweep finds what was missed.
CELERY_BROKER_URL = ENVIRONMENT.celery_broker_url
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A click that rings must not wait for a broker that is away: no second attempt, which would come 2 s later.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5 if ENVIRONMENT.sightglass_process == "worker" else 1,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "dashboard.beat.Scheduler"

# Sign-in: password only, nobody signs up by themselves.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "sessions_app.views.sign_in.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if IS_TEST:  # a good hash is slow on purpose
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# What the browser may do and keep.
SESSION_COOKIE_NAME = "sightglass_session"
CSRF_COOKIE_NAME = "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENVIRONMENT.is_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_https else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.is_https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "sessions_app.views.expired_form.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
FRAME_HOSTS = ENVIRONMENT.sightglass_frame_hosts
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Static files: ours, and those of the npm packages that the pages load.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / ("static-of-tests" if IS_TEST else "static")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("htmx", BASE_DIR / "node_modules" / "htmx.org" / "dist"),
    ("hls", BASE_DIR / "node_modules" / "hls.js" / "dist"),
    ("rrweb", BASE_DIR / "node_modules" / "rrweb-player" / "dist"),
]
STATICFILES_FINDERS = [
    "dashboard.package_files.PackageFilesFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Tests render pages without collecting the files first, so theirs carry no hash in their names.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_TEST
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

# Upstream.
ALLOW_PRIVATE_UPSTREAM = ENVIRONMENT.sightglass_allow_private_upstream
SIMULATOR_URL = ENVIRONMENT.sightglass_simulator_url
PULL_PROJECTS_S = ENVIRONMENT.sightglass_pull_projects_s
PULL_LIVE_S = ENVIRONMENT.sightglass_pull_live_s
PULL_SESSIONS_S = ENVIRONMENT.sightglass_pull_sessions_s
PULL_USAGE_S = ENVIRONMENT.sightglass_pull_usage_s
# How many days rows are kept, 0: for ever. What is to be removed is told before; runs of pulls never were worth that.
KEEP_DAYS = {
    "sessions": ENVIRONMENT.sightglass_keep_sessions_days,
    "readings": ENVIRONMENT.sightglass_keep_readings_days,
    "audit": ENVIRONMENT.sightglass_keep_audit_days,
    "batches": ENVIRONMENT.sightglass_keep_batches_days,
}
KEEP_PULLS_DAYS = ENVIRONMENT.sightglass_keep_pulls_days
# To how many full minutes each session counts, 0: as long as it took.
ROUND_MINUTES = ENVIRONMENT.sightglass_round_minutes
# Beat only asks, this often, what is due: when what last ran stands in the Pull rows.
PULL_TICK_S = min(1.0, PULL_LIVE_S / 2)
CREATE_SWEEP_S = 5.0
ENDS_SWEEP_S = 1.0  # a step of every batch that is under way
CELERY_BEAT_SCHEDULE = {
    "pull what is due": {
        "task": "sessions_app.tasks.pull_due",
        "schedule": PULL_TICK_S,
        "options": {"expires": PULL_TICK_S},
    },
    "sweep creates": {
        "task": "sessions_app.tasks.sweep_creates",
        "schedule": CREATE_SWEEP_S,
        "options": {"expires": CREATE_SWEEP_S},
    },
    "sweep ends": {
        "task": "sessions_app.tasks.sweep_ends",
        "schedule": ENDS_SWEEP_S,
        "options": {"expires": ENDS_SWEEP_S},
    },
    "prune previews": {"task": "sessions_app.tasks.prune_previews", "schedule": 600.0, "options": {"expires": 600.0}},
    "read belongings": {"task": "sessions_app.tasks.read_belongings", "schedule": 60.0, "options": {"expires": 60.0}},
    # What is not rolled up yet is read from the journal: nothing waits for this.
    "roll up usage": {"task": "sessions_app.tasks.roll_up_usage", "schedule": 15.0, "options": {"expires": 15.0}},
    "remove by age": {"task": "sessions_app.tasks.remove_by_age", "schedule": 3600.0, "options": {"expires": 600.0}},
    "prune pulls": {"task": "sessions_app.tasks.prune_pulls", "schedule": 3600.0, "options": {"expires": 600.0}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"database": {"()": "sessions_app.postgresql.away.InOneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "sessions_app": {"level": "INFO"},
        "django.request": {"level": "ERROR", "filters": ["database"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
        "httpx": {"level": "WARNING"},
    },
}
