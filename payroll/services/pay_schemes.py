"""Pay schemes: sets of pay items that come from a pack and are then the tenant's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import LegalEntity, ParameterTable, PayGroup, PayInput, PayItem, PayScheme
from payroll.packs.dated import PackError
from payroll.packs.pay_items import InputEntry, ItemEntry, PayItemPack, TableEntry, pay_item_pack
from payroll.rules.formula import to_stored
from payroll.services.formula_sets import compiled_or_refused, content_or_refused, pack_refusal
from payroll.services.pay_items import check_names

# Tables of a pack hold for every month that the product can calculate.
FROM_THE_BEGINNING = date(2019, 1, 1)


@transaction.atomic
def install_pack(*, code: str, actor: Actor, now: datetime) -> PayScheme:
    """The first pack of a tenant: its scheme for the default group, paid by the main legal entity.

    Errors: payroll.packs.unknown_pack, payroll.scheme.installed (409) where it has one.
    """
    actor.require("payroll.item.change")
    if PayScheme.objects.filter(code=PayScheme.DEFAULT).exists():
        raise DomainError(
            "payroll.scheme.installed", status=409,
            zh="已安装薪资项目包，请编辑薪资项目或新建薪资方案。",
            en="A pay item pack is installed already. Edit the pay items, or make another pay scheme.",
        )  # fmt: skip
    scheme = create_scheme(
        code=PayScheme.DEFAULT, name="全体员工", name_en="Everybody", pack=code, actor=actor, now=now
    )  # fmt: skip
    tenant = current_tenant()
    entity, _created = LegalEntity.objects.get_or_create(
        code=LegalEntity.MAIN, defaults={"name": tenant.name_zh, "name_en": tenant.name_en}
    )
    PayGroup.objects.create(
        code=PayGroup.DEFAULT, name="全体员工", name_en="Everybody", scheme=scheme, entity=entity
    )  # fmt: skip
    return scheme


@transaction.atomic
def create_scheme(*, code: str, name: str, name_en: str, pack: str, actor: Actor, now: datetime) -> PayScheme:
    """A scheme with the items of a pack, and what inputs and tables the tenant lacks of it; his to edit from then on.

    Errors: payroll.packs.unknown_pack, payroll.scheme.{code_taken,input_differs} (409), payroll.item.name_taken,
    payroll.formula.*.
    """
    actor.require("payroll.item.change")
    found = _pack(pack)
    if PayScheme.objects.filter(code=code).exists():
        raise _conflict("code_taken", f"编码 {code} 已存在。", f"There is already a scheme with the code {code}.")
    scheme: PayScheme = PayScheme.objects.create(code=code, name=name, name_en=name_en, pack=found.key)
    _create_rows(scheme, found)
    _check_all(now)
    facts = {"pack": found.key, "version": found.version, "items": len(found.items), "inputs": len(found.inputs)}
    record(actor=actor, action="payroll.scheme.create", subject=scheme, new=facts, now=now)
    return scheme


def _pack(code: str) -> PayItemPack:
    try:
        return pay_item_pack(code)
    except PackError as error:
        raise pack_refusal(error) from None


def _create_rows(scheme: PayScheme, pack: PayItemPack) -> None:
    codes = {entry.name.zh: entry.key for entry in pack.inputs} | {entry.name.zh: entry.key for entry in pack.items}
    PayInput.objects.bulk_create([input_row(entry) for entry in _new_inputs(pack.inputs)])
    PayItem.objects.bulk_create([_item(scheme, entry, codes) for entry in pack.items])
    kept = set(ParameterTable.objects.values_list("name", flat=True))
    ParameterTable.objects.bulk_create([_table(entry) for entry in pack.tables if entry.name not in kept])


def _new_inputs(entries: Sequence[InputEntry]) -> list[InputEntry]:
    """Those that the tenant has not; one that means something else under the same code is refused."""
    known = {row.code: row for row in PayInput.objects.all()}
    for entry in entries:
        row = known.get(entry.key)
        if row is not None and (row.type, row.scale) != (entry.type.value, entry.scale):
            raise _conflict(
                "input_differs", f"输入项“{row.name}”({row.code})已存在，但类型或小数位数不同。",
                f"There is already an input {row.code} of another type or with other decimals.",
            )  # fmt: skip
    return [entry for entry in entries if entry.key not in known]


def _check_all(now: datetime) -> None:
    """New inputs are read by every scheme, so all of them must still compile, with all names different."""
    inputs, today = list(PayInput.objects.order_by("code")), now.astimezone(current_tenant().zone).date()
    for scheme in PayScheme.objects.order_by("id"):
        check_names(list(PayItem.objects.filter(scheme=scheme, is_active=True)), inputs)
        compiled_or_refused(content_or_refused(scheme, today))


def input_row(entry: InputEntry) -> PayInput:
    """A pack's input as a row, not saved."""
    return PayInput(
        code=entry.key, name=entry.name.zh, name_en=entry.name.en, type=entry.type.value, unit=entry.unit.zh,
        unit_en=entry.unit.en, scale=entry.scale, default=entry.default_text, source=entry.source.value,
    )  # fmt: skip


def _item(scheme: PayScheme, entry: ItemEntry, codes: dict[str, str]) -> PayItem:
    return PayItem(
        scheme=scheme, code=entry.key, name=entry.name.zh, name_en=entry.name.en, category=entry.category.value,
        order=entry.order, type=entry.type.value, scale=entry.scale, formula=to_stored(entry.formula, codes),
        is_shown=entry.shown,
    )  # fmt: skip


def _table(entry: TableEntry) -> ParameterTable:
    return ParameterTable(
        name=entry.name, title=entry.title.zh, title_en=entry.title.en, effective_from=FROM_THE_BEGINNING,
        content=entry.model_dump(mode="json", by_alias=True),
    )  # fmt: skip


def _conflict(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.scheme.{word}", zh=zh, en=en, status=409)
