"""What closed months would be by today's inputs: everybody's inputs are read again and compared with those that the
payslips keep; who differs is calculated again by the formulas of that month.

All people are compared, not those with a record of a change: timesheets, imported assignments and calendars carry no
time of change that covers every way in. Earlier sums (year to date, PREV and the like) stay as the payslip has them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef, Q, Sum

from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import places_of, read_columns_and_text, spread
from payroll.models import FormulaSetVersion, PayInput, PayRun, Payslip, RetroDifference
from payroll.queries.formula_sets import compiled_version
from payroll.queries.histories import Ints, Mask, Numbers
from payroll.queries.input_columns import InputColumns, Relief, input_columns
from payroll.queries.manual_amounts import by_hand
from payroll.queries.pay_groups import Among
from payroll.queries.people_columns import People, people_between, text_column
from payroll.rules.formula import Result, TextColumn, Type
from payroll.rules.formula import run as run_formulas
from payroll.rules.retro import CARRIED_BY, RELIEFS, Kind, carries, kinds_of

MONTHS = 12
# What claims come to is worked out for the year so far, so the next month makes up for it; an entered value is not.
OF_CLAIMS = "additional_deduction"
# Follows from earlier runs and counts for the tax alone.
OF_HISTORY = ("employed_months",)
SETTLED = (PayRun.State.APPROVED, *PayRun.CLOSED)
_NO_TEXT, _NEXT_TEXT = "\x1e", "\x1f"


class Difference(NamedTuple):
    """As ``RetroDifference``."""

    employee_id: int
    origin_id: int
    item: str
    kind: str
    paid: int
    due: int
    is_carried: bool


@dataclass(frozen=True)
class Retro:
    """Differences that a run has for a part of its people. columns: the inputs that they add up to, where there are
    any. reliefs: those of tax relief in the year so far. failed: employee → months that today's inputs do not let
    calculate again.
    """

    rows: list[Difference]
    columns: dict[str, Numbers] = field(default_factory=dict)
    reliefs: list[Relief] = field(default_factory=list)
    failed: dict[int, list[date]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Part:
    """People of the carrying run with ids from first_id to last_id."""

    run: PayRun
    people: Ints
    first_id: int
    last_id: int
    paid: Mapping[tuple[int, int, str], int]


def is_carrying(run: PayRun) -> bool:
    """A bonus is taxed on its own and carries nothing."""
    return run.kind != PayRun.Kind.BONUS


def retro_of(run: PayRun, earlier: Sequence[PayRun], people: People, first_id: int, last_id: int) -> Retro:
    """The differences that the run has for these people, and for those of its group with ids in between who have left.

    earlier: the runs before it. A constant number of statements, and some more per closed month of the last twelve.
    """
    origins, ready = _carried(run, earlier)
    if not origins:
        return Retro([])
    part = _Part(run, people.ids, first_id, last_id, _settled(run, earlier, origins, first_id, last_id))
    rows: list[Difference] = []
    failed: dict[int, list[date]] = defaultdict(list)
    for origin in origins:
        rows += _of_month(origin, part, ready, failed)
    return _retro(run, earlier, rows, people.ids, ready, dict(failed))


def stored_retro(run: PayRun, earlier: Sequence[PayRun], people: People, first_id: int, last_id: int) -> Retro:
    """What ``retro_of`` found when the run was calculated. At most two statements."""
    origins, ready = _carried(run, earlier)
    if not origins:
        return Retro([])
    kept = RetroDifference.objects.filter(run=run, employee__gte=first_id, employee__lte=last_id)
    return _retro(run, earlier, [Difference(*row) for row in kept.values_list(*Difference._fields)], people.ids, ready)


def _carried(run: PayRun, earlier: Sequence[PayRun]) -> tuple[list[PayRun], bool]:
    """The closed runs whose differences the run looks for, and whether its formulas read them."""
    origins = origins_of(run, earlier) if is_carrying(run) else []
    if not origins:
        return [], False
    assert run.formula_set is not None, "prepared runs have one"
    ready = carries(item["formula"] for item in run.formula_set.items)
    # Severance and the like have schemes of their own.
    return ([], False) if not ready and not run.is_regular else (origins, ready)


def _retro(
    run: PayRun, earlier: Sequence[PayRun], rows: list[Difference], ids: Ints, ready: bool,
    failed: dict[int, list[date]] | None = None,
) -> Retro:  # fmt: skip
    sums = _sums([row for row in rows if row.is_carried], ids) if ready else {}
    return Retro(rows, sums, _reliefs(run, earlier, rows, ids), failed or {})


def origins_of(run: PayRun, earlier: Sequence[PayRun]) -> list[PayRun]:
    """The closed regular runs of the twelve months before the run's."""
    since = date(run.month.year - 1, run.month.month, 1)
    return [one for one in earlier if one.is_regular and one.state in PayRun.CLOSED and one.month >= since]


