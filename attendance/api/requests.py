"""What the addresses of all attendance requests share."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hrsaas.access.actors import Actor
from hrsaas.api.serializers import IdRelatedField
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee


class ForWhomSerializer(serializers.Serializer[Any]):
    """employee: for whom; without it for oneself."""

    employee = IdRelatedField(queryset=Employee.objects, required=False)


class RequestFaultSerializer(serializers.Serializer[Any]):
    """Why something would be refused."""

    code = serializers.CharField()
    field = serializers.CharField(allow_null=True)
    zh = serializers.CharField()
    en = serializers.CharField()


def person_of(given: dict[str, Any], actor: Actor) -> Employee:
    """For whom it is asked; DomainError ``attendance.request.for_whom`` where a user is no employee and names none."""
    if "employee" in given:
        employee: Employee = given["employee"]
        return employee
    if actor.employee_id is None:
        raise DomainError(
            "attendance.request.for_whom", field="employee", zh="请说明为谁申请。", en="Say for whom you ask."
        )
    return Employee.objects.get(id=actor.employee_id)
