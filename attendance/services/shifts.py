"""Making and changing shifts, rotations and the rules of the whole tenant."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date, datetime
from typing import Any

from django.db import transaction

from attendance.models import (
    AttendanceMonth,
    AttendanceSettings,
    DayResult,
    MonthResult,
    OpenShift,
    RequestState,
    RosterDay,
    Rotation,
    Shift,
    ShiftSkill,
    ShiftSwap,
)
from attendance.queries.months import end_of, month_of, months_between, require_open
from attendance.queries.rosters import roster_grid
from attendance.queries.setups import current_settings, load_setup
from attendance.rules.shift_tables import compile_shifts
from attendance.services.months import begin_months
from attendance.services.punch_places import RULES as MOBILE_RULES
from attendance.services.request_rules import RULES as REQUEST_RULES
from attendance.services.rosters import EVERYBODY, write_missing
from attendance.services.setups import CHANGE, require_free_shifts
from attendance.services.shift_faults import fault_of
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

LONGEST_CODE = 20  # with @DATE of an earlier version it has 32 characters at most
SHIFT_FIELDS = tuple(
    field.name for field in Shift._meta.local_fields if field.name not in ("tenant", "id", "code", "ended_date")
)
ROTATION_FIELDS = ("name", "name_en", "cycle", "crews", "anchor_date", "follows_calendar")
SETTINGS_FIELDS = (
    "working_weekdays", "national_calendar", "default_rotation", "off_roster_step_minutes",
    "off_roster_minimum_minutes", "off_roster_source", "late_free_count", "late_free_minutes", "late_tiers",
)  # fmt: skip
ALL_SETTINGS = (*SETTINGS_FIELDS, *REQUEST_RULES, *MOBILE_RULES)


def check_shift(*, code: str, values: Mapping[str, Any]) -> Shift:
    """The shift that these fields of ``Shift`` make, over the one of that code where there is one; nothing is written.

    Errors: attendance.shift.{code, contradiction}.
    """
    if not code or len(code) > LONGEST_CODE or "@" in code:
        raise DomainError(
            "attendance.shift.code", field="code", zh=f"代码为 1 至 {LONGEST_CODE} 个字符，不能含 @。",
            en=f"A code has 1 to {LONGEST_CODE} characters and no @.",
        )  # fmt: skip
    row = Shift.objects.filter(code=code).first()
    shift = copy(row) if row else Shift(code=code)
    for name, value in values.items():
        setattr(shift, name, value)
    others = Shift.objects.exclude(code=code)
    try:
        compile_shifts([*(other.build() for other in others), shift.build()])
    except (ValueError, TypeError, KeyError) as error:
        raise fault_of(error) from error
    return shift


def require_new_code(model: type[Shift] | type[Rotation], code: str) -> None:
    """Errors: attendance.{shift,rotation}.exists (409)."""
    if model.objects.filter(code=code).exists():
        raise DomainError(
            f"attendance.{model._meta.model_name}.exists", field="code", status=409,
            zh=f"代码 {code} 已经存在。", en=f"There is one with the code {code} already.",
        )  # fmt: skip


@transaction.atomic
def save_shift(
    *, code: str, values: Mapping[str, Any], start_date: date | None = None, actor: Actor, now: datetime
) -> Shift:
    """Make the shift of that code, or change the one that is there.

    start_date: from which day on a change holds. Days before keep the shift as it was, as a version of its own; the
    planned days from then on follow, and so do swaps and open shifts that wait. Without it the shift changes for all
    days that are not locked; they come out anew when their month is computed.

    Errors: attendance.shift.{code, contradiction, in_locked_month}, attendance.month.locked.
    """
    row = Shift.objects.select_for_update().filter(code=code).first()
    actor.require(CHANGE)
    shift = check_shift(code=code, values=values)
    old = {name: getattr(row, name) for name in values} if row else None
    if row is None:
        shift.save(force_insert=True)
    elif start_date is not None and _is_used_before(row, start_date):
        shift = _next_version(row, shift, start_date)
    else:
        require_free_shifts([code])
        shift.save()
    new = {**values, **({"start_date": start_date} if start_date else {})}
    record(actor=actor, action="attendance.shift.save", subject=shift, old=old, new=new, now=now)
    return shift


@transaction.atomic
def save_rotation(
    *, code: str, values: Mapping[str, Any], start_date: date | None = None, actor: Actor, now: datetime
) -> Rotation:
    """Make the rotation of that code, or change the one that is there. values: of ``ROTATION_FIELDS``.

    start_date: planned days of its people from then on are planned anew, those before stay; days changed by hand stay
    too. Without it only days that were never planned follow. Errors: attendance.rotation.{cycle, unknown_shift,
    too_few_crews}, attendance.month.locked.
    """
    row = Rotation.objects.select_for_update().filter(code=code).first()
    actor.require(CHANGE)
    rotation = copy(row) if row else Rotation(code=code)
    for name, value in values.items():
        setattr(rotation, name, value)
    _require_sound_rotation(rotation)
    if row is not None and start_date is not None:
        _require_open_from(start_date)
        _plan_until(start_date)
    old = {name: getattr(row, name) for name in values} if row else None
    rotation.save()
    if row is not None and start_date is not None:
        people = rotation.members.values("employee_id")
        RosterDay.objects.filter(employee_id__in=people, date__gte=start_date, by_hand=False).delete()
    record(actor=actor, action="attendance.rotation.save", subject=rotation, old=old, new=dict(values), now=now)
    return rotation


@transaction.atomic
def save_settings(*, values: Mapping[str, Any], actor: Actor, now: datetime) -> AttendanceSettings:
    """Change what holds for everybody. values: of ``ALL_SETTINGS``. Locked months keep their figures.

    Errors: attendance.settings.{missing, weekdays, tiers}.
    """
    row: AttendanceSettings = AttendanceSettings.objects.select_for_update(of=("self",)).get(id=current_settings().id)
    actor.require(CHANGE)
    old = {name: _plain(getattr(row, name)) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    _require_sound_settings(row)
    row.save()
    new = {name: _plain(value) for name, value in values.items()}
    record(actor=actor, action="attendance.settings.save", subject=row, old=old, new=new, now=now)
    return row


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, Rotation) else value


def _is_used_before(row: Shift, day: date) -> bool:
    return bool(
        RosterDay.objects.filter(shift=row, date__lt=day).exists()
        or MonthResult.objects.filter(shift_ids__contains=[row.pk], start_date__lt=month_of(day)).exists()
        or DayResult.objects.filter(month=month_of(day), shift=row, date__lt=day).exists()
        or _is_rotated(row)
    )


def _is_rotated(row: Shift) -> bool:
    """Whether days that are not planned yet would have it."""
    return bool(Rotation.objects.filter(cycle__contains=[row.code]).exists())


def _next_version(row: Shift, shift: Shift, start_date: date) -> Shift:
    """Close the row the day before and begin the shift; what is planned from that day on follows."""
    _require_open_from(start_date)
    _plan_until(start_date)
    code = row.code
    Shift.objects.filter(pk=row.pk).update(code=f"{code}@{start_date}", ended_date=start_date)
    shift.pk = None
    shift._state.adding = True
    shift.save(force_insert=True)
    skills = ShiftSkill.objects.filter(shift=row).values_list("skill_id", flat=True)
    ShiftSkill.objects.bulk_create([ShiftSkill(shift=shift, skill_id=skill) for skill in skills])
    RosterDay.objects.filter(shift=row, date__gte=start_date).update(shift=shift)
    _move_waiting(row, shift, start_date)
    return shift


def _move_waiting(row: Shift, shift: Shift, start_date: date) -> None:
    """Swaps and open shifts that nobody has decided follow the roster: what was asked for is the shift of that code."""
    swaps = ShiftSwap.objects.filter(state=RequestState.WAITING)
    swaps.filter(shift=row, date__gte=start_date).update(shift=shift)
    swaps.filter(other_shift=row, other_date__gte=start_date).update(other_shift=shift)
    OpenShift.objects.filter(shift=row, date__gte=start_date, state=OpenShift.State.OPEN).update(shift=shift)


def _require_open_from(start_date: date) -> None:
    """No month from that day on may be locked."""
    last = AttendanceMonth.objects.order_by("-start_date").values_list("start_date", flat=True).first()
    require_open(start_date, max(end_of(month_of(start_date)), end_of(last) if last else start_date))


def _plan_until(start_date: date) -> None:
    """Write down what was planned for the days before, where nobody had yet, so that the change leaves them alone."""
    opened = AttendanceMonth.objects.filter(state=AttendanceMonth.State.OPEN, start_date__lt=start_date)
    first = opened.order_by("start_date").values_list("start_date", flat=True).first() or month_of(start_date)
    for month in months_between(first, start_date) if first < start_date else ():
        end = min(end_of(month), start_date)
        begin_months(first=month, end=end)
        setup = load_setup()
        write_missing(setup, roster_grid(setup, EVERYBODY, month, end), month, end)


def _require_sound_rotation(rotation: Rotation) -> None:
    known = set(Shift.objects.filter(ended_date=None).values_list("code", flat=True))
    unknown = [code for code in rotation.cycle if code and code not in known]
    if unknown:
        raise DomainError(
            "attendance.rotation.unknown_shift", field="cycle", zh=f"没有班次 {unknown[0]}。",
            en=f"There is no shift {unknown[0]}.",
        )  # fmt: skip
    try:
        rotation.build()
    except ValueError as error:
        raise DomainError(
            "attendance.rotation.cycle", field="cycle",
            zh="循环须至少有一个班次，天数须能被班组数整除。",
            en="A cycle has at least one shift, and its days are shared evenly by the crews.",
        ) from error  # fmt: skip
    if rotation.follows_calendar and (rotation.crews != 1 or len(rotation.cycle) != 1):
        raise DomainError(
            "attendance.rotation.cycle", field="follows_calendar",
            zh="按日历上班的规律只有一个班次和一个班组。", en="By the calendar there is one shift and one crew.",
        )  # fmt: skip
    highest = max(rotation.members.values_list("crew", flat=True), default=-1) if rotation.pk else -1
    if highest >= rotation.crews:
        raise DomainError(
            "attendance.rotation.too_few_crews", field="crews", status=409,
            zh=f"第 {highest + 1} 班组还有人员，班组数不能少于 {highest + 1}。",
            en=f"Crew {highest + 1} has people; there must be as many crews.",
        )  # fmt: skip


def _require_sound_settings(row: AttendanceSettings) -> None:
    days = row.working_weekdays
    if not days or days != sorted(set(days)) or not all(0 <= day <= 6 for day in days):
        raise DomainError(
            "attendance.settings.weekdays", field="working_weekdays",
            zh="请选择每周的工作日（0 为星期一）。", en="Choose the working days of the week (Monday = 0).",
        )  # fmt: skip
    try:
        row.lateness, row.off_roster  # noqa: B018  # both refuse what contradicts itself
    except (ValueError, TypeError, KeyError) as error:
        raise DomainError(
            "attendance.settings.tiers", field="late_tiers",
            zh="迟到等级须从小到大，旷工半天数为 0 至 2；分钟数不能为负。",
            en="Tiers of lateness ascend, with 0 to 2 half days absent; minutes are not negative.",
        ) from error  # fmt: skip