def findings(run: PayRun) -> list[dict[str, str]]:
    """Differences that the run does not pay, as {code, zh, en}: what to do about them."""
    rows = RetroDifference.objects.filter(run=run, is_carried=False)
    there = Payslip.objects.filter(run=run, employee=OuterRef("employee"))
    left = _names(rows.filter(~Exists(there)))
    lacking = _names(rows.filter(Exists(there)))
    found = []
    if lacking:
        found.append({
            "code": "payroll.retro.no_items",
            "zh": f"{len(lacking)} 人的往月差额未计入本批次：薪资方案没有补发补扣项目。请添加后重新核算。",
            "en": f"Differences of {len(lacking)} people are not carried: the pay scheme has no items for them. "
            "Add the items to the scheme and calculate again.",
        })  # fmt: skip
    if left:
        who = "、".join(left[:10])
        found.append({
            "code": "payroll.retro.left",
            "zh": f"{len(left)} 名离职员工有往月差额，本批次不含：{who}。请为其最后任职月份新建非月度批次。",
            "en": f"{len(left)} people who have left have differences that are not carried: {', '.join(left[:10])}. "
            "Pay them by an off-cycle run of their last month.",
        })  # fmt: skip
    return found


def differences_of(slip: Payslip) -> list[RetroDifference]:
    """What the payslip carries, oldest month first."""
    rows = RetroDifference.objects.filter(run=slip.run_id, employee=slip.employee_id, is_carried=True)
    return list(rows.select_related("origin__formula_set").order_by("origin__month", "id"))


def _names(rows: Any) -> list[str]:
    return list(rows.order_by().values_list("employee__code", flat=True).distinct().order_by("employee__code"))


def _settled(
    run: PayRun, earlier: Sequence[PayRun], origins: Sequence[PayRun], first_id: int, last_id: int
) -> dict[tuple[int, int, str], int]:
    """(employee, origin, item) → what other runs pay of it: those before this one, and any that is approved."""
    rows = RetroDifference.objects.filter(
        Q(run__in=[one.id for one in earlier]) | Q(run__state__in=SETTLED), is_carried=True,
        origin__in=[one.id for one in origins], employee__gte=first_id, employee__lte=last_id,
    )  # fmt: skip
    sums = rows.exclude(run=run.pk).order_by().values_list("employee_id", "origin_id", "item").annotate(Sum("amount"))
    return {(employee, origin, item): int(amount) for employee, origin, item, amount in sums}


def _of_month(origin: PayRun, part: _Part, ready: bool, failed: dict[int, list[date]]) -> list[Difference]:
    """What one closed month should have been for the people of the part."""
    version = origin.formula_set
    assert version is not None, "closed runs have one"
    stored, texts = _stored(origin, version, part)
    chosen = np.isin(stored["employee_id"], part.people) | _left(origin, part, stored["employee_id"])
    people = people_between(
        origin.month,
        origin.end_date,
        part.first_id,
        part.last_id,
        Among(frozenset(stored["employee_id"][chosen].tolist())),
    )
    if not len(people):
        return []
    places, _there = places_of(stored["employee_id"], people.ids)
    kept = _Kept(version, {name: column[places] for name, column in stored.items()}, [texts[at] for at in places])
    live = input_columns([entry for entry in version.inputs if _is_live(entry)], origin, [], people)
    if OF_CLAIMS in live.missing:
        live.missing[OF_CLAIMS] = ~np.isin(np.arange(len(people)), live.entered.get(OF_CLAIMS, []))
    settled = {employee for employee, run_id, _item in part.paid if run_id == origin.id}
    again = kept.differing(live) | np.isin(people.ids, list(settled))
    if not again.any():
        return []
    return _recalculated(origin, part, kept.merged(live, np.flatnonzero(again)), ready, failed)


