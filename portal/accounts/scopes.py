"""How accounts, grants and reference rows belong to offices."""

from __future__ import annotations

from portal.accounts.models import Absence, Authority, District, Grant, User
from portal.accounts.powers import Reach
from portal.accounts.scoping import Scope, declare_scope, owned_through
from portal.audit.models import AuditEvent


def declare() -> None:
    """Declare the scopes of this app."""
    declare_scope(Scope("账号", User, {Reach.OWN: owned_through("office")}))
    declare_scope(Scope("授权", Grant, {Reach.OWN: owned_through("office")}))
    declare_scope(Scope("外出与替代", Absence, {Reach.OWN: owned_through("user__office")}))
    declare_scope(Scope("审计记录", AuditEvent))
    declare_scope(Scope("区县", District))
    declare_scope(Scope("备案管理机构", Authority))
