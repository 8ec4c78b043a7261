"""Settings, from the environment only. The table in README.md explains each variable.

This module computes values and starts nothing. With `EMBEDDED_ENGINES=1` (set by `make run`,
`make test` and `make lint`) unset addresses and keys point to the program's own PostgreSQL and
Valkey under `VAR_DIR`; without it, an unset address or key is an error.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from smm_agency import engines
from smm_agency.unfold_settings import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

EMBEDDED_ENGINES = env.bool("EMBEDDED_ENGINES", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
if EMBEDDED_ENGINES:
    engines.load_secrets(VAR_DIR, into=os.environ)


def required(name: str) -> str:
    """The variable's value; without it the program refuses to start."""
    value = str(env.str(name, default=""))
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it, or run the demo with `make run`, which brings its own."
        )
    return value


# --- Addresses -----------------------------------------------------------------------------------

if EMBEDDED_ENGINES:
    DATABASE_URL = env.str("DATABASE_URL", default="") or engines.database_url(VAR_DIR)
    REDIS_URL = env.str("REDIS_URL", default="") or engines.redis_url(VAR_DIR)
else:
    DATABASE_URL = required("DATABASE_URL")
    REDIS_URL = required("REDIS_URL")

DATABASES = {"default": engines.database_config(DATABASE_URL)}
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL server (postgres://…).")
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("DATABASE_CONN_MAX_AGE", default=60), CONN_HEALTH_CHECKS=True
)

REDIS = engines.redis_addresses(REDIS_URL)

# --- Safety --------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY")
# Encrypts callers' numbers, network keys and raw webhook bodies; the first encrypts, all decrypt.
FIELD_ENCRYPTION_KEYS = [key for key in required("FIELD_ENCRYPTION_KEYS").split(",") if key]
# Hashes callers' numbers. Never rotated: another key would make every old caller a new one.
PHONE_HASH_KEY = required("PHONE_HASH_KEY")

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if EMBEDDED_ENGINES else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where senders of calls reach the program: a signature may cover the address, and no header of a
# request is believed to say it.
if EMBEDDED_ENGINES:
    PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
else:
    PUBLIC_URL = required("PUBLIC_URL").rstrip("/")

# Behind HTTPS unless the demo runs on a plain local port.
HTTPS = env.bool("HTTPS", default=not EMBEDDED_ENGINES)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# A load balancer asks for its health over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("TRUST_PROXY_HTTPS_HEADER", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- The demo ------------------------------------------------------------------------------------

# Set by `make run` while the database holds the demo agency: shows the banner and the one-click
# sign-in, sends every network call to the simulator and every mail to a folder.
DEMO = env.bool("DEMO", default=False)
SIMULATOR_URL = env.str("SIMULATOR_URL", default="http://127.0.0.1:8377")

# --- Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "smm_agency",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "smm_agency.admin_app.AgencyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "import_export",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_celery_beat",
    "django_include_bootstrap",
    "auditlog",
    "clients",
    "communities",
    "strategy",
    "content",
    "promotion",
    "kpi",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "smm_agency.security_headers.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smm_agency.compression.TextCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clients.acting.ActingMiddleware",
    "clients.language.UserLanguageMiddleware",
    "smm_agency.refused_method.RefusedMethodMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "smm_agency.urls"
WSGI_APPLICATION = "smm_agency.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "clients.portal.installation",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "clients.User"
LOGIN_URL = "account:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# The agency's own clock: the crontabs of beat and the times in the admin.
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Moscow")

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage",
    },
}

# --- Cache and tasks -----------------------------------------------------------------------------

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS.cache,
    }
}

