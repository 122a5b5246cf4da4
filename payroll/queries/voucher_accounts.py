"""Which accounts hold on a day: the tenant's own, else the pack's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from hrsaas.languages import in_chinese
from payroll.models import VoucherAccount
from payroll.packs.voucher_accounts import account_entries


@dataclass(frozen=True)
class Account:
    """item_code: of one item, empty for the rest of the category. is_own: set by the tenant."""

    category: str
    item_code: str
    side: str
    account: str
    name: str
    by_unit: bool
    is_own: bool


def accounts_on(day: date) -> list[Account]:
    """By category, item and side; the tenant's own stand in for the pack's."""
    found = {(one.category, one.item_code, one.side): one for one in (*_packed(), *_own(day))}
    return [found[key] for key in sorted(found)]


def account_for(accounts: Sequence[Account], category: str, code: str, side: str) -> Account | None:
    """An item's own account on the side, else its category's; None where neither has one."""
    held = {(one.item_code): one for one in accounts if (one.category, one.side) == (category, side)}
    return held.get(code) or held.get("")


def _own(day: date) -> list[Account]:
    rows = VoucherAccount.objects.filter(Q(end_date=None) | Q(end_date__gt=day), start_date__lte=day)
    return [
        Account(row.category, row.item_code, row.side, row.account, row.name, row.by_unit, is_own=True) for row in rows
    ]


def _packed() -> list[Account]:
    chinese = in_chinese()
    return [
        Account(
            one.category, one.item, one.side, one.account, one.name.zh if chinese else one.name.en, one.by_unit,
            is_own=False,
        )
        for one in account_entries()
    ]  # fmt: skip
