"""Settings. Everything that differs between installations comes from the environment."""

from __future__ import annotations

from pathlib import Path

import environ

from hrsaas.console.navigation import UNFOLD  # noqa: F401  # read by django-unfold

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# manage.py, tests and `make run` fill these from the embedded servers when no real ones are named.
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
# Fernet keys, newest first: the first wraps tenants' keys, all unwrap them.
MASTER_KEYS = env.list("MASTER_KEYS")
# Tenants live at {slug}.{BASE_DOMAIN}; the operator console at {BASE_DOMAIN} itself.
BASE_DOMAIN = env.str("BASE_DOMAIN", default="localhost")
PUBLIC_PORT = env.int("PUBLIC_PORT", default=8000)
SECURE = env.bool("HTTPS", default=False)
# Names under which machines of our own ask for the probes and figures; they serve no tenant.
INTERNAL_HOSTS = env.list("INTERNAL_HOSTS", default=[])
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}", *INTERNAL_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://*.{BASE_DOMAIN}", f"https://{BASE_DOMAIN}"] if SECURE else []

# What may read /metrics from elsewhere; without it only the machine itself.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

INSTALLED_APPS = [
    "hrsaas.tenancy",
    "hrsaas.access",
    "hrsaas.audit",
    "hrsaas.people",
    "hrsaas.jobs",
    "hrsaas.approvals",
    "hrsaas.months",
    "hrsaas.api",
    "hrsaas.console",
    "recruiting",
    "attendance",
    "performance",
    "payroll",
    "integrations",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "django_filters",
    "django_prometheus",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "hrsaas.console.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hrsaas.tenancy.middleware.TenantMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hrsaas.access.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "hrsaas.urls.tenant"
OPERATOR_URLCONF = "hrsaas.urls.operator"
WSGI_APPLICATION = "hrsaas.wsgi.application"
ASGI_APPLICATION = "hrsaas.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database(variable: str, *, guarded: bool) -> dict[str, object]:
    """Processes get only the roles that they need: one whose address is missing fails when it is used."""
    address = env.str(variable, default="")
    config: dict[str, object] = env.db_url_config(address) if address else {"MISSING_VARIABLE": variable}
    config["ENGINE"] = "hrsaas.tenancy.backend"
    config["TENANT_GUARD"] = guarded
    config["ATOMIC_REQUESTS"] = guarded
    config["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60) if guarded else 0
    config["CONN_HEALTH_CHECKS"] = True
    return config


# One database, three roles (tenancy/roles.py). Only `default` serves requests.
DATABASES = {
    "default": _database("DATABASE_URL", guarded=True),
    "owner": _database("DATABASE_OWNER_URL", guarded=False),
    "maintenance": _database("DATABASE_MAINTENANCE_URL", guarded=False),
}
DATABASE_ROUTERS = ["hrsaas.tenancy.router.TenancyRouter"]
# The admin's own log would be one table for all tenants; the audit trail takes its place.
MIGRATION_MODULES = {"admin": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "hrsaas.tenancy.cache.tenant_key",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0

# Reminders of approvals. smtp+tls://user:password@host:587 (% signs for special letters); without it no mail is sent.
vars().update(env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="") or f"noreply@{BASE_DOMAIN}"
EMAIL_TIMEOUT = 10

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "hrsaas.access.backends.TenantUserBackend",
    "hrsaas.access.backends.OperatorBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the e-mail is unique per tenant, not globally: on purpose
LOGIN_URL = "admin:login"

AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "hrsaas.access.backends.lockout_name"
AXES_LOCKOUT_CALLABLE = "hrsaas.access.backends.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a device that keeps trying must not lock its owner out
AXES_CLIENT_IP_CALLABLE = "hrsaas.access.origins.client_ip"
# How many of our own proxies stand in front and append to X-Forwarded-For.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if SECURE else 0)
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
FORMAT_MODULE_PATH = ["hrsaas.console.formats"]
LOCALE_PATHS = [BASE_DIR / "hrsaas" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
WHITENOISE_USE_FINDERS = True

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "hrsaas.access.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["hrsaas.api.permissions.HasPermission"],
    "DEFAULT_FILTER_BACKENDS": [
        "hrsaas.api.filters.FieldFilter",
        "hrsaas.api.filters.TextSearch",
        "hrsaas.api.filters.Ordering",
    ],
    "DEFAULT_PAGINATION_CLASS": "hrsaas.api.pagination.Page",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hrsaas.api.parsers.LimitedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "hrsaas.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["hrsaas.api.throttles.PerTokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.str("API_RATE", default="1200/min"), "sign_in": "20/min"},
    "NUM_PROXIES": PROXY_COUNT,
    "EXCEPTION_HANDLER": "hrsaas.api.errors.problem_response",
    "PAGE_SIZE": 50,
    "DEFAULT_VERSION": "v1",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "hrsaas.api.schema.EnglishGenerator",
    "TITLE": "hrsaas",
    "DESCRIPTION": "HR, attendance, performance and payroll of one tenant, at the tenant's own subdomain.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Enumerations stay where they are used: names made up from several serializers would change with each app.
    "POSTPROCESSING_HOOKS": [],
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    # A request must not hang on a dead broker (kombu tries for 6 s by itself): the job's row is safe, see jobs/.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
# Seconds. A job whose worker gave no sign for this long is taken over by the sweeper.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=10)

# Where everything is logged. Where it is set, stderr gets only warnings and worse.
LOG_FILE = env.str("LOG_FILE", default="")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "hrsaas.console.logs.ContextFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(tenant)s %(user)s %(request_id)s",
        }
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["context"],
            "level": "WARNING" if LOG_FILE else "NOTSET",
        },
        "file": {
            "class": "logging.handlers.WatchedFileHandler" if LOG_FILE else "logging.NullHandler",
            **({"filename": LOG_FILE} if LOG_FILE else {}),
            "formatter": "json",
            "filters": ["context"],
        },
    },
    "root": {"handlers": ["stderr", "file"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr", "file"], "propagate": False},
        # Refusals are in our own request log, which has no paths and query strings.
        "django.request": {"level": "ERROR"},
    },
}
