"""The day rule once more in plain Python, punch by punch and day by day: the oracle of the vectorised engine.

Written from the words of `day_engine`, `matching`, `absences` and `shifts`, with other means: every punch is dealt to
a day and to a segment by comparing distances, and minutes are sets, the bits of a whole number, so that the two share
no arithmetic. Only `OvertimePolicy.credit`, `Rounding.apply` and `taken_off` are common, which have tests of their own.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from attendance.rules.absences import AbsenceColumns, AbsenceKind
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import DayFlag, DayRow, DayStatus, PunchColumns, RosterColumns
from attendance.rules.shift_parts import OvertimeSource, PunchMode, taken_off
from attendance.rules.shift_tables import ShiftTable
from attendance.rules.shifts import Segment, Shift

Plan = dict[tuple[int, int], Shift | None]
ALL_DAY = (-3000, 6000)


def span(start: int, end: int) -> int:
    """The minutes [start, end) as bits; 3000 is the minute 0."""
    return ((1 << max(0, end - start)) - 1) << (start + 3000)


@cache
def night(start: int, end: int) -> int:
    return span(start - 1440, end - 1440) | span(start, end) | span(start + 1440, end + 1440)


def night_of(shift: Shift | None) -> int:
    return night(shift.night.start_minute, shift.night.end_minute) if shift else night(1320, 1800)


@cache
def unpaid_of(shift: Shift, segment: Segment) -> int:
    """Minutes of the segment that nobody is paid for."""
    breaks = 0
    for item in shift.breaks:
        breaks |= 0 if item.paid else span(item.start_minute, item.end_minute)
    if shift.punches == PunchMode.FIRST_LAST:
        for left, right in zip(shift.segments, shift.segments[1:], strict=False):
            breaks |= span(left.end_minute, right.start_minute)
    return breaks & span(segment.start_minute, segment.end_minute)


@dataclass
class Away:
    """One absence as it looks from one day."""

    start: int
    end: int
    kind: AbsenceKind

    @property
    def minutes(self) -> int:
        return span(max(self.start, ALL_DAY[0]), min(self.end, ALL_DAY[1]))


@dataclass
class Part:
    """What one segment of a day came to. minutes: those of the work that counts, one by one."""

    punches: list[int]
    due_minutes: int = 0
    first: int | None = None
    last: int | None = None
    complete: bool = False
    single: bool = False
    late: int = 0
    early: int = 0
    late_start: bool = False
    minutes: int = 0
    overtime: int = 0
    covered: dict[AbsenceKind, int] = field(default_factory=lambda: dict.fromkeys(AbsenceKind, 0))

    @property
    def covered_whole(self) -> bool:
        return sum(self.covered.values()) >= self.due_minutes > 0


def reference_days(
    table: ShiftTable,
    roster: RosterColumns,
    punches: PunchColumns,
    absences: AbsenceColumns | None = None,
    approved: list[int] | None = None,
) -> list[DayRow]:
    by_employee: dict[int, list[int]] = defaultdict(list)
    for employee, minute in zip(punches.employee.tolist(), punches.minute.tolist(), strict=True):
        by_employee[employee].append(minute)
    for minutes in by_employee.values():
        minutes.sort()
    away: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for place in range(len(absences or ())):
        employee = int(absences.employee[place])
        span = int(absences.start_minute[place]), int(absences.end_minute[place])
        away[employee].append((*span, int(absences.kind[place]), place))
    rows = list(zip(*(getattr(roster, name).tolist() for name in ("employee", "day", "shift", "kind")), strict=True))
    plan: Plan = {(e, day): None if shift == -1 else table.shifts[shift] for e, day, shift, _ in rows}
    results = []
    for place, (employee, day, _, kind) in enumerate(rows):
        yes = approved[place] if approved is not None else 0
        judge = DayJudge(table, plan, employee, day, DayKind(kind), yes, away[employee])
        results.append(judge.row(by_employee[employee]))
    return results


def punches_of_day(plan: Plan, employee: int, day: int, minutes: list[int]) -> list[int]:
    """Minutes of the day (relative to it) of the punches that belong to this day."""
    before = plan.get((employee, day - 1))
    after = plan.get((employee, day + 1))
    own = plan[employee, day]
    near = minutes[bisect_left(minutes, day * 1440 - 3000) : bisect_left(minutes, day * 1440 + 6000)]
    offsets = [minute - day * 1440 for minute in near]
    return [p for p in offsets if in_window(own, p) and not lost_to_other(own, before, after, p)]


def in_window(shift: Shift | None, p: int) -> bool:
    if shift is None:
        return 0 <= p < 1440
    return p >= shift.start_minute - shift.window_before_minutes and in_window_or_later(shift, p)


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
    return p <= earlier.end_minute + earlier.window_after_minutes and p < 36 * 60


def in_window_or_earlier(later: Shift, p: int) -> bool:
    """The later shift's window has opened by p."""
    return p >= later.start_minute - later.window_before_minutes


