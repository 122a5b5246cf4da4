"""The missing-reading policy and the coefficient tables of the tenant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from performance.models import MissingPolicy, PerformanceSettings
from performance.packs.kpi_library import coefficient_tables
from performance.queries.settings import tables_of
from performance.rules.coefficients import CoefficientTable, LinearCoefficients

CHANGE = "performance.kpi.change"
DEFAULT_TABLE = "linear"


@transaction.atomic
def change_missing_policy(*, policy: str, actor: Actor, now: datetime) -> PerformanceSettings:
    """redistribute, zero or pending; what is scored from now on follows it. Errors: performance.settings.policy."""
    row = _locked()
    actor.require(CHANGE)
    if policy not in MissingPolicy.values:
        names = ", ".join(MissingPolicy.values)
        raise DomainError(
            "performance.settings.policy", field="policy", zh=f"可选：{names}。", en=f"Choose one of {names}."
        )
    if policy != row.missing_policy:
        old, row.missing_policy = row.missing_policy, policy
        row.save(update_fields=["missing_policy"])
        _note(row, {"missing_policy": old}, {"missing_policy": policy}, actor, now)
    return row


@transaction.atomic
def use_table(*, table: CoefficientTable, actor: Actor, now: datetime) -> PerformanceSettings:
    """Let a coefficient table hold from its effective date on; one of the same date is replaced."""
    row = _locked()
    actor.require(CHANGE)
    old = row.coefficient_tables
    others = [one for one in tables_of(row) if one.effective_from != table.effective_from]
    row.coefficient_tables = table_rows([*others, table])
    if row.coefficient_tables != old:
        row.save(update_fields=["coefficient_tables"])
        _note(row, {"tables": old}, {"tables": row.coefficient_tables}, actor, now)
    return row


def shipped_table(key: str, effective_from: date) -> CoefficientTable:
    """A table of the product (``linear`` or ``grades``) from another day on. Errors: performance.settings.table."""
    tables = coefficient_tables()
    if key not in tables:
        names = ", ".join(tables)
        raise DomainError("performance.settings.table", field="table", zh=f"可选：{names}。", en=f"Choose {names}.")
    table = tables[key]
    if isinstance(table, LinearCoefficients):
        return LinearCoefficients(effective_from, table.lowest_e4, table.highest_e4)
    return type(table)(effective_from, table.tiers)


def table_rows(tables: Iterable[CoefficientTable]) -> list[dict[str, Any]]:
    """As ``PerformanceSettings.coefficient_tables`` keeps them, oldest first."""
    return [_row(table) for table in sorted(tables, key=lambda table: table.effective_from)]


def _row(table: CoefficientTable) -> dict[str, Any]:
    begins = table.effective_from.isoformat()
    if isinstance(table, LinearCoefficients):
        return {"effective_from": begins, "lowest_e4": table.lowest_e4, "highest_e4": table.highest_e4}
    tiers = [{"from_score": str(tier.from_score), "coefficient_e4": tier.coefficient_e4} for tier in table.tiers]
    return {"effective_from": begins, "tiers": tiers}


def _locked() -> PerformanceSettings:
    row = PerformanceSettings.objects.select_for_update().first()
    if row is None:
        raise DomainError(
            "performance.settings.none", status=409,
            zh="请先安装指标库。", en="Install a KPI library first.",
        )  # fmt: skip
    return row  # type: ignore[no-any-return]  # TenantManager is untyped


def _note(row: PerformanceSettings, old: dict[str, Any], new: dict[str, Any], actor: Actor, now: datetime) -> None:
    record(actor=actor, action="performance.settings.change", subject=row, old=old, new=new, now=now)
