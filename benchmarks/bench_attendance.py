"""The day engine against the bare match of punches, the month through the database, and one late punch."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from django.utils import timezone

from attendance.jobs import plan, run_step
from attendance.packs.loader import list_packs, load_pack
from attendance.rules.day_columns import MOST_MINUTES, PunchColumns, RosterColumns
from attendance.rules.day_engine import compute_days
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from attendance.rules.shifts import Break, Flex, LengthBreak, OvertimePolicy, PunchMode, Rounding, Segment, Shift
from attendance.services.punches import PunchRow, record_punches
from benchmarks.costs import GIB_IN_MB, Cost, measured
from benchmarks.figures import Figure, Statements, benchmark
from benchmarks.punched_months import MONTH, tenant_with_punches
from benchmarks.tenants import ACTOR
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant

PEOPLE, DAYS, ROUNDS = 100_000, 30, 7
FEW, SOME, MANY = 200, 10_000, 100_000
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


@dataclass
class Month:
    """One computed month. statements: of the first chunk."""

    cost: Cost
    days: int
    statements: int

    @property
    def cost_of_day(self) -> float:
        return self.cost.cpu_s / self.days


@benchmark("attendance.month_days_per_cpu_s")
def month_days_per_cpu_s() -> Figure:
    """Person-days a CPU second of this process and its database: read, computed, written, committed."""
    month = _month_of(MANY)
    sides = {
        "days": month.days, "python_s": month.cost.python_s, "postgres_s": month.cost.postgres_s,
        "wall_s": month.cost.wall_s, "statements_a_chunk": month.statements,
    }  # fmt: skip
    return Figure("attendance.month_days_per_cpu_s", 1 / month.cost_of_day, "days/CPU s", 150_000, False, sides)


@benchmark("attendance.month_growth")
def month_growth() -> Figure:
    """Cost of ten times as many people. Raises if the process takes 1.5 GiB, or a chunk more statements."""
    few, many = _month_of(SOME), _month_of(MANY)
    assert many.cost.memory_mb <= 1.5 * GIB_IN_MB, f"{many.cost.memory_mb} MB"
    assert many.statements == few.statements, f"{many.statements} statements a chunk instead of {few.statements}"
    sides = {"few_cpu_s": few.cost.cpu_s, "many_cpu_s": many.cost.cpu_s, "memory_mb": many.cost.memory_mb}
    return Figure("attendance.month_growth", many.cost.cpu_s / few.cost.cpu_s, "× for 10 × the people", 11, sides=sides)


@benchmark("attendance.late_punch_ms")
def late_punch_ms() -> Figure:
    """One punch that comes late into a computed month: taken, its day and timesheet right again, committed."""
    tenant = _computed_tenant(MANY)
    times: list[float] = []
    with tenant_context(tenant.id):
        now = timezone.now()
        for number in range(31):
            stamp = datetime(2026, 3, 10, 12, 1, tzinfo=tenant.zone) + timedelta(minutes=number)
            rows = [PunchRow(f"P{1 + number * 3_001:07}", stamp)]
            start = time.perf_counter()
            counts = record_punches(rows=rows, source="late", actor=ACTOR, now=now)
            times.append((time.perf_counter() - start) * 1000)
            assert counts.added == 1
    sides = {"people": MANY, "worst_ms": max(times)}
    return Figure("attendance.late_punch_ms", statistics.median(times), "ms", 100, sides=sides)


@cache
def _month_of(people: int) -> Month:
    """In a process that has computed a small month before."""
    if people > FEW:
        _month_of(FEW)
    tenant = tenant_with_punches(f"punched{people}", people=people)
    with tenant_context(tenant.id):
        return _compute()


@cache
def _computed_tenant(people: int) -> Tenant:
    _month_of(people)
    tenant: Tenant = Tenant.objects.get(slug=f"punched{people}")
    return tenant


def _compute() -> Month:
    """As the job computes it, part by part."""
    statements, days, of_first = Statements(), 0, 0
    with measured() as cost, statements.counting():
        prepare, *chunks = plan(MONTH)
        run_step(MONTH, prepare, ACTOR, timezone.now())
        for number, key in enumerate(chunks):
            before = statements.count
            result = run_step(MONTH, key, ACTOR, timezone.now())
            days += result.counts["days_written"]
            of_first = of_first if number else statements.count - before
            assert not result.errors and result.counts["days"] == result.counts["days_written"]
    return Month(cost, days, of_first)
