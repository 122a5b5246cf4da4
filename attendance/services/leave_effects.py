"""What a leave would do, before anybody asks for it: days, balance, what stands against it, who else is away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from attendance.models import LeaveRequest, LeaveType
from attendance.packs.leave_packs import statutory_days, statutory_leave
from attendance.queries.leave_balances import lots_of
from attendance.queries.leave_calendars import Cover, cover_of, overlapping
from attendance.queries.leave_days import planned_days, taken_dates, taken_in_year
from attendance.queries.months import locked_months, month_locked
from attendance.rules.calendars import minute_of
from attendance.rules.leave_amounts import Unit, parts_of, to_decimal
from attendance.rules.leave_counting import (
    CountedDay,
    Counting,
    DayPart,
    PlannedDay,
    bridged_span,
    count_days,
    count_hours,
)
from attendance.rules.leave_lots import Draw, Lot, NotEnough, balance_on, draw
from attendance.services.leave_ledger import not_enough
from hrsaas.errors import DomainError
from hrsaas.people.models import Assignment, Employee
from hrsaas.people.queries.assignments import as_of

LONGEST = timedelta(days=366)
# How far free days may reach between two leaves that the sandwich rule looks at together.
BRIDGE = timedelta(days=12)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A leave as it is asked for: from first_date to last_date, both included; or by hours of first_date, then with
    both minutes.
    """

    employee: Employee
    leave_type: LeaveType
    first_date: date
    last_date: date
    first_part: str = DayPart.FULL.value
    last_part: str = DayPart.FULL.value
    start_minute: int | None = None
    end_minute: int | None = None
    reason: str = ""
    destination: str = ""
    evidence: str = ""

    @property
    def by_hours(self) -> bool:
        return self.start_minute is not None and self.end_minute is not None


@dataclass(frozen=True)
class Effect:
    """days: what counts; amount: together. before, after: the balance on the first day with and without it, None where
    the type has none. overlaps: requests in its way. cover: of the person's unit. faults: why it would be refused.
    """

    days: Sequence[CountedDay]
    amount: int
    before: int | None
    after: int | None
    draws: Sequence[Draw]
    overlaps: Sequence[LeaveRequest]
    cover: Sequence[Cover]
    faults: Sequence[DomainError]


def effect_of(asked: Asked, *, today: date, lots: Sequence[Lot] | None = None) -> Effect:
    """The effect; lots: of the person, None reads them as they are. Raises DomainError only where the days themselves
    make no sense: attendance.leave.{period,not_employed,parts,by_hours}.
    """
    _require_period(asked)
    days = _days(asked)
    amount = sum(day.amount for day in days)
    overlaps = overlapping(asked.employee.pk, spans_of(days))
    own = _with_advance(lots_of(asked.employee.pk, asked.leave_type) if lots is None else lots, asked.leave_type)
    draws, short = _draws(own, days, asked.leave_type)
    before = balance_on(own, asked.first_date) if asked.leave_type.has_balance else None
    job = as_of(asked.employee, asked.first_date)
    faults = [*_faults(asked, days, amount, overlaps, job, today), *short]
    cover = cover_of(job.unit_id, [day.date for day in days], but=asked.employee.pk) if job else []
    after = None if before is None else before - amount
    return Effect(days, amount, before, after, draws, overlaps, cover, faults)


def spans_of(days: Sequence[CountedDay]) -> list[tuple[int, int]]:
    """Absolute local minutes [start, end) of the days."""
    return [(minute_of(day.date) + day.start_minute, minute_of(day.date) + day.end_minute) for day in days]


def _days(asked: Asked) -> list[CountedDay]:
    leave_type, counting = asked.leave_type, Counting(asked.leave_type.counting)
    planned, beside = _planned(asked)
    try:
        if asked.start_minute is not None and asked.end_minute is not None:
            span = {"start_minute": asked.start_minute, "end_minute": asked.end_minute}
            return [count_hours(planned[0], **span, counting=counting)]
        return count_days(
            planned, unit=Unit(leave_type.unit), counting=counting, sandwich=leave_type.sandwich,
            first_part=DayPart(asked.first_part), last_part=DayPart(asked.last_part), beside=beside,
        )  # fmt: skip
    except ValueError as error:
        raise _parts(leave_type) from error


def _planned(asked: Asked) -> tuple[list[PlannedDay], tuple[bool, bool]]:
    """The days asked for, with the sandwich rule also the free ones between them and neighbouring leave; and whether
    such leave is right before and after them.
    """
    first, last = asked.first_date, asked.last_date
    reach = BRIDGE if asked.leave_type.sandwich and not asked.by_hours else timedelta()
    around = planned_days(asked.employee.pk, first - reach, last + reach + ONE_DAY)
    taken: set[date] = set()
    if reach:
        taken = taken_dates(asked.employee.pk, asked.leave_type.pk, first - reach, last + reach)
        first, last = bridged_span(first, last, taken=taken, works={day.date: day.works for day in around})
    days = [day for day in around if first <= day.date <= last]
    if len(days) != (last - first).days + 1:
        raise _not_employed(asked)
    return days, (first - ONE_DAY in taken, last + ONE_DAY in taken)


def _with_advance(lots: Sequence[Lot], leave_type: LeaveType) -> Sequence[Lot]:
    """Of a person who never took any, the open lot is not there yet."""
    floor = -leave_type.most_advance if leave_type.has_balance else None
    if floor == 0 or any(lot.floor != 0 for lot in lots):
        return lots
    return [*lots, Lot(0, date(1970, 1, 1), None, 0, floor)]


def _draws(
    lots: Sequence[Lot], days: Sequence[CountedDay], leave_type: LeaveType
) -> tuple[list[Draw], list[DomainError]]:
    try:
        return draw(lots, [(day.date, day.amount) for day in days if day.amount]), []
    except NotEnough as short:
        return [], [not_enough(short.missing, leave_type)]


