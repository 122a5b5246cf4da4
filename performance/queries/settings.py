"""The tenant's way of scoring."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from performance.models import PerformanceSettings
from performance.packs.kpi_library import coefficient_tables
from performance.rules.coefficients import (
    CoefficientTable,
    LinearCoefficients,
    Tier,
    TieredCoefficients,
    table_on,
)
from performance.rules.totals import MissingPolicy


class Scoring(NamedTuple):
    """What a month is scored by."""

    policy: MissingPolicy
    table: CoefficientTable


def scoring_on(day: date) -> Scoring:
    """The tenant's policy and coefficient table of a day; the product's defaults where the tenant has none.

    Errors: RuleError performance.coefficient.no_table.
    """
    row = PerformanceSettings.objects.first()
    if row is None:
        return Scoring(MissingPolicy.REDISTRIBUTE, coefficient_tables()["linear"])
    return Scoring(MissingPolicy(row.missing_policy), table_on(tables_of(row), day))


def tables_of(row: PerformanceSettings) -> list[CoefficientTable]:
    """The stored tables as the rules take them."""
    return [_table(stored) for stored in row.coefficient_tables]


def _table(stored: dict[str, Any]) -> CoefficientTable:
    begins = date.fromisoformat(stored["effective_from"])
    if "tiers" in stored:
        tiers = (Tier(Decimal(one["from_score"]), one["coefficient_e4"]) for one in stored["tiers"])
        return TieredCoefficients(begins, tuple(tiers))
    return LinearCoefficients(begins, stored["lowest_e4"], stored["highest_e4"])
