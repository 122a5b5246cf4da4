"""Operators of the service and their audited, time-limited way into a tenant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hrsaas.access.actors import Actor, Origin
from hrsaas.access.models import Operator, OperatorGrant
from hrsaas.access.models.users import clean_email
from hrsaas.access.queries.actors import actor_for_grant, actor_for_operator
from hrsaas.access.rules.permissions import ALL, NOT_FOR_OPERATORS, ROLE_PERMISSIONS, Role
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.addresses import address_of
from hrsaas.tenancy.context import require_tenant_id, tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.router import MAINTENANCE

LONGEST = timedelta(hours=8)
# Seconds in which the link must be used.
LINK_LIFETIME = 300
_SALT = "hrsaas.access.enter"


def create_operator(*, email: str, name: str, password: str, now: datetime) -> Operator:
    """Open an operator; done from the command line only. Errors: access.operator.email, taken, weak_password."""
    address = clean_email(email)
    _check_address(address)
    operator = Operator(email=address, name=name, created_at=now)
    _set_checked_password(operator, password)
    operator.save(using=MAINTENANCE)
    return operator


def set_operator_password(*, operator: Operator, password: str) -> None:
    """Set a new password; the operator's other sessions end. Error: access.operator.weak_password."""
    _set_checked_password(operator, password)
    operator.save(using=MAINTENANCE, update_fields=["password"])


def grant_entry(
    *,
    operator: Operator,
    tenant: Tenant,
    reason: str,
    length: timedelta,
    origin: Origin,
    now: datetime,
    extra_permissions: Iterable[str] = (),
) -> tuple[OperatorGrant, str]:
    """Let an operator into a tenant from now on for ``length`` (≤ 8 h), to look around as an auditor may.

    Returns the grant and the address at the tenant's host that signs him in, good once and for five minutes.
    Call it outside any transaction: it works as the tenant. Errors: access.grant.suspended, reason, length,
    too_wide.
    """
    _check_grant(tenant, reason, length)
    permissions = _grant_permissions(frozenset(extra_permissions))
    with tenant_context(tenant.id), transaction.atomic():
        grant = OperatorGrant.objects.create(
            operator_id=operator.pk, operator_email=operator.email, reason=reason.strip(),
            permissions=permissions, starts_at=now, ends_at=now + length,
        )  # fmt: skip
        new = {"operator": operator.email, "reason": grant.reason, "ends_at": grant.ends_at.isoformat(),
               "permissions": permissions}  # fmt: skip
        actor = actor_for_operator(operator, origin)
        record(actor=actor, action="access.grant.open", subject=grant, new=new, now=now)
    return grant, _link(tenant, grant)


def readable_grant(link_token: str, *, now: datetime) -> OperatorGrant:
    """The grant of this tenant that a link stands for, not yet used. Error: access.grant.link."""
    try:
        tenant_id, grant_id = signing.loads(link_token, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature:
        raise _bad_link() from None
    ours = tenant_id == require_tenant_id()
    grant: OperatorGrant | None = OperatorGrant.objects.filter(id=grant_id).first() if ours else None
    if grant is None or grant.entered_at is not None or not grant.is_open(now):
        raise _bad_link()
    return grant


@transaction.atomic
def enter(*, link_token: str, origin: Origin, now: datetime) -> OperatorGrant:
    """Use a link: the grant to sign in with. Error: access.grant.link (wrong, late, used, or of another tenant)."""
    found = readable_grant(link_token, now=now)
    grant: OperatorGrant = OperatorGrant.objects.select_for_update().get(id=found.pk)
    if grant.entered_at is not None or not grant.is_open(now):
        raise _bad_link()
    grant.entered_at = now
    grant.save(update_fields=["entered_at"])
    record(actor=actor_for_grant(grant, origin), action="access.grant.enter", subject=grant, now=now)
    return grant


@transaction.atomic
def revoke_grant(*, grant: OperatorGrant, actor: Actor, now: datetime) -> None:
    """End a grant at once, from either side: the tenant's HR admin or an operator (in the tenant's context)."""
    if actor.kind != "operator":
        actor.require("access.user.change")
    locked = OperatorGrant.objects.select_for_update().get(id=grant.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        record(actor=actor, action="access.grant.revoke", subject=locked, now=now)


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        zh, en = f"“{address}”不是有效的邮箱地址。", f"'{address}' is no e-mail address."
        raise DomainError("access.operator.email", zh=zh, en=en, field="email") from None
    if Operator.objects.using(MAINTENANCE).filter(email=address).exists():
        zh, en = "该邮箱已被使用。", "This e-mail is taken."
        raise DomainError("access.operator.taken", zh=zh, en=en, field="email", status=409)


def _set_checked_password(operator: Operator, password: str) -> None:
    try:
        validate_password(password, operator)  # type: ignore[arg-type]  # reads attributes of any object
    except ValidationError:
        zh, en = "密码过于简单。", "This password is too weak."
        raise DomainError("access.operator.weak_password", zh=zh, en=en, field="password") from None
    operator.set_password(password)


def _check_grant(tenant: Tenant, reason: str, length: timedelta) -> None:
    if not tenant.is_active:
        zh, en = "该企业已暂停服务,须先恢复。", "This employer is suspended. Resume it first."
        raise DomainError("access.grant.suspended", zh=zh, en=en, status=409)
    if len(reason.strip()) < 5:
        zh, en = "请写明进入该企业的原因(至少 5 个字)。", "Say why you need to enter (at least 5 characters)."
        raise DomainError("access.grant.reason", zh=zh, en=en, field="reason")
    if not timedelta() < length <= LONGEST:
        zh, en = "授权时长最多 8 小时。", "A grant lasts 8 hours at most."
        raise DomainError("access.grant.length", zh=zh, en=en, field="hours")


def _grant_permissions(extra: frozenset[str]) -> list[str]:
    refused = sorted(extra - (ALL - NOT_FOR_OPERATORS))
    if refused:
        listed = ", ".join(refused)
        zh, en = f"运维人员不能获得这些权限:{listed}。", f"Operators cannot be granted these: {listed}."
        raise DomainError("access.grant.too_wide", zh=zh, en=en, field="permissions", extra={"refused": refused})
    return sorted(ROLE_PERMISSIONS[Role.AUDITOR] | extra)


def _link(tenant: Tenant, grant: OperatorGrant) -> str:
    token = signing.dumps([tenant.id, grant.pk], salt=_SALT)
    return address_of(tenant, f"/enter/?token={token}")


def _bad_link() -> DomainError:
    return DomainError(
        "access.grant.link",
        zh="该链接无效、已过期或已被使用，请在运维控制台重新申请。",
        en="This link is wrong, too old or already used. Ask for a new grant in the operator console.",
        status=403,
    )
