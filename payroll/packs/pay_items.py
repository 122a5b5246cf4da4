"""Pay item packs by industry: inputs, parameter tables and formulas, ready for `compile_set`.

A pack extends the shared tail `statutory` (insurance, fund, tax, net pay); the tail's tables come from
`payroll.packs.statutory_tables` for the day of the run. Its worked cases are run as tests and shown to users.
How to write one: docs/pay_item_packs.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from pydantic import Field, model_validator

from payroll.packs.dated import FOLDER, PackError, Strict, Text, read_yaml
from payroll.packs.statutory_tables import statutory_tables
from payroll.rules.formula import (
    Column,
    CompiledSet,
    Edge,
    Input,
    Item,
    Key,
    Row,
    Table,
    TableKind,
    Type,
    compile_set,
)

PACKS = FOLDER / "pay_items"
TAIL = "statutory"
INDUSTRIES = tuple(sorted(path.stem for path in PACKS.glob("*.yaml") if path.stem != TAIL))
"""Every pack of the folder but the shared tail."""
RUNS = tuple(sorted(path.stem for path in (PACKS / "runs").glob("*.yaml")))
"""Packs of schemes for runs beside the regular one, and for people who are paid no wages; they need no tail."""


class Category(StrEnum):
    """What an item is to the payslip: gross = EARNING - REDUCTION, net = gross - DEDUCTION - TAX; INFO explains.

    A DEDUCTION lowers net pay only, such as damages and advances; the tail takes insurance, fund and annuity off what
    is taxed by name.
    """

    EARNING = "earning"
    REDUCTION = "reduction"
    DEDUCTION = "deduction"
    EMPLOYER = "employer"
    TAX = "tax"
    NET = "net"
    INFO = "info"


class InputSource(StrEnum):
    """Where a value comes from; MANUAL and INTEGRATION are entered or imported per month."""

    PEOPLE = "people"
    ATTENDANCE = "attendance"
    PERFORMANCE = "performance"
    HISTORY = "history"  # closed runs of this tax year before this month
    MANUAL = "manual"
    INTEGRATION = "integration"


class PackConfidence(StrEnum):
    """TYPICAL: items and amounts as practice has them, to be checked with the industry. CHECKED: they were."""

    TYPICAL = "typical"
    CHECKED = "checked"


def _number(given: Any) -> Decimal:
    try:
        return Decimal(str(given))
    except InvalidOperation:
        raise ValueError(f"{given!r} is no number") from None


def _condition(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError(f"{given!r} is no condition: write true or false")
    return given


_DEFAULTS: dict[Type, Callable[[Any], Any]] = {
    Type.NUMBER: _number,
    Type.BOOL: _condition,
    Type.TEXT: str,
    Type.DATE: lambda given: date.fromisoformat(str(given)),
}


class InputEntry(Strict):
    """A value of a person. Without a default, a missing value stops that person. The default of a text is the text."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    type: Type
    unit: Text
    scale: int = 0
    default: Decimal | bool | date | str | None = None
    source: InputSource

    @model_validator(mode="before")
    @classmethod
    def _default_of_the_type(cls, given: dict[str, Any]) -> dict[str, Any]:
        default = given.get("default")
        return given if default is None else {**given, "default": _DEFAULTS[Type(given["type"])](default)}

    @property
    def default_text(self) -> str | None:
        """As rows keep it."""
        if isinstance(self.default, bool):
            return str(self.default).lower()
        return None if self.default is None else str(self.default)

    def compiled(self) -> Input:
        return Input(self.name.zh, self.type, self.unit.zh, self.default, self.scale, self.key)


