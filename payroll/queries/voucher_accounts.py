"""Which accounts hold on a day: the tenant's own, else the pack's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from hrsaas.languages import in_chinese
from hrsaas.people.rules.trees import upwards
from payroll.models import VoucherAccount
from payroll.packs.voucher_accounts import account_entries


@dataclass(frozen=True)
class Account:
    """item_code: of one item, empty for the rest of the category. unit_id: of what is borne there or below; None: of
    everything else. is_own: set by the tenant.
    """

    category: str
    item_code: str
    side: str
    account: str
    name: str
    by_unit: bool
    by_project: bool
    is_own: bool
    unit_id: int | None = None


def accounts_on(day: date) -> list[Account]:
    """By category, item, side and unit; the tenant's own stand in for the pack's."""
    found = {(one.category, one.item_code, one.side, one.unit_id or 0): one for one in (*_packed(), *_own(day))}
    return [found[key] for key in sorted(found)]


class Accounts:
    """Looks up accounts by unit. parents: unit id → id of the unit above it."""

    def __init__(self, accounts: Iterable[Account], parents: Mapping[int, int | None]) -> None:
        self._parents = parents
        self._held: dict[tuple[str, str, str], dict[int | None, Account]] = {}
        for one in accounts:
            self._held.setdefault((one.category, one.item_code, one.side), {})[one.unit_id] = one

    def of(self, category: str, code: str, side: str, units: Sequence[int]) -> list[Account | None]:
        """For each unit: the item's own account there, else its category's; each that of the nearest unit on the way
        up the tree, last the one of no unit. None where there is neither.
        """
        held = [self._held.get((category, item, side), {}) for item in (code, "")]
        if not any(key is not None for one in held for key in one):
            return [held[0].get(None) or held[1].get(None)] * len(units)
        return [self._nearest(held[0], unit) or self._nearest(held[1], unit) for unit in units]

    def _nearest(self, held: Mapping[int | None, Account], unit: int) -> Account | None:
        return next((held[one] for one in (*upwards(self._parents, unit), None) if one in held), None)


def _own(day: date) -> list[Account]:
    rows = VoucherAccount.objects.filter(Q(end_date=None) | Q(end_date__gt=day), start_date__lte=day)
    return [
        Account(
            row.category, row.item_code, row.side, row.account, row.name, row.by_unit, row.by_project, is_own=True,
            unit_id=row.unit_id,
        )
        for row in rows
    ]  # fmt: skip


def _packed() -> list[Account]:
    chinese = in_chinese()
    return [
        Account(
            one.category, one.item, one.side, one.account, one.name.zh if chinese else one.name.en, one.by_unit,
            one.by_project, is_own=False,
        )
        for one in account_entries()
    ]  # fmt: skip