def _left(origin: PayRun, part: _Part, ids: Ints) -> Mask:
    """Who of the group's closed month has left before this one; only the group's regular run looks after them."""
    if not part.run.is_regular or origin.group_id != part.run.group_id:
        return np.zeros(len(ids), dtype=np.bool_)
    others = np.setdiff1d(ids, part.people).tolist()
    left = Employee.objects.filter(id__in=others, leave_date__lte=part.run.month).values_list("id", flat=True)
    return np.isin(ids, list(left))


def _is_live(entry: Mapping[str, Any]) -> bool:
    return entry["source"] != PayInput.Source.HISTORY and entry["code"] not in OF_HISTORY


@dataclass(frozen=True)
class _Merged:
    """Columns of the people who differ: today's inputs, and the payslip's where those do not count."""

    ids: Ints
    values: dict[str, Any]
    missing: dict[str, Mask]
    relief: dict[str, tuple[Ints, Ints]]
    """Input of tax relief → what the payslips had, and what they should have had."""


@dataclass(frozen=True)
class _Kept:
    """Inputs as the payslips keep them, one place per person."""

    version: FormulaSetVersion
    columns: dict[str, Ints]
    texts: list[str]

    def differing(self, live: InputColumns) -> Mask:
        """Who has other inputs today. A value that is there no more (a source switched off) counts as unchanged."""
        found = np.zeros(len(live), dtype=np.bool_)
        for at, entry in enumerate(self.version.inputs):
            if entry["type"] != Type.TEXT and _is_live(entry):
                known = ~live.missing[entry["code"]]
                found |= known & (
                    (self.columns[f"none {at}"] == 1) | (self.columns[f"value {at}"] != live.values[entry["code"]])
                )
        words = self._words()
        for entry in self._text_entries():
            now = _spelled(live, entry["code"])
            found |= np.array([new not in (_NO_TEXT, old) for new, old in zip(now, words[entry["code"]], strict=True)])
        return found

    def merged(self, live: InputColumns, chosen: Ints) -> _Merged:
        merged = _Merged(live.people.ids[chosen], {}, {}, {})
        words = self._words()
        for at, entry in enumerate(self.version.inputs):
            code = entry["code"]
            if entry["type"] == Type.TEXT:
                now = _spelled(live, code)
                final = [old if now[place] == _NO_TEXT else now[place] for place, old in enumerate(words[code])]
                final = [final[place] for place in chosen.tolist()]
                merged.values[code] = text_column(final)
                merged.missing[code] = np.array([word == _NO_TEXT for word in final])
                continue
            values, missing = self.columns[f"value {at}"][chosen], self.columns[f"none {at}"][chosen] == 1
            before = np.where(missing, 0, values)
            if _is_live(entry):
                known, column = ~live.missing[code][chosen], live.values[code]
                assert not isinstance(column, TextColumn), "texts are above"
                values, missing = np.where(known, column[chosen], values), missing & ~known
            merged.values[code] = values.astype(np.bool_) if entry["type"] == Type.BOOL else values
            merged.missing[code] = missing
            if code in RELIEFS:
                merged.relief[code] = before, np.where(missing, 0, values)
        return merged

    def _text_entries(self) -> list[dict[str, Any]]:
        return [entry for entry in self.version.inputs if entry["type"] == Type.TEXT]

    def _words(self) -> dict[str, list[str]]:
        rows = [text.split(_NEXT_TEXT) for text in self.texts]
        return {entry["code"]: [row[at] for row in rows] for at, entry in enumerate(self._text_entries())}


def _spelled(live: InputColumns, code: str) -> list[str]:
    column, missing = live.values[code], live.missing[code]
    assert isinstance(column, TextColumn)
    words = np.array([*column.vocabulary, _NO_TEXT])[np.where(missing, len(column.vocabulary), column.codes)]
    found: list[str] = words.tolist()
    return found


