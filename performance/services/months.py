"""Beginning, locking and unlocking months."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from performance.models import MissingPolicy, PerformanceMonth, Score
from performance.services.refusals import require_first_day

CHANGE = "performance.score.change"


def begin_months(months: Iterable[date]) -> None:
    """Make rows for the months that lack one; goals, readings and scores need their month's."""
    rows = [PerformanceMonth(start_date=month) for month in sorted(set(months))]
    PerformanceMonth.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def lock_month(*, month: date, actor: Actor, now: datetime) -> PerformanceMonth:
    """Make the month's goals, readings and scores immutable, also for the database. Locking twice does nothing.

    month: its first day. Errors: performance.month.{not_first_day,no_scores,pending}.
    """
    row = _hold(month)
    actor.require(CHANGE)
    if row.is_locked:
        return row
    new = {"scores": _require_scored(month), "sha256": _digest(month)}
    row.state, row.locked_at, row.locked_by = PerformanceMonth.State.LOCKED, now, actor.label[:200]
    row.save(update_fields=["state", "locked_at", "locked_by"])
    record(actor=actor, action="performance.month.lock", subject=row, new=new, now=now)
    return row


@transaction.atomic
def unlock_month(*, month: date, reason: str, actor: Actor, now: datetime) -> PerformanceMonth:
    """Open a locked month again. Errors: performance.month.{not_locked,reason}."""
    row = _hold(month)
    actor.require(CHANGE)
    if not row.is_locked:
        raise DomainError("performance.month.not_locked", zh=f"{row} 未锁定。", en=f"{row} is not locked.", status=409)
    if not reason.strip():
        raise DomainError(
            "performance.month.reason", field="reason", zh="请填写解锁原因。", en="Say why the month is opened again."
        )
    old = {"locked_at": row.locked_at, "locked_by": row.locked_by}
    row.state, row.locked_at, row.locked_by = PerformanceMonth.State.OPEN, None, ""
    row.save(update_fields=["state", "locked_at", "locked_by"])
    record(actor=actor, action="performance.month.unlock", subject=row, old=old, new={"reason": reason}, now=now)
    return row


def _hold(month: date) -> PerformanceMonth:
    require_first_day(month)
    begin_months([month])
    row: PerformanceMonth = PerformanceMonth.objects.select_for_update().get(start_date=month)
    return row


def _require_scored(month: date) -> int:
    """How many scores the month has; DomainError while it has none, or some wait for their readings."""
    scores = Score.objects.filter(month=month)
    count: int = scores.count()
    if not count:
        raise DomainError(
            "performance.month.no_scores", field="month", status=409,
            zh=f"{month:%Y-%m} 尚无绩效得分，请先计算。",
            en=f"There are no scores for {month:%Y-%m} yet. Compute them first.",
        )  # fmt: skip
    pending = scores.filter(missing_policy=MissingPolicy.PENDING, value=None).count()
    if pending:
        raise DomainError(
            "performance.month.pending", field="month", status=409,
            zh=f"{month:%Y-%m} 还有 {pending} 人的指标读数不全。请补录读数，或修改缺失读数的处理方式。",
            en=f"{pending} people lack readings in {month:%Y-%m}. Record them, or change how missing ones count.",
            extra={"people": pending},
        )  # fmt: skip
    return count


def _digest(month: date) -> str:
    """SHA-256 over number, score and coefficient of everybody, by number."""
    codes = dict(Employee.objects.order_by().values_list("id", "code"))
    rows = Score.objects.filter(month=month).values_list("employee_id", "value", "coefficient_e4")
    lines = sorted(f"{codes[id_]} {value} {e4}\n" for id_, value, e4 in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
