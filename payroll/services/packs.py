"""Pay item packs of the product become the tenant's own."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from payroll.models import ParameterTable, PayGroup, PayInput, PayItem
from payroll.packs.dated import PackError
from payroll.packs.pay_items import InputEntry, ItemEntry, PayItemPack, TableEntry, pay_item_pack
from payroll.rules.formula import to_stored
from payroll.services.formula_sets import pack_refusal

# Tables of a pack hold for every month that the product can calculate.
FROM_THE_BEGINNING = date(2019, 1, 1)


@transaction.atomic
def install_pack(*, code: str, actor: Actor, now: datetime) -> PayGroup:
    """Items, inputs and tables of an industry's pack for the group of everybody; they are the tenant's to edit.

    Errors: payroll.packs.unknown_pack, payroll.group.has_items (409) where items are already there.
    """
    actor.require("payroll.item.change")
    try:
        pack = pay_item_pack(code)
    except PackError as error:
        raise pack_refusal(error) from None
    group: PayGroup
    group, created = PayGroup.objects.get_or_create(
        code=PayGroup.DEFAULT, defaults={"name": "全体员工", "name_en": "Everybody", "pack": pack.key}
    )
    if not created:
        raise DomainError(
            "payroll.group.has_items", status=409,
            zh="已安装薪资项目包，请直接编辑薪资项目。", en="A pay item pack is installed already. Edit the pay items.",
        )  # fmt: skip
    _create_rows(group, pack)
    facts = {"pack": pack.key, "version": pack.version, "items": len(pack.items), "inputs": len(pack.inputs)}
    record(actor=actor, action="payroll.group.install_pack", subject=group, new=facts, now=now)
    return group


def _create_rows(group: PayGroup, pack: PayItemPack) -> None:
    codes = {entry.name.zh: entry.key for entry in pack.inputs} | {entry.name.zh: entry.key for entry in pack.items}
    PayInput.objects.bulk_create([_input(entry) for entry in pack.inputs])
    PayItem.objects.bulk_create([_item(group, entry, codes) for entry in pack.items])
    ParameterTable.objects.bulk_create([_table(entry) for entry in pack.tables])


def _input(entry: InputEntry) -> PayInput:
    return PayInput(
        code=entry.key, name=entry.name.zh, name_en=entry.name.en, type=entry.type.value, unit=entry.unit.zh,
        unit_en=entry.unit.en, scale=entry.scale, default=None if entry.default is None else str(entry.default),
        source=entry.source.value,
    )  # fmt: skip


def _item(group: PayGroup, entry: ItemEntry, codes: dict[str, str]) -> PayItem:
    return PayItem(
        group=group, code=entry.key, name=entry.name.zh, name_en=entry.name.en, category=entry.category.value,
        order=entry.order, scale=entry.scale, formula=to_stored(entry.formula, codes), is_shown=entry.shown,
    )  # fmt: skip


def _table(entry: TableEntry) -> ParameterTable:
    return ParameterTable(
        name=entry.name, title=entry.title.zh, title_en=entry.title.en, effective_from=FROM_THE_BEGINNING,
        content=entry.model_dump(mode="json", by_alias=True),
    )  # fmt: skip