def _stored(origin: PayRun, version: FormulaSetVersion, part: _Part) -> tuple[dict[str, Ints], list[str]]:
    """employee_id, and per place of an input "value" and "none" (1: missing); the texts of each payslip in one."""
    names = ["employee_id"]
    columns = ["employee_id"]
    for at in range(len(version.inputs)):
        names += [f"value {at}", f"none {at}"]
        columns += [f"COALESCE(inputs[{at + 1}], 0)::bigint", f"(inputs[{at + 1}] IS NULL)::int::bigint"]
    params = {"tenant": require_tenant_id(), "run": origin.id, "first": part.first_id, "last": part.last_id}
    return read_columns_and_text(_STORED.format(columns=", ".join(columns)), params, names)


def _recalculated(
    origin: PayRun, part: _Part, merged: _Merged, ready: bool, failed: dict[int, list[date]]
) -> list[Difference]:
    assert origin.formula_set is not None
    compiled = compiled_version(origin.formula_set)
    manual = by_hand(origin, origin.formula_set, merged.ids).overrides  # what somebody set stays set
    result = run_formulas(compiled, merged.values, merged.missing, len(merged.ids), manual)
    slips = Payslip.objects.filter(run=origin, employee__in=merged.ids.tolist()).values_list("employee_id", "amounts")
    amounts = dict(slips)
    present = set(part.people.tolist())
    rows: list[Difference] = []
    for place, id_ in enumerate(merged.ids.tolist()):
        if result.failed[place]:
            failed[id_].append(origin.month)
            continue
        for code, kind, paid, due in _compared(origin.formula_set, merged, result, amounts[id_], place):
            paid += part.paid.get((id_, origin.id, code), 0)
            if due != paid:
                rows.append(Difference(id_, origin.id, code, kind.value, paid, due, ready and id_ in present))
    return rows


def _compared(
    version: FormulaSetVersion, merged: _Merged, result: Result, amounts: Sequence[int], place: int
) -> Iterable[tuple[str, Kind, int, int]]:
    """(item, kind, paid by the payslip, due)."""
    for code, kind in kinds_of(version.items).items():
        at = version.item_position(code)
        assert at is not None
        yield code, kind, amounts[at], int(result.amounts[place, at])
    for code, (before, after) in merged.relief.items():
        yield code, Kind.RELIEF, int(before[place]), int(after[place])


def _sums(rows: Sequence[Difference], ids: Ints) -> dict[str, Numbers]:
    """Input → the sum of the differences it adds up, missing where there are none."""
    totals: dict[str, dict[int, int]] = {code: defaultdict(int) for code in CARRIED_BY}
    for row in rows:
        for code, signs in CARRIED_BY.items():
            totals[code][row.employee_id] += signs.get(Kind(row.kind), 0) * (row.due - row.paid)
    return {code: _column(sums, ids) for code, sums in totals.items()}


def _reliefs(run: PayRun, earlier: Sequence[PayRun], rows: Sequence[Difference], ids: Ints) -> list[Relief]:
    """What this run and earlier ones of the year carry of tax relief of the year's closed months."""
    months = {one.id: one.month for one in earlier if one.month.year == run.month.year}
    before = RetroDifference.objects.filter(
        run__in=list(months), origin__in=list(months), kind=Kind.RELIEF, is_carried=True, employee__in=ids.tolist()
    ).values_list("employee_id", "item", "amount", "origin_id")  # fmt: skip
    own = [(row.employee_id, row.item, row.due - row.paid, row.origin_id) for row in rows
           if row.kind == Kind.RELIEF and row.is_carried and row.origin_id in months]  # fmt: skip
    return [
        Relief(RELIEFS[item], employee_id, months[origin_id], amount)
        for employee_id, item, amount, origin_id in [*before, *own]
    ]


def _column(sums: Mapping[int, int], ids: Ints) -> Numbers:
    keys = np.fromiter(sums.keys(), dtype=np.int64, count=len(sums))
    amounts = np.fromiter(sums.values(), dtype=np.int64, count=len(sums))
    places, there = (
        places_of(keys, ids) if len(keys) else (np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.bool_))
    )
    return Numbers(spread(amounts, places, there), ~there)


_STORED = f"""
SELECT {{columns}}, array_to_string(texts, '{_NEXT_TEXT}', '{_NO_TEXT}')
FROM payroll_payslip
WHERE tenant_id = %(tenant)s AND run_id = %(run)s AND employee_id BETWEEN %(first)s AND %(last)s
"""
