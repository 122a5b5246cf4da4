"""What somebody should look at before a month's pay is approved.

All checks work on columns: one place per payslip. Money is in fen, days in hundredths, time in minutes; UNKNOWN
stands where a payslip does not have the value, and then says nothing.

Sources: no more than 36 hours of overtime a month (Labour Act art. 41); no wage below the local minimum, overtime and
night allowances not counted (Minimum Wage Rules 2004 art. 12); damages at most a fifth of the month's wage, and what is
left at least the minimum wage (Provisional Rules on Wage Payment 1994 art. 16). A day not worked costs a day's pay:
deducting more is a fine, for which an employer has no right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

UNKNOWN = -1
NOTHING = -(2**63)  # in the place of an amount that is none
PAID_DAYS_E2 = 2_175  # 21.75 days of pay in a month
DAY_MINUTES = 480
OVERTIME_LIMIT = 36 * 60
FEW = 5  # a group of fewer has no usual amount
# Median absolute deviations away (modified z-score of 3.5, Iglewicz and Hoaglin), as a fraction.
FAR = (35_000, 6_745)


class Severity(StrEnum):
    """stop: the run cannot be reviewed before somebody says why it may stay. look: to be looked at."""

    STOP = "stop"
    LOOK = "look"
    INFO = "info"


class Kind(StrEnum):
    ERROR = "error"
    NET_NEGATIVE = "net_negative"
    TAX_NEGATIVE = "tax_negative"
    BELOW_MINIMUM_WAGE = "below_minimum_wage"
    ABSENCE_OVERDEDUCTED = "absence_overdeducted"
    LATENESS_OVERDEDUCTED = "lateness_overdeducted"
    MANUAL_AMOUNT = "manual_amount"
    MANUAL_AMOUNT_UNUSED = "manual_amount_unused"
    MONTH_WITHOUT_PAYSLIP = "month_without_payslip"
    INPUTS_CHANGED = "inputs_changed"
    PAYSLIP_MISSING = "payslip_missing"
    PAYSLIP_SURPLUS = "payslip_surplus"
    FORMULAS_CHANGED = "formulas_changed"
    NET_ZERO = "net_zero"
    NO_BANK_ACCOUNT = "no_bank_account"
    MINIMUM_WAGE_UNKNOWN = "minimum_wage_unknown"
    OVERTIME_OVER_LIMIT = "overtime_over_limit"
    DEDUCTION_OVER_FIFTH = "deduction_over_fifth"
    DEDUCTION_BELOW_MINIMUM = "deduction_below_minimum"
    GROSS_CHANGE = "gross_change"
    NET_CHANGE = "net_change"
    ITEM_CHANGE = "item_change"
    UNIT_CHANGE = "unit_change"
    OUTLIER = "outlier"
    NOT_PAID = "not_paid"


STOPS = frozenset(
    {
        Kind.ERROR, Kind.NET_NEGATIVE, Kind.TAX_NEGATIVE, Kind.BELOW_MINIMUM_WAGE, Kind.ABSENCE_OVERDEDUCTED,
        Kind.LATENESS_OVERDEDUCTED, Kind.MANUAL_AMOUNT, Kind.MANUAL_AMOUNT_UNUSED, Kind.MONTH_WITHOUT_PAYSLIP,
        Kind.INPUTS_CHANGED, Kind.PAYSLIP_MISSING, Kind.PAYSLIP_SURPLUS,
    }
)  # fmt: skip
# About people who need not have a payslip.
BY_ID = frozenset(
    {
        Kind.MANUAL_AMOUNT_UNUSED, Kind.MONTH_WITHOUT_PAYSLIP, Kind.INPUTS_CHANGED, Kind.PAYSLIP_MISSING,
        Kind.PAYSLIP_SURPLUS,
    }
)  # fmt: skip
NOTES = frozenset({Kind.OUTLIER, Kind.NOT_PAID})


def severity_of(kind: Kind) -> Severity:
    return Severity.STOP if kind in STOPS else Severity.INFO if kind in NOTES else Severity.LOOK


@dataclass(frozen=True)
class Threshold:
    """A change counts where it is both at least ``percent`` of what was before and at least ``fen``."""

    percent: int
    fen: int

    def exceeded(self, now: Ints, before: Ints) -> Mask:
        difference = np.abs(now - before)
        mask: Mask = (difference * 100 >= np.abs(before) * self.percent) & (difference >= self.fen)
        return mask


PERSON = Threshold(percent=30, fen=50_000)
TOTAL = Threshold(percent=20, fen=100_000)


@dataclass(frozen=True)
class Deduction:
    """An item that takes money. for_absence, for_lateness: its formula reads days absent, or minutes late or left
    early. is_claim: made from entered or imported amounts only, such as damages.
    """

    item: str
    amounts: Ints
    for_absence: bool = False
    for_lateness: bool = False
    is_claim: bool = False


@dataclass(frozen=True)
class Slips:
    """Payslips of one run. failed: without an amount; gross, net and tax are 0 there. minimum: wage of a full month
    where the person works, 0 if not known. extra: pay that does not count towards it. late: minutes late or left early.
    base_pay: over base_days, which is more than 1 where pay changed within the month. unchecked: city without a known
    minimum wage → people.
    """

    ids: Ints
    units: Ints
    positions: Ints
    gross: Ints
    net: Ints
    tax: Ints
    failed: Mask
    has_account: Mask
    base_pay: Ints
    base_days: Ints
    minimum: Ints
    extra: Ints
    paid_days: Ints
    due_days: Ints
    absent_days: Ints
    late: Ints
    overtime: Ints
    deductions: Sequence[Deduction] = ()
    unchecked: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def floor(self) -> Ints:
        """Minimum wage for the days that are paid, rounded down; 0 where it is not known."""
        known = (self.due_days > 0) & (self.paid_days >= 0)
        due = np.where(known, self.due_days, 1)
        paid = np.where(known, np.minimum(self.paid_days, due), 0)
        floor: Ints = self.minimum * paid // due
        return floor


@dataclass(frozen=True)
class Before:
    """Sound payslips of the regular run before."""

    ids: Ints
    gross: Ints
    net: Ints


@dataclass(frozen=True)
class Found:
    """Findings of one kind. keys: places of payslips; for item_change places of items, for unit_change ids of units,
    for not_paid places in ``Before``, for ``BY_ID`` ids of employees, for
    minimum_wage_unknown nothing. values: what is; others: what it is compared
    with. item: its code; the city of minimum_wage_unknown. month: the closed one, as 2026-01, of month_without_payslip.
    """

    kind: Kind
    keys: Ints
    values: Ints
    others: Ints
    item: str = ""
    month: str = ""

    def __len__(self) -> int:
        return len(self.keys)


def people_findings(slips: Slips, before: Before | None, *, is_regular: bool) -> list[Found]:
    """Everything about single people, empty kinds left out. is_regular: a month's pay, so that the law on a month's
    wage and the month before say something."""
    found = [*_plain(slips)]
    if is_regular:
        found += [*_law(slips), *_outliers(slips)]
        found += _changes(slips, before) if before is not None else []
    return [one for one in found if len(one)]


def total_changes(kind: Kind, keys: Ints, now: Ints, before: Ints) -> Found:
    """Totals of items or units that changed by more than the threshold."""
    return _where(kind, TOTAL.exceeded(now, before), now, before, keys=keys)


def _where(kind: Kind, mask: Mask, values: Ints, others: Ints, *, item: str = "", keys: Ints | None = None) -> Found:
    places = np.flatnonzero(mask).astype(np.int64)
    return Found(kind, places if keys is None else keys[places], values[places], others[places], item)


def _plain(slips: Slips) -> Iterator[Found]:
    nothing, sound = np.zeros(len(slips), dtype=np.int64), ~slips.failed
    yield _where(Kind.ERROR, slips.failed, nothing, nothing)
    yield _where(Kind.NET_NEGATIVE, sound & (slips.net < 0), slips.net, nothing)
    yield _where(Kind.TAX_NEGATIVE, sound & (slips.tax < 0), slips.tax, nothing)
    yield _where(Kind.NET_ZERO, sound & (slips.net == 0), slips.net, nothing)
    yield _where(Kind.NO_BANK_ACCOUNT, sound & (slips.net > 0) & ~slips.has_account, slips.net, nothing)


def _law(slips: Slips) -> Iterator[Found]:
    sound, floor = ~slips.failed, slips.floor
    wage = slips.gross - slips.extra
    yield _where(Kind.BELOW_MINIMUM_WAGE, sound & (wage < floor), wage, floor)
    for city, people in sorted(slips.unchecked.items()):
        none, count, nothing = (np.array([value], dtype=np.int64) for value in (0, people, NOTHING))
        yield Found(Kind.MINIMUM_WAGE_UNKNOWN, none, count, nothing, city)
    limit = np.full(len(slips), OVERTIME_LIMIT, dtype=np.int64)
    yield _where(Kind.OVERTIME_OVER_LIMIT, sound & (slips.overtime > limit), slips.overtime, limit)
    for deduction in slips.deductions:
        if deduction.for_absence or deduction.for_lateness:
            yield _overdeducted(slips, deduction)
        elif deduction.is_claim:
            yield from _claims(slips, deduction, floor)


def _overdeducted(slips: Slips, deduction: Deduction) -> Found:
    """More than the time is worth. The day is the larger of 1/21.75 and 1/days due: either way of counting fits."""
    known = ~slips.failed & (slips.base_pay > 0)
    time = np.zeros(len(slips), dtype=np.int64)
    if deduction.for_absence:
        known &= slips.absent_days >= 0
        time += np.maximum(slips.absent_days, 0) * DAY_MINUTES
    if deduction.for_lateness:
        time += np.maximum(slips.late, 0) * 100
    days: Ints = np.where(slips.due_days > 0, np.minimum(slips.due_days, PAID_DAYS_E2), PAID_DAYS_E2)
    worth = -(-np.maximum(slips.base_pay, 0) * time // (days * DAY_MINUTES * slips.base_days))
    kind = Kind.ABSENCE_OVERDEDUCTED if deduction.for_absence else Kind.LATENESS_OVERDEDUCTED
    return _where(kind, known & (deduction.amounts > worth), deduction.amounts, worth, item=deduction.item)


def _claims(slips: Slips, deduction: Deduction, floor: Ints) -> Iterator[Found]:
    taken, fifth = ~slips.failed & (deduction.amounts > 0), slips.gross // 5
    yield _where(
        Kind.DEDUCTION_OVER_FIFTH, taken & (deduction.amounts > fifth), deduction.amounts, fifth, item=deduction.item
    )
    left = slips.gross - deduction.amounts
    yield _where(Kind.DEDUCTION_BELOW_MINIMUM, taken & (left < floor), left, floor, item=deduction.item)


def _changes(slips: Slips, before: Before) -> Iterator[Found]:
    """People of both months, and those of the month before who get nothing now."""
    _ids, here, there = np.intersect1d(slips.ids, before.ids, assume_unique=True, return_indices=True)
    sound = ~slips.failed[here]
    for kind, now, then in (
        (Kind.GROSS_CHANGE, slips.gross[here], before.gross[there]),
        (Kind.NET_CHANGE, slips.net[here], before.net[there]),
    ):
        yield _where(kind, sound & PERSON.exceeded(now, then), now, then, keys=here.astype(np.int64))
    gone = ~np.isin(before.ids, slips.ids)
    yield _where(Kind.NOT_PAID, gone, np.zeros(len(before.ids), dtype=np.int64), before.net)


def _outliers(slips: Slips) -> Iterator[Found]:
    """Gross pay far from the median of the people of the same position: by more than 3.5 robust deviations, and by more
    than the threshold of a change. Where nearly all get the same, 1 % of the median stands for the deviation."""
    medians, counts = _medians(slips.positions, slips.gross, ~slips.failed)
    distance = np.abs(slips.gross - medians)
    spreads, _counts = _medians(slips.positions, distance, ~slips.failed)
    usual = np.maximum(spreads, np.abs(medians) // 100)
    far = (distance * FAR[1] > usual * FAR[0]) & PERSON.exceeded(slips.gross, medians)
    yield _where(Kind.OUTLIER, far & ~slips.failed & (counts >= FEW), slips.gross, medians)


def _medians(groups: Ints, values: Ints, counted: Mask) -> tuple[Ints, Ints]:
    """Each place's median of its group, rounded down, and how many of the group were counted; 0 where none was."""
    names, members = np.unique(groups, return_inverse=True)
    counts = np.bincount(members[counted], minlength=len(names))
    ordered = np.flatnonzero(counted)[np.lexsort((values[counted], members[counted]))]
    if not len(ordered):
        return np.zeros_like(values), np.zeros_like(values)
    firsts = np.minimum(np.cumsum(counts) - counts, len(ordered) - 1)
    low = values[ordered[np.minimum(firsts + np.maximum(counts - 1, 0) // 2, len(ordered) - 1)]]
    high = values[ordered[np.minimum(firsts + counts // 2, len(ordered) - 1)]]
    medians = np.where(counts > 0, (low + high) // 2, 0)
    return medians[members], counts[members].astype(np.int64)
