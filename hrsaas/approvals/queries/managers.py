"""Who the manager of an employee is, as a user."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from hrsaas.access.models import User
from hrsaas.people.models import Assignment


def manager_user(employee_id: int, *, on: date) -> User | None:
    """The user behind the employee's manager on that day, if there is one who can sign in."""
    running = Assignment.objects.filter(Q(end_date=None) | Q(end_date__gt=on), employee_id=employee_id)
    manager_id = running.filter(start_date__lte=on).values_list("manager_id", flat=True).first()
    if manager_id is None:
        return None
    users = User.objects.filter(employee_id=manager_id, is_active=True)
    found: User | None = users.exclude(employee__leave_date__lte=on).first()
    return found
