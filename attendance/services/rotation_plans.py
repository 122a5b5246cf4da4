"""Putting people on a rotation and planning them by it at once, with a look at it before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from attendance.models import Rotation
from attendance.queries.months import require_open
from attendance.queries.rosters import People, roster_grid, rotation_codes
from attendance.queries.setups import load_setup
from attendance.services.months import begin_months
from attendance.services.roster_edits import CHANGE, require_visible
from attendance.services.rosters import put_on_rotation, write_missing
from hrsaas.access.actors import Actor
from hrsaas.people.models import Employee


@dataclass(frozen=True)
class RotationLine:
    """codes: the shift of each day, '' for a free one."""

    employee_id: int
    crew: int
    codes: tuple[str, ...]


def preview_rotation(
    *, employee_ids: Sequence[int], rotation: Rotation, crew: int | None, first: date, end: date, actor: Actor
) -> list[RotationLine]:
    """What [first, end) would be; without a crew the people are spread over all, in order of their ids."""
    actor.require(CHANGE)
    require_visible(set(employee_ids), actor)
    setup = load_setup()
    places = [at % rotation.crews if crew is None else crew for at in range(len(set(employee_ids)))]
    codes = rotation_codes(setup, rotation, places, first, (end - first).days)
    people = sorted(set(employee_ids))
    return [RotationLine(id_, place, tuple(line)) for id_, place, line in zip(people, places, codes)]


@transaction.atomic
def apply_rotation(
    *, employee_ids: Sequence[int], rotation: Rotation, crew: int | None, first: date, end: date, actor: Actor,
    now: datetime,
) -> int:  # fmt: skip
    """Put them on the rotation from first on and plan until end; days set by hand stay. How many days were planned.

    Errors: as ``put_on_rotation``; attendance.month.locked.
    """
    actor.require(CHANGE)
    begin_months(first=first, end=end)
    require_open(first, end)
    people = list(Employee.objects.filter(id__in=employee_ids).order_by("id"))
    put_on_rotation(employees=people, rotation=rotation, crew=crew, start_date=first, actor=actor, now=now)
    setup, ids = load_setup(), tuple(one.pk for one in people)
    return write_missing(setup, roster_grid(setup, People(ids=ids), first, end), first, end)
