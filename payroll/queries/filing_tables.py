"""What is filed by legal entity and month: income tax, and social insurance by city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

import numpy as np

from hrsaas.people.rules.money import fen, yuan
from hrsaas.sheets import Cell, Sheet, harmless
from payroll.models import PayRun
from payroll.packs.filing_sheets import ApartSheet, FilingColumn, filing_sheets
from payroll.queries.deduction_claims import deductions_by_kind
from payroll.queries.pay_tables import Note, Paid, Person, Places, Table, note, notes_sheet, paid, people_of, places_of
from payroll.rules.statutory.additional_deductions import Deduction

# Of one person: fen by kind of special additional deduction.
Claimed = dict[int, dict[Deduction, int]]
_USED, _SO_FAR, _MONTHS = "additional_deduction", "ytd_additional_deduction", "employed_months"
NO_CITY = "未参保 none"
# Resident identity cards have 18 characters; foreigners' and others' documents are filed under another kind.
_CARD_LENGTH = 18
# What counts in the year, of a scheme that taxes something apart; its tax, or that of any other scheme.
IN_YEAR, TAX = "income_in_year", ("tax_in_year", "income_tax")
_CARD, _OTHER = "居民身份证", "其他"


def closed_runs(run: PayRun) -> list[PayRun]:
    """The closed runs of the same legal entity and month, oldest first."""
    rows = PayRun.objects.filter(entity=run.entity_id, month=run.month, state__in=PayRun.CLOSED)
    return list(rows.select_related("formula_set", "group", "entity").order_by("id"))


def tax_table(run: PayRun) -> Table:
    """The tax client's template, filled for everybody paid in the month, with a sheet to check its result against, and
    a sheet for each kind of income that is taxed apart from the year.

    One row per person and sheet: runs of the month are added up. amount_fen: tax withheld, of all sheets. notes: people
    without id number, whose sheets do not have the tax of the payslips, and whose claims are not what was deducted.
    """
    runs = closed_runs(run)
    sheets, people, places = filing_sheets(), people_of(runs), places_of(runs)
    grouped = _by_person(paid(runs))
    claimed, other = _claimed(run, grouped, places)
    notes = [_no_id_number(rows[0]) for key, rows in grouped.items() if not people[key].id_number]
    notes += [_other_claims(grouped[key][0]) for key in other]
    in_year = [rows for rows in grouped.values() if not _all_apart(rows, places)]
    filed = _sheet("综合所得申报", sheets.tax, in_year, people, places, claimed)
    check = _sheet("核对 Check", sheets.tax_check, in_year, people, places)
    found = [(one, _of_kind(one, grouped.values(), places)) for one in sheets.apart]
    apart = [_sheet(one.name.zh, one.columns, rows, people, places) for one, rows in found if rows]
    taxes = {key: _tax(rows, places) for key, rows in grouped.items()}
    notes += [
        _other_tax(rows[0], taxes[key])
        for key, rows in grouped.items()
        if fen(taxes[key]) != sum(row.tax_fen for row in rows)
    ]
    total = fen(sum(taxes.values(), Decimal(0)))
    return Table([filed, check, *apart, notes_sheet(notes)], len(grouped), total, notes)


def social_table(run: PayRun) -> Table:
    """A sheet per city of insurance with a total line. amount_fen: both sides' contributions in all cities."""
    runs = closed_runs(run)
    columns, people, places = filing_sheets().social, people_of(runs), places_of(runs)
    cities: defaultdict[str, list[list[Paid]]] = defaultdict(list)
    for rows in _by_person(paid(runs)).values():
        cities[places[rows[-1].run_id].text(rows[-1], "insured_city") or rows[-1].city or NO_CITY].append(rows)
    sheets = [_sheet(city, columns, found, people, places, total=True) for city, found in sorted(cities.items())]
    both = [*columns[-2].items, *columns[-1].items]
    everybody = [rows for found in cities.values() for rows in found]
    total = sum((_amount(rows, places, both) for rows in everybody), Decimal(0))
    notes = [_no_id_number(rows[0]) for rows in everybody if not people[rows[0].employee_id].id_number]
    return Table([*sheets, notes_sheet(notes)], len(everybody), fen(total), notes)


