"""The journal voucher of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, NoReturn

import numpy as np

from hrsaas.errors import DomainError
from hrsaas.people.queries.units import parents
from hrsaas.people.rules.money import yuan
from hrsaas.sheets import Cell, Sheet, harmless
from hrsaas.tenancy.queries.columns import Ints
from payroll.models import PayRun
from payroll.queries.cost_places import CostPlaces, cost_places
from payroll.queries.cost_tables import Names
from payroll.queries.pay_tables import Table
from payroll.queries.voucher_accounts import Account, Accounts, accounts_on
from payroll.rules.vouchers import Place, Unbalanced, VoucherLine, voucher_lines

HEADINGS = [
    "line", "date", "summary", "account", "account_name", "debit", "credit", "department", "cost_centre", "project",
]  # fmt: skip
NOWHERE = Place()
# The sides on which a category is posted: what the employer pays on top is cost and debt at once.
_SIDES = {
    "earning": ("debit",), "reduction": ("credit",), "deduction": ("credit",), "tax": ("credit",), "net": ("credit",),
    "employer": ("debit", "credit"),
}  # fmt: skip


class _Posting(NamedTuple):
    """Items of a payslip, by position, that go to the same accounts. accounts: by place of the cost; sign: 1 for
    debit, -1 for credit.
    """

    accounts: tuple[Account, ...]
    items: list[int]
    sign: int


def voucher_of(run: PayRun) -> list[VoucherLine]:
    """Its lines. Errors (409): payroll.voucher.{no_account,unbalanced}."""
    employees, units, amounts = _slips(run)
    places = cost_places(run.month, run.end_date, employees, units)
    try:
        return voucher_lines(_posted(places, _plan(run, places.found), amounts))
    except Unbalanced as wrong:
        raise DomainError(
            "payroll.voucher.unbalanced", status=409,
            zh=f"借贷不平衡，相差 {yuan(wrong.difference_fen)} 元。请检查项目类别：应发减扣减项与个税须等于实发。",
            en=f"Debit and credit differ by {yuan(wrong.difference_fen)} yuan. Check the categories of the pay items: "
            "earnings less deductions and tax must be the net pay.",
        ) from None  # fmt: skip


def voucher_table(run: PayRun) -> Table:
    """One line each; amount_fen: the sum of the debits."""
    lines, names = voucher_of(run), Names()
    rows = [_cells(at, line, run, names) for at, line in enumerate(lines, 1)]
    total = sum(line.debit_fen for line in lines)
    return Table([Sheet("凭证 Voucher", HEADINGS, rows)], len(lines), total)


def voucher_json(run: PayRun) -> dict[str, Any]:
    """For an ERP: {number, date, period, entity, currency, total, lines}; amounts as decimal text."""
    table = voucher_table(run)
    rows = [dict(zip(HEADINGS, map(_plain, row), strict=True)) for row in table.sheets[0].rows]
    return {
        "number": f"PAY-{run.month:%Y%m}-{run.pk}", "date": _day(run).isoformat(), "period": f"{run.month:%Y-%m}",
        "entity": run.entity.code, "tax_code": run.entity.tax_code, "currency": "CNY",
        "total": str(yuan(table.amount_fen)), "lines": rows,
    }  # fmt: skip


def _slips(run: PayRun) -> tuple[Ints, Ints, Ints]:
    """Employees, their units and amounts (people × items; a failed item counts as 0) by employee number."""
    rows = list(run.payslips.order_by("employee_code").values_list("employee_id", "unit_id", "amounts"))
    employees, units = (np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1))
    assert run.formula_set is not None, "closed runs have a formula set"
    amounts = np.array([[one or 0 for one in row[2]] for row in rows], dtype=np.int64)
    return employees, units, amounts.reshape(len(rows), len(run.formula_set.items))


def _plan(run: PayRun, places: Sequence[Place]) -> list[_Posting]:
    assert run.formula_set is not None, "closed runs have a formula set"
    accounts = Accounts(accounts_on(_day(run)), parents())
    units = [place.unit_id or 0 for place in places]
    found: dict[tuple[tuple[Account, ...], int], list[int]] = {}
    for at, item in enumerate(run.formula_set.items):
        for side in _SIDES.get(item["category"], ()):
            held = accounts.of(item["category"], item["code"], side, units)
            key = tuple(account if account is not None else _no_account(item, side) for account in held)
            found.setdefault((key, 1 if side == "debit" else -1), []).append(at)
    return [_Posting(accounts, items, sign) for (accounts, sign), items in found.items()]


def _posted(places: CostPlaces, postings: Sequence[_Posting], amounts: Ints) -> Iterator[tuple[str, str, Place, int]]:
    for accounts, items, sign in postings:
        sums = places.sums(places.split(sign * amounts[:, items].sum(axis=1)))
        for account, place, fen in zip(accounts, places.found, sums.tolist(), strict=True):
            yield account.account, account.name, _dimensions(account, place), fen


def _dimensions(account: Account, place: Place) -> Place:
    """What of the place the account is kept by (辅助核算)."""
    by_unit = place._replace(project_id=None) if account.by_unit else NOWHERE
    return by_unit._replace(project_id=place.project_id) if account.by_project else by_unit


def _cells(at: int, line: VoucherLine, run: PayRun, names: Names) -> list[Cell]:
    return [
        at, _day(run), f"{run.month:%Y-%m} {run.title or '工资'}", line.account, line.name, yuan(line.debit_fen),
        yuan(line.credit_fen), names.unit(line.place)[0], harmless(line.place.cost_centre),
        names.project(line.place)[0],
    ]  # fmt: skip


def _day(run: PayRun) -> date:
    return date.fromordinal(run.end_date.toordinal() - 1)


def _plain(cell: Cell) -> Any:
    return cell if isinstance(cell, int | str) else str(cell)


def _no_account(item: Mapping[str, Any], side: str) -> NoReturn:
    words = {"debit": "借方", "credit": "贷方"}
    raise DomainError(
        "payroll.voucher.no_account", status=409,
        zh=f"薪资项目“{item['name']}”没有{words[side]}科目。",
        en=f"The item '{item['name_en']}' has no {side} account.",
    )  # fmt: skip
