"""Choosing an industry template, and the tenant's own days in the calendar."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from attendance.models import (
    AttendanceSettings,
    CalendarDay,
    InstalledPack,
    RosterDay,
    Rotation,
    Shift,
)
from attendance.packs.loader import UnknownPackError, load_pack
from attendance.packs.parts import LateTier
from attendance.packs.schema import FixedPart, Pack, RotationPart
from attendance.queries.locked_shifts import locked_use
from attendance.queries.months import require_open
from attendance.rules import shifts as rules
from attendance.services.leave_types import install_leave_types
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

CHANGE = "attendance.setup.change"
SETTINGS = "settings"
Content = dict[str, dict[str, Any]]
Calendar = Literal["national", "weekdays"]
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
# Any Monday will do. It must not move with the day of installation, or installing again would shift all rosters.
ANCHOR = date(2024, 1, 1)


@dataclass(frozen=True)
class PackChanges:
    """Codes that installing a template adds or changes; both empty where all is there already."""

    added: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class OwnDay:
    """One day of the tenant's own. workday: it is worked although the calendar says otherwise."""

    date: date
    name: str = ""
    workday: bool = False


@transaction.atomic
def install_pack(
    *, code: str, calendar: Calendar = "national", actor: Actor, now: datetime, preview: bool = False
) -> PackChanges:
    """Bring shifts, rotations and settings of a template in; what has its code already is set to the template.

    calendar: national holidays, or ``weekdays``: Monday to Friday and nothing else. preview: only say what would
    change. Installing twice changes nothing. Errors: attendance.pack.unknown,
    attendance.shift.in_locked_month.
    """
    actor.require(CHANGE)
    pack = find_pack(code)
    wanted = [*shift_rows(pack), *rotation_rows(pack)]
    changes = _differences(wanted)
    settings = settings_values(pack, calendar)
    nothing_new = not changes.added and not changes.changed and _has_settings(pack, settings)
    if preview or (nothing_new and InstalledPack.objects.filter(code=code, version=pack.version).exists()):
        return changes
    require_free_shifts(changes.changed)
    for model, values in wanted:
        model.objects.update_or_create(code=values["code"], defaults=values)
    default = Rotation.objects.get(code=pack.default_roster)
    AttendanceSettings.objects.update_or_create(defaults={**settings, "default_rotation": default})
    facts = {"version": pack.version, "calendar": calendar, "content": pack_content(pack, calendar), "changed_at": now}
    InstalledPack.objects.update_or_create(code=code, defaults=facts)
    off = pack.overtime.time_off
    months = off.expires_after_months if off else None
    install_leave_types(codes=pack.leave_types, overtime_months=months, actor=actor, now=now)
    new = {"pack": code, "version": pack.version, "added": list(changes.added), "changed": list(changes.changed)}
    record(actor=actor, action="attendance.pack.install", subject_type="attendance.settings", new=new, now=now)
    return changes


def pack_content(pack: Pack, calendar: Calendar) -> Content:
    """The rows of a template by name (``shift:M``, ``rotation:R1``, ``settings``), with values as JSON holds them."""
    rows = {f"shift:{values['code']}": values for _model, values in shift_rows(pack)}
    rows |= {f"rotation:{values['code']}": values for _model, values in rotation_rows(pack)}
    settings = {**settings_values(pack, calendar), "default_rotation": pack.default_roster}
    rows[SETTINGS] = {name: value for name, value in settings.items() if not name.startswith("pack_")}
    return as_json(rows)


def as_json(rows: Mapping[str, Mapping[str, Any]]) -> Content:
    """The same with nothing but what JSON knows, so that rows compare equal to stored content."""
    content: Content = json.loads(json.dumps(rows, cls=DjangoJSONEncoder))
    return content


