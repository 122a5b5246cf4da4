"""Where somebody may stamp by phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from attendance.models import PunchPlace
from attendance.rules.punch_places import Places
from hrsaas.people.models import Employee
from hrsaas.people.queries.assignments import as_of
from hrsaas.people.queries.units import parents


def places_of(employee: Employee, on: date) -> list[PunchPlace]:
    """Places in use for the person's unit on the day, by id."""
    assignment = as_of(employee, on)
    above = _with_all_above(assignment.unit_id) if assignment else set()
    rows = PunchPlace.objects.filter(is_active=True).order_by("id")
    return [row for row in rows if row.unit_id is None or row.unit_id in above]


def as_columns(rows: Sequence[PunchPlace]) -> Places:
    """The places in the order of the rows; of an access point that two places name, the last counts."""
    return Places(
        latitude=np.array([_degrees(row.latitude) for row in rows], dtype=np.float64),
        longitude=np.array([_degrees(row.longitude) for row in rows], dtype=np.float64),
        radius_m=np.array([row.radius_m for row in rows], dtype=np.float64),
        bssids={bssid: at for at, row in enumerate(rows) for bssid in row.bssids},
    )


def _degrees(value: object) -> float:
    return float("nan") if value is None else float(str(value))


def _with_all_above(unit_id: int) -> set[int]:
    above, tree = set[int](), parents()
    at: int | None = unit_id
    while at is not None and at not in above:
        above.add(at)
        at = tree.get(at)
    return above
