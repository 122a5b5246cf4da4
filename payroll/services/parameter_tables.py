"""The tenant's own parameter tables change with a date: what was calculated before keeps its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from payroll.models import ParameterTable, PayScheme
from payroll.packs.dated import PackError, Text
from payroll.packs.pay_items import TableEntry
from payroll.packs.statutory_tables import OVERRIDABLE, statutory_tables
from payroll.packs.words import english
from payroll.services.formula_sets import compiled_or_refused, content_or_refused, pack_refusal


@transaction.atomic
def save_table(
    *, name: str, effective_from: date, rows: Sequence[Mapping[str, Any]], actor: Actor, now: datetime
) -> ParameterTable:
    """A version of the table with other rows, in force from a day on; one of the same day is replaced.

    rows: {values, keys, from} as in ``TableEntry``, decimals as text. Columns and keys stay as they are. A statutory
    table that may be overridden becomes the tenant's own from that day on, with these rows only.
    Errors: payroll.table.bad_rows, payroll.formula.* where the formulas no longer compile.
    """
    schemes = list(PayScheme.objects.select_for_update(no_key=True).order_by("id"))
    actor.require("payroll.item.change")
    latest = ParameterTable.objects.filter(name=name, effective_from__lte=effective_from).order_by("effective_from")
    table = latest.last() or ParameterTable.objects.filter(name=name).first() or _statutory(name, effective_from)
    content = _content(table, rows)
    saved: ParameterTable
    saved, _created = ParameterTable.objects.update_or_create(
        name=name, effective_from=effective_from,
        defaults={"title": table.title, "title_en": table.title_en, "content": content},
    )  # fmt: skip
    for scheme in schemes:
        compiled_or_refused(content_or_refused(scheme, effective_from))
    facts = {"effective_from": effective_from.isoformat(), "rows": content["rows"]}
    old = {"effective_from": table.effective_from.isoformat(), "rows": table.content["rows"]}
    record(actor=actor, action="payroll.table.save", subject=saved, old=old, new=facts, now=now)
    return saved


def _statutory(name: str, on_date: date) -> ParameterTable:
    """The tenant's table as it would begin: a statutory one that may be overridden. NotFound otherwise; DomainError
    payroll.packs.* where the law of that day is not known.
    """
    if name not in OVERRIDABLE:
        raise NotFound("payroll.table", name)
    try:
        table = next(table for table in statutory_tables(on_date) if table.name == name)
    except PackError as error:
        raise pack_refusal(error) from None
    entry = TableEntry.of(table, Text(zh=f"{name}（本单位）", en=f"{english(name)}, our own"))
    return ParameterTable(
        name=name, title=entry.title.zh, title_en=entry.title.en, effective_from=on_date,
        content=entry.model_dump(mode="json", by_alias=True),
    )  # fmt: skip


def _content(table: ParameterTable, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    try:
        entry = TableEntry.model_validate({**table.content, "rows": [dict(row) for row in rows]})
        entry.compiled()
    except (ValidationError, ValueError) as error:
        raise DomainError(
            "payroll.table.bad_rows", field="rows",
            zh=f"参数表的行有误：{_first(error)}", en=f"The rows do not fit the table: {_first(error)}",
        ) from None  # fmt: skip
    return entry.model_dump(mode="json", by_alias=True)


def _first(error: ValueError) -> str:
    """The first thing that is wrong, without pydantic's links."""
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
    return str(error)
