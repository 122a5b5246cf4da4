"""The tree of org units."""

from __future__ import annotations

from collections.abc import Iterable

from hrsaas.people.models import OrgUnit
from hrsaas.people.rules.trees import subtree


def parents() -> dict[int, int | None]:
    """Unit id → id of the unit above it, for the whole tenant."""
    return dict(OrgUnit.objects.order_by().values_list("id", "parent_id"))


def subtree_ids(unit_ids: Iterable[int]) -> frozenset[int]:
    """These units and all below them, in one query."""
    return subtree(parents(), unit_ids)