def segments_of(shift: Shift) -> list[Segment]:
    if shift.segments and shift.punches != PunchMode.FIRST_LAST:
        return list(shift.segments)
    return [Segment(shift.start_minute, shift.end_minute)]


def deal(shift: Shift, punches: list[int]) -> list[list[int]]:
    """The punches of each segment."""
    segments = segments_of(shift)
    dealt: list[list[int]] = [[] for _ in segments]
    for p in punches:
        place = 0
        while place + 1 < len(segments) and goes_on(shift, segments[place], segments[place + 1], p):
            place += 1
        dealt[place].append(p)
    return dealt


def goes_on(shift: Shift, left: Segment, right: Segment, p: int) -> bool:
    """The punch is not the left segment's."""
    if shift.punches == PunchMode.SEGMENT_STARTS:
        past_the_middle = p > (left.start_minute + left.end_minute) // 2
        return past_the_middle and p >= right.start_minute - shift.window_before_minutes
    return p - left.end_minute > right.start_minute - p


@dataclass
class DayJudge:
    table: ShiftTable
    plan: Plan
    employee: int
    day: int
    kind: DayKind
    approved: int
    all_away: list[tuple[int, int, int, int]]

    @property
    def shift(self) -> Shift | None:
        return self.plan[self.employee, self.day]

    def row(self, minutes: list[int]) -> DayRow:
        punches = punches_of_day(self.plan, self.employee, self.day, minutes)
        if self.shift is None:
            return self.free_row(punches)
        self.away = self.away_here()
        self.excused = 0
        for one in self.away:
            self.excused |= one.minutes
        yesterday = self.left_yesterday(minutes)
        dealt = deal(self.shift, punches)
        segments = segments_of(self.shift)
        parts = [
            self.part(segment, own, place == 0, place + 1 == len(segments), yesterday)
            for place, (segment, own) in enumerate(zip(segments, dealt, strict=True))
        ]
        return self.put_together(parts)

    def free_row(self, punches: list[int]) -> DayRow:
        first = punches[0] if punches else None
        last = punches[-1] if punches and punches[-1] > punches[0] else None
        counted = span(first, last) if last is not None else 0
        flags = DayFlag(0)
        if punches:
            flags |= DayFlag.OFF_ROSTER
        if punches and last is None:
            flags |= DayFlag.MISSING_OUT
        if len(punches) > 2:
            flags |= DayFlag.EXTRA_PUNCHES
        off = self.kind in (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY)
        status = DayStatus.OFF_ROSTER if last is not None else DayStatus.HOLIDAY if off else DayStatus.REST
        by_punch = 0 if self.kind == DayKind.WORKDAY else self.table.off_roster.credit(counted.bit_count())
        overtime = self.agreed(self.table.off_roster.source, by_punch)
        if overtime[1]:
            flags |= DayFlag.OVERTIME_CUT
        return self.result(
            status, flags, first, last, worked_minutes=counted.bit_count(),
            night_minutes=(counted & night_of(None)).bit_count(), overtime=overtime[0],
        )  # fmt: skip

    def agreed(self, source: OvertimeSource, by_punch: int) -> tuple[int, bool]:
        """Overtime that counts, and whether more was worked than approved."""
        if source == OvertimeSource.BY_PUNCH:
            return by_punch, False
        counts = self.approved if source == OvertimeSource.BY_APPROVAL else min(by_punch, self.approved)
        return counts, by_punch > self.approved

    def away_here(self) -> list[Away]:
        found = []
        for start, end, kind, place in self.all_away:
            if start % 1440 == 0 and end % 1440 == 0:
                if start // 1440 <= self.day < end // 1440:
                    found.append((*ALL_DAY, place, kind))
            else:
                base = self.day * 1440
                found.append((start - base, end - base, place, kind))
        result: list[Away] = []
        reach = ALL_DAY[0]
        for start, end, _, kind in sorted(found, key=lambda item: (item[0], item[2])):
            if start < 3000 and end > 0 and max(start, reach) < end:
                result.append(Away(max(start, reach), end, AbsenceKind(kind)))
                reach = end
        return result

    def left_yesterday(self, minutes: list[int]) -> int | None:
        """The punch out that ended the day before."""
        if (self.employee, self.day - 1) not in self.plan:
            return None
        shift = self.plan[self.employee, self.day - 1]
        punches = punches_of_day(self.plan, self.employee, self.day - 1, minutes)
        if shift is None:
            return punches[-1] if punches and punches[-1] > punches[0] else None
        own = deal(shift, punches)[-1]
        if not own or shift.punches == PunchMode.SEGMENT_STARTS:
            return None
        segment = segments_of(shift)[-1]
        if own[-1] - own[0] >= shift.duplicate_minutes:
            return own[-1]
        return own[-1] if not shift.is_open and own[0] - segment.start_minute > segment.end_minute - own[0] else None

    def is_excused(self, minute: int) -> bool:
        return bool(self.excused >> (minute + 3000) & 1)

    def moved(self, start: int, unpaid: int) -> int:
        """The first minute from the start on that nobody is excused for."""
        if self.excused == span(*ALL_DAY):
            return ALL_DAY[1]
        minute = start
        while minute < ALL_DAY[1] and (
            self.is_excused(minute) or (minute > start and unpaid >> (minute + 3000) & 1)
        ):  # fmt: skip
            minute += 1
        return minute

    def moved_back(self, end: int, unpaid: int) -> int:
        if self.excused == span(*ALL_DAY):
            return ALL_DAY[0]
        minute = end
        while minute > ALL_DAY[0] and (
            self.is_excused(minute - 1) or (minute < end and unpaid >> (minute + 2999) & 1)
        ):  # fmt: skip
            minute -= 1
        return minute

    def part(self, segment: Segment, punches: list[int], first: bool, last: bool, yesterday: int | None) -> Part:
        shift = self.shift
        unpaid = unpaid_of(shift, segment)
        nominal = span(segment.start_minute, segment.end_minute) & ~unpaid
        found = Part(punches, due_minutes=shift.open_due_minutes if shift.is_open else nominal.bit_count())
        self.cover(found, nominal)
        earliest = shift.earliest_minute if first else segment.start_minute
        latest = shift.latest_minute if first else segment.start_minute
        late_from = latest
        if first and yesterday is not None:
            for rule in shift.late_starts:
                if yesterday >= rule.left_from_minute:
                    late_from = max(latest, rule.start_until_minute)
        start = late_from if shift.is_open else self.moved(late_from, unpaid)
        start_moved = start > late_from and not shift.is_open
        self.assign(found, segment, start if start_moved else segment.start_minute, unpaid)
        came, left = found.first, found.last
        if shift.is_open:
            due_end = came
        elif start_moved:
            due_end = segment.end_minute
        else:
            due_end = min(max(earliest if came is None else came, earliest), latest) + segment.minutes
        stay = due_end
        if due_end is not None and not shift.is_open and shift.flex and shift.flex.core_end_minute:
            stay = min(due_end, shift.flex.core_end_minute)
        stay_until = stay if shift.is_open or stay is None else self.moved_back(stay, unpaid)
        begin = None if came is None else shift.round_in.apply(came)
        finish = None if left is None else shift.round_out.apply(left)
        if shift.punches == PunchMode.SEGMENT_STARTS and came is not None:
            finish = due_end
        if found.single and not found.covered_whole and not shift.is_open:
            if came is not None and stay_until < stay:
                found.single, found.complete, finish = False, True, stay_until
            elif left is not None and start_moved:
                found.single, found.complete, begin = False, True, start
        elif found.single and found.covered_whole:
            found.single = False
        if came is not None:
            found.late_start = latest < came <= late_from and not shift.is_open
        if not found.covered_whole and not shift.is_open:
            if came is not None and came - start > shift.late_grace_minutes:
                found.late = came - start
            if left is not None and stay_until - left > shift.early_grace_minutes:
                found.early = stay_until - left
        if found.complete:
            self.count(found, segment, begin, finish, due_end, (earliest, first, last), unpaid)
        return found

    def cover(self, found: Part, nominal: int) -> None:
        left = found.due_minutes
        for kind in AbsenceKind:
            minutes = sum((one.minutes & nominal).bit_count() for one in self.away if one.kind == kind)
            found.covered[kind] = min(minutes, left)
            left -= found.covered[kind]

    def assign(self, found: Part, segment: Segment, start: int, unpaid: int) -> None:
        """Which punch came in and which went out."""
        punches, shift = found.punches, self.shift
        if not punches:
            return
        if shift.punches == PunchMode.SEGMENT_STARTS:
            found.first, found.complete = punches[0], True
        elif punches[-1] - punches[0] >= shift.duplicate_minutes:
            found.first, found.last, found.complete = punches[0], punches[-1], True
        else:
            found.single = True
            end = segment.end_minute
            if not found.covered_whole:
                end = self.moved_back(segment.end_minute, unpaid)
            else:
                start = segment.start_minute
            if not shift.is_open and punches[0] - start > end - punches[0]:
                found.last = punches[-1]
            else:
                found.first = punches[0]

    def count(
        self, found: Part, segment: Segment, begin: int, finish: int, due_end: int, edge: tuple[int, bool, bool],
        unpaid: int,
    ) -> None:  # fmt: skip
        shift = self.shift
        earliest, is_first, is_last = edge
        policy = shift.overtime
        before = is_first and policy.before and not shift.is_open
        after = is_last and policy.after and not shift.is_open and shift.punches != PunchMode.SEGMENT_STARTS
        counted = span(begin, finish)
        if not before and not shift.is_open:
            counted &= span(earliest, ALL_DAY[1])
        if not after and not shift.is_open:
            counted &= span(ALL_DAY[0], due_end)
        found.minutes = counted & ~unpaid & ~self.excused
        if self.kind == DayKind.WORKDAY:
            if after:
                found.overtime += policy.credit(finish - due_end)
            if before:
                found.overtime += policy.credit(min(earliest, finish) - begin)

    def put_together(self, parts: list[Part]) -> DayRow:
        shift, table = self.shift, self.table
        due = shift.due_minutes
        worked = sum(part.minutes.bit_count() for part in parts)
        worked -= taken_off(shift.length_breaks, worked)
        covered, total = {}, 0
        for kind in AbsenceKind:
            covered[kind] = min(sum(part.covered[kind] for part in parts), due - total)
            total += covered[kind]
        complete, single = any(part.complete for part in parts), any(part.single for part in parts)
        anybody = any(part.punches for part in parts)
        absent = sum(part.due_minutes - sum(part.covered.values()) for part in parts if not part.punches)
        absent = min(absent, due - total)
        late, early = sum(part.late for part in parts), sum(part.early for part in parts)
        status = DayStatus.MISSING_PUNCH if single else DayStatus.PRESENT if complete else DayStatus.ABSENT
        half_days = 0
        if absent:
            half_days = 2 if absent == due else 1 if absent * 2 >= due else 0
        if complete and not single:
            if worked + total < shift.absent_below_minutes:
                status, half_days = DayStatus.ABSENT, 2
            elif worked + total < shift.half_absent_below_minutes:
                half_days = max(half_days, 1)
        tiers = [tier.absent_half_days for tier in table.lateness.tiers if late >= tier.from_minutes]
        half_days = max(half_days, tiers[-1] if tiers else 0)
        if status == DayStatus.ABSENT and total >= due:
            status = DayStatus.TRAVEL if covered[AbsenceKind.TRAVEL] * 2 >= due else DayStatus.LEAVE
        by_punch = sum(part.overtime for part in parts)
        if self.kind != DayKind.WORKDAY:
            by_punch = shift.overtime.credit(worked)
        elif shift.is_open and shift.overtime.after and complete:
            by_punch = shift.overtime.credit(worked - (due - total))
        overtime, cut = self.agreed(shift.overtime.source, by_punch)
        owes = shift.is_open or (shift.flex is not None and shift.flex.core_end_minute is not None)
        short = max(0, due - total - worked) if owes and complete and not single else 0
        firsts = [part.first for part in parts if part.first is not None]
        lasts = [part.last for part in parts if part.last is not None]
        flags = {
            DayFlag.MISSING_IN: any(part.single and part.first is None for part in parts),
            DayFlag.MISSING_OUT: any(part.single and part.last is None for part in parts),
            DayFlag.EXTRA_PUNCHES: any(len(part.punches) > 2 for part in parts),
            DayFlag.MISSED_SEGMENT: anybody and sum(
                part.due_minutes - sum(part.covered.values()) for part in parts if not part.punches
            ) > 0,
            DayFlag.SHORT_HOURS: short > 0,
            DayFlag.HALF_DAY_ABSENT: half_days == 1,
            DayFlag.OVERTIME_CUT: cut,
            DayFlag.PUNCHED_ON_LEAVE: total >= due and total > 0 and bool(firsts or lasts),
            DayFlag.LATE_START: any(part.late_start for part in parts),
        }  # fmt: skip
        return self.result(
            status, sum((flag for flag, on in flags.items() if on), DayFlag(0)),
            min(firsts, default=None), max(lasts, default=None),
            due_minutes=due, worked_minutes=worked, late_minutes=late, early_minutes=early,
            night_minutes=sum((part.minutes & night_of(shift)).bit_count() for part in parts), overtime=overtime,
            short_minutes=short, absent_minutes=absent, absent_half_days=half_days,
            leave_paid_minutes=covered[AbsenceKind.LEAVE_PAID], leave_unpaid_minutes=covered[AbsenceKind.LEAVE_UNPAID],
            travel_minutes=covered[AbsenceKind.TRAVEL],
        )  # fmt: skip

    def result(
        self, status: DayStatus, flags: int, first: int | None, last: int | None, overtime: int, **minutes: int
    ) -> DayRow:
        work, statutory = self.kind == DayKind.WORKDAY, self.kind == DayKind.STATUTORY_HOLIDAY
        values = dict.fromkeys(DayRow.__slots__, 0) | {
            "status": int(status), "flags": int(flags),
            "first_in": -1 if first is None else self.day * 1440 + first,
            "last_out": -1 if last is None else self.day * 1440 + last,
            "overtime_weekday_minutes": overtime if work else 0,
            "overtime_statutory_minutes": overtime if statutory else 0,
            "overtime_rest_day_minutes": 0 if work or statutory else overtime,
        }  # fmt: skip
        return DayRow(**(values | minutes))
