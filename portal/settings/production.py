"""Production: the base of all other settings. Refuses to start on a missing key."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.settings.apps import *  # noqa: F403
from portal.settings.audit import *  # noqa: F403
from portal.settings.cms import *  # noqa: F403
from portal.settings.cms import WAGTAILADMIN_BASE_URL
from portal.settings.database import *  # noqa: F403
from portal.settings.environment import BASE_DIR, DATA_DIR, env  # noqa: F401
from portal.settings.locale import *  # noqa: F403
from portal.settings.logging import LOGGING  # noqa: F401
from portal.settings.register import *  # noqa: F403
from portal.settings.security import *  # noqa: F403
from portal.settings.storage import *  # noqa: F403


def required(name: str) -> str:
    """Return a key from the environment; production does not start without it."""
    value: str = env.str(name, default="")
    if len(value) < 40:
        raise ImproperlyConfigured(f"{name} 未设置或过短：请在环境变量中给出至少 40 个字符的随机密钥。")
    return value


DEBUG = False
ROLE = "production"
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
#: Seconds for each word with the mail server: the digest of an office must not hang on a silent one.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL: str = env.str("EMAIL_FROM", default=f"noreply@{urlsplit(WAGTAILADMIN_BASE_URL).hostname}")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECRET_KEY = ""
SIGNING_KEY = ""
if env.str("DJANGO_SETTINGS_MODULE", default="") == __name__:
    SECRET_KEY = required("SECRET_KEY")
    SIGNING_KEY = required("SIGNING_KEY")
    if not ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS 未设置：请列出本站域名，以逗号分隔。")
