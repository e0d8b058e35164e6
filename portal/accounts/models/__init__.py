"""Offices in time, accounts, and what people may do there from which day to which."""

from portal.accounts.models.account import User
from portal.accounts.models.daily import DailyRun
from portal.accounts.models.digest import DigestPreference, MorningDigest
from portal.accounts.models.grant import Absence, Grant, Role
from portal.accounts.models.login import FailedLogins, FormerPassword
from portal.accounts.models.offices import Authority, District, InTime, InTimeQuerySet

__all__ = [
    "Absence",
    "Authority",
    "DailyRun",
    "DigestPreference",
    "District",
    "FailedLogins",
    "FormerPassword",
    "Grant",
    "InTime",
    "InTimeQuerySet",
    "MorningDigest",
    "Role",
    "User",
]
