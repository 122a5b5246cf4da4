"""The KPI library: per industry, KPIs with unit, direction and bands, meant to be copied and edited by a tenant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from performance.rules.coefficients import CoefficientTable, LinearCoefficients, Tier, TieredCoefficients
from performance.rules.scores import Bands, Direction

FOLDER = Path(__file__).parent


class Strict(BaseModel):
    """Nothing unknown, nothing changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Kpi(Strict):
    """One KPI. Floor, target and stretch are in `unit`; `area` groups KPIs for people who look for one."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text
    area: Text
    meaning: Text
    unit: Text
    direction: Direction
    floor: Decimal
    target: Decimal
    stretch: Decimal
    weight: Decimal = Field(gt=0)
    places: int = Field(ge=0, le=4)

    @property
    def bands(self) -> Bands:
        return Bands(floor=self.floor, target=self.target, stretch=self.stretch, direction=self.direction)

    @model_validator(mode="after")
    def _bands_can_be_scored(self) -> Kpi:
        _ = self.bands
        return self


class KpiLibrary(Strict):
    """One industry's file; `version` rises with every change of a value."""

    industry: str
    name: Text
    version: int
    kpis: tuple[Kpi, ...]

    @model_validator(mode="after")
    def _keys_once(self) -> KpiLibrary:
        keys = [kpi.key for kpi in self.kpis]
        if len(set(keys)) != len(keys):
            raise ValueError(f"a KPI appears twice in {self.industry}")
        return self

    def kpi(self, key: str) -> Kpi:
        """A KPI by key. Raises KeyError."""
        return next(kpi for kpi in self.kpis if kpi.key == key)


class TierRow(Strict):
    from_score: Decimal
    coefficient: Decimal


class CoefficientEntry(Strict):
    """A table as shipped: tiers, or linear between two limits when there are none."""

    key: str
    name: Text
    effective_from: date
    lowest: Decimal | None = None
    highest: Decimal | None = None
    tiers: tuple[TierRow, ...] = ()

    def table(self) -> CoefficientTable:
        if self.tiers:
            tiers = tuple(Tier(row.from_score, _e4(row.coefficient)) for row in self.tiers)
            return TieredCoefficients(self.effective_from, tiers)
        if self.lowest is None or self.highest is None:
            raise ValueError(f"the coefficient table {self.key} has neither tiers nor limits")
        return LinearCoefficients(self.effective_from, _e4(self.lowest), _e4(self.highest))


@cache
def kpi_libraries() -> dict[str, KpiLibrary]:
    """All libraries by industry (healthcare, office, retail), checked against the schema."""
    files = sorted((FOLDER / "kpi_library").glob("*.yaml"))
    libraries = [KpiLibrary.model_validate(yaml.safe_load(path.read_text("utf-8"))) for path in files]
    return {library.industry: library for library in libraries}


@cache
def coefficient_tables() -> dict[str, CoefficientTable]:
    """The shipped coefficient tables by key: `linear` (the default) and `grades`."""
    entries = yaml.safe_load((FOLDER / "coefficients.yaml").read_text("utf-8"))
    return {row["key"]: CoefficientEntry.model_validate(row).table() for row in entries}


def _e4(coefficient: Decimal) -> int:
    exact = coefficient * 10_000
    if exact != exact.to_integral_value():
        raise ValueError(f"the coefficient {coefficient} has more than four decimals")
    return int(exact)