CELERY_BROKER_URL = REDIS.broker
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
# A long measurement must not hold up calls that have just come in.
CELERY_TASK_ROUTES = {
    "kpi.tasks.process_raw_events": {"queue": "default"},
    "kpi.tasks.sweep_raw_events": {"queue": "default"},
    "kpi.tasks.*": {"queue": "metrics"},
    "communities.tasks.check_keys": {"queue": "metrics"},
    # Publications leave at their second, whatever else is being done.
    "content.tasks.publish": {"queue": "publishing"},
    "content.tasks.look_up_publications": {"queue": "publishing"},
    "content.tasks.place_on_networks": {"queue": "publishing"},
    "content.tasks.poll_inbox": {"queue": "metrics"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 20 * 60
CELERY_TASK_TIME_LIMIT = 25 * 60
# Longer than any task may run: a message that is still being worked on never comes back.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60 * 60}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = TIME_ZONE

# --- Networks ------------------------------------------------------------------------------------

VK_API_URL = env.str("VK_API_URL", default="https://api.vk.ru/method")
VK_API_VERSION = env.str("VK_API_VERSION", default="5.199")
TELEGRAM_API_URL = env.str("TELEGRAM_API_URL", default="https://api.telegram.org")
VK_IDS_PER_CALL = env.int("VK_IDS_PER_CALL", default=500)
OK_API_URL = env.str("OK_API_URL", default="https://api.ok.ru")
OK_TOKEN_URL = env.str("OK_TOKEN_URL", default="https://api.ok.ru/oauth/token.do")
OK_APPLICATION_ID = env.str("OK_APPLICATION_ID", default="")
OK_APPLICATION_KEY = env.str("OK_APPLICATION_KEY", default="")
OK_APPLICATION_SECRET = env.str("OK_APPLICATION_SECRET", default="")
MAX_API_URL = env.str("MAX_API_URL", default="https://platform-api2.max.ru")
MAX_CA_BUNDLE = env.str("MAX_CA_BUNDLE", default="")
YOUTUBE_API_URL = env.str("YOUTUBE_API_URL", default="https://youtube.googleapis.com/youtube/v3")
YOUTUBE_ANALYTICS_URL = env.str(
    "YOUTUBE_ANALYTICS_URL", default="https://youtubeanalytics.googleapis.com/v2"
)
GOOGLE_TOKEN_URL = env.str("GOOGLE_TOKEN_URL", default="https://oauth2.googleapis.com/token")
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="")
META_ENABLED = env.bool("META_ENABLED", default=False)
META_GRAPH_URL = env.str("META_GRAPH_URL", default="https://graph.facebook.com/v26.0")
META_APP_ID = env.str("META_APP_ID", default="")
META_APP_SECRET = env.str("META_APP_SECRET", default="")
# Meta retires names of metrics: here they are dropped or added without a release. A new one says
# what it counts: `name=views`.
FACEBOOK_PAGE_METRICS = env.list(
    "FACEBOOK_PAGE_METRICS",
    default=[
        "page_media_view",
        "page_total_media_view_unique",
        "page_daily_follows_unique",
        "page_daily_unfollows_unique",
    ],
)
FACEBOOK_POST_METRICS = env.list(
    "FACEBOOK_POST_METRICS",
    default=["post_media_view", "post_total_media_view_unique", "post_clicks"],
)
INSTAGRAM_ACCOUNT_METRICS = env.list(
    "INSTAGRAM_ACCOUNT_METRICS", default=["reach", "follower_count"]
)
INSTAGRAM_MEDIA_METRICS = env.list(
    "INSTAGRAM_MEDIA_METRICS", default=["views", "reach", "saved", "shares"]
)
VK_ADS_API_URL = env.str("VK_ADS_API_URL", default="https://ads.vk.com/api/v2")
UIS_API_URL = env.str("UIS_API_URL", default="https://dataapi.uiscom.ru/v2.0")
# Hosts that outside calls may reach; empty means any.
NETWORK_ALLOWED_HOSTS = env.list("NETWORK_ALLOWED_HOSTS", default=[])
if DEMO:
    # Whatever else is set: invented clients never speak to real networks.
    VK_API_URL = f"{SIMULATOR_URL}/vk/method"
    TELEGRAM_API_URL = f"{SIMULATOR_URL}/telegram"
    OK_API_URL = f"{SIMULATOR_URL}/ok"
    OK_TOKEN_URL = f"{SIMULATOR_URL}/ok/oauth/token.do"
    # The one application that the simulated network knows.
    OK_APPLICATION_ID, OK_APPLICATION_KEY, OK_APPLICATION_SECRET = (
        "512000000001",
        "CDEMOKEYLGDIHBABABA",
        "demo-application-secret",
    )
    MAX_API_URL = f"{SIMULATOR_URL}/max"
    YOUTUBE_API_URL = f"{SIMULATOR_URL}/youtube/v3"
    YOUTUBE_ANALYTICS_URL = f"{SIMULATOR_URL}/youtube_analytics/v2"
    GOOGLE_TOKEN_URL = f"{SIMULATOR_URL}/google/token"
    GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET = "demo-client", "demo-client-secret"
    META_GRAPH_URL = f"{SIMULATOR_URL}/meta/v26.0"
    VK_ADS_API_URL = f"{SIMULATOR_URL}/vk_ads/api/v2"
    UIS_API_URL = f"{SIMULATOR_URL}/uis/v2.0"
    NETWORK_ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

# --- Mail ----------------------------------------------------------------------------------------

if DEMO or (EMBEDDED_ENGINES and not env.str("EMAIL_URL", default="")):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    # Required, since a mail that only a log receives would put the links of new passwords there.
    vars().update(env.email_url_config(required("EMAIL_URL")))
# Shorter than the lease of a letter, so that a hanging server does not let two workers send one.
EMAIL_TIMEOUT = 60
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="workbench@localhost")

