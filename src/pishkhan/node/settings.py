"""Django's settings for every node. Values come from `pishkhan.node.env`; none is a guess."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from pishkhan.node import env, logs, practice

NODE = env.read()
HOME = NODE.home
DEMO = NODE.demo
ROLE = NODE.role
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = NODE.secret_key
SECRET_KEY_FALLBACKS = list(NODE.old_secrets)
PRACTICE = NODE.practice  # the desks lead to a practice node: see node/practice.py
PRACTISING = NODE.practising  # this is one
PRACTICE_KEY = NODE.practice_key
BELOW = practice.BELOW if PRACTISING else ""
OF_COOKIES = practice.COOKIES if PRACTISING else "pishkhan_"
FORCE_SCRIPT_NAME = BELOW or None
ALLOWED_HOSTS = list(NODE.hosts) if PRACTISING or not DEMO else ["*"]
PISHKHAN_URL = NODE.url
PISHKHAN_SMS_URL = NODE.sms_url
PISHKHAN_SMS_URL_SECOND = NODE.sms_url_second
PISHKHAN_SMS_INBOUND_SECRET = NODE.sms_inbound_secret
PISHKHAN_EMAIL_URL = NODE.email_url
PISHKHAN_LDAP = NODE.ldap
PISHKHAN_OIDC = NODE.oidc

CONTEXTS = (
    "journal", "directory", "sealing", "relay", "notices", "letters", "enrolment", "web",
)  # fmt: skip

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    *[f"pishkhan.{name}" for name in CONTEXTS],
    "pishkhan.node",
]


MIDDLEWARE = [
    "pishkhan.node.health.HealthMiddleware",
    "pishkhan.web.line.few.FewHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "pishkhan.node.static.StaticMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "pishkhan.node.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pishkhan.web.middleware.ActorMiddleware",
    "pishkhan.node.language.LanguageMiddleware",
    "pishkhan.web.middleware.ErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if PRACTISING:
    MIDDLEWARE.insert(
        MIDDLEWARE.index("pishkhan.node.language.LanguageMiddleware"),
        "pishkhan.web.practice.views.MarksMiddleware",
    )

ROOT_URLCONF = "pishkhan.node.urls"
WSGI_APPLICATION = "pishkhan.node.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates", *sorted(PACKAGE.glob("web/*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "pishkhan.web.context.page",
            ],
        },
    }
]

# --- rows ----------------------------------------------------------------------------------------
DATABASES = {"default": NODE.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # One table for all processes: a rate limit that each process counts alone is no limit.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "node_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # What every page repeats (head, rail, words of the frame), by Django's name for it.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}
BLOB_ROOT = HOME / "blobs"
UNUSED_FILES = timedelta(days=NODE.unused_days)
KEYS_ROOT = HOME / "keys"

# --- accounts ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["pishkhan.web.accounts.backend.LoginBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "full_name")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = f"{BELOW}/"
ACCOUNT_ADAPTER = "pishkhan.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "pishkhan.web.accounts.forms.NameForm",
    "change_password": "pishkhan.web.accounts.forms.OwnPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if NODE.https else "http"
# Five wrong passwords for one name, then five minutes of rest. The address of a shared line gets
# a wide limit: one tired clerk may not lock a whole office out.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,60/m/ip", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = NODE.proxy_hops
MFA_ADAPTER = "pishkhan.web.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "pishkhan.web.accounts.forms.CodeForm",
    "reauthenticate": "pishkhan.web.accounts.forms.CodeAgainForm",
    "activate_totp": "pishkhan.web.accounts.forms.FirstCodeForm",
    "add_webauthn": "pishkhan.web.accounts.passkeys.NewPasskeyForm",
    "edit_webauthn": "pishkhan.web.accounts.passkeys.PasskeyNameForm",
    "authenticate_webauthn": "pishkhan.web.accounts.passkeys.PasskeyForm",
    "login_webauthn": "pishkhan.web.accounts.passkeys.PasskeyLoginForm",
    "reauthenticate_webauthn": "pishkhan.web.accounts.passkeys.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True  # where the browser has a secure context; see accounts/passkeys.py
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a shared line again; there is nothing to guess
MFA_TOTP_ISSUER = "Pishkhan"
MFA_TOTP_TOLERANCE = 1  # a clerk's phone may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # logins have names; an e-mail address is optional
USERSESSIONS_ADAPTER = "pishkhan.web.accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "pishkhan.node.sessions"
SESSION_COOKIE_NAME = f"{OF_COOKIES}session"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{BELOW}/"
SESSION_COOKIE_AGE = 10 * 3600  # one working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = NODE.https
CSRF_COOKIE_NAME = f"{OF_COOKIES}csrf"
CSRF_COOKIE_HTTPONLY = False  # the page's script sends it with uploads
CSRF_TRUSTED_ORIGINS = [NODE.url]
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
if PRACTISING:  # a cookie of that name would be the real desk's
    MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "pishkhan.web.errors.csrf_failure"

# --- headers -------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = NODE.https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if NODE.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NODE.proxy_hops else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: see node/static.py
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "pishkhan.node.static.PackagedStorage"},
}
UPLOAD_LIMIT = NODE.upload_limit
STICKS = NODE.sticks
PISHKHAN_DESK_PORT = NODE.desk_port
UPLOAD_CHUNK = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # forms and JSON; files go by tus
FILE_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_CHUNK
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_TEMP_DIR = None

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی"), ("en", "English")]
LANGUAGE_COOKIE_NAME = f"{OF_COOKIES}language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = sorted([*PACKAGE.glob("*/locale"), *PACKAGE.glob("web/*/locale")])
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
TIME_ZONE = "Asia/Tehran"
USE_TZ = True

# --- logs ----------------------------------------------------------------------------------------
LOGGING_CONFIG = None
logs.configure(NODE.log_level)
TEST_RUNNER = "django.test.runner.DiscoverRunner"
SILENCED_SYSTEM_CHECKS: list[str] = []
