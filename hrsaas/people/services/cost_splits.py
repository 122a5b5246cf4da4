"""Cost shares of people: set from a day on, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import NotFound
from hrsaas.people.models import CostShare, CostSplit, Employee, Project
from hrsaas.people.queries.employees import visible_to
from hrsaas.people.rules.cost_shares import NewShare, NewSplit, Period, split_faults
from hrsaas.people.rules.new_hires import Fault
from hrsaas.people.services.refusals import raise_first, raise_rows

CHANGE = "people.cost.change"


@transaction.atomic
def set_cost_split(*, row: NewSplit, actor: Actor, now: datetime) -> CostSplit:
    """One person's shares from a day on; those of the same day are replaced. Errors: see set_cost_splits."""
    people, faults = _checked([row], actor, now)
    raise_first(faults)
    split = _write([row], people)[0]
    record(actor=actor, action="people.cost.set", subject=split, new=_facts(row), now=now)
    return split


@transaction.atomic
def set_cost_splits(*, rows: Sequence[NewSplit], actor: Actor, now: datetime) -> list[CostSplit]:
    """The same for many people, all or none; in a constant number of statements.

    Errors: people.cost.rows with every fault in ``extra["rows"]``: people.cost.{unknown_employee,repeated,count,rate,
    sum,twice,cost_centre,project,project_over}, people.employee.date.
    """
    people, faults = _checked(rows, actor, now)
    raise_rows(faults, code="people.cost.rows")
    splits = _write(rows, people)
    new = {"rows": [_facts(row) for row in rows]}
    record(actor=actor, action="people.cost.set", subject_type="people.costsplit", new=new, now=now)
    return splits


@transaction.atomic
def remove_cost_split(*, split: CostSplit, actor: Actor, now: datetime) -> None:
    """Take back a split that was made in error; the one before holds on."""
    employee = _lockable(actor, now).filter(cost_splits=split.pk).first()
    actor.require(CHANGE)
    found = CostSplit.objects.filter(pk=split.pk).first()
    if employee is None or found is None:
        raise NotFound("people.cost", split.pk)
    shares = [NewShare(one.share_rate, one.cost_centre, one.project.code if one.project else "")
              for one in found.shares.select_related("project")]  # fmt: skip
    facts = _facts(NewSplit(employee.code, found.start_date, shares))
    record(actor=actor, action="people.cost.remove", subject=found, old=facts, now=now)
    found.delete()


def cost_split_faults(rows: Sequence[NewSplit], people: Mapping[str, int]) -> list[Fault]:
    """All that is wrong with the rows; people: number → id of those who are there. For previews, too."""
    periods = {
        code: Period(start, end) for code, start, end in Project.objects.values_list("code", "start_date", "end_date")
    }
    return [fault for at, row in enumerate(rows) for fault in split_faults(at, row, periods)] + [
        *_unknown(rows, people), *_repeated(rows)
    ]  # fmt: skip


def _checked(rows: Sequence[NewSplit], actor: Actor, now: datetime) -> tuple[dict[str, int], list[Fault]]:
    """The people, locked so that two splits of one person are set one after the other, and the faults."""
    found = _lockable(actor, now).filter(code__in={row.employee for row in rows})
    people = dict(found.order_by("id").values_list("code", "id"))
    actor.require(CHANGE)
    return people, cost_split_faults(rows, people)


def _lockable(actor: Actor, now: datetime) -> QuerySet[Employee]:
    return visible_to(actor.within(CHANGE), on=now.date()).select_for_update(no_key=True, of=("self",))


def _unknown(rows: Sequence[NewSplit], people: Mapping[str, int]) -> Iterator[Fault]:
    for at, row in enumerate(rows):
        if row.employee not in people:
            zh, en = f"没有工号 {row.employee}。", f"There is no employee {row.employee}."
            yield Fault(at, "employee", "people.cost.unknown_employee", zh, en)


def _repeated(rows: Sequence[NewSplit]) -> Iterator[Fault]:
    seen = set()
    for at, row in enumerate(rows):
        key = (row.employee, row.start_date)
        if key in seen:
            zh = "同一员工、同一日期的份额只能给出一次。"
            yield Fault(at, "employee", "people.cost.repeated", zh, "One split per person and day.")
        seen.add(key)


def _write(rows: Sequence[NewSplit], people: Mapping[str, int]) -> list[CostSplit]:
    ids = dict(Project.objects.values_list("code", "id"))
    _replaced(rows, people).delete()
    splits: list[CostSplit] = CostSplit.objects.bulk_create(
        [CostSplit(employee_id=people[row.employee], start_date=row.start_date) for row in rows]
    )
    CostShare.objects.bulk_create([
        CostShare(split=split, cost_centre=one.cost_centre, project_id=ids.get(one.project), share_rate=one.share_rate)
        for split, row in zip(splits, rows, strict=True) for one in row.shares
    ])  # fmt: skip
    return splits


def _replaced(rows: Sequence[NewSplit], people: Mapping[str, int]) -> Any:
    """Splits of the same people and days, by one condition per day: a file has few of them."""
    same = Q(pk=None)
    for day in {row.start_date for row in rows}:
        same |= Q(start_date=day, employee__in=[people[row.employee] for row in rows if row.start_date == day])
    return CostSplit.objects.filter(same)


def _facts(row: NewSplit) -> dict[str, Any]:
    shares = [
        {"cost_centre": one.cost_centre, "project": one.project, "share_rate": str(one.share_rate)}
        for one in row.shares
    ]
    return {"employee": row.employee, "start_date": row.start_date.isoformat(), "shares": shares}
