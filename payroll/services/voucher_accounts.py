"""The tenant's own accounts of the journal voucher."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit
from payroll.models import PayItem, VoucherAccount

_BOTH_SIDES = (PayItem.Category.EMPLOYER,)
_DEBIT = (PayItem.Category.EARNING, *_BOTH_SIDES)
_CREDIT = tuple(PayItem.Category(one) for one in ("reduction", "deduction", "tax", "net", *_BOTH_SIDES))


@transaction.atomic
def set_account(
    *, category: str, side: str, account: str, name: str, start_date: date, actor: Actor, now: datetime,
    item_code: str = "", unit: OrgUnit | None = None, by_unit: bool = False, by_project: bool = False,
) -> VoucherAccount:  # fmt: skip
    """From a day on what goes to an account of the ledger; the one before ends there, one of that day is replaced.

    unit: for what is borne there or below; None: wherever no unit's own account holds.

    Errors: payroll.account.{side,item,later}.
    """
    held = VoucherAccount.objects.select_for_update(no_key=True).filter(
        category=category, item_code=item_code, side=side, unit=unit
    )
    actor.require("payroll.item.change")
    _check(category, side, item_code)
    if held.filter(start_date__gt=start_date).exists():
        raise _refused("later", "start_date", "已有更晚生效的科目。", "There is an account from a later day on.")
    held.filter(start_date=start_date).delete()
    held.filter(Q(end_date=None) | Q(end_date__gt=start_date)).update(end_date=start_date)
    saved: VoucherAccount = VoucherAccount.objects.create(
        category=category, item_code=item_code, side=side, account=account.strip(), name=name.strip(),
        unit=unit, by_unit=by_unit, by_project=by_project, start_date=start_date,
    )  # fmt: skip
    facts = {
        "category": category, "item": item_code, "side": side, "account": saved.account,
        "unit": None if unit is None else unit.code, "start_date": start_date.isoformat(),
    }  # fmt: skip
    record(actor=actor, action="payroll.account.save", subject=saved, new=facts, now=now)
    return saved


def _check(category: str, side: str, item_code: str) -> None:
    allowed = _DEBIT if side == VoucherAccount.Side.DEBIT else _CREDIT
    if category not in allowed:
        raise _refused("side", "side", "此类项目不记在这一方。", "Items of this category are not posted on this side.")
    if item_code and not PayItem.objects.filter(code=item_code, category=category).exists():
        raise _refused("item", "item_code", "该类别没有此薪资项目。", "The category has no such pay item.")


def _refused(word: str, field: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.account.{word}", field=field, zh=zh, en=en)
