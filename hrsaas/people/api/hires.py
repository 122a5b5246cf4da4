"""What clients send to hire people and to change their terms. Pay is in yuan with at most two decimals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from hrsaas.api.serializers import IdRelatedField
from hrsaas.people.api.assignments import base_pay_field
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.rules.money import fen

HUMAN_TYPES = [choice for choice in Assignment.EmploymentType.choices if choice[0] != "digital"]


def with_fen(data: Mapping[str, Any]) -> dict[str, Any]:
    """base_pay (yuan) → base_pay_fen."""
    terms = dict(data)
    if "base_pay" in terms:
        terms["base_pay_fen"] = fen(terms.pop("base_pay"))
    return terms


class PersonSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    id_number = serializers.CharField(max_length=30, required=False, allow_blank=True)
    bank_account = serializers.CharField(max_length=40, required=False, allow_blank=True)
    bank_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    bank_branch = serializers.CharField(max_length=120, required=False, allow_blank=True)
    account_holder = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ChangeDetailsSerializer(PersonSerializer):
    name = serializers.CharField(max_length=120, required=False)


class _Terms(serializers.Serializer[Any]):
    base_pay = base_pay_field()
    work_city = serializers.CharField(max_length=40)
    cost_centre = serializers.CharField(max_length=40, required=False, allow_blank=True)
    employment_type = serializers.ChoiceField(HUMAN_TYPES, required=False)


class _TermsById(_Terms):
    unit = IdRelatedField(queryset=OrgUnit.objects.all())
    position = IdRelatedField(queryset=Position.objects.all())
    manager = IdRelatedField(queryset=Employee.objects.all(), required=False, allow_null=True)


class HireSerializer(PersonSerializer, _TermsById):
    code = serializers.CharField(max_length=40)
    hire_date = serializers.DateField()


class NewHireSerializer(PersonSerializer, _Terms):
    """unit, position, manager: their codes; the manager may be another row."""

    code = serializers.CharField(max_length=40)
    hire_date = serializers.DateField()
    unit = serializers.CharField(max_length=40)
    position = serializers.CharField(max_length=40)
    manager = serializers.CharField(max_length=40, required=False, allow_blank=True)


class TransferSerializer(serializers.Serializer[Any]):
    """manager null: none from now on; left out: as before."""

    on_date = serializers.DateField()
    unit = IdRelatedField(queryset=OrgUnit.objects.all(), required=False)
    position = IdRelatedField(queryset=Position.objects.all(), required=False)
    manager = IdRelatedField(queryset=Employee.objects.all(), required=False, allow_null=True)
    work_city = serializers.CharField(max_length=40, required=False)
    cost_centre = serializers.CharField(max_length=40, required=False, allow_blank=True)
    employment_type = serializers.ChoiceField(HUMAN_TYPES, required=False)
    base_pay = base_pay_field(required=False)


class PaySerializer(serializers.Serializer[Any]):
    on_date = serializers.DateField()
    base_pay = base_pay_field()


class LeaveSerializer(serializers.Serializer[Any]):
    leave_date = serializers.DateField(help_text="The first day on which the person is no longer employed.")


class RehireSerializer(_TermsById):
    hire_date = serializers.DateField()