@transaction.atomic
def set_calendar_days(*, days: Sequence[OwnDay], actor: Actor, now: datetime) -> int:
    """Make these dates company holidays or working days; how many were new or different.

    The planned roster of those days is planned anew when it is next needed; what was changed by hand stays.
    Errors: attendance.month.locked, attendance.calendar.repeated.
    """
    actor.require(CHANGE)
    _require_once(days)
    wanted = {day.date: (_kind(day), day.name[:80]) for day in days}
    there = CalendarDay.objects.filter(date__in=wanted)
    old = {row.date: (row.kind, row.name) for row in there.select_for_update()}
    changed = {day: facts for day, facts in wanted.items() if old.get(day) != facts}
    moved = sorted(day for day, facts in changed.items() if old.get(day, ("",))[0] != facts[0])
    _require_open_days(moved)
    rows = [CalendarDay(date=day, kind=kind, name=name) for day, (kind, name) in changed.items()]
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["tenant", "date"], update_fields=["kind", "name"]
    )
    _forget_planned(moved)
    if changed:
        new = {"days": {day.isoformat(): kind for day, (kind, _name) in sorted(changed.items())}}
        record(actor=actor, action="attendance.calendar.set", subject_type="attendance.calendar", new=new, now=now)
    return len(changed)


@transaction.atomic
def remove_calendar_day(*, day: CalendarDay, actor: Actor, now: datetime) -> None:
    """Let the calendar speak for this date again. Errors: attendance.month.locked."""
    actor.require(CHANGE)
    _require_open_days([day.date])
    old = {"date": day.date, "kind": day.kind, "name": day.name}
    record(actor=actor, action="attendance.calendar.remove", subject=day, old=old, now=now)
    _forget_planned([day.date])
    day.delete()


def require_free_shifts(codes: Sequence[str]) -> None:
    """A shift with which locked days were computed stays as it was: they are explained by it."""
    used = locked_use(codes)
    if used is not None:
        code, month = used
        raise DomainError(
            "attendance.shift.in_locked_month",
            field="code",
            zh=f"班次 {code} 已用于锁定的 {month:%Y-%m}，不能更改。请使用新代码。",
            en=f"Shift {code} was worked in {month:%Y-%m}, which is locked, and cannot change. Use a new code.",
            status=409,
        )


def _forget_planned(dates: Sequence[date]) -> None:
    RosterDay.objects.filter(date__in=dates, by_hand=False).delete()


def _require_open_days(dates: Sequence[date]) -> None:
    for day in dates:
        require_open(day, date.fromordinal(day.toordinal() + 1))


def _require_once(days: Sequence[OwnDay]) -> None:
    seen: set[date] = set()
    for position, day in enumerate(days):
        if day.date in seen:
            raise DomainError(
                "attendance.calendar.repeated",
                field="date",
                position=position,
                zh=f"日期 {day.date} 出现了两次。",
                en=f"{day.date} is there twice.",
            )
        seen.add(day.date)


def _kind(day: OwnDay) -> str:
    return CalendarDay.Kind.WORKDAY if day.workday else CalendarDay.Kind.HOLIDAY


def find_pack(code: str) -> Pack:
    """The template of that code; DomainError attendance.pack.unknown."""
    try:
        return load_pack(code)
    except UnknownPackError as error:
        raise DomainError(
            "attendance.pack.unknown", field="code", zh=f"没有行业模板 {code}。", en=f"{error}.", status=404
        ) from error


def shift_rows(pack: Pack) -> list[tuple[type[Shift] | type[Rotation], dict[str, Any]]]:
    pairs = zip(pack.shifts, pack.build_shifts())
    return [
        (Shift, {"code": part.code, "name": part.name.zh, "name_en": part.name.en, **shift_fields(shift)})
        for part, shift in pairs
    ]


