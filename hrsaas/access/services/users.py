"""Opening users, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from hrsaas.access.actors import Actor
from hrsaas.access.models import Membership, User
from hrsaas.access.models.users import clean_email
from hrsaas.access.rules.permissions import Role
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee, OrgUnit

CHANGE = "access.user.change"


def create_user(
    *,
    email: str,
    name: str,
    password: str | None,
    roles: Iterable[Role | str],
    actor: Actor,
    now: datetime,
    employee: Employee | None = None,
    unit: OrgUnit | None = None,
    language: str = "zh-hans",
) -> User:
    """Open a user of the active tenant. unit: what a manager manages. password None: signs in by token only.

    Errors: access.user.email_invalid, email_taken, employee_taken, weak_password, role_unknown, unit_missing,
    unit_not_for_role.
    """
    actor.require(CHANGE)
    held = _checked_roles(roles, [unit] if unit else [])
    user = User(email=_checked_email(email), name=name, language=language, employee=employee, created_at=now)
    if password is None:
        user.set_unusable_password()
    else:
        _set_checked_password(user, password)
    with transaction.atomic():
        _insert(user)
        _write_memberships(user, held, actor, now)
        new = {"email": user.email, "employee_id": user.employee_id, **_described(held)}
        record(actor=actor, action="access.user.create", subject=user, new=new, now=now)
    return user


@transaction.atomic
def change_roles(
    *, user: User, roles: Iterable[Role | str], actor: Actor, now: datetime, units: Sequence[OrgUnit] = ()
) -> None:
    """Replace the user's roles. units: what a manager manages.

    Errors: access.user.own_roles, last_admin, and those of roles in create_user.
    """
    _lock_admins()
    actor.require(CHANGE)
    _refuse_self(user, actor, "own_roles")
    held = _checked_roles(roles, units)
    if (Role.HR_ADMIN, None) not in held:
        _refuse_last_admin(user)
    old = _described(user.memberships.values_list("role", "unit_id"))
    user.memberships.all().delete()
    _write_memberships(user, held, actor, now)
    record(actor=actor, action="access.user.change_roles", subject=user, old=old, new=_described(held), now=now)


@transaction.atomic
def deactivate(*, user: User, actor: Actor, now: datetime) -> None:
    """Shut the user out at once: sessions end, tokens are revoked. Errors: access.user.own_access, last_admin."""
    _lock_admins()
    actor.require(CHANGE)
    _refuse_self(user, actor, "own_access")
    _refuse_last_admin(user)
    user.tokens.filter(revoked_at=None).update(revoked_at=now)
    _set_active(user, False)
    record(actor=actor, action="access.user.deactivate", subject=user, old={"is_active": True},
           new={"is_active": False}, now=now)  # fmt: skip


@transaction.atomic
def activate(*, user: User, actor: Actor, now: datetime) -> None:
    """Let the user in again, with the roles he had; revoked tokens stay revoked."""
    actor.require(CHANGE)
    _set_active(user, True)
    record(actor=actor, action="access.user.activate", subject=user, old={"is_active": False},
           new={"is_active": True}, now=now)  # fmt: skip


def require_other_admin(*, employee: Employee) -> None:
    """Before an employee leaves, whose login ends with it. Error: access.user.last_admin."""
    user = User.objects.filter(employee=employee).first()
    if user is not None:
        _lock_admins()
        _refuse_last_admin(user)


@transaction.atomic
def set_password(*, user: User, password: str, actor: Actor, now: datetime, current: str | None = None) -> None:
    """Set a new password; all the user's sessions end.

    For oneself ``current`` must be right (access.user.wrong_password); for others access.user.change is needed.
    Error: access.user.weak_password.
    """
    user = User.objects.select_for_update().get(id=user.pk)
    if actor.user_id == user.pk:
        _require_current(user, current)
    else:
        actor.require(CHANGE)
    _set_checked_password(user, password)
    user.save(update_fields=["password"])
    record(actor=actor, action="access.user.set_password", subject=user, now=now)


Held = list[tuple[Role, OrgUnit | None]]


def _checked_roles(roles: Iterable[Role | str], units: Sequence[OrgUnit]) -> Held:
    wanted = sorted({_role(role) for role in roles})
    if units and Role.MANAGER not in wanted:
        raise _error("unit_not_for_role", "只有经理角色才需要组织单元。", "Only the manager role takes a unit.", "unit")
    if Role.MANAGER in wanted and not units:
        raise _error("unit_missing", "经理角色需要指定组织单元。", "The manager role needs a unit.", "unit")
    held: Held = [(role, None) for role in wanted if role is not Role.MANAGER]
    return held + [(Role.MANAGER, unit) for unit in units]


def _role(code: Role | str) -> Role:
    try:
        return Role(code)
    except ValueError:
        raise _error("role_unknown", f"没有角色“{code}”。", f"There is no role '{code}'.", "roles") from None


def _checked_email(email: str) -> str:
    try:
        validate_email(clean_email(email))
    except ValidationError:
        zh, en = f"“{email}”不是有效的邮箱地址。", f"'{email}' is no e-mail address."
        raise _error("email_invalid", zh, en, "email") from None
    return clean_email(email)


def _set_checked_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(
            "access.user.weak_password",
            zh="密码过于简单：至少 10 个字符，不能是常见密码，也不能与姓名或邮箱相近。",
            en="This password is too weak: at least 10 characters, not a common one, not like the name or e-mail.",
            field="password",
            extra={"reasons": [one.code for one in error.error_list]},
        ) from None
    user.set_password(password)


def _require_current(user: User, current: str | None) -> None:
    if current is None or not user.check_password(current):
        raise _error("wrong_password", "当前密码不正确。", "The current password is wrong.", "current")


def _insert(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(error) from None


def _taken(error: IntegrityError) -> Exception:
    if "access_user_email" in str(error):
        zh, en = "该邮箱已被本企业的另一用户使用。", "Another user of this employer has this e-mail."
        return _error("email_taken", zh, en, "email", status=409)
    if "access_user_employee" in str(error):
        zh, en = "该员工已有用户。", "This employee has a user already."
        return _error("employee_taken", zh, en, "employee", status=409)
    return error


def _write_memberships(user: User, held: Held, actor: Actor, now: datetime) -> None:
    Membership.objects.bulk_create(
        Membership(user=user, role=role.value, unit=unit, created_at=now, granted_by_user_id=actor.user_id)
        for role, unit in held
    )
    user.__dict__.pop("held", None)  # read before the change


def _described(held: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    pairs = [(str(role), getattr(unit, "pk", unit)) for role, unit in held]
    units = sorted(unit for _role, unit in pairs if unit is not None)
    return {"roles": sorted({role for role, _unit in pairs}), "unit_ids": units}


def _lock_admins() -> None:
    """Whoever takes an admin away waits for the others who do: two must not each leave it to the other."""
    list(Membership.objects.select_for_update().filter(role=Role.HR_ADMIN).values_list("id"))


def _refuse_last_admin(user: User) -> None:
    """Admins who leave, even later, do not count: their logins end without anybody doing anything."""
    admins = Membership.objects.filter(role=Role.HR_ADMIN, user__is_active=True, user__employee__leave_date=None)
    if admins.filter(user=user).exists() and not admins.exclude(user=user).exists():
        raise _error(
            "last_admin", "这是最后一位 HR 管理员,请先指定另一位。",
            "This is the last HR admin. Appoint another one first.", status=409,
        )  # fmt: skip


def _refuse_self(user: User, actor: Actor, code: str) -> None:
    if actor.user_id == user.pk:
        zh, en = "不能更改自己的权限,请由另一位管理员操作。", "Nobody changes his own rights. Ask another admin."
        raise _error(code, zh, en, status=403)


def _set_active(user: User, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])


def _error(code: str, zh: str, en: str, field: str | None = None, *, status: int = 400) -> DomainError:
    return DomainError(f"access.user.{code}", zh=zh, en=en, field=field, status=status)
