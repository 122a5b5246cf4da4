"""What to look at before a run is approved: findings, computed when asked for, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np
from django.db.models import Count, Sum

from hrsaas.errors import DomainError
from hrsaas.people.models import Employee, OrgUnit
from payroll.models import FindingAcknowledgement, PayRun, Payslip, PayslipTotal
from payroll.packs.dated import PackError
from payroll.packs.social_insurance import find_city
from payroll.queries.changed_inputs import Changes, changes_of, names_of
from payroll.queries.finding_texts import OTHER_WORDS, WORDS
from payroll.queries.manual_amounts import found_by_hand
from payroll.queries.missed_months import missed_months
from payroll.queries.review_columns import CENT, before_of, compared_places, slips_of
from payroll.rules.findings import (
    BY_ID,
    NOTHING,
    STOPS,
    Before,
    Found,
    Ints,
    Kind,
    Mask,
    Severity,
    Slips,
    people_findings,
    severity_of,
    total_changes,
)
from payroll.rules.formula import Type

Row = dict[str, Any]
FIGURES = (Kind.ITEM_CHANGE, Kind.UNIT_CHANGE, Kind.FORMULAS_CHANGED, Kind.MINIMUM_WAGE_UNKNOWN)
# Changes of what a run reads say nothing once it is approved: the next run carries their differences.
WATCHED = (PayRun.State.CALCULATED, PayRun.State.REVIEWED)


@dataclass(frozen=True)
class Review:
    """A run, the regular run before it (none for other kinds of runs), and what was found, gravest first.

    acknowledged: kind → the people for whom it may stay; None among them: for everybody. changes: of what was read
    since the calculation; None once the run is approved.
    """

    run: PayRun
    previous: PayRun | None
    slips: Slips
    before: Before | None
    found: Sequence[Found]
    acknowledged: Mapping[str, frozenset[int | None]] = field(default_factory=dict)
    changes: Changes | None = None

    def people_of(self, found: Found) -> Ints:
        """Employees by finding; of findings about people only."""
        if found.kind == Kind.NOT_PAID:
            assert self.before is not None
            return self.before.ids[found.keys]
        if found.kind in BY_ID:
            return found.keys
        return self.slips.ids[found.keys]

    def open(self, found: Found) -> Mask:
        """Which of these stop the review of the run."""
        if found.kind not in STOPS:
            return np.zeros(len(found), dtype=np.bool_)
        people = self.acknowledged.get(found.kind, frozenset())
        if None in people:
            return np.zeros(len(found), dtype=np.bool_)
        return ~np.isin(self.people_of(found), np.array([one for one in people if one], dtype=np.int64))

    @property
    def open_stops(self) -> int:
        return sum(int(self.open(one).sum()) for one in self.found)

    def counts(self) -> list[Row]:
        """kind, severity, title_zh, title_en, count, open (stops nobody has acknowledged), gravest first."""
        rows: dict[Kind, Row] = {}
        for one in self.found:
            words = WORDS[one.kind]
            row = rows.setdefault(one.kind, {
                "kind": one.kind.value, "severity": severity_of(one.kind).value, "title_zh": words.title_zh,
                "title_en": words.title_en, "count": 0, "open": 0,
            })  # fmt: skip
            row["count"] += len(one)
            row["open"] += int(self.open(one).sum())
        return list(rows.values())

    def rows(self, *, kind: str | None = None, severity: str | None = None, only_open: bool = False) -> FindingRows:
        """Findings of a kind or severity; only_open: stops that nobody has acknowledged."""
        of_kind = [one for one in self.found if not kind or one.kind == kind]
        wanted = [one for one in of_kind if not severity or severity_of(one.kind) == severity]
        return FindingRows(self, [_part(one, self.open(one)) for one in wanted] if only_open else wanted)


class FindingRows(Sequence[Row]):
    """Findings as rows that are made when a slice of them is asked for: at most three statements per slice.

    kind, severity, title_zh, title_en, employee (id or null), employee_code, employee_name, unit, item, month (a
    closed one without payslip, as 2026-01), value, other (fen; minutes of overtime), is_open, zh, en.
    """

    def __init__(self, review: Review, found: Sequence[Found]) -> None:
        self.review, self.found = review, found
        self._open = [review.open(one) for one in found]
        self._ends = np.cumsum([len(one) for one in found], dtype=np.int64)

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, int):
            return self._made(range(at, at + 1))[0]
        return self._made(range(*at.indices(len(self))))

    def batches(self, size: int = 2_000) -> Iterator[Sequence[Row]]:
        """All rows, some at a time."""
        for first in range(0, len(self), size):
            yield self[first : first + size]

    def _made(self, places: range) -> list[Row]:
        parts = np.searchsorted(self._ends, np.arange(places.start, places.stop), side="right").tolist()
        chosen = [(part, at - int(self._ends[part]) + len(self.found[part]))
                  for at, part in zip(places, parts, strict=True)]  # fmt: skip
        listed = [(self.found[part], at) for part, at in chosen]
        people = [int(self.review.people_of(found)[at]) for found, at in listed if found.kind not in FIGURES]
        units = [int(found.keys[at]) for found, at in listed if found.kind == Kind.UNIT_CHANGE]
        names, named_units = _names(people), _units(units)
        rows = [self._row(part, at, names, named_units) for part, at in chosen]
        return _with_causes(self.review.run, rows)

    def _row(self, part: int, at: int, people: Mapping[int, tuple[str, str]], units: Mapping[int, OrgUnit]) -> Row:
        found = self.found[part]
        words, value, other = WORDS[found.kind], int(found.values[at]), int(found.others[at])
        subject, item_zh, item_en = self._subject(found, at, people, units)
        entry = self._input(found)
        texts = OTHER_WORDS if found.kind == Kind.INPUTS_CHANGED and entry is None else words
        return {
            "kind": found.kind.value, "severity": severity_of(found.kind).value,
            "title_zh": words.title_zh, "title_en": words.title_en, **subject,
            "value": 0 if value == NOTHING else value,
            "other": 0 if other == NOTHING else other,
            "is_open": bool(self._open[part][at]),
            "zh": texts.text("zh", value, other, item_zh, found.month, entry),
            "en": texts.text("en", value, other, item_en, found.month, entry),
        }  # fmt: skip

    def _subject(
        self, found: Found, at: int, people: Mapping[int, tuple[str, str]], units: Mapping[int, OrgUnit]
    ) -> tuple[Row, str, str]:
        nobody: Row = {"employee": None, "employee_code": "", "employee_name": "", "unit": None, "item": "",
                       "month": found.month}  # fmt: skip
        if found.kind == Kind.UNIT_CHANGE:
            unit = units[int(found.keys[at])]
            return {**nobody, "unit": unit.pk}, unit.name, unit.name_en or unit.name
        version = self.review.run.formula_set
        assert version is not None
        if found.kind == Kind.FORMULAS_CHANGED:
            return nobody, "", ""
        if found.kind == Kind.MINIMUM_WAGE_UNKNOWN:
            return nobody, *_city_names(found.item)
        if found.kind == Kind.ITEM_CHANGE:
            item = version.items[int(found.keys[at])]
            return {**nobody, "item": item["code"]}, item["name"], item["name_en"]
        id_ = int(self.review.people_of(found)[at])
        person = {"employee": id_, "employee_code": people[id_][0], "employee_name": people[id_][1]}
        if found.kind == Kind.INPUTS_CHANGED:
            return {**nobody, **person, "item": found.item}, *names_of(version, found.item)
        place = version.item_position(found.item)
        names = (
            (found.item, found.item)
            if place is None
            else (version.items[place]["name"], version.items[place]["name_en"])
        )
        return {**nobody, **person, "item": found.item}, *names

    def _input(self, found: Found) -> Mapping[str, Any] | None:
        """The input whose change was found, if it is none of text."""
        version = self.review.run.formula_set
        assert version is not None
        place = version.input_position(found.item) if found.kind == Kind.INPUTS_CHANGED else None
        entry = None if place is None else version.inputs[place]
        return None if entry is None or entry["type"] == Type.TEXT else entry


def review_of(run: PayRun) -> Review:
    """All findings of a calculated run. DomainError payroll.run.not_calculated (409)."""
    run = with_figures(run)
    slips = slips_of(run)
    previous = previous_run(run)
    before = before_of(previous) if previous is not None else None
    found = [*people_findings(slips, before, is_regular=run.is_regular), *found_by_hand(run, slips.ids)]
    found += missed_months(run)
    changes = changes_of(run) if run.state in WATCHED else None
    found += changes.found() if changes is not None else []
    if previous is not None:
        found += [one for one in (_item_changes(run, previous), _unit_changes(run, previous)) if len(one)]
    order = {kind: (list(Severity).index(severity_of(kind)), place) for place, kind in enumerate(Kind)}
    found.sort(key=lambda one: order[one.kind])
    return Review(run, previous, slips, before, found, _acknowledged(run), changes)


def changes_summary(run: PayRun) -> Row:
    """formulas, earlier_runs, people, missing, surplus and sources, as ``Changes`` has them; of a run that is approved,
    that nothing changed. DomainError payroll.run.not_calculated (409).
    """
    run = with_figures(run)
    assert run.formula_set is not None
    changes = changes_of(run) if run.state in WATCHED else Changes(formulas=False, earlier=False)
    return {
        "formulas": changes.formulas, "earlier_runs": changes.earlier, "people": len(changes.people),
        "missing": len(changes.missing), "surplus": len(changes.surplus),
        "sources": changes.by_source(run.formula_set),
    }  # fmt: skip


def with_figures(run: PayRun) -> PayRun:
    """The run with its formula set. DomainError payroll.run.not_calculated (409) before it is calculated."""
    if run.formula_set_id is None or run.state in (PayRun.State.DRAFT, PayRun.State.CALCULATING):
        raise DomainError(
            "payroll.run.not_calculated", zh="请先完成核算。", en="Calculate the run first.", status=409
        )  # fmt: skip
    return run


def previous_run(run: PayRun) -> PayRun | None:
    """The last calculated regular run of the group before a regular run."""
    if not run.is_regular:
        return None
    runs = PayRun.objects.filter(group=run.group_id, kind=PayRun.Kind.REGULAR, month__lt=run.month)
    runs = runs.exclude(state__in=[PayRun.State.DRAFT, PayRun.State.CALCULATING])
    found: PayRun | None = runs.select_related("formula_set").order_by("-month").first()
    return found


def item_sums(*runs: PayRun) -> list[dict[str, tuple[int, int]]]:
    """By run: code of an item of money → its sum over everybody, and how many have it. One statement."""
    rows = PayslipTotal.objects.filter(run__in=runs).order_by().values_list("run", "item_position")
    found = list(rows.annotate(Sum("amount"), Sum("people")))
    sums: list[dict[str, tuple[int, int]]] = []
    for run in runs:
        assert run.formula_set is not None, "only a draft has none"
        codes = [item["code"] if item["scale"] == CENT else None for item in run.formula_set.items]
        own = ((codes[place], amount, people) for run_id, place, amount, people in found if run_id == run.pk)
        sums.append({code: (int(amount), int(people)) for code, amount, people in own if code is not None})
    return sums


def unit_sums(*runs: PayRun) -> list[dict[int, tuple[int, int]]]:
    """By run: unit → gross pay and people, of sound payslips. One statement."""
    rows = Payslip.objects.filter(run__in=runs, error__isnull=True).order_by().values_list("run", "unit")
    sums: dict[int, dict[int, tuple[int, int]]] = {run.pk: {} for run in runs}
    for run_id, unit_id, gross, people in rows.annotate(Sum("gross_fen"), Count("id")):
        sums[run_id][unit_id] = (int(gross), people)
    return [sums[run.pk] for run in runs]


def _part(found: Found, mask: Mask) -> Found:
    return replace(found, keys=found.keys[mask], values=found.values[mask], others=found.others[mask])


def _item_changes(run: PayRun, previous: PayRun) -> Found:
    assert run.formula_set is not None
    now, before = item_sums(run, previous)
    places = compared_places(run.formula_set)
    codes = [run.formula_set.items[place]["code"] for place in places]
    return total_changes(Kind.ITEM_CHANGE, _ints(places), *_columns(codes, now, before))


def _unit_changes(run: PayRun, previous: PayRun) -> Found:
    now, before = unit_sums(run, previous)
    units = sorted({*now, *before})
    return total_changes(Kind.UNIT_CHANGE, _ints(units), *_columns(units, now, before))


def _columns(keys: Sequence[Any], *sums: Mapping[Any, tuple[int, int]]) -> list[Ints]:
    return [_ints([one.get(key, (0, 0))[0] for key in keys]) for one in sums]


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _acknowledged(run: PayRun) -> dict[str, frozenset[int | None]]:
    """Those made for the figures as they are."""
    found: dict[str, set[int | None]] = {}
    rows = FindingAcknowledgement.objects.filter(run=run, result_digest=run.result_digest)
    for kind, employee in rows.order_by().values_list("kind", "employee"):
        found.setdefault(kind, set()).add(employee)
    return {kind: frozenset(people) for kind, people in found.items()}


def _names(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    return {id_: (code, name) for id_, code, name in
            Employee.objects.filter(id__in=ids).order_by().values_list("id", "code", "name")}  # fmt: skip


def _with_causes(run: PayRun, rows: list[Row]) -> list[Row]:
    """An error says what it is, as the payslip does."""
    ids = [row["employee"] for row in rows if row["kind"] == Kind.ERROR]
    if not ids:
        return rows
    slips = Payslip.objects.filter(run=run, employee__in=ids, error__isnull=False).order_by()
    errors = dict(slips.values_list("employee_id", "error"))
    return [
        row | {language: " ".join(one[language] for one in errors[row["employee"]]) for language in ("zh", "en")}
        if row["kind"] == Kind.ERROR and row["employee"] in errors else row
        for row in rows
    ]  # fmt: skip


def _city_names(city: str) -> tuple[str, str]:
    """zh, en; a city that the packs do not know as it is written."""
    try:
        name = find_city(city).name
    except PackError:
        return (city, city) if city else ("未填写的城市", "no city")
    return name.zh, name.en


def _units(ids: Sequence[int]) -> dict[int, OrgUnit]:
    return OrgUnit.objects.in_bulk(ids) if ids else {}
