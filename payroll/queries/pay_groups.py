"""Who belongs to which pay group, and who is in a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from hrsaas.people.models import Employee
from payroll.models import PayGroup, PayGroupMember, PayRun, PayRunPerson


@dataclass(frozen=True)
class Among:
    """Some of the people of a range: those in ``ids``, or, where it says ``others``, all but those."""

    ids: frozenset[int]
    others: bool = False

    def __contains__(self, employee_id: object) -> bool:
        return (employee_id in self.ids) != self.others

    def mask(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which of these employees they are."""
        there = np.isin(ids, np.fromiter(self.ids, dtype=np.int64, count=len(self.ids)))
        return ~there if self.others else there


def groups() -> list[PayGroup]:
    """All groups; the default one first, so that its run is the month's first."""
    found = list(PayGroup.objects.select_related("scheme", "entity").order_by("code"))
    return sorted(found, key=lambda group: group.code != PayGroup.DEFAULT)


def group_of(employee: Employee, month: date) -> PayGroup:
    """The group that pays the person for a month."""
    end = PayRun(month=month).end_date
    member = _members(end).filter(employee=employee).select_related("group__scheme", "group__entity").first()
    found: PayGroup = member.group if member else PayGroup.objects.select_related("scheme").get(code=PayGroup.DEFAULT)
    return found


def among(run: PayRun, first_id: int, last_id: int) -> Among:
    """Who with an id from first_id to last_id is in the run: the group on the month's last day, or the people named."""
    if not run.is_regular:
        named = PayRunPerson.objects.filter(run=run).values_list("employee_id", flat=True)
        ids = frozenset(named)
        if ids:
            return Among(ids)
    members = _members(run.end_date).filter(employee__gte=first_id, employee__lte=last_id)
    is_default = run.group.code == PayGroup.DEFAULT
    chosen = members if is_default else members.filter(group=run.group)
    return Among(frozenset(chosen.values_list("employee_id", flat=True)), others=is_default)


def member_ids(group: PayGroup) -> list[int]:
    """Everybody who is or was a member, by id."""
    found = PayGroupMember.objects.filter(group=group).order_by("employee_id").values_list("employee_id", flat=True)
    return list(found.distinct())


def _members(end: date) -> QuerySet[PayGroupMember]:
    """Memberships of the day before ``end``."""
    return PayGroupMember.objects.filter(Q(end_date=None) | Q(end_date__gte=end), start_date__lt=end)