def _faults(
    asked: Asked, days: Sequence[CountedDay], amount: int, overlaps: Sequence[LeaveRequest], job: Assignment | None,
    today: date,
) -> Iterator[DomainError]:  # fmt: skip
    leave_type = asked.leave_type
    if not leave_type.is_active:
        yield _fault(
            "inactive", "leave_type", f"{leave_type.name}已停用。", "This type of leave is not in use any more."
        )
    locked = locked_months(days[0].date, days[-1].date + ONE_DAY)
    if locked:
        yield month_locked(min(locked))
    if overlaps:
        yield _overlap(overlaps[0])
    if not amount:
        yield _fault(
            "nothing", "first_date", "所选时间没有需要请假的工时。", "There is nothing to take leave from in this time."
        )
    if leave_type.is_travel and not asked.destination.strip():
        yield _fault("destination", "destination", "请填写出差地点。", "Say where the trip goes.")
    if leave_type.evidence_above is not None and amount > leave_type.evidence_above and not asked.evidence.strip():
        yield _fault("evidence", "evidence", "请提供证明材料。", "This leave needs evidence.")
    yield from _date_faults(asked, today)
    yield from _limit_faults(asked, amount, job)


def _date_faults(asked: Asked, today: date) -> Iterator[DomainError]:
    leave_type, first = asked.leave_type, asked.first_date
    if first < asked.employee.hire_date + timedelta(days=leave_type.waiting_days):
        days = leave_type.waiting_days
        yield _fault(
            "waiting", "first_date", f"入职满 {days} 天后才能休{leave_type.name}。",
            f"This leave can be taken {days} days after being hired.",
        )  # fmt: skip
    if leave_type.notice_days and first < today + timedelta(days=leave_type.notice_days):
        days = leave_type.notice_days
        yield _fault("notice", "first_date", f"须提前 {days} 天申请。", f"Ask {days} days before.")


def _limit_faults(asked: Asked, amount: int, job: Assignment | None) -> Iterator[DomainError]:
    leave_type = asked.leave_type
    per_request, per_year = limits_of(leave_type, job.work_city if job else "")
    if per_request is not None and amount > per_request:
        yield _limit("most_per_request", per_request, leave_type, "每次", "at a time")
    if per_year is not None:
        taken = taken_in_year(asked.employee.pk, leave_type.pk, asked.first_date.year)
        if taken + amount > per_year:
            yield _limit("most_per_year", per_year, leave_type, "每年", "a year")


def limits_of(leave_type: LeaveType, city: str) -> tuple[int | None, int | None]:
    """(most per request, most per year): the tenant's own, else the law's where the person works."""
    per_request, per_year = leave_type.most_per_request, leave_type.most_per_year
    days = statutory_days(leave_type.statutory, city) if leave_type.statutory else None
    if days is not None and per_request is None and per_year is None:
        limit = days * parts_of(leave_type.unit)
        return (limit, None) if statutory_leave().leaves[leave_type.statutory].per == "request" else (None, limit)
    return per_request, per_year


def _require_period(asked: Asked) -> None:
    if not timedelta() <= asked.last_date - asked.first_date < LONGEST or not 1990 <= asked.first_date.year <= 2190:
        raise _fault(
            "period", "last_date", "结束日期不能早于开始日期，且不超过一年。",
            "The last day must not be before the first, nor a year after it.",
        )  # fmt: skip
    minutes = (asked.start_minute, asked.end_minute)
    one_day = asked.first_date == asked.last_date and asked.leave_type.in_hours
    if (None in minutes) != (minutes == (None, None)) or (asked.by_hours and not one_day):
        raise _fault(
            "by_hours", "start_minute", "按小时请假须为同一天，并同时填写开始和结束时间。",
            "Leave by hours is within one day, of a type counted in hours, with both times.",
        )  # fmt: skip


def _parts(leave_type: LeaveType) -> DomainError:
    return _fault(
        "parts", "first_part",
        f"{leave_type.name}不能这样拆分：多天的假期首日可从下半天开始，末日可到上半天为止；须整天的假期不能请半天。",
        "It cannot be cut like this: a leave of several days may begin with a second half and end with a first, and"
        " leave by whole days has no halves.",
    )  # fmt: skip


def _not_employed(asked: Asked) -> DomainError:
    return _fault(
        "not_employed", "first_date", f"{asked.employee.name} 在此期间并非每天在职。",
        f"{asked.employee.name} is not employed on all of these days.",
    )  # fmt: skip


def _overlap(other: LeaveRequest) -> DomainError:
    name, span = other.leave_type, f"{other.first_date}–{other.last_date}"
    return _fault(
        "overlap", "first_date", f"与{name.name}（{span}）重叠。",
        f"This overlaps with {name.name_en or name.name} ({span}).", status=409, extra={"request": str(other.pk)},
    )  # fmt: skip


def _limit(word: str, most: int, leave_type: LeaveType, zh: str, en: str) -> DomainError:
    value = to_decimal(most, leave_type.unit)
    zh_unit, en_unit = ("小时", "hours") if leave_type.in_hours else ("天", "days")
    return _fault(
        word, "last_date", f"{leave_type.name}{zh}最多 {value:f} {zh_unit}。",
        f"{leave_type.name_en or leave_type.name} is at most {value:f} {en_unit} {en}.",
    )  # fmt: skip


def _fault(
    word: str, field: str, zh: str, en: str, status: int = 400, extra: dict[str, str] | None = None
) -> DomainError:
    return DomainError(f"attendance.leave.{word}", field=field, zh=zh, en=en, status=status, extra=extra)