def _claimed(run: PayRun, grouped: dict[int, list[Paid]], places: dict[int, Places]) -> tuple[Claimed, list[int]]:
    """The deductions of the year so far by kind, in fen, of people whose claims give what their payslips deducted; and
    the others: claims were changed after the run, or an amount was entered without them.
    """
    last = {key: [row for row in rows if places[row.run_id].has_input(_USED)][-1:] for key, rows in grouped.items()}
    rows = [row for found in last.values() for row in found]
    months = [int(places[row.run_id].amount(row, [], [_MONTHS])) for row in rows]
    ids = np.array([row.employee_id for row in rows], dtype=np.int64)
    firsts = run.month.month + 1 - np.array(months, dtype=np.int64)
    by_kind = deductions_by_kind(ids, run.month, firsts)
    claimed: Claimed = {}
    for at, row in enumerate(rows):
        kinds = {kind: int(column[at]) for kind, column in by_kind.items()}
        if sum(kinds.values()) == fen(places[row.run_id].amount(row, [], [_SO_FAR, _USED])):
            claimed[row.employee_id] = kinds
    return claimed, [row.employee_id for row in rows if row.employee_id not in claimed]


def _all_apart(rows: Sequence[Paid], places: dict[int, Places]) -> bool:
    """Whether nothing of what the person got counts in the year."""
    return all(places[row.run_id].has(IN_YEAR) and not places[row.run_id].amount(row, [IN_YEAR]) for row in rows)


def _of_kind(sheet: ApartSheet, people_rows: Iterable[list[Paid]], places: dict[int, Places]) -> list[list[Paid]]:
    """Of each person the payslips of runs of this kind, where they have any such income."""
    income = next(column.items for column in sheet.columns if column.items)
    chosen = (
        [row for row in rows if places[row.run_id].has(sheet.of) and places[row.run_id].amount(row, income)]
        for rows in people_rows
    )
    return [rows for rows in chosen if rows]


def _tax(rows: Sequence[Paid], places: dict[int, Places]) -> Decimal:
    """What the sheets say of a person's tax: in the year, and apart from it."""
    in_year = sum((places[row.run_id].first(row, TAX) for row in rows), Decimal(0))
    apart = [code for one in filing_sheets().apart for code in one.tax]
    return in_year + _amount(rows, places, apart)


def _other_tax(row: Paid, filed: Decimal) -> Note:
    return note(
        row, f"申报表中的税额为 {filed:.2f}，与工资单不一致，请核对税目",
        f"the sheets have a tax of {filed:.2f}, the payslips another: check the kinds of tax",
    )  # fmt: skip


def _sheet(
    name: str, columns: Sequence[FilingColumn], people_rows: Iterable[list[Paid]], people: dict[int, Person],
    places: dict[int, Places], claimed: Claimed | None = None, *, total: bool = False,
) -> Sheet:  # fmt: skip
    cells = [[_cell(column, rows, people, places, claimed or {}) for column in columns] for rows in people_rows]
    if total:
        sums = [_total(column, [row[at] for row in cells]) for at, column in enumerate(columns)]
        cells.append(["合计 total", *sums[1:]])
    return Sheet(name, [column.title for column in columns], cells)


def _cell(
    column: FilingColumn, rows: list[Paid], people: dict[int, Person], places: dict[int, Places], claimed: Claimed
) -> Cell:
    if column.claims:
        known = claimed.get(rows[0].employee_id)
        return None if known is None else yuan(sum(known[kind] for kind in column.claims))
    if column.first:
        return sum((places[row.run_id].first(row, column.first) for row in rows), Decimal(0))
    if column.items or column.inputs:
        return _amount(rows, places, column.items, column.inputs)
    id_number = people[rows[0].employee_id].id_number
    return {
        "": None, "code": harmless(rows[0].code), "name": harmless(rows[0].name), "id_number": id_number,
        "id_type": _CARD if len(id_number) == _CARD_LENGTH else _OTHER if id_number else None,
    }[column.value]  # fmt: skip


def _amount(
    rows: Sequence[Paid], places: dict[int, Places], items: Sequence[str], inputs: Sequence[str] = ()
) -> Decimal:
    """Over the runs of the month; what is cumulative (taxable income) is that of the last run that has it."""
    if "cumulative_taxable" in items:
        rows = [row for row in rows if places[row.run_id].has("cumulative_taxable")][-1:]
    return sum((places[row.run_id].amount(row, items, inputs) for row in rows), Decimal(0))


def _total(column: FilingColumn, cells: Sequence[Cell]) -> Cell:
    if not column.items:
        return None
    return sum((cell for cell in cells if isinstance(cell, Decimal)), Decimal(0))


def _by_person(rows: Iterable[Paid]) -> dict[int, list[Paid]]:
    """The payslips of each person in the order of the runs, people by employee number."""
    found: defaultdict[int, list[Paid]] = defaultdict(list)
    for row in rows:
        found[row.employee_id].append(row)
    return found


def _other_claims(row: Paid) -> Note:
    return note(
        row, "专项附加扣除各项之和与已扣除金额不一致，分项累计请手工填写",
        "the claims are not what was deducted: fill in the cumulative deductions by hand",
    )  # fmt: skip


def _no_id_number(row: Paid) -> Note:
    return note(row, "没有证件号码，请补充后重新生成", "no document number: add it and make the file again")
