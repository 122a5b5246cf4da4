"""What the files of a pay run are made of: its payslips, read once, and the people behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from hrsaas.people.models import Employee
from hrsaas.sheets import Cell, Sheet
from payroll.models import FormulaSetVersion, PayRun, Payslip

_CHUNK = 2_000
Note = dict[str, str]


@dataclass(frozen=True)
class Table:
    """Content of a file. row_count: people or lines; amount_fen: control sum; notes: people to look at."""

    sheets: Sequence[Sheet]
    row_count: int
    amount_fen: int
    notes: Sequence[Note] = field(default=())


class Paid(NamedTuple):
    """A payslip as the files read it. amounts, inputs: by place in the formula set of its run."""

    run_id: int
    employee_id: int
    code: str
    name: str
    unit_id: int
    city: str
    net_fen: int
    tax_fen: int
    amounts: Sequence[int | None]
    inputs: Sequence[int | None]
    texts: Sequence[str | None]


class Person(NamedTuple):
    """Numbers of an employee in clear."""

    id_number: str
    account: str
    bank: str
    branch: str
    holder: str


def paid(runs: Sequence[PayRun]) -> Iterator[Paid]:
    """Payslips of the runs by employee number and run."""
    rows = Payslip.objects.filter(run__in=[run.pk for run in runs]).order_by("employee_code", "run_id").values_list(
        "run_id", "employee_id", "employee_code", "employee_name", "unit_id", "city", "net_fen", "tax_fen", "amounts",
        "inputs",
        "texts",
    )  # fmt: skip
    return (Paid(*row) for row in rows.iterator(chunk_size=_CHUNK))


def people_of(runs: Sequence[PayRun]) -> dict[int, Person]:
    """Everybody whom the runs pay, by id, in one statement; names of holders as written on the account."""
    named = Payslip.objects.filter(run__in=[run.pk for run in runs]).values("employee_id")
    rows = Employee.objects.filter(id__in=named).values_list(
        "id", "id_number", "bank_account", "bank_name", "bank_branch", "account_holder"
    )
    return {
        key: Person(str(id_number), str(account), bank, branch, holder)
        for key, id_number, account, bank, branch, holder in rows.iterator(chunk_size=_CHUNK)
    }


class Places:
    """Where amounts and inputs stand in the payslips of a formula set; what it does not have counts as 0."""

    def __init__(self, version: FormulaSetVersion) -> None:
        self._items = {item["code"]: (at, item["scale"]) for at, item in enumerate(version.items)}
        self._inputs = {entry["code"]: (at, entry["scale"]) for at, entry in enumerate(version.inputs)}
        texts = [entry["code"] for entry in version.inputs if entry["type"] == "text"]
        self._texts = {code: at for at, code in enumerate(texts)}

    def amount(self, row: Paid, items: Sequence[str], inputs: Sequence[str] = ()) -> Decimal:
        """The sum of items and inputs by their codes."""
        return _sum(row.amounts, self._items, items) + _sum(row.inputs, self._inputs, inputs)

    def first(self, row: Paid, items: Sequence[str]) -> Decimal:
        """The first of these items that the formula set has; 0 where it has none."""
        found = next((code for code in items if self.has(code)), None)
        return Decimal(0) if found is None else self.amount(row, [found])

    def has(self, item: str) -> bool:
        return item in self._items

    def has_input(self, code: str) -> bool:
        return code in self._inputs

    def text(self, row: Paid, code: str) -> str:
        at = self._texts.get(code)
        return "" if at is None else row.texts[at] or ""


def places_of(runs: Sequence[PayRun]) -> dict[int, Places]:
    """By id of the run; runs come with their formula sets."""
    return {run.pk: Places(run.formula_set) for run in runs if run.formula_set is not None}


def note(row: Paid, zh: str, en: str) -> Note:
    """Why somebody is to be looked at."""
    return {"code": row.code, "name": row.name, "zh": zh, "en": en}


def notes_sheet(notes: Sequence[Note]) -> Sheet:
    """The people to look at as a sheet of a workbook."""
    rows: list[list[Cell]] = [[one["code"], one["name"], one["zh"], one["en"]] for one in notes]
    return Sheet("待处理 Notes", ["工号 number", "姓名 name", "原因", "reason"], rows)


def _sum(values: Sequence[int | None], places: Mapping[str, tuple[int, int]], codes: Sequence[str]) -> Decimal:
    found: list[Any] = [places[code] for code in codes if code in places]
    return sum((Decimal(values[at] or 0).scaleb(-scale) for at, scale in found), Decimal(0))