def shift_fields(shift: rules.Shift) -> dict[str, Any]:
    """The columns of ``models.Shift`` that hold this shift's rules."""
    return {
        "start_minute": shift.start_minute,
        "end_minute": shift.end_minute,
        "breaks": [
            {"start_minute": item.start_minute, "end_minute": item.end_minute, "paid": item.paid}
            for item in shift.breaks
        ],
        "window_before_minutes": shift.window_before_minutes,
        "window_after_minutes": shift.window_after_minutes,
        "late_grace_minutes": shift.late_grace_minutes,
        "early_grace_minutes": shift.early_grace_minutes,
        "flex_earliest_minute": shift.flex.earliest_minute if shift.flex else None,
        "flex_latest_minute": shift.flex.latest_minute if shift.flex else None,
        "overtime_step_minutes": shift.overtime.step_minutes,
        "overtime_minimum_minutes": shift.overtime.minimum_minutes,
        "overtime_before": shift.overtime.before,
        "overtime_after": shift.overtime.after,
        "night_start_minute": shift.night.start_minute,
        "night_end_minute": shift.night.end_minute,
        "night_shift": shift.night_shift,
        "duplicate_minutes": shift.duplicate_minutes,
        "segments": [asdict(item) for item in shift.segments],
        "punch_mode": int(shift.punches),
        "length_breaks": [asdict(item) for item in shift.length_breaks],
        "round_in_minutes": shift.round_in.minutes,
        "round_in_direction": int(shift.round_in.direction),
        "round_out_minutes": shift.round_out.minutes,
        "round_out_direction": int(shift.round_out.direction),
        "core_end_minute": shift.flex.core_end_minute if shift.flex else None,
        "late_starts": [asdict(item) for item in shift.late_starts],
        "open_due_minutes": shift.open_due_minutes,
        "alternatives": list(shift.alternatives),
        "half_absent_below_minutes": shift.half_absent_below_minutes,
        "absent_below_minutes": shift.absent_below_minutes,
        "overtime_source": int(shift.overtime.source),
    }


def rotation_rows(pack: Pack) -> list[tuple[type[Shift] | type[Rotation], dict[str, Any]]]:
    parts: list[RotationPart | FixedPart] = [*pack.rotations, *pack.fixed]
    return [(Rotation, _rotation_values(part)) for part in parts]


def _rotation_values(part: RotationPart | FixedPart) -> dict[str, Any]:
    names = {"code": part.code, "name": part.name.zh, "name_en": part.name.en}
    if isinstance(part, FixedPart):
        return {**names, "cycle": [part.shift], "crews": 1, "anchor_date": ANCHOR, "follows_calendar": True}
    cycle = [code or "" for code in part.build().cycle]
    return {**names, "cycle": cycle, "crews": part.crews, "anchor_date": ANCHOR, "follows_calendar": False}


def _differences(wanted: Sequence[tuple[type[Shift] | type[Rotation], Mapping[str, Any]]]) -> PackChanges:
    added, changed = [], []
    there = {model: {row.code: row for row in model.objects.all()} for model in (Shift, Rotation)}
    for model, values in wanted:
        row = there[model].get(values["code"])
        if row is None:
            added.append(values["code"])
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed.append(values["code"])
    return PackChanges(tuple(added), tuple(changed))


def settings_values(pack: Pack, calendar: Calendar) -> dict[str, Any]:
    national, free, off = calendar == "national", pack.lateness.free_times, pack.overtime.time_off
    weekdays = sorted(pack.calendar.weekday_numbers) if national else list(MONDAY_TO_FRIDAY)
    return {
        "pack_code": pack.code,
        "pack_version": pack.version,
        "working_weekdays": weekdays,
        "national_calendar": (pack.calendar.national or "") if national else "",
        "off_roster_step_minutes": pack.off_roster_policy.step_minutes,
        "off_roster_minimum_minutes": pack.off_roster_policy.minimum_minutes,
        "off_roster_source": int(pack.off_roster_policy.source),
        "late_free_count": free.times_per_month if free else 0,
        "late_free_minutes": free.minutes if free else 0,
        "late_tiers": [_late_tier(tier) for tier in pack.lateness.tiers],
        "overtime_leave_kinds": list(off.for_kinds) if off else [],
        "overtime_leave_percent": off.rate_percent if off else 100,
    }


def _late_tier(tier: LateTier) -> dict[str, Any]:
    return {
        "from_minutes": tier.from_minutes, "absent_half_days": tier.absent_half_days, "name": tier.name.zh,
        "name_en": tier.name.en,
    }  # fmt: skip


def _has_settings(pack: Pack, values: Mapping[str, Any]) -> bool:
    return bool(AttendanceSettings.objects.filter(**values, default_rotation__code=pack.default_roster).exists())
