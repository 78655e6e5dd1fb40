"""Django's settings. What differs between places comes from the environment (config/env.py)."""

import os

from teladan.config import clock, database, env
from teladan.config.refused_hosts import one_line

_ENV = env.read()

# --- where things are ---------------------------------------------------------------------

TELADAN_HOME = _ENV.home
TELADAN_ORIGIN = _ENV.origin
TELADAN_SOURCE_CODE = _ENV.source_code
TELADAN_KEEP = _ENV.keep and not _ENV.debug
TELADAN_KEPT = TELADAN_HOME / "kept"
# The record: the log's name, the folder of its key, the last signed checkpoint kept apart.
TELADAN_NODE = _ENV.node
TELADAN_KEYS = _ENV.keys
TELADAN_SIGNED = _ENV.signed

SECRET_KEY = env.secret_key(TELADAN_HOME)
DEBUG = _ENV.debug
ALLOWED_HOSTS = list(_ENV.hosts)

ROOT_URLCONF = "teladan.config.urls"
WSGI_APPLICATION = "teladan.config.wsgi.application"
DATABASES = {"default": database.django_settings(_ENV.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "teladan.record",
    "teladan.registry",
    "teladan.publication",
    "teladan.exchange",
    "teladan.cooperation",
    "teladan.search",
    "teladan.web",
    "teladan.portal",
    "teladan.desk",
    "teladan.api",
]

MIDDLEWARE = [
    "teladan.config.clock.stamp",
    "django.middleware.security.SecurityMiddleware",
    # First of those that could look: a public page sees no cookie, so it reads no session and sets none.
    "teladan.desk.middleware.cookies",
    "teladan.web.middleware.policy",
    "teladan.web.middleware.readable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "teladan.web.jinja.environment",
            "context_processors": ["teladan.web.page.context", "teladan.desk.frame.context"],
        },
    },
    # allauth's own texts (messages, mails); its pages are ours, in desk/jinja2.
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
    },
]

# --- signing in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "registry.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "teladan.desk.account.passwords.LongEnough"},
    {"NAME": "teladan.desk.account.passwords.NotTheAddress"},
    {"NAME": "teladan.desk.account.passwords.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
# What the server is bound to, told by config/server.py; unknown under any other server.
TELADAN_BOUND = os.environ.get(env.BOUND, "")
# Attempts are counted in the database, so that all processes of the server count together.
CACHES = {
    "default": {"BACKEND": "teladan.registry.attempts.Attempts", "OPTIONS": {"clock": clock.now}},
}
# A working day; the browser forgets the cookie when it is closed.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-teladan" if _ENV.https else "teladan"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _ENV.https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-teladan-form" if _ENV.https else "teladan-form"
CSRF_COOKIE_AGE = None  # as long as the browser is open
CSRF_FAILURE_VIEW = "teladan.web.views.form_refused"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ACCOUNT_ADAPTER = "teladan.desk.account.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Ten wrong passwords or codes a minute from one computer, five in five minutes for one person.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
ACCOUNT_FORMS = {
    "login": "teladan.desk.account.forms.SignInForm",
    "reauthenticate": "teladan.desk.account.forms.PasswordAgainForm",
    "change_password": "teladan.desk.account.forms.ChangePasswordForm",
}
# The proxy in front of an HTTPS site adds the visitor's computer to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _ENV.https else 0
MFA_ADAPTER = "teladan.desk.account.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Teladan"
MFA_TOTP_TOLERANCE = 1  # a code may be one period old or early: clocks and fingers differ
MFA_FORMS = {
    "authenticate": "teladan.desk.account.forms.CodeForm",
    "reauthenticate": "teladan.desk.account.forms.CodeAgainForm",
    "activate_totp": "teladan.desk.account.forms.ActivateForm",
}

# --- background work ------------------------------------------------------------------------

PROCRASTINATE_IMPORT_PATHS = ["teladan.config.tasks"]

# --- languages ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# Each in its own name: that is how a reader finds it.
LANGUAGES = [("en", "English"), ("id", "Indonesia"), ("ko", "한국어")]
LOCALE_PATHS = [env.PACKAGE / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- static files: hashed names, compressed once, cached for ever ----------------------------

STATIC_URL = "/static/"
STATIC_ROOT = TELADAN_HOME / "static"
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# Our pages are what is public; a static file is no one else's building block.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- what browsers are told ---------------------------------------------------------------

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = _ENV.https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _ENV.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _ENV.https else None

# --- what goes wrong is said on stderr ------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refused host": {"()": lambda: one_line}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "refused host": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["refused host"],
        },
    },
    # An address that leads nowhere is the visitor's business, not an event here.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": ["refused host"], "propagate": False},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
