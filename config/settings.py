"""Settings, read from the environment; production is the default, `DEMO=1` turns the demo on."""

from __future__ import annotations

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY")
# "version:base64 of 32 bytes", newest first; the newest encrypts, all decrypt.
DATA_KEYS = env.list("DATA_KEYS")
# Never rotated: the digests are how a person is found by number.
DIGEST_KEY = env.str("DIGEST_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# How many proxies of our own add to X-Forwarded-For: limits by address count whom the outermost of them saw.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
HTTPS = env.bool("HTTPS", not (DEMO or DEBUG))

if DEMO and HTTPS:
    raise ImproperlyConfigured("DEMO=1 is for one machine only: it refuses to run with HTTPS=1.")

INSTALLED_APPS = [
    "assistance.accounts.console_app.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_celery_beat",
    "django_htmx",
    "import_export",
    "pgtrigger",
    "assistance.shared",
    "assistance.accounts",
    "assistance.files",
    "assistance.jobs",
    "assistance.registry",
    "assistance.policies",
    "assistance.entitlements",
    "assistance.payments",
    "assistance.settlements",
    "assistance.cases",
    "assistance.screening",
    "assistance.trail",
    "assistance.web",
    *(["assistance.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Above whatever answers by itself, so that errors and redirects carry the same headers as pages.
    "assistance.web.middleware.BordersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "assistance.shared.requests.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "assistance.shared.requests.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "assistance.shared.requests.ActingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "assistance.accounts.sessions.StillThereMiddleware",
    "assistance.accounts.passwords.FirstPasswordMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "assistance.web.middleware.RefusedOftenMiddleware",
    "assistance.web.middleware.OnlySentMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "assistance.web.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ATOMIC_REQUESTS=False,
    CONN_MAX_AGE=0,
    CONN_HEALTH_CHECKS=True,
    TIME_ZONE="Asia/Shanghai",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "assistance.accounts.backends.AccountsBackend",
]
PASSWORD_HASHERS = [
    "assistance.accounts.hashers.KeyedHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of before, until the next log-in
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "assistance.accounts.validators.NotEndless"},
    {"NAME": "assistance.accounts.validators.KindsOfCharacters"},
    {"NAME": "assistance.accounts.validators.NotUsedBefore"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "login"
SESSION_ENGINE = "assistance.accounts.sessions"
# Of a session without a log-in; with one, the rules of entry say when it ends.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# The demo asks nobody for a second factor but those who have set one up.
SECOND_FACTOR = not DEMO

AXES_HANDLER = "assistance.accounts.ladder.LadderHandler"
AXES_FAILURE_LIMIT = 5  # the lowest rung of the ladder
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# By user name alone: a county office shares one address, and changing the address must not help.
AXES_LOCKOUT_PARAMETERS = [["username"]]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "var" / "vendor"]
# Papers of the cases: encrypted, outside of what a web server serves, copied with the database.
PAPERS_ROOT = Path(env.str("PAPERS_ROOT", str(BASE_DIR / "var" / "papers")))
PAPER_BYTES = 10 * 1024**2
PAPERS_A_DAY, PAPER_BYTES_A_DAY = 1_000, 3 * 1024**3  # of one person within 24 hours
PAPER_PIXELS = 50_000_000
PAPER_PAGES = 200
# The printing font of the papers; `make setup` puts it there.
FONTS_ROOT = env.path("FONTS_ROOT", default=str(BASE_DIR / "var" / "fonts"))
# A name that begins like a formula stays a name in the files of the console too.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "papers": {
        "BACKEND": "assistance.files.storage.EncryptedStorage",
        "OPTIONS": {"location": PAPERS_ROOT},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Uploads stay in memory: Django's other handler would leave them readable in the temporary folder.
FILE_UPLOAD_HANDLERS = ["assistance.files.uploads.InMemoryHandler"]
UPLOAD_BYTES = 64 * 1024**2  # of one request

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

CELERY_BROKER_URL = env.str("BROKER_URL")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
# Worker and beat write the same lines as the web: Celery would replace the handlers by its own.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
# A list of more rows is made into a file by a worker.
EXPORT_AT_ONCE = 5_000
CELERY_BEAT_SCHEDULER = "assistance.jobs.clock:Clock"
# Where the clock begins; from then on the rows of the console say when it rings.
CELERY_BEAT_SCHEDULE = {
    "follow deaths": {"task": "payments.follow_deaths", "schedule": 300.0},
    "close due notices": {"task": "cases.close_due_notices", "schedule": 60.0},
    "continue waiting cases": {"task": "cases.continue_waiting", "schedule": 60.0},
    "do list jobs": {"task": "registry.do_list_jobs", "schedule": 60.0},
    "do payer jobs": {"task": "settlements.do_payer_jobs", "schedule": 60.0},
    "book waiting payments": {"task": "settlements.book_waiting_payments", "schedule": 600.0},
    "purge payer files": {
        "task": "settlements.purge_payer_files",
        "schedule": crontab(hour=3, minute=50),
    },
    "do bill jobs": {"task": "settlements.do_bill_jobs", "schedule": 60.0},
    "book waiting bills": {"task": "settlements.book_waiting", "schedule": 600.0},
    "purge deliveries of bills": {
        "task": "settlements.purge_deliveries",
        "schedule": crontab(hour=3, minute=45),
    },
    "purge closed lists": {"task": "registry.purge_lists", "schedule": crontab(hour=3, minute=40)},
    "look again": {"task": "settlements.look_again", "schedule": crontab(hour=2, minute=40)},
    "follow pushes": {"task": "screening.follow_pushes", "schedule": 600.0},
    "prepare applications": {
        "task": "screening.prepare_prospects",
        "schedule": crontab(hour=4, minute=10),
    },
    "look at paid bottom lines": {
        "task": "screening.look_at_paid",
        "schedule": crontab(hour=4, minute=25),
    },
    "write periods of lists": {"task": "screening.write_periods", "schedule": crontab(minute=5)},
    "draw up lists": {"task": "screening.do_lists", "schedule": 60.0},
    "do exports": {"task": "web.do_exports", "schedule": 60.0},
    "purge exports": {"task": "jobs.purge_exports", "schedule": crontab(hour=3, minute=50)},
    "seal the chain": {"task": "trail.seal", "schedule": 300.0},
    "check the chain": {"task": "trail.check_chain", "schedule": crontab(hour=4, minute=10)},
    "mark unusual access": {"task": "trail.mark_unusual", "schedule": crontab(hour=4, minute=40)},
    "deactivate dormant accounts": {
        "task": "accounts.deactivate_dormant",
        "schedule": crontab(hour=3, minute=10),
    },
    "sweep orphaned papers": {
        "task": "files.sweep_orphans",
        "schedule": crontab(hour=3, minute=20),
    },
}

SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# The prefix binds a cookie to this very host, to HTTPS and to the whole of it.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # htmx reads the token from the page, but forms of an open tab need it
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "assistance.shared.requests.RequestIdFilter"}},
    "formatters": {"json": {"()": "assistance.shared.requests.JsonFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["request"], "formatter": "json"}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "propagate": False},
        # Cut off from the root by Celery, which would give it a handler of another form.
        "multiprocessing": {"handlers": ["console"], "level": "WARNING"},
    },
}
