"""The journal voucher of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit
from hrsaas.people.rules.money import yuan
from hrsaas.sheets import Cell, Sheet, harmless
from payroll.models import PayRun
from payroll.queries.cost_tables import days_by_place, days_of
from payroll.queries.pay_tables import Paid, Table, paid
from payroll.queries.voucher_accounts import Account, account_for, accounts_on
from payroll.rules.shares import split
from payroll.rules.vouchers import Place, Unbalanced, VoucherLine, voucher_lines

HEADINGS = ["line", "date", "summary", "account", "account_name", "debit", "credit", "department", "cost_centre"]
NOWHERE = Place()
# The sides on which a category is posted: what the employer pays on top is cost and debt at once.
_SIDES = {
    "earning": ("debit",), "reduction": ("credit",), "deduction": ("credit",), "tax": ("credit",), "net": ("credit",),
    "employer": ("debit", "credit"),
}  # fmt: skip


class _Posting(NamedTuple):
    """Items of a payslip, by place, that go to one account. sign: 1 for debit, -1 for credit."""

    account: Account
    places: list[int]
    sign: int


def voucher_of(run: PayRun) -> tuple[list[VoucherLine], dict[int, OrgUnit]]:
    """Its lines, and the org units that they name. Errors (409): payroll.voucher.{no_account,unbalanced}."""
    postings = _plan(run)
    try:
        lines = voucher_lines(_posted(run, postings))
    except Unbalanced as wrong:
        raise DomainError(
            "payroll.voucher.unbalanced", status=409,
            zh=f"借贷不平衡，相差 {yuan(wrong.difference_fen)} 元。请检查项目类别：应发减扣减项与个税须等于实发。",
            en=f"Debit and credit differ by {yuan(wrong.difference_fen)} yuan. Check the categories of the pay items: "
            "earnings less deductions and tax must be the net pay.",
        ) from None  # fmt: skip
    return lines, {unit.pk: unit for unit in OrgUnit.objects.all()}


def voucher_table(run: PayRun) -> Table:
    """One line each; amount_fen: the sum of the debits."""
    lines, units = voucher_of(run)
    rows = [_cells(at, line, run, units) for at, line in enumerate(lines, 1)]
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


def _plan(run: PayRun) -> list[_Posting]:
    assert run.formula_set is not None, "closed runs have a formula set"
    accounts, found = accounts_on(_day(run)), dict[tuple[Account, int], list[int]]()
    for at, item in enumerate(run.formula_set.items):
        for side in _SIDES.get(item["category"], ()):
            account = account_for(accounts, item["category"], item["code"], side)
            if account is None:
                raise _no_account(item, side)
            found.setdefault((account, 1 if side == "debit" else -1), []).append(at)
    return [_Posting(account, places, sign) for (account, sign), places in found.items()]


def _posted(run: PayRun, postings: Sequence[_Posting]) -> Iterator[tuple[str, str, Place, int]]:
    days = days_by_place(run)
    for row in paid([run]):
        for account, places, sign in postings:
            amount = sign * sum(row.amounts[at] or 0 for at in places)
            for place, part in _split(row, amount, account, days):
                yield account.account, account.name, place, part


def _split(
    row: Paid, amount: int, account: Account, days: Mapping[int, Mapping[Place, int]]
) -> Iterator[tuple[Place, int]]:
    if not account.by_unit:
        yield NOWHERE, amount
        return
    weights = days_of(row, days)
    yield from zip(weights, split(amount, list(weights.values())), strict=True)


def _cells(at: int, line: VoucherLine, run: PayRun, units: Mapping[int, OrgUnit]) -> list[Cell]:
    unit = units.get(line.place.unit_id or 0)
    return [
        at, _day(run), f"{run.month:%Y-%m} {run.title or '工资'}", line.account, line.name, yuan(line.debit_fen),
        yuan(line.credit_fen), unit.code if unit else "", harmless(line.place.cost_centre),
    ]  # fmt: skip


def _day(run: PayRun) -> date:
    return date.fromordinal(run.end_date.toordinal() - 1)


def _plain(cell: Cell) -> Any:
    return cell if isinstance(cell, int | str) else str(cell)


def _no_account(item: Mapping[str, Any], side: str) -> DomainError:
    words = {"debit": "借方", "credit": "贷方"}
    return DomainError(
        "payroll.voucher.no_account", status=409,
        zh=f"薪资项目“{item['name']}”没有{words[side]}科目。",
        en=f"The item '{item['name_en']}' has no {side} account.",
    )  # fmt: skip
