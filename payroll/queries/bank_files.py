"""A batch payment file: who is paid how much to which account, in the columns of a bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hrsaas.errors import DomainError
from hrsaas.people.rules.money import yuan
from hrsaas.sheets import Cell, Sheet
from payroll.models import PayRun
from payroll.packs.bank_layouts import CONSTANT, BankLayout, bank_layouts
from payroll.queries.pay_tables import Note, Paid, Person, Table, note, paid, people_of
from payroll.queries.payments import held_people, paid_people


class Payment(NamedTuple):
    row: Paid
    person: Person


@dataclass(frozen=True)
class Batch:
    """What a bank file pays now, whom it leaves out and why, and how much that is."""

    payments: Sequence[Payment]
    notes: Sequence[Note]
    left_out_fen: int

    @property
    def total_fen(self) -> int:
        return sum(one.row.net_fen for one in self.payments)


def layout_of(key: str) -> BankLayout:
    """DomainError payroll.file.bank_layout for a bank that no layout is known of."""
    found = bank_layouts().get(key)
    if found is None:
        raise DomainError(
            "payroll.file.bank_layout", field="layout",
            zh=f"没有名为 {key} 的银行格式。", en=f"There is no bank layout called {key}.",
        )  # fmt: skip
    return found


def bank_table(run: PayRun, layout: BankLayout, batch: Batch) -> Table:
    """The payments of a closed run; whoever has no account, is held, or gets nothing, is in the notes.

    amount_fen: what the file pays. Errors: payroll.file.control_sum where payments and what is left out do not make
    up the run's net pay.
    """
    payments, total = batch.payments, batch.total_fen
    if total + batch.left_out_fen != run.net_fen:
        raise _control_sum(run.net_fen, total + batch.left_out_fen)
    lines = [[_cell(column.value, at, one, run) for column in layout.columns] for at, one in enumerate(payments, 1)]
    summary = [_total(value, run, len(payments), total) for value in layout.total.values]
    rows = [summary, *lines] if layout.total.place == "first" else [*lines, summary]
    headings = [column.title for column in layout.columns] if layout.header else []
    return Table([Sheet("代发 Payments", headings, rows)], len(payments), total, batch.notes)


def batch_of(run: PayRun, on_date: date) -> Batch:
    """Everybody whom no bank file pays yet and whose pay nobody holds on the day."""
    people, elsewhere, held = people_of([run]), paid_people(run), held_people(run, on_date)
    payments, notes, left_out_fen = [], [], 0
    for row in paid([run]):
        person = people[row.employee_id]
        reason = held.get(row.employee_id)
        if row.net_fen > 0 and person.account and reason is None and row.employee_id not in elsewhere:
            payments.append(Payment(row, person))
            continue
        left_out_fen += row.net_fen
        if row.employee_id not in elsewhere:
            notes.append(_why_not(row, reason))
    return Batch(payments, [*notes, *_elsewhere(len(elsewhere))], left_out_fen)


def _elsewhere(count: int) -> list[Note]:
    if not count:
        return []
    zh, en = f"另有 {count} 人已在其他代发文件中", f"{count} more people are in other bank files"
    return [{"code": "", "name": "", "zh": zh, "en": en}]


def _why_not(row: Paid, reason: str | None) -> Note:
    if row.net_fen <= 0:
        return note(row, f"实发为 {yuan(row.net_fen)}，无需代发", f"net pay is {yuan(row.net_fen)}: nothing to pay")
    if reason is not None:
        return note(row, f"暂缓发放 {yuan(row.net_fen)}：{reason}", f"{yuan(row.net_fen)} is held: {reason}")
    return note(row, f"没有银行账号，未代发 {yuan(row.net_fen)}", f"no bank account: {yuan(row.net_fen)} is not paid")


def _cell(value: str, at: int, payment: Payment, run: PayRun) -> Cell:
    row, person = payment
    cells: Mapping[str, Cell] = {
        "number": at, "account": person.account, "holder": person.holder or row.name, "amount": yuan(row.net_fen),
        "fen": row.net_fen, "bank": person.bank, "branch": person.branch, "code": row.code, "note": _purpose(run),
    }  # fmt: skip
    return cells[value]


def _total(value: str, run: PayRun, count: int, total: int) -> Cell:
    if value.startswith(CONSTANT):
        return value.removeprefix(CONSTANT)
    cells: Mapping[str, Cell] = {
        "count": count, "total": yuan(total), "total_fen": total, "payer_account": run.entity.bank_account,
        "payer_name": run.entity.name, "date": f"{run.paid_on or run.end_date:%Y%m%d}", "note": _purpose(run),
    }  # fmt: skip
    return cells[value]


def _purpose(run: PayRun) -> str:
    return run.title or f"{run.month:%Y}年{run.month.month}月工资"


def _control_sum(wanted: int, found: int) -> DomainError:
    return DomainError(
        "payroll.file.control_sum", status=409,
        zh=f"代发合计 {yuan(found)} 与批次实发 {yuan(wanted)} 不一致。",
        en=f"The payments add up to {yuan(found)}, the net pay of the run is {yuan(wanted)}.",
    )  # fmt: skip
