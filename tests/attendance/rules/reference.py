"""The day rule once more in plain Python, punch by punch and day by day: the oracle of the vectorised engine.

Written from the words of `day_engine` and `matching`, with other means: every punch is dealt to a day by comparing
distances, and minutes are counted one by one as sets, so that the two share no arithmetic.
"""

from collections import defaultdict

from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import DayFlag, DayRow, DayStatus, PunchColumns, RosterColumns
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import Shift


def reference_days(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> list[DayRow]:
    by_employee: dict[int, list[int]] = defaultdict(list)
    for employee, minute in zip(punches.employee.tolist(), punches.minute.tolist(), strict=True):
        by_employee[employee].append(minute)
    plan: dict[tuple[int, int], Shift | None] = {}
    rows = list(zip(*(getattr(roster, name).tolist() for name in ("employee", "day", "shift", "kind")), strict=True))
    for employee, day, shift, _ in rows:
        plan[employee, day] = None if shift == -1 else table.shifts[shift]
    return [
        reference_day(
            plan[employee, day],
            DayKind(kind),
            day,
            punches_of_day(plan, employee, day, by_employee[employee]),
            table,
        )
        for employee, day, _, kind in rows
    ]


def punches_of_day(plan: dict, employee: int, day: int, minutes: list[int]) -> list[int]:
    """Minutes of the day (relative to it) of the punches that belong to this day."""
    before = plan.get((employee, day - 1))
    after = plan.get((employee, day + 1))
    own = plan[employee, day]
    offsets = sorted(minute - day * 1440 for minute in minutes)
    return [p for p in offsets if in_window(own, p) and not lost_to_other(own, before, after, p)]


def in_window(shift: Shift | None, p: int) -> bool:
    if shift is None:
        return 0 <= p < 1440
    return shift.start_minute - shift.window_before_minutes <= p < shift.end_minute + shift.window_after_minutes


def lost_to_other(own: Shift | None, before: Shift | None, after: Shift | None, p: int) -> bool:
    """The punch lies in the window of a neighbouring shift too and that one has the better claim."""
    if own is None:
        return (before is not None and in_window_or_later(before, p + 1440)) or (
            after is not None and in_window_or_earlier(after, p - 1440)
        )
    shared_before = before is not None and in_window_or_later(before, p + 1440)
    shared_after = after is not None and in_window_or_earlier(after, p - 1440)
    nearer_before = shared_before and p + 1440 - before.end_minute <= own.start_minute - p
    nearer_after = shared_after and p - own.end_minute > after.start_minute - (p - 1440)
    return nearer_before or nearer_after


def in_window_or_later(earlier: Shift, p: int) -> bool:
    """The earlier shift's window is still open at p."""
    return p < earlier.end_minute + earlier.window_after_minutes


def in_window_or_earlier(later: Shift, p: int) -> bool:
    """The later shift's window has opened by p."""
    return p >= later.start_minute - later.window_before_minutes


def reference_day(shift: Shift | None, kind: DayKind, day: int, punches: list[int], table: ShiftTable) -> DayRow:
    came, left = first_and_last(shift, punches)
    policy = shift.overtime if shift else table.off_roster
    late = early = worked = night = weekday = rest = statutory = 0
    if shift:
        start = (
            min(max(came, shift.earliest_minute), shift.latest_minute) if came is not None else shift.earliest_minute
        )
        due_end = start + shift.end_minute - shift.start_minute
        if came is not None and came - shift.latest_minute > shift.late_grace_minutes:
            late = came - shift.latest_minute
        if left is not None and due_end - left > shift.early_grace_minutes:
            early = due_end - left
    if came is not None and left is not None:
        counted = set(range(came, left))
        if shift:
            if not policy.before:
                counted = {m for m in counted if m >= shift.earliest_minute}
            if not policy.after:
                counted = {m for m in counted if m < due_end}
            for item in shift.breaks:
                if not item.paid:
                    counted -= set(range(item.start_minute, item.end_minute))
        worked = len(counted)
        night = sum(is_night(shift, m) for m in counted)
        if kind == DayKind.WORKDAY and shift:
            if policy.after:
                weekday += policy.credit(left - due_end)
            if policy.before:
                weekday += policy.credit(min(shift.earliest_minute, left) - came)
        elif kind == DayKind.STATUTORY_HOLIDAY:
            statutory = policy.credit(worked)
        elif kind != DayKind.WORKDAY:
            rest = policy.credit(worked)
    return DayRow(
        status=reference_status(shift, kind, came, left),
        flags=reference_flags(shift, came, left, punches),
        first_in=-1 if came is None else day * 1440 + came,
        last_out=-1 if left is None else day * 1440 + left,
        due_minutes=shift.due_minutes if shift else 0,
        worked_minutes=worked,
        late_minutes=late,
        early_minutes=early,
        overtime_weekday_minutes=weekday,
        overtime_rest_day_minutes=rest,
        overtime_statutory_minutes=statutory,
        night_minutes=night,
    )


def first_and_last(shift: Shift | None, punches: list[int]) -> tuple[int | None, int | None]:
    if not punches:
        return None, None
    if punches[-1] - punches[0] >= (shift.duplicate_minutes if shift else 1):
        return punches[0], punches[-1]
    if shift and punches[0] - shift.start_minute > shift.end_minute - punches[0]:
        return None, punches[-1]
    return punches[0], None


def is_night(shift: Shift | None, minute: int) -> bool:
    start, end = (shift.night.start_minute, shift.night.end_minute) if shift else (1320, 1800)
    return start <= minute < end or start <= minute + 1440 < end


def reference_status(shift: Shift | None, kind: DayKind, came: int | None, left: int | None) -> DayStatus:
    both = came is not None and left is not None
    if shift is None:
        if both:
            return DayStatus.OFF_ROSTER
        off = kind in (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY)
        return DayStatus.HOLIDAY if off else DayStatus.REST
    if both:
        return DayStatus.PRESENT
    return DayStatus.ABSENT if came is None and left is None else DayStatus.MISSING_PUNCH


def reference_flags(shift: Shift | None, came: int | None, left: int | None, punches: list[int]) -> int:
    flags = DayFlag(0)
    if punches and came is None:
        flags |= DayFlag.MISSING_IN
    if punches and left is None:
        flags |= DayFlag.MISSING_OUT
    if punches and shift is None:
        flags |= DayFlag.OFF_ROSTER
    if len(punches) > 2:
        flags |= DayFlag.EXTRA_PUNCHES
    return int(flags)
