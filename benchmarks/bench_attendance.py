"""The day engine against the bare match of punches, the month through the database, and one late punch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone

from attendance.models import Punch
from attendance.packs.loader import list_packs, load_pack
from attendance.rules.day_columns import MOST_MINUTES, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Break, Flex, LengthBreak, OvertimePolicy, PunchMode, Rounding, Segment, Shift
from attendance.services.day_results import compute_month
from attendance.services.punches import PunchRow, record_punches
from benchmarks.figures import Figure, benchmark
from benchmarks.tenants import ACTOR
from benchmarks.workforces import MONTH, tenant_with_work
from hrsaas.tenancy.context import tenant_context

PEOPLE, DAYS, ROUNDS = 100_000, 30, 7
FIRST_DAY = 20_513
SPLIT = Shift(
    "SPLIT", 570, 1260, segments=(Segment(570, 840), Segment(990, 1260)), punches=PunchMode.EACH_SEGMENT,
    overtime=OvertimePolicy(30, 30),
)  # fmt: skip
SPECIAL = (
    SPLIT,
    Shift("CORE", 540, 1080, (Break(720, 780),), flex=Flex(480, 600, core_end_minute=960)),
    Shift("ROUND", 480, 1020, (Break(720, 780),), round_in=Rounding(15), round_out=Rounding(15)),
    Shift("LONG", 480, 1200, length_breaks=(LengthBreak(360, 30), LengthBreak(600, 60))),
    Shift("OPEN", 360, 1440, window_after_minutes=0, open_due_minutes=480),
)


def _table() -> ShiftTable:
    """The shifts of three industries, and one of each kind that they lack; about one in three days is at night."""
    codes = [code for code in ("healthcare", "retail", "office_flex") if code in list_packs()]
    packs = [shift for code in codes for shift in load_pack(code).build_shifts()]
    nights = [Shift(f"NIGHT{at}", 1200 + 60 * at, 1740 + 60 * at, night_shift=True) for at in range(3)]
    plain = {shift.code: shift for shift in packs if not shift.alternatives}
    return compile_shifts([*plain.values(), *nights, *SPECIAL])


def _month(table: ShiftTable) -> tuple[RosterColumns, PunchColumns]:
    """Five of seven days worked, in and out around the edges, a twentieth forgotten; split shifts stamp four times."""
    dice = np.random.default_rng(7)
    employee = np.repeat(np.arange(PEOPLE), DAYS)
    day = np.tile(np.arange(FIRST_DAY, FIRST_DAY + DAYS), PEOPLE)
    shift = np.repeat(dice.integers(0, len(table), PEOPLE), DAYS)
    free = (day + np.repeat(dice.integers(0, 7, PEOPLE), DAYS)) % 7 >= 5
    shift[free] = -1
    kind = (free * 1).astype(np.int8)
    worked = np.flatnonzero(~free)
    sides = [(worked, table.start[shift[worked]]), (worked, table.end[shift[worked]])]
    split = worked[shift[worked] == table.index("SPLIT")]
    sides += [(split, np.full(len(split), edge)) for edge in (840, 990)]
    who, minute = [], []
    for rows, edge in sides:
        kept = dice.random(len(rows)) < 0.95
        who.append(employee[rows][kept])
        minute.append((day[rows] * 1440 + edge + dice.integers(-20, 40, len(rows)))[kept])
    columns = np.concatenate(who), np.concatenate(minute)
    order = np.argsort(columns[0] * MOST_MINUTES + columns[1], kind="stable")
    return RosterColumns(employee, day, shift, kind), PunchColumns(columns[0][order], columns[1][order])


def _bare_match(table: ShiftTable, roster: RosterColumns, punches: PunchColumns) -> None:
    """First in and last out by searchsorted, and nothing else."""
    keys = punches.employee * MOST_MINUTES + punches.minute
    keys.sort()
    base = roster.employee * MOST_MINUTES + roster.day * 1440
    begin = np.searchsorted(keys, base + table.window_start[roster.shift])
    stop = np.searchsorted(keys, base + table.window_end[roster.shift])
    first, last = np.take(keys, begin, mode="clip") - base, np.take(keys, stop - 1, mode="clip") - base
    np.where(stop > begin, first, -1), np.where(stop > begin, last, -1)


def _cpu_seconds(*sides: Callable[[], object]) -> list[float]:
    """Median CPU seconds of each side, in turns."""
    taken: list[list[float]] = [[] for _side in sides]
    for _round in range(ROUNDS):
        for side, times in zip(sides, taken, strict=True):
            start = time.process_time()
            side()
            times.append(time.process_time() - start)
    return [statistics.median(times) for times in taken]


@benchmark("attendance.days_per_cpu_s")
def days_per_cpu_s() -> Figure:
    """Person-days a CPU second, 100,000 people over 30 days on mixed shifts."""
    table = _table()
    roster, punches = _month(table)
    (ours,) = _cpu_seconds(lambda: compute_days(table, roster, punches))
    sides = {"days": len(roster), "punches": len(punches), "shifts": len(table), "cpu_s": ours}
    return Figure("attendance.days_per_cpu_s", len(roster) / ours, "days/CPU s", 600_000, at_most=False, sides=sides)


@benchmark("attendance.days_vs_bare_match")
def days_vs_bare_match() -> Figure:
    """CPU time of the engine beside that of the match alone."""
    table = _table()
    roster, punches = _month(table)
    ours, bare = _cpu_seconds(
        lambda: compute_days(table, roster, punches), lambda: _bare_match(table, roster, punches)
    )  # fmt: skip
    sides = {"engine_s": ours, "bare_s": bare, "days": len(roster)}
    return Figure("attendance.days_vs_bare_match", ours / bare, "× bare match", 4, sides=sides)


def _month_cpu_s(slug: str, people: int) -> float:
    """CPU seconds of this process for a month that was never computed."""
    tenant = tenant_with_work(slug, people=people)
    with tenant_context(tenant.id):
        start = time.process_time()
        done = compute_month(month=MONTH, actor=ACTOR, now=timezone.now())
        taken = time.process_time() - start
        assert done.days_written == done.days
    return taken


@benchmark("attendance.month_growth")
def month_growth() -> Figure:
    """CPU time of a month of 5,000 people beside that of 500."""
    _month_cpu_s("attwarm", 100)
    few, many = _month_cpu_s("attfew", 500), _month_cpu_s("attmany", 5000)
    sides = {"few_cpu_s": few, "many_cpu_s": many}
    return Figure("attendance.month_growth", many / few, "× for 10 × the people", 11, sides=sides)


@benchmark("attendance.month_days_per_cpu_s")
def month_days_per_cpu_s() -> Figure:
    """Person-days a CPU second of this process, read, computed and written; the database's own time is not in it."""
    people = 10_000
    taken = _month_cpu_s("attmonth", people)
    rate = people * 31 / taken
    sides = {"people": people, "cpu_s": taken}
    return Figure("attendance.month_days_per_cpu_s", rate, "days/CPU s", 150_000, at_most=False, sides=sides)


@benchmark("attendance.late_punch_ms")
def late_punch_ms() -> Figure:
    """One punch that comes late into a computed month: taken, its day and timesheet right again, committed."""
    people = 20_000
    tenant = tenant_with_work("attlate", people=people)
    zone = ZoneInfo(str(tenant.zone))
    times: list[float] = []
    with tenant_context(tenant.id):
        now = timezone.now()
        compute_month(month=MONTH, actor=ACTOR, now=now)
        for number in range(31):
            stamp = datetime(2026, 3, 10, 12, 1, tzinfo=zone) + timedelta(minutes=number)
            rows = [PunchRow(f"P{number * 601:05}", stamp)]
            start = time.perf_counter()
            counts = record_punches(rows=rows, source="late", actor=ACTOR, now=now)
            times.append((time.perf_counter() - start) * 1000)
            assert counts.added == 1
        sides = {"people": people, "punches": Punch.objects.count(), "worst_ms": max(times)}
    return Figure("attendance.late_punch_ms", statistics.median(times), "ms", 100, sides=sides)
