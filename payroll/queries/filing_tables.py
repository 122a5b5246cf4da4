"""What is filed by legal entity and month: income tax, and social insurance by city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from hrsaas.people.rules.money import fen
from hrsaas.sheets import Cell, Sheet, harmless
from payroll.models import PayRun
from payroll.packs.filing_sheets import FilingColumn, filing_sheets
from payroll.queries.pay_tables import Note, Paid, Person, Places, Table, note, notes_sheet, paid, people_of, places_of

NO_CITY = "未参保 none"
# Resident identity cards have 18 characters; foreigners' and others' documents are filed under another kind.
_CARD_LENGTH = 18
_CARD, _OTHER = "居民身份证", "其他"


def closed_runs(run: PayRun) -> list[PayRun]:
    """The closed runs of the same legal entity and month, oldest first."""
    rows = PayRun.objects.filter(entity=run.entity_id, month=run.month, state__in=PayRun.CLOSED)
    return list(rows.select_related("formula_set", "group", "entity").order_by("id"))


def tax_table(run: PayRun) -> Table:
    """The tax client's template, filled for everybody paid in the month, with a sheet to check its result against.

    One row per person: runs of the month are added up. amount_fen: tax withheld. notes: people without id number.
    """
    runs = closed_runs(run)
    sheets, people, places = filing_sheets(), people_of(runs), places_of(runs)
    grouped = _by_person(paid(runs))
    notes = [_no_id_number(rows[0]) for key, rows in grouped.items() if not people[key].id_number]
    filed = _sheet("综合所得申报", sheets.tax, grouped.values(), people, places)
    check = _sheet("核对 Check", sheets.tax_check, grouped.values(), people, places)
    tax = sum((_amount(rows, places, ["income_tax"]) for rows in grouped.values()), Decimal(0))
    return Table([filed, check, notes_sheet(notes)], len(grouped), fen(tax), notes)


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


def _sheet(
    name: str, columns: Sequence[FilingColumn], people_rows: Iterable[list[Paid]], people: dict[int, Person],
    places: dict[int, Places], *, total: bool = False,
) -> Sheet:  # fmt: skip
    cells = [[_cell(column, rows, people, places) for column in columns] for rows in people_rows]
    if total:
        sums = [_total(column, [row[at] for row in cells]) for at, column in enumerate(columns)]
        cells.append(["合计 total", *sums[1:]])
    return Sheet(name, [column.title for column in columns], cells)


def _cell(column: FilingColumn, rows: list[Paid], people: dict[int, Person], places: dict[int, Places]) -> Cell:
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
    """Over the runs of the month; what is cumulative (taxable income) is the last run's."""
    if "cumulative_taxable" in items:
        rows = rows[-1:]
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


def _no_id_number(row: Paid) -> Note:
    return note(row, "没有证件号码，请补充后重新生成", "no document number: add it and make the file again")
