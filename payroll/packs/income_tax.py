"""Income tax values in force on a day, with where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeVar

from pydantic import model_validator

from payroll.packs.dated import FOLDER, Confidence, PackError, Strict, Text, fen, in_force, read_yaml
from payroll.rules.statutory.income_tax import Bracket


class BracketRow(Strict):
    """`over` is exclusive, in yuan of the table's unit."""

    over: Decimal
    rate: Decimal
    quick_deduction: Decimal


class TableVersion(Strict):
    """A bracket table over [effective_from, effective_until)."""

    effective_from: date
    effective_until: date | None = None
    brackets: tuple[BracketRow, ...]

    @model_validator(mode="after")
    def _continuous(self) -> TableVersion:
        """The tax must not jump at an edge: this is what ties the quick deductions to the rates."""
        if not self.brackets or self.brackets[0].over != 0 or self.brackets[0].quick_deduction != 0:
            raise ValueError("the first bracket begins at 0 without a quick deduction")
        for lower, upper in zip(self.brackets, self.brackets[1:], strict=False):
            step = lower.quick_deduction + upper.over * (upper.rate - lower.rate)
            if upper.over <= lower.over or upper.rate <= lower.rate or upper.quick_deduction != step:
                raise ValueError(f"the bracket over {upper.over} does not continue the one below it")
        return self


class ValueVersion(Strict):
    """One number over [effective_from, effective_until)."""

    effective_from: date
    effective_until: date | None = None
    value: Decimal


class Sourced(Strict):
    """What every entry says about itself."""

    title: Text
    unit: str
    reference: str
    confidence: Confidence


class TableEntry(Sourced):
    values: tuple[TableVersion, ...]


class ValueEntry(Sourced):
    values: tuple[ValueVersion, ...]


E = TypeVar("E", bound=Sourced)


class IncomeTaxPack(Strict):
    """The whole file: bracket tables, amounts in yuan, rates as fractions."""

    tables: dict[str, TableEntry]
    amounts: dict[str, ValueEntry]
    rates: dict[str, ValueEntry]


@dataclass(frozen=True, slots=True)
class IncomeTax:
    """The law on one day; asking for something not in force then raises PackError."""

    pack: IncomeTaxPack
    on_date: date

    def brackets(self, key: str) -> tuple[Bracket, ...]:
        """A table (cumulative_withholding, annual_bonus, labour_service, nonresident_monthly) in fen."""
        version = in_force(self._entry(self.pack.tables, key).values, self.on_date)
        if version is None:
            raise self._absent(key)
        return tuple(
            Bracket(over_fen=fen(row.over), rate=Fraction(row.rate), quick_deduction_fen=fen(row.quick_deduction))
            for row in version.brackets
        )

    def amount_fen(self, key: str) -> int:
        """An amount in fen, per the unit of its entry."""
        return fen(self._value(self._entry(self.pack.amounts, key), key))

    def rate(self, key: str) -> Fraction:
        """A rate as an exact fraction."""
        return Fraction(self._value(self._entry(self.pack.rates, key), key))

    @property
    def cumulative(self) -> tuple[Bracket, ...]:
        """The table of cumulative withholding on wages."""
        return self.brackets("cumulative_withholding")

    @property
    def basic_deduction_monthly_fen(self) -> int:
        return self.amount_fen("basic_deduction")

    def _value(self, entry: ValueEntry, key: str) -> Decimal:
        version = in_force(entry.values, self.on_date)
        if version is None:
            raise self._absent(key)
        return version.value

    def _entry(self, entries: dict[str, E], key: str) -> E:
        if key not in entries:
            raise self._absent(key)
        return entries[key]

    def _absent(self, key: str) -> PackError:
        return PackError(
            "payroll.packs.tax_value_not_in_force",
            zh=f"个税参数 {key} 在 {self.on_date} 没有生效值",
            en=f"the income tax value {key} is not in force on {self.on_date}",
        )


@cache
def income_tax_pack() -> IncomeTaxPack:
    """The pack as shipped, checked against its schema."""
    return IncomeTaxPack.model_validate(read_yaml(FOLDER / "income_tax.yaml"))


def income_tax(on_date: date) -> IncomeTax:
    """The income tax values in force on a day."""
    return IncomeTax(pack=income_tax_pack(), on_date=on_date)
