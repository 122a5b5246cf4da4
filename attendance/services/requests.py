"""What all requests about attendance share: for whom one may ask, and what happens around a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from attendance.models import AttendanceMonth, MonthResult
from attendance.queries.months import require_open
from attendance.queries.rosters import People
from attendance.services.day_results import compute_month
from hrsaas.access.actors import Actor
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import withdraw
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.employees import visible_to

ASK = "attendance.request.change"


def require_for(employee: Employee, actor: Actor) -> None:
    """Raise NotFound where the actor may not ask for this person."""
    actor.require(ASK)
    if not visible_to(actor.within(ASK)).filter(id=employee.id).exists():
        raise NotFound("people.employee", employee.id)


def require_employed(employee: Employee, day: date) -> None:
    """Raise DomainError ``attendance.request.not_employed``."""
    if as_of(employee, day) is None:
        raise refused(
            "not_employed",
            f"{employee.name} 在 {day} 不在职。",
            f"{employee.name} is not employed on {day}.",
            field="date",
        )


def require_text(text: str, field: str) -> str:
    """The text without spaces around it, or DomainError ``attendance.request.empty``."""
    if not text.strip():
        raise refused("empty", "请填写内容。", "Write what you mean.", field=field)
    return text.strip()


def require_changeable(day: date) -> None:
    """Raise DomainError ``attendance.request.locked`` where the day's month is locked, saying what to do."""
    try:
        require_open(day, date.fromordinal(day.toordinal() + 1))
    except DomainError as error:
        raise refused(
            "locked",
            f"{day:%Y-%m} 的考勤已锁定。请人事申请解锁（须另一人同意），更正后重新锁定；"
            "若该月薪资已发，差额由下一批次薪资自动补发补扣。",
            f"Attendance of {day:%Y-%m} is locked. Ask HR to have it unlocked, which takes two people, then ask again; "
            "where the month was paid already, the next pay run pays the difference.",
            status=409, field="date",
        ) from error  # fmt: skip


def hold_months(days: Iterable[date]) -> None:
    """Make whoever locks these months wait until this is done, and the other way round."""
    months = {day.replace(day=1) for day in days}
    list(AttendanceMonth.objects.select_for_update(no_key=True).filter(start_date__in=months).order_by("start_date"))


def require_not_about(employee_ids: Iterable[int], actor: Actor) -> None:
    """Nobody decides what is about himself, whoever asked for it: ``attendance.request.own`` (403)."""
    if actor.employee_id is not None and actor.employee_id in set(employee_ids):
        raise refused("own", "不能审批与本人有关的申请。", "You cannot decide what is about yourself.", status=403)


def entitled(actor: Actor, *permissions: str) -> Actor:
    """Who approved may do what the approval needs, for everybody."""
    return replace(
        actor, permissions=actor.permissions | set(permissions),
        reaches={**actor.reaches, **dict.fromkeys(permissions)},
    )  # fmt: skip


def compute_again(employee_id: int, days: Iterable[date], *, actor: Actor, now: datetime) -> None:
    """Bring the results of the days' months up to date for one person, where they were computed before."""
    for month in sorted({day.replace(day=1) for day in days}):
        there = MonthResult.objects.filter(employee=employee_id, start_date=month)
        locked = AttendanceMonth.objects.filter(start_date=month, state=AttendanceMonth.State.LOCKED)
        if there.exists() and not locked.exists():
            clerk = entitled(actor, "attendance.timesheet.change")
            compute_month(month=month, people=People.only(employee_id), actor=clerk, now=now)


def withdraw_pending(*, kind: str, subject_id: int, actor: Actor, now: datetime) -> None:
    """Take back the approval request about a row; ``attendance.request.decided`` (409) where none waits."""
    asked = ApprovalRequest.objects.filter(kind=kind, subject_id=subject_id, state=ApprovalRequest.State.PENDING)
    request = asked.first()
    if request is None:
        raise refused("decided", "该申请已经结束。", "This request has been decided already.", status=409)
    withdraw(request=request, actor=actor, now=now)


def refused(word: str, zh: str, en: str, *, status: int = 400, field: str | None = None) -> DomainError:
    """A refusal under ``attendance.request``."""
    return DomainError(f"attendance.request.{word}", zh=zh, en=en, status=status, field=field)