# --- Notices -------------------------------------------------------------------------------------

# The agency's own bot, by which its people are told; empty: nobody is told by Telegram.
NOTICE_BOT_TOKEN = env.str("NOTICE_BOT_TOKEN", default="")
# Where a person opens a chat with the bot.
TELEGRAM_LINK_URL = "https://t.me"
# The bot of the simulated network: the page that it links to is pressed there.
DEMO_BOT_TOKEN = "700100200:demo-notices"  # noqa: S105
if DEMO:
    NOTICE_BOT_TOKEN = DEMO_BOT_TOKEN
    TELEGRAM_LINK_URL = f"{SIMULATOR_URL}/telegram/chat"

# --- Rules of the agency -------------------------------------------------------------------------

# How documents that go to clients call the agency.
AGENCY_NAME = env.str("AGENCY_NAME", default="Demo agency" if DEMO else "")
# Competitors that must be analysed, and how fresh the analysis must be, before approval.
STRATEGY_MIN_COMPETITORS = env.int("STRATEGY_MIN_COMPETITORS", default=2)
STRATEGY_COMPETITOR_ANALYSIS_DAYS = env.int("STRATEGY_COMPETITOR_ANALYSIS_DAYS", default=120)
# What staff upload to communities: screenshots, pictures of the design, brand books.
COMMUNITY_FILE_BYTES = env.int("COMMUNITY_FILE_BYTES", default=50 * 1024 * 1024)
# Gets each file that a client sends on its standard input; ends with 1 for a virus, 0 for none.
UPLOAD_SCAN_COMMAND = env.str("UPLOAD_SCAN_COMMAND", default="")
STRATEGY_DOCUMENT_BYTES = env.int("STRATEGY_DOCUMENT_BYTES", default=10 * 1024 * 1024)
# Days that raw webhook bodies and uploaded files are kept after processing.
RAW_EVENT_DAYS = env.int("RAW_EVENT_DAYS", default=30)
FIGURES_FILE_DAYS = env.int("FIGURES_FILE_DAYS", default=30)
# How large a file of figures may be, and from which size on it is taken by a worker.
FIGURES_FILE_BYTES = env.int("FIGURES_FILE_BYTES", default=20 * 1024 * 1024)
FIGURES_FILE_AT_ONCE_BYTES = env.int("FIGURES_FILE_AT_ONCE_BYTES", default=256 * 1024)

# Days that people may mend the time they wrote down; later directors do.
TIME_EDIT_DAYS = env.int("TIME_EDIT_DAYS", default=7)
# Days that the history of changes is kept: its old values may hold personal data.
CHANGE_HISTORY_DAYS = env.int("CHANGE_HISTORY_DAYS", default=1095)

# --- History of changes --------------------------------------------------------------------------

AUDITLOG_LOGENTRY_MODEL = "clients.ChangeEntry"
# The library's migrations would make its own table beside ours, which nothing writes or empties.
MIGRATION_MODULES = {"auditlog": None}
AUDITLOG_MASK_CALLABLE = "smm_agency.audit_log.hide"
# Nothing of the request but its person is kept: no address, no header of the sender's.
AUDITLOG_CID_HEADER = None

# --- Logs ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"hooks": {"()": "smm_agency.log_filter.HideHookAddresses"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["hooks"]}
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # httpx writes whole addresses at INFO, and a Telegram token stands in the path.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        # Warns of every refused request by its path; others than our handler may listen.
        "django.request": {"filters": ["hooks"]},
    },
}
