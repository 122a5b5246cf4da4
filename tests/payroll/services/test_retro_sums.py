"""Whatever becomes known when: closed payslips and the differences carried later add up, item by item, to what knowing
it from the beginning would have paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hrsaas.people.models import Employee
from hrsaas.people.services.assignments import change_pay
from payroll.models import PayRun, Payslip, RetroDifference
from payroll.queries.reviews import review_of
from payroll.rules.retro import Kind, kinds_of
from payroll.services.reviews import acknowledge_findings
from tests.payroll.conftest import FEBRUARY, JANUARY, MARCH, Payroll

MONTHS = (JANUARY, FEBRUARY, MARCH, date(2026, 4, 1))
SETTLED_SUMS = ("gross", "contributions_employee", "employer_cost")


@dataclass
class Change:
    """In the month ``known``, before its run, somebody learns this of an earlier one. value None: as at the start."""

    known: int
    month: int
    name: str
    value: str | None


@dataclass
class Person:
    """start: what was entered for each month first. rise: month known, day, fen."""

    pay_fen: int
    start: list[dict[str, str]]
    changes: list[Change]
    rise: tuple[int, date, int] | None
    truth: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.truth = [dict(month) for month in self.start]
        for change in sorted(self.changes, key=lambda one: one.known):
            self.truth[change.month][change.name] = self.value_of(change)

    def value_of(self, change: Change) -> str:
        return self.start[change.month][change.name] if change.value is None else change.value


MONEY = st.integers(0, 30_000_000).map(lambda fen: f"{fen / 100:.2f}")
DAYS = st.integers(11, 22).map(str)
VALUES = {"sales": MONEY, "paid_days": DAYS, "additional_deduction": st.sampled_from(["0", "1000", "2500.50"])}


@st.composite
def changes(draw: st.DrawFn) -> Change:
    known = draw(st.integers(1, len(MONTHS) - 1))
    name = draw(st.sampled_from(list(VALUES)))
    return Change(known, draw(st.integers(0, known - 1)), name, draw(st.none() | VALUES[name]))


@st.composite
def people(draw: st.DrawFn) -> Person:
    start = [{"sales": draw(MONEY), "paid_days": draw(DAYS), "additional_deduction": "0"} for _month in MONTHS]
    known = draw(st.integers(1, len(MONTHS) - 1))
    day = date(2026, draw(st.integers(1, known)), draw(st.integers(1, 28)))
    rise = draw(st.none() | st.integers(100, 400_000).map(lambda fen: (known, day, fen)))
    return Person(draw(st.integers(300_000, 6_000_000)), start, draw(st.lists(changes(), max_size=5)), rise)


@settings(
    max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(drawn=st.lists(people(), min_size=6, max_size=6))
def test_payslips_and_carried_differences_add_up_to_what_is_due(shop: Payroll, drawn: list[Person]) -> None:
    """L learns late, R has known all along."""
    with undone():
        for at, person in enumerate(drawn):
            shop.hire(f"L{at}", person.pay_fen)
            shop.hire(f"R{at}", person.pay_fen)
            enter(shop, f"L{at}", person.start)
            enter(shop, f"R{at}", person.truth)
            raise_pay(shop, f"R{at}", person)
        for place, month in enumerate(MONTHS):
            for at, person in enumerate(drawn):
                learn(shop, f"L{at}", person, place)
            accept(shop, shop.calculate(month))
            shop.lock(month)
        for at, person in enumerate(drawn):
            late, right = paid(f"L{at}"), paid(f"R{at}")
            assert late == right, person
            assert sums(f"L{at}", SETTLED_SUMS) == sums(f"R{at}", SETTLED_SUMS), person
            if (
                last_tax(f"L{at}") > 0 and last_tax(f"R{at}") > 0
            ):  # else the year withheld too much, and none comes back
                assert sums(f"L{at}", ("income_tax", "net")) == sums(f"R{at}", ("income_tax", "net")), person


@contextmanager
def undone() -> Iterator[None]:
    """Every example begins with an empty shop."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def accept(shop: Payroll, run: PayRun) -> None:
    """Whatever the review finds: the people are made up."""
    for kind in {row["kind"] for row in review_of(run).rows(only_open=True)[:100]}:
        acknowledge_findings(run=run, kind=kind, reason="made up", actor=shop.actor, now=shop.now)


def enter(shop: Payroll, code: str, months: list[dict[str, str]]) -> None:
    for month, values in zip(MONTHS, months, strict=True):
        shop.full_month(code, month, **with_days(values))


def with_days(values: dict[str, str]) -> dict[str, str]:
    return {**values, "attended_days": values["paid_days"]} if "paid_days" in values else values


def learn(shop: Payroll, code: str, person: Person, place: int) -> None:
    for change in person.changes:
        if change.known == place:
            shop.enter(code, MONTHS[change.month], **with_days({change.name: person.value_of(change)}))
    if person.rise and person.rise[0] == place:
        raise_pay(shop, code, person)


def raise_pay(shop: Payroll, code: str, person: Person) -> None:
    if person.rise:
        _known, day, fen = person.rise
        by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
        change_pay(employee=Employee.objects.get(code=code), on_date=day, base_pay_fen=person.pay_fen + fen, **by)


def paid(code: str) -> dict[tuple[date, str], int]:
    """(month, item) → what its payslip pays of it and what later ones pay for it."""
    found: dict[tuple[date, str], int] = {}
    for slip in slips(code):
        for item, kind in kinds_of(slip.run.formula_set.items).items():
            if kind != Kind.RELIEF and not item.startswith("retro_"):
                found[slip.run.month, item] = slip.amounts[slip.run.formula_set.item_position(item)]
    carried = RetroDifference.objects.filter(employee__code=code, is_carried=True).exclude(kind=Kind.RELIEF)
    rows = carried.order_by().values_list("origin__month", "item").annotate(Sum("amount"))
    for month, item, amount in rows:
        found[month, item] += int(amount)
    return found


def sums(code: str, names: tuple[str, ...]) -> dict[str, int]:
    found = slips(code)
    return {name: sum(slip.amounts[slip.run.formula_set.item_position(name)] for slip in found) for name in names}


def last_tax(code: str) -> int:
    return slips(code)[-1].tax_fen


def slips(code: str) -> list[Payslip]:
    return list(Payslip.objects.filter(employee_code=code).select_related("run__formula_set").order_by("run__month"))
