"""All settings. What differs between installations comes from the environment (docs/operations.md)."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from preo.config import environment
from preo.core.logs import logging_config
from preo.runtime.home import home
from preo.runtime.postgres.address import embedded_database_url
from preo.runtime.secret import secret_key

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
SECRET_KEY = secret_key()
# Former keys, the newest first. Sessions need them for days, customers' links, which have no end, for ever.
SECRET_KEY_FALLBACKS = environment.words("PREO_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.words("PREO_ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
# Behind a proxy that ends TLS: it must set X-Forwarded-Proto and X-Forwarded-For itself.
BEHIND_PROXY = environment.flag("PREO_BEHIND_PROXY", default=False)
HTTPS = environment.flag("PREO_HTTPS", default=False)

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "preo.runtime",
    "preo.dashboard",
    "preo.people",
    "preo.imports",
    "preo.segments",
    "preo.orders",
    "preo.consents",
    "preo.customers",
    "preo.catalog",
    "preo.accounts",
    "preo.editions",
    "preo.activity",
    "preo.organizations",
    "preo.transports",
    "preo.idempotency",
    "preo.core",
]

MIDDLEWARE = [
    "preo.core.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "preo.core.middleware.UploadBound",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "preo.config.urls"
WSGI_APPLICATION = "preo.config.wsgi.application"
APPEND_SLASH = False

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- database -------------------------------------------------------------------------------
_database = environment.database(os.environ.get("DATABASE_URL") or embedded_database_url())
_database["CONN_MAX_AGE"] = 0
# A pooled connection may have outlived the server at its other end.
_database["CONN_HEALTH_CHECKS"] = True
_database["OPTIONS"] |= {
    "pool": {"min_size": 1, "max_size": environment.number("PREO_DATABASE_POOL", default=8)},
    "application_name": "preo",
}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who signs in ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.StaffUser"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "MinimumLengthValidator": {"min_length": 10},
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "full_name")},
        "CommonPasswordValidator": {},
    }.items()
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/sign-in"
SESSION_COOKIE_NAME = "preo_session"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
REFRESH_TOKEN_GRACE = timedelta(seconds=10)
SIGN_IN_TRIES_PER_ACCOUNT = 10
SIGN_IN_TRIES_PER_ADDRESS = 100
SIGN_IN_WINDOW = timedelta(minutes=15)
PINS_PER_ADDRESS = 30
INVITATIONS_PER_DAY = 100

# --- mail -----------------------------------------------------------------------------------
# Without a server mails stay in the local inbox.
EMAIL_SERVER = environment.email_server("PREO_EMAIL_URL")
EMAIL_SENDER = environment.mailbox(
    "PREO_EMAIL_SENDER", default=None if EMAIL_SERVER else "Preo <no-reply@preo.invalid>"
)
# How others reach this installation: what links in mails begin with.
BASE_URL = environment.base_url("PREO_BASE_URL", default="http://127.0.0.1:8000")

# --- the edge -------------------------------------------------------------------------------
MAX_BODY_BYTES = environment.number("PREO_MAX_BODY_BYTES", default=8 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
# A product's form with as many variants and options as the API takes: 200 of each, four inputs in a row.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if HTTPS:
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["preo.accounts.authentication.BearerAuthentication"],
    "DEFAULT_PARSER_CLASSES": ["preo.core.json.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["preo.core.json.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "preo.core.openapi.Schema",
    "EXCEPTION_HANDLER": "preo.core.http.on_error",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Preo API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": (
        "The administration and operations API of an event-commerce platform. Sign in at "
        "`POST /v1/auth/token` or send an API key; both go into the header "
        "`Authorization: Bearer ...`. Times are UTC, amounts are major units with two decimals. "
        "Every error is a problem document (RFC 9457) with a stable `type`."
    ),
    "SCHEMA_PATH_PREFIX": "/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "CurrencyEnum": "preo.core.money.Currency",
        "LanguageEnum": "preo.core.languages.Language",
        "RoleEnum": "preo.accounts.models.RoleWord",
        "TaxTypeEnum": "preo.editions.models.TaxType",
        "SmsSenderNameEnum": "preo.editions.models.SmsSenderName",
        "CountryCodeEnum": "preo.editions.models.CountryCode",
        "EditionDateStatusEnum": "preo.editions.models.DateStatus",
        "OrderTypeEnum": "preo.orders.models.OrderType",
        "OrderStatusEnum": "preo.orders.models.OrderStatus",
        "ProductTypeEnum": "preo.catalog.models.ProductType",
        "ConsentTypeEnum": "preo.consents.models.ConsentType",
        "ConsentScopeEnum": "preo.consents.models.Scope",
        "ImportOutcomeEnum": "preo.imports.api.external_orders.OUTCOMES",
        "PurchaseStatusEnum": "preo.orders.models.PurchaseStatus",
        "SuppressionChannelEnum": "preo.customers.models.Channel",
        "SuppressionReasonEnum": "preo.customers.models.SuppressionReason",
        "SegmentStatusEnum": "preo.segments.models.SegmentStatus",
        "CommunicationTypeEnum": "preo.segments.models.CommunicationType",
        "CommunicationChannelEnum": "preo.segments.models.CommunicationChannel",
    },
    "PREPROCESSING_HOOKS": ["preo.core.openapi.only_the_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "preo.core.openapi.add_problems",
    ],
}

# --- what reaches upwards (docs/architecture.md) ----------------------------------------------
IDEMPOTENCY = "preo.idempotency.service.answer_once"
EDITION_PARTS = ["preo.orders.edition_part"]
BOUGHT_BY = "preo.orders.bought.bought_by"
# Upper slices first: what they do rests on what those below still know.
PERSON_PARTS = [
    "preo.people.copies",
    "preo.people.activities",
    "preo.imports.person_part",
    "preo.segments.person_part",
    "preo.orders.person_part",
    "preo.consents.person_part",
    "preo.customers.person_part",
]
ACTIVITY_RUNNERS: list[str] = []
PURGES = [
    "preo.idempotency.service.purge_answers",
    "preo.transports.service.purge_inbox",
    "preo.accounts.service.sign_in.purge_sign_ins",
    "preo.accounts.service.pins.purge_pins",
    "preo.imports.service.retention.purge_imports",
]
DOCTOR_CHECKS = [
    "preo.orders.checks.check_money",
    "preo.orders.checks.check_tenancy",
    "preo.consents.checks.check_consents",
    "preo.consents.day_hashes.check_days",
    "preo.segments.checks.check_segments",
]

# --- retention --------------------------------------------------------------------------------
KEEP_ANSWERS = timedelta(hours=24)
KEEP_JOBS = timedelta(days=7)
KEEP_PINS = timedelta(days=7)
KEEP_INBOX = timedelta(days=30)
# Raw files of imports and their rows: after the time in which an import can be undone.
KEEP_IMPORT_FILES = timedelta(days=90)
# A file in storage that no import names (yet): the upload may still be under way.
KEEP_NAMELESS_FILES = timedelta(days=1)
READY_QUEUE_AGE = timedelta(minutes=5)

# --- segments ---------------------------------------------------------------------------------
# How long one calculation may take, and one preview, for which somebody waits.
SEGMENT_TIMEOUT = timedelta(seconds=environment.number("PREO_SEGMENT_SECONDS", default=600))
SEGMENT_PREVIEW_TIMEOUT = timedelta(
    seconds=environment.number("PREO_SEGMENT_PREVIEW_SECONDS", default=15)
)
# Of each sort or hash of a segment's query: with too little of it, large sets are read again and again.
SEGMENT_WORK_MEM = f"{environment.number('PREO_SEGMENT_MEMORY_MB', default=256)}MB"

# --- imports of files -------------------------------------------------------------------------
IMPORT_FILE_LIMIT = environment.number("PREO_IMPORT_FILE_MB", default=200) * 1024**2
# Of a form with a file: the fields and boundaries around it are small.
MAX_UPLOAD_BYTES = IMPORT_FILE_LIMIT + 1024**2
# What comes as base64 stands in memory whole.
IMPORT_BASE64_LIMIT = 10 * 1024**2
# What the process may use that reads a workbook.
IMPORT_EXCEL_MEMORY = environment.number("PREO_IMPORT_EXCEL_MB", default=1024) * 1024**2
IMPORT_EXCEL_SECONDS = environment.number("PREO_IMPORT_EXCEL_SECONDS", default=120)
# So many days after its end an import can be undone.
IMPORT_UNDO_DAYS = environment.number("PREO_IMPORT_UNDO_DAYS", default=30)

# --- time, texts, files, logs -----------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": home() / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "/static/"
# Served straight from the packages: there is no collecting step to forget.
WHITENOISE_USE_FINDERS = True
LOG_JSON = environment.flag("PREO_LOG_JSON", default=True)
LOGGING = logging_config(as_json=LOG_JSON, level=os.environ.get("PREO_LOG_LEVEL", "INFO"))
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
