"""Editing pay items: the whole set is compiled before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError, NotFound
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayInput, PayItem, PayRun, PayScheme
from payroll.packs.dated import PackError
from payroll.queries.explanations import person_explained
from payroll.queries.formula_sets import SetContent, content_of, items_of, with_asked
from payroll.queries.formula_words import words_of
from payroll.queries.histories import earlier_runs
from payroll.queries.input_columns import input_columns
from payroll.queries.pay_groups import group_of
from payroll.queries.pay_schemes import default_scheme
from payroll.queries.people_columns import people_between
from payroll.queries.table_entries import tables_begun
from payroll.rules.formula import FormulaError, all_functions, person, to_stored
from payroll.rules.formula.tokens import normal_name
from payroll.services.formula_sets import compiled_or_refused, content_or_refused, pack_refusal, refusal

FIELDS = ("name", "name_en", "category", "order", "type", "scale", "rounding", "is_shown", "is_active")


@dataclass(frozen=True)
class Check:
    """What a formula that compiles reads: codes of items and inputs; notes: remarks that do not stop it."""

    stored: str
    items: tuple[str, ...]
    notes: tuple[dict[str, str], ...]


@transaction.atomic
def save_item(
    *, code: str, formula: str, actor: Actor, now: datetime, changes: Mapping[str, Any] | None = None,
    scheme: PayScheme | None = None,
) -> PayItem:  # fmt: skip
    """Create the item or change it. formula: as people write it, by Chinese or English names. changes: other fields;
    a new item needs name, name_en, category and order. scheme: the default one if not given.

    Errors: payroll.formula.* with the position, payroll.item.{required,name_taken,scale_fixed,scale_differs,
    type_fixed,only_information,unknown_field,bad_code}.
    """
    scheme = locked_scheme(scheme)
    actor.require("payroll.item.change")
    items, inputs = _all_items(scheme), list(PayInput.objects.order_by("code"))
    item = next((one for one in items if one.code == code), None)
    old = None if item is None else _facts(item)
    item = _changed(item or _new_item(scheme, code), changes or {}, is_new=item is None)
    items = [one for one in items if one.code != code] + [item]
    check_names(items, inputs)
    _check_scale(item)
    item.formula = stored_formula(formula, item, items, inputs, _today(now))
    _compile(items, inputs, now, {item.code: formula})
    if old is None or old != _facts(item):
        item.version += 1 if old is not None else 0
        item.save()
        record(actor=actor, action="payroll.item.save", subject=item, old=old, new=_facts(item), now=now)
    return item


@transaction.atomic
def remove_item(*, code: str, actor: Actor, now: datetime, scheme: PayScheme | None = None) -> None:
    """Take an item out of use; refused while another one reads it. Its earlier amounts stay in their payslips."""
    scheme = locked_scheme(scheme)
    actor.require("payroll.item.change")
    items = _all_items(scheme)
    item = next((one for one in items if one.code == code and one.is_active), None)
    if item is None:
        raise NotFound("payroll.item", code)
    item.is_active = False
    _compile(items, list(PayInput.objects.order_by("code")), now, {})
    item.version += 1
    item.save(update_fields=["is_active", "version"])
    record(actor=actor, action="payroll.item.remove", subject=item, old={"is_active": True}, now=now)


def check_formula(
    *, code: str, formula: str, actor: Actor, now: datetime, scheme: PayScheme | None = None,
    type: str = PayItem.Type.NUMBER,
) -> Check:  # fmt: skip
    """Compile the set with this formula in the item's place (or as a new item, of the type), without saving. Errors as
    save_item.
    """
    actor.require("payroll.item.view")
    content, stored = _tried(code, formula, _today(now), scheme or _default_scheme(), type)
    compiled = compiled_or_refused(content, {code: formula})
    notes = tuple({"zh": note.zh, "en": note.en} for note in compiled.notes if note.item == code)
    return Check(stored, compiled.uses(code), notes)


def try_formula(
    *, code: str, formula: str, employee: Employee, month: date, actor: Actor, now: datetime,
    scheme: PayScheme | None = None, type: str = PayItem.Type.NUMBER,
) -> dict[str, Any]:  # fmt: skip
    """The explanation tree (``queries.explanations``) of this formula for one person of a month, by that month's tables
    and law; nothing saved.

    Errors: as save_item; payroll.item.not_employed where the person has no assignment in the month.
    """
    actor.require("payroll.item.view")
    actor.require("payroll.payslip.view")
    scheme = scheme or _default_scheme()
    run = PayRun(group=group_of(employee, month), scheme=scheme, month=month)
    content, _stored_text = _tried(code, formula, run.end_date - timedelta(days=1), scheme, type)
    compiled = compiled_or_refused(content, {code: formula})
    content = with_asked(content, compiled)
    people = people_between(month, run.end_date, employee.id, employee.id)
    columns = input_columns(content.inputs, run, earlier_runs(run), people)
    if not len(columns):
        raise DomainError(
            "payroll.item.not_employed", field="employee",
            zh="该员工当月没有任职记录。", en="This person is not employed in that month.",
        )  # fmt: skip
    values = person(compiled, columns.values, columns.missing, 0)
    return person_explained(content, compiled, values, code)


def words(*, actor: Actor, now: datetime, scheme: PayScheme | None = None) -> list[dict[str, Any]]:
    """What a formula of the scheme may name today, as ``queries.formula_words.words_of`` says. Errors: as
    content_or_refused; payroll.run.no_items.
    """
    actor.require("payroll.item.view")
    return words_of(content_or_refused(scheme or _default_scheme(), _today(now)))


def functions() -> list[dict[str, Any]]:
    """The functions that formulas may call, for the editor: names, signature, documentation, examples."""
    return [
        {
            "names": [one.name, *one.aliases], "signature": one.signature, "zh": one.zh, "en": one.en,
            "examples": [example.formula for example in one.examples],
        }
        for one in all_functions()
    ]  # fmt: skip


def _default_scheme() -> PayScheme:
    scheme = default_scheme()
    if scheme is None:
        raise DomainError(
            "payroll.run.no_items", status=409,
            zh="尚未安装薪资项目包。", en="No pay item pack has been installed yet.",
        )  # fmt: skip
    return scheme


def locked_scheme(scheme: PayScheme | None) -> PayScheme:
    """Edits of one set take turns: each compiles what the one before left. None: the default one."""
    id_ = (scheme or _default_scheme()).id
    found: PayScheme = PayScheme.objects.select_for_update(no_key=True).get(id=id_)
    return found


def _all_items(scheme: PayScheme) -> list[PayItem]:
    return list(PayItem.objects.filter(scheme=scheme).order_by("order", "code"))


def _new_item(scheme: PayScheme, code: str) -> PayItem:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", code):
        raise _bad(
            "bad_code", "code", "编码须以小写字母开头,仅含小写字母、数字和下划线。",
            "A code begins with a lower-case letter and has only such letters, digits and underscores.",
        )  # fmt: skip
    return PayItem(scheme=scheme, code=code)


def _changed(item: PayItem, changes: Mapping[str, Any], *, is_new: bool) -> PayItem:
    unknown = sorted(changes.keys() - set(FIELDS))
    if unknown:
        raise _bad("unknown_field", unknown[0], "此字段不能修改。", "This field cannot be changed.")
    if not is_new and changes.get("scale", item.scale) != item.scale:
        raise _bad(
            "scale_fixed", "scale", "小数位数不可修改:历史累计依赖它。请新建项目。",
            "Decimals cannot change, since sums over months rely on them. Make a new item.",
        )  # fmt: skip
    if not is_new and changes.get("type", item.type) != item.type:
        raise _bad(
            "type_fixed", "type", "类型不可修改：其他公式和历史工资单依赖它。请新建项目。",
            "The type cannot change, since formulas and earlier payslips rely on it. Make a new item.",
        )  # fmt: skip
    for field, value in changes.items():
        setattr(item, field, value)
    if item.type != PayItem.Type.NUMBER:
        item.scale = 0
    missing = [field for field in ("name", "name_en", "category", "order") if getattr(item, field) in ("", None)]
    if missing:
        raise _bad("required", missing[0], "此项必填。", "This is required.")
    if item.category != PayItem.Category.INFO and item.type != PayItem.Type.NUMBER:
        raise _bad(
            "only_information", "category", "文本、条件和日期项目只能属于“说明”类别。",
            "Items that are texts, conditions or dates are information.",
        )  # fmt: skip
    if item.category != PayItem.Category.INFO and item.scale != 2:
        raise _bad("money_scale", "scale", "金额类项目须保留 2 位小数。", "Items of money have 2 decimals.")
    return item


def check_names(items: Sequence[PayItem], inputs: Sequence[PayInput]) -> None:
    """Formulas find things by either name, so all names of the set differ."""
    taken: dict[str, str] = {}
    for code, *names in _names(items, inputs):
        for name in {normal_name(name) for name in names}:
            if taken.setdefault(name, code) != code:
                raise _bad("name_taken", "name", f"名称“{name}”已被使用。", f"The name '{name}' is already used.")


def _check_scale(item: PayItem) -> None:
    """Sums over months and schemes add amounts of one code, so these have one scale, and one type."""
    others = PayItem.objects.filter(code=item.code).exclude(scheme=item.scheme).select_related("scheme")
    other = others.exclude(type=item.type).first()
    if other is not None:
        raise _bad(
            "type_differs", "type", f"方案“{other.scheme.name}”中同编码的项目是{other.get_type_display()}，须一致。",
            f"The item of this code in '{other.scheme}' is of another type; they must be the same.",
        )  # fmt: skip
    other = others.exclude(scale=item.scale).first()
    if other is not None:
        raise _bad(
            "scale_differs", "scale", f"方案“{other.scheme.name}”中同编码的项目保留 {other.scale} 位小数,须一致。",
            f"The item of this code in '{other.scheme}' has {other.scale} decimals; they must be the same.",
        )  # fmt: skip


def _names(items: Sequence[PayItem], inputs: Sequence[PayInput]) -> list[tuple[str, str, str]]:
    """(code, English name, Chinese name) of all that formulas may read."""
    listed = [(entry.code, entry.name_en, entry.name) for entry in inputs]
    return listed + [(item.code, item.name_en, item.name) for item in items if item.is_active]


def stored_formula(
    formula: str, item: PayItem, items: Sequence[PayItem], inputs: Sequence[PayInput], on_date: date
) -> str:
    """The formula by ids. Raises DomainError where it has no tokens."""
    codes = {name: code for code, *names in _names(items, inputs) for name in names}
    try:
        return to_stored(formula, codes)
    except FormulaError as error:
        error.item = item.code
        content = _content([*(one for one in items if one.code != item.code), item], inputs, on_date)
        raise refusal([error], content, {item.code: formula}) from None


def _compile(
    items: Sequence[PayItem], inputs: Sequence[PayInput], now: datetime, typed: Mapping[str, str]
) -> SetContent:
    content = _content(items, inputs, _today(now))
    compiled_or_refused(content, typed)
    return content


def _content(items: Sequence[PayItem], inputs: Sequence[PayInput], on_date: date) -> SetContent:
    active = sorted((item for item in items if item.is_active), key=lambda item: (item.order, item.code))
    try:
        return content_of(active, inputs, tables_begun(on_date), on_date)
    except PackError as error:
        raise pack_refusal(error) from None


def _today(now: datetime) -> date:
    return now.astimezone(current_tenant().zone).date()


def _tried(code: str, formula: str, on_date: date, scheme: PayScheme, kind: str) -> tuple[SetContent, str]:
    """The set with this formula in the item's place; a code that no item has is a new item, of the kind."""
    items, inputs = items_of(scheme), list(PayInput.objects.order_by("code"))
    item = next((one for one in items if one.code == code), None)
    if item is None:
        item = PayItem(scheme=scheme, code=code, name=code, name_en=code, category="info", order=10_000, type=kind)
        items.append(item)
    item.formula = stored_formula(formula, item, items, inputs, on_date)
    return _content(items, inputs, on_date), item.formula


def _facts(item: PayItem) -> dict[str, Any]:
    return {field: getattr(item, field) for field in (*FIELDS, "formula")}


def _bad(word: str, field: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.item.{word}", field=field, zh=zh, en=en)
