"""Rules for passwords besides Django's own: two kinds of characters, not the name, none of the last five."""

from __future__ import annotations

import secrets
import unicodedata

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import FormerPassword, User

KEPT = 5
#: Without characters that look alike on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"


def initial_password() -> str:
    """A password for somebody's first login, easy to read aloud: four groups of four, 92 bits."""
    while True:
        text = "-".join("".join(secrets.choice(LETTERS + DIGITS) for _ in range(4)) for _ in range(4))
        if any(character in DIGITS for character in text):
            return text


def _kind_of(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Ll", "Lu"):
        return category
    return "N" if category.startswith("N") else "other"


class LongEnough(MinimumLengthValidator):
    """Django's rule, said in Chinese."""

    def get_error_message(self) -> str:
        """What is wrong."""
        return _("密码太短，至少%s个字符。") % self.min_length

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("密码至少%s个字符，可以是一句话。") % self.min_length


class TwoKindsOfCharacters:
    """At least two of: small letters, capital letters, digits, anything else."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for a password of one kind only."""
        if len({_kind_of(character) for character in password}) < 2:
            raise ValidationError(self.get_help_text(), code="password_one_kind")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("密码须含大写字母、小写字母、数字、其他符号中的至少两类。")


class NotTheLogin:
    """The login name does not stand in the password."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for a password that holds the login name."""
        name = getattr(user, "username", "") or ""
        if len(name) >= 3 and name.lower() in password.lower():
            raise ValidationError(self.get_help_text(), code="password_holds_name")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("密码不能包含登录名。")


class NotOneOfTheLast:
    """None of the passwords that the account had last."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` for one of the last passwords."""
        if user is None or user.pk is None:
            return
        hashes = FormerPassword.objects.filter(user=user).values_list("password", flat=True)[: self.kept]
        if any(check_password(password, kept) for kept in hashes):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Remember the hash of a new password; Django calls this when it was saved."""
        if user is None or user.pk is None:
            return
        FormerPassword.objects.create(user=user, password=user.password)
        old = FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[self.kept :]
        FormerPassword.objects.filter(pk__in=list(old)).delete()

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("密码不能与最近%s次用过的相同。") % self.kept
