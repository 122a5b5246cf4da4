"""Differences of closed months: written with the run that carries them, and the items that pay them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from payroll.models import PayInput, PayItem, PayRun, PayScheme, RetroDifference
from payroll.packs.pay_items import tail_pack
from payroll.queries.histories import Ints
from payroll.queries.retro_differences import Difference, Retro
from payroll.rules.formula import to_stored
from payroll.rules.retro import CARRIED_BY, CONTRIBUTIONS, carries, is_plain_sum
from payroll.services.formula_sets import compiled_or_refused, content_or_refused
from payroll.services.pay_items import check_names, locked_scheme
from payroll.services.pay_schemes import input_row
from payroll.services.payslip_errors import Message

_ALL_DEDUCTIONS = 'SUMITEMS("deduction"'
_FIELDS = ("employee_id", "origin_id", "item", "kind", "paid", "due", "is_carried")


def write_differences(run: PayRun, rows: Sequence[Difference], first_id: int, last_id: int) -> None:
    """The differences of people with ids in between are these; nothing is written where they are already.

    The caller holds the run's lock.
    """
    kept = RetroDifference.objects.filter(run=run, employee__gte=first_id, employee__lte=last_id)
    if set(kept.values_list(*_FIELDS)) == {tuple(row) for row in rows}:
        return
    kept.delete()
    RetroDifference.objects.bulk_create(
        [RetroDifference(run=run, amount=row.due - row.paid, **row._asdict()) for row in rows], batch_size=5_000
    )


def not_recalculated(retro: Retro, ids: Ints) -> dict[int, list[Message]]:
    """Place of a person → a warning for the months whose difference today's inputs do not let find out."""
    places = {int(id_): place for place, id_ in enumerate(ids.tolist()) if id_ in retro.failed}
    return {places[id_]: [_not_recalculated(months)] for id_, months in retro.failed.items() if id_ in places}


def _not_recalculated(months: Sequence[Any]) -> Message:
    listed = ", ".join(f"{month:%Y-%m}" for month in months)
    return {
        "code": "payroll.retro.failed", "item": "",
        "zh": f"{listed} 的数据已变化，但按现有数据无法重算，差额未计入。请核对该月数据。",
        "en": f"The data of {listed} have changed, but do not let the month be calculated again: no difference is "
        "carried. Check the data of that month.",
    }  # fmt: skip


@transaction.atomic
def add_retro_items(*, scheme: PayScheme, actor: Actor, now: datetime) -> int:
    """Give a scheme the items that pay differences of closed months, as new schemes have them; how many were added.

    Contributions and net pay get their part of it at the end of the formulas that they have.
    Errors: payroll.retro.has_items (409), payroll.item.{name_taken,required}, payroll.formula.*.
    """
    scheme = locked_scheme(scheme)
    actor.require("payroll.item.change")
    items = {item.code: item for item in PayItem.objects.filter(scheme=scheme)}
    if carries(item.formula for item in items.values() if item.is_active):
        raise DomainError(
            "payroll.retro.has_items", status=409,
            zh="该方案已有补发补扣项目。", en="The scheme has the items already.",
        )  # fmt: skip
    added = _add_rows(scheme, items)
    _extend(items, CONTRIBUTIONS, " + [@retro_contribution]")
    if "net" not in items or _ALL_DEDUCTIONS not in items["net"].formula:
        _extend(items, "net", " - [@retro_deduction]")
    check_names(list(PayItem.objects.filter(scheme=scheme, is_active=True)), list(PayInput.objects.order_by("code")))
    compiled_or_refused(content_or_refused(scheme, now.date()))
    record(actor=actor, action="payroll.scheme.retro", subject=scheme, new={"items": added}, now=now)
    return len(added)


def _add_rows(scheme: PayScheme, items: dict[str, PayItem]) -> list[str]:
    """Inputs the tenant lacks and items the scheme lacks; those that were taken out of use come back."""
    tail = tail_pack()
    known = set(PayInput.objects.values_list("code", flat=True))
    PayInput.objects.bulk_create(
        [input_row(entry) for entry in tail.inputs if entry.key in CARRIED_BY and entry.key not in known]
    )
    names = {entry.name.zh: entry.key for entry in tail.inputs}
    new = [entry for entry in tail.items if names.get(entry.formula) in CARRIED_BY]
    for entry in new:
        item = items.get(entry.key) or PayItem(scheme=scheme, code=entry.key)
        item.name, item.name_en, item.category, item.order = (
            entry.name.zh,
            entry.name.en,
            entry.category.value,
            entry.order,
        )
        item.formula, item.scale, item.is_active = to_stored(entry.formula, names), entry.scale, True
        item.save()
    return [entry.key for entry in new]


def _extend(items: dict[str, PayItem], code: str, more: str) -> None:
    item = items.get(code)
    if item is None:
        raise DomainError(
            "payroll.retro.no_anchor", field=code, status=409,
            zh=f"该方案没有项目 {code}，请自行编写公式。",
            en=f"The scheme has no item {code}. Write the formulas yourself.",
        )  # fmt: skip
    if more.strip(" +-") not in item.formula:
        item.formula = item.formula + more if is_plain_sum(item.formula) else f"({item.formula}){more}"
        item.version += 1
        item.save(update_fields=["formula", "version"])
