"""The tree of org units."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from hrsaas.people.models import OrgUnit
from hrsaas.people.rules.trees import subtree

Row = TypeVar("Row", bound=Model)


def units_within(reach: Collection[int] | None) -> list[OrgUnit]:
    """The units that a permission reaches, by code; all, where it reaches everything (None)."""
    return list(of_units(OrgUnit.objects.order_by("code"), reach, path="id"))


def of_units(rows: QuerySet[Row], reach: Collection[int] | None, *, path: str = "unit") -> QuerySet[Row]:
    """The rows whose unit a permission reaches. path: lookup from the row to its unit."""
    return rows if reach is None else rows.filter(**{f"{path}__in": reach})


def parents() -> dict[int, int | None]:
    """Unit id → id of the unit above it, for the whole tenant."""
    return dict(OrgUnit.objects.order_by().values_list("id", "parent_id"))


def subtree_ids(unit_ids: Iterable[int]) -> frozenset[int]:
    """These units and all below them, in one query."""
    return subtree(parents(), unit_ids)
