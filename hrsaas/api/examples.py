"""Examples of bodies in the API's description: members of the same name look the same everywhere.

Only what the description shows to people; nothing is checked by it.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from hrsaas.api.serializers import IdField, IdRelatedField

ID = "7431826409170018304"
_BY_NAME: dict[str, Any] = {
    "base_pay": "8500.00", "bank_account": "6222021001122334455", "bank_name": "中国工商银行", "code": "E1024",
    "comment": "已核对", "cost_centre": "CC-10", "current": "the password so far", "email": "li.na@example.com",
    "employee_code": "E1024", "end": "2026-05-01", "end_date": "2026-07-01", "expires_at": "2026-12-31T00:00:00+08:00",
    "first": "2026-04-01", "formula": "基本工资 * 0.1", "hire_date": "2026-04-01", "id_number": "11010519491231002X",
    "key": "3f6c0a52-7d1e-4b8a", "overtime_leave_percent": 100, "radius_m": 200,
    "leave_date": "2026-07-01", "name": "李娜", "name_en": "Li Na", "on_date": "2026-05-01",
    "password": "a long and private phrase", "phone": "13900001234", "places": 2,
    "punched_at": "2026-04-01T08:58:00+08:00", "reason": "补录一张请假单",
    "scopes": ["people.employee.view"], "source": "gate-1", "tax_code": "91310000MA1FL0XY3K", "value": "120.5",
    "weight": "0.4", "work_city": "上海", "floor": "80", "target": "100", "stretch": "120",
}  # fmt: skip
_BY_KIND: tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], Any], ...] = (
    (IdField, ID),
    (IdRelatedField, ID),
    (serializers.BooleanField, True),
    (serializers.IntegerField, 1),
    (serializers.FloatField, 1.0),
    (serializers.DecimalField, "1.00"),
    (serializers.DateField, "2026-04-01"),
    (serializers.DateTimeField, "2026-04-01T09:00:00+08:00"),
    (serializers.DictField, {}),
    (serializers.JSONField, {}),
)


def example_of(field: Any, name: str = "") -> Any:
    """A value that the field, serializer or list of them would take."""
    match field:
        case serializers.ListSerializer() | serializers.ListField():
            known = _BY_NAME.get(name)
            return (
                known if isinstance(known, list) else [example_of(field.child)] * (getattr(field, "min_length", 0) or 1)
            )
        case serializers.ManyRelatedField():
            return [example_of(field.child_relation)]
        case serializers.BaseSerializer():
            fields = getattr(field, "fields", {})
            return {key: example_of(one, key) for key, one in fields.items() if not one.read_only}
        case serializers.ChoiceField():
            return next(iter(field.choices))
    return _simple(field, name)


def _simple(field: Any, name: str) -> Any:
    for kind, value in _BY_KIND[:2]:  # whatever they are called
        if isinstance(field, kind):
            return value
    if isinstance(field, serializers.RegexField):
        (pattern,) = (one.regex for one in field.validators if isinstance(one, RegexValidator))
        return next((value for value in (_BY_NAME.get(name, ""), "meal_allowance") if pattern.search(value)), "…")
    if name in _BY_NAME:
        return _BY_NAME[name]
    return next((value for kind, value in _BY_KIND if isinstance(field, kind)), "…")
