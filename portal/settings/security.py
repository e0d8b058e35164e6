"""Content policy, cookies, transport, passwords."""

from __future__ import annotations

from typing import Any

from portal.settings.environment import env

#: Public pages: nothing inline, nothing from outside.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        # The editor's preview shows public pages in a frame of the same origin.
        "frame-ancestors": ["'self'"],
    },
}

#: The editor's workplace has inline scripts without nonces, so it gets a policy of its own.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'self'; object-src 'none'"
)

X_FRAME_OPTIONS = "SAMEORIGIN"
# The check wants DENY; the editor's preview shows pages in a frame of the same origin.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Both limits of a login are kept by the server: half an hour without use, eight hours in all.
SESSION_ENGINE = "portal.accounts.session_store"
SESSION_IDLE_AGE = 1800
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SAMESITE = "Lax"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.TwoKindsOfCharacters"},
    {"NAME": "portal.accounts.passwords.NotTheLogin"},
    {"NAME": "portal.accounts.passwords.NotOneOfTheLast"},
]
# "required": nobody enters the workplace without a second factor. Only a demo may be "relaxed", and says so.
STAFF_TWO_FACTOR = "required"
OTP_TOTP_ISSUER = "职业技能评价门户"
#: Header in which the front server names the visitor's address; empty when visitors reach the portal directly.
CLIENT_ADDRESS_HEADER: str = env.str("CLIENT_ADDRESS_HEADER", default="")
LOGIN_URL = "/admin/login/"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
