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
from payroll.rules.statutory.additional_deductions import DeductionLaw, RentTier
from payroll.rules.statutory.annual_settlement import SettlementLaw
from payroll.rules.statutory.brackets import Bracket
from payroll.rules.statutory.labour_service import CostRule
from payroll.rules.statutory.nonresidents import StayLimits
from payroll.rules.statutory.other_deductions import OtherDeductionLaw


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


class CountVersion(Strict):
    """One whole number over [effective_from, effective_until)."""

    effective_from: date
    effective_until: date | None = None
    value: int


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


class CountEntry(Sourced):
    values: tuple[CountVersion, ...]


E = TypeVar("E", bound=Sourced)
V = TypeVar("V", ValueVersion, CountVersion, TableVersion)


class IncomeTaxPack(Strict):
    """The whole file: bracket tables, amounts in yuan, rates as fractions, counts of days and months."""

    tables: dict[str, TableEntry]
    amounts: dict[str, ValueEntry]
    rates: dict[str, ValueEntry]
    counts: dict[str, CountEntry]


@dataclass(frozen=True, slots=True)
class IncomeTax:
    """The law on one day; asking for something not in force then raises PackError."""

    pack: IncomeTaxPack
    on_date: date

    def brackets(self, key: str) -> tuple[Bracket, ...]:
        """A table in fen, by its key in the file."""
        version = self._current(self._entry(self.pack.tables, key).values, key)
        return tuple(
            Bracket(over_fen=fen(row.over), rate=Fraction(row.rate), quick_deduction_fen=fen(row.quick_deduction))
            for row in version.brackets
        )

    def amount_fen(self, key: str) -> int:
        """An amount in fen, per the unit of its entry."""
        return fen(self._current(self._entry(self.pack.amounts, key).values, key).value)

    def rate(self, key: str) -> Fraction:
        """A rate as an exact fraction."""
        return Fraction(self._current(self._entry(self.pack.rates, key).values, key).value)

    def has_rate(self, key: str) -> bool:
        """Whether a rate is in force on the day."""
        return in_force(self._entry(self.pack.rates, key).values, self.on_date) is not None

    def count(self, key: str) -> int:
        """A number of days or months."""
        return self._current(self._entry(self.pack.counts, key).values, key).value

    @property
    def cumulative(self) -> tuple[Bracket, ...]:
        """The table of cumulative withholding on wages and continuous labour service."""
        return self.brackets("cumulative_withholding")

    @property
    def annual(self) -> tuple[Bracket, ...]:
        """The table of a year's comprehensive income."""
        return self.brackets("comprehensive_annual")

    @property
    def bonus(self) -> tuple[Bracket, ...] | None:
        """The table of an annual bonus that is taxed apart; None on a day when the law does not allow it."""
        version = in_force(self._entry(self.pack.tables, "annual_bonus").values, self.on_date)
        return None if version is None else self.brackets("annual_bonus")

    @property
    def basic_deduction_monthly_fen(self) -> int:
        return self.amount_fen("basic_deduction")

    @property
    def basic_deduction_yearly_fen(self) -> int:
        return 12 * self.basic_deduction_monthly_fen

    @property
    def labour_cost(self) -> CostRule:
        """The cost of one payment for labour service, an author's work or a licence."""
        return CostRule(
            flat_limit_fen=self.amount_fen("labour_service_flat_limit"),
            flat_fen=self.amount_fen("labour_service_flat_cost"),
            rate=self.rate("labour_service_cost"),
        )

    @property
    def stay_limits(self) -> StayLimits:
        """The days that decide what China taxes of a person without domicile."""
        return StayLimits(short_days=self.count("nonresident_short_days"), resident_days=self.count("resident_days"))

    @property
    def settlement(self) -> SettlementLaw:
        """The annual settlement of the tax year that the day lies in; take its last day."""
        return SettlementLaw(
            brackets=self.annual,
            yearly_deduction_fen=self.basic_deduction_yearly_fen,
            cost_rate=self.rate("labour_service_cost"),
            author_share=self.rate("royalty_share"),
            donation_rate=self.rate("donation_limit"),
            illness_over_fen=self.amount_fen("serious_illness_threshold"),
            illness_limit_fen=self.amount_fen("serious_illness_limit"),
            exempt_income_fen=self._amount_or_none("settlement_exempt_income"),
            exempt_due_fen=self._amount_or_none("settlement_exempt_tax"),
        )

    @property
    def additional_deductions(self) -> DeductionLaw:
        """The special additional deductions of the month that the day lies in; 0 for a kind that is not in force."""
        return DeductionLaw(
            infant_care_fen=self._amount_or_none("infant_care") or 0,
            child_education_fen=self.amount_fen("child_education"),
            degree_fen=self.amount_fen("continuing_education_degree"),
            certificate_fen=self.amount_fen("continuing_education_certificate"),
            mortgage_fen=self.amount_fen("mortgage_interest"),
            rent_fen={tier: self.amount_fen(tier) for tier in RentTier},
            elderly_fen=self.amount_fen("elderly_support"),
            elderly_share_limit_fen=self.amount_fen("elderly_support_share_limit"),
            school_age=self.count("school_age"),
            elderly_age=self.count("elderly_age"),
            degree_months=self.count("degree_months"),
            mortgage_months=self.count("mortgage_months"),
        )

    @property
    def other_deductions(self) -> OtherDeductionLaw:
        """The limits of other deductions."""
        return OtherDeductionLaw(
            private_pension_yearly_fen=self._amount_or_none("private_pension_limit") or 0,
            health_insurance_monthly_fen=self.amount_fen("health_insurance_limit"),
            annuity_rate=self.rate("annuity_employee_limit"),
            donation_rate=self.rate("donation_limit"),
        )

    def _amount_or_none(self, key: str) -> int | None:
        version = in_force(self._entry(self.pack.amounts, key).values, self.on_date)
        return None if version is None else fen(version.value)

    def _current(self, versions: tuple[V, ...], key: str) -> V:
        version = in_force(versions, self.on_date)
        if version is None:
            raise self._absent(key)
        return version

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