class ItemEntry(Strict):
    """A pay item; `order` is its place on the payslip, `shown` whether it is printed there. What is a text, condition
    or date is information and has no scale.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    category: Category
    order: int
    formula: str
    type: Type = Type.NUMBER
    scale: int = 2
    shown: bool = True

    @model_validator(mode="before")
    @classmethod
    def _no_scale_without_a_number(cls, given: dict[str, Any]) -> dict[str, Any]:
        return given if given.get("type", Type.NUMBER) == Type.NUMBER else {"scale": 0, **given}

    @model_validator(mode="after")
    def _information_only(self) -> ItemEntry:
        if self.type is not Type.NUMBER and (self.category is not Category.INFO or self.scale):
            raise ValueError(f"{self.key}: a {self.type.value} is information without a scale")
        return self

    def compiled(self) -> Item:
        return Item(
            self.key, self.name.zh, self.formula, self.scale, category=self.category.value, type=self.type
        )  # fmt: skip


class ColumnEntry(Strict):
    name: str
    scale: int


class RowEntry(Strict):
    """Values by column; keys of a lookup table; `from` is where a segment begins."""

    values: tuple[Decimal, ...]
    keys: tuple[str, ...] = ()
    begins: Decimal | None = Field(default=None, alias="from")


class TableEntry(Strict):
    """A parameter table of the tenant, with starting values."""

    name: str
    title: Text
    kind: TableKind
    columns: tuple[ColumnEntry, ...]
    rows: tuple[RowEntry, ...]
    keys: tuple[str, ...] = ()
    edge: Edge = Edge.LOWER
    edge_scale: int = 2
    reference: str = ""

    @classmethod
    def of(cls, table: Table, title: Text) -> TableEntry:
        """A lookup table as a pack would write it."""
        scales = [column.scale for column in table.columns]
        rows = [
            RowEntry(values=tuple(map(_plain, row.values, scales)), keys=tuple(map(str, row.keys)))
            for row in table.rows
        ]
        columns = tuple(ColumnEntry(name=column.name, scale=column.scale) for column in table.columns)
        keys = tuple(key.name for key in table.keys)
        return cls(name=table.name, title=title, kind=table.kind, columns=columns, rows=tuple(rows), keys=keys)

    def compiled(self) -> Table:
        columns = tuple(Column(column.name, column.scale) for column in self.columns)
        rows = tuple(
            Row(
                tuple(_units(value, column.scale) for value, column in zip(row.values, self.columns, strict=True)),
                row.keys,
                None if row.begins is None else _units(row.begins, self.edge_scale),
            )
            for row in self.rows
        )
        keys = tuple(Key(name) for name in self.keys)
        return Table(self.name, self.kind, columns, rows, keys, self.edge, self.edge_scale)


class CaseEntry(Strict):
    """A worked example: what items come to for these inputs, reckoned by hand in `why`.

    inputs: by input key, decimals and texts as written; the others take their default. Earlier months by the key of
    the question: ytd:item, prev:item, sumprev:item:2. expect: amounts by item key; of what is no number, the text, true
    or false, or YYYY-MM-DD.
    """

    name: Text
    inputs: dict[str, str]
    expect: dict[str, Annotated[Decimal | str, Field(union_mode="left_to_right")]] = Field(min_length=1)
    why: Text


class PayItemPack(Strict):
    """A pack: `items` by order, with the shared tail merged in when it extends one.

    reference: the laws and sources that it names.
    """

    key: str
    name: Text
    note: Text | None = None
    version: int
    confidence: PackConfidence = PackConfidence.TYPICAL
    reference: str = ""
    extends: str = ""
    inputs: tuple[InputEntry, ...]
    tables: tuple[TableEntry, ...] = ()
    items: tuple[ItemEntry, ...]
    cases: tuple[CaseEntry, ...] = ()

    def compile(self, on_date: date) -> CompiledSet:
        """The formulas over the statutory values of a day. Raises FormulaSetError, PackError."""
        return compile_set(
            [item.compiled() for item in self.items],
            [entry.compiled() for entry in self.inputs],
            [*(table.compiled() for table in self.tables), *statutory_tables(on_date)],
            list(Category),
        )


@cache
def pay_item_pack(industry: str) -> PayItemPack:
    """A whole pack, one of INDUSTRIES or RUNS. Raises PackError payroll.packs.unknown_pack."""
    if industry in RUNS:
        return _read(f"runs/{industry}")
    if industry not in INDUSTRIES:
        raise PackError(
            "payroll.packs.unknown_pack",
            zh=f"没有行业“{industry}”的薪资项目包",
            en=f"there is no pay item pack for the industry '{industry}'",
        )
    return with_tail(_read(industry))


def tail_pack() -> PayItemPack:
    """What every pack ends with."""
    return _read(TAIL)


def with_tail(pack: PayItemPack) -> PayItemPack:
    """The pack with the inputs, tables and items of what it extends; items by order."""
    tail = _read(pack.extends)
    return pack.model_copy(
        update={
            "inputs": (*pack.inputs, *tail.inputs),
            "tables": (*pack.tables, *tail.tables),
            "items": tuple(sorted((*pack.items, *tail.items), key=lambda item: item.order)),
        }
    )


def _read(name: str) -> PayItemPack:
    return PayItemPack.model_validate(read_yaml(PACKS / f"{name}.yaml"))


def _plain(value: int, scale: int) -> Decimal:
    return Decimal(value).scaleb(-scale)


def _units(value: Decimal, scale: int) -> int:
    scaled = value.scaleb(scale)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {scale} decimals")
    return int(scaled)
