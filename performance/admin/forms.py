"""What the admin asks for when goals are set and readings come in."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.tenancy.queries.tenants import current_tenant
from performance.models import Kpi, MissingPolicy
from performance.packs.kpi_library import coefficient_tables, kpi_libraries
from performance.services.readings import ReadingRow


def _this_month() -> str:
    return f"{timezone.now().astimezone(current_tenant().zone):%Y-%m}"


def _last_month() -> str:
    today = timezone.now().astimezone(current_tenant().zone).date()
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def month_field(initial: Any = _this_month) -> forms.DateField:
    """A month; the value is its first day."""
    widget = forms.TextInput({"type": "month"})
    return forms.DateField(label=_("Month"), input_formats=["%Y-%m"], initial=initial, widget=widget)


def _figure(label: Any, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=20, decimal_places=6, **kwargs)


class PackForm(ServiceForm):
    code = forms.ChoiceField(label=_("KPI library"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [(code, f"{one.name.zh} / {one.name.en}") for code, one in _libraries()]  # type: ignore[attr-defined]  # a ChoiceField


class KpiForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    area = forms.CharField(label=_("Area"), max_length=60, required=False)
    area_en = forms.CharField(label=_("Area in English"), max_length=60, required=False)
    meaning = forms.CharField(label=_("Meaning"), max_length=400, required=False)
    meaning_en = forms.CharField(label=_("Meaning in English"), max_length=400, required=False)
    measure = forms.CharField(label=_("Unit of measure"), max_length=60, required=False)
    measure_en = forms.CharField(label=_("Unit of measure in English"), max_length=60, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Kpi.Direction.choices)
    floor = _figure(_("Floor (0 points)"))
    target = _figure(_("Target (100 points)"))
    stretch = _figure(_("Stretch (120 points)"))
    weight = forms.DecimalField(label=_("Weight"), max_digits=9, decimal_places=4, min_value=Decimal("0.0001"))
    places = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=4, initial=2)


class NewKpiForm(KpiForm):
    code = forms.CharField(label=_("Code"), max_length=60)

    field_order = ("code",)


class ChangeKpiForm(KpiForm):
    is_active = forms.BooleanField(label=_("In use"), required=False)


class GroupGoalsForm(ServiceForm):
    month = month_field()
    unit = forms.ModelChoiceField(label=_("Org unit"), queryset=OrgUnit.objects.all(), required=False)
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all(), required=False)
    kpis = forms.ModelMultipleChoiceField(
        label=_("KPIs"), queryset=Kpi.objects.filter(is_active=True), widget=forms.CheckboxSelectMultiple
    )


class GoalForm(ServiceForm):
    employee = RowField(label=_("Employee"), queryset=Employee.objects.all())
    kpi = forms.ModelChoiceField(label=_("KPI"), queryset=Kpi.objects.filter(is_active=True))
    start_date = forms.DateField(label=_("From"), widget=forms.DateInput)
    end_date = forms.DateField(label=_("Until"), widget=forms.DateInput, help_text=_("The first day after the period."))
    floor = _figure(_("Floor (0 points)"), required=False)
    target = _figure(_("Target (100 points)"), required=False)
    stretch = _figure(_("Stretch (120 points)"), required=False)
    weight = forms.DecimalField(label=_("Weight"), max_digits=9, decimal_places=4, required=False)


class ReadingForm(ServiceForm):
    value = _figure(_("Value"))


class ReadingsForm(ServiceForm):
    """One KPI for many people; lines become ``rows``."""

    month = month_field(_last_month)
    kpi = forms.ModelChoiceField(label=_("KPI"), queryset=Kpi.objects.filter(is_active=True))
    lines = forms.CharField(
        label=_("Employee numbers and values"), widget=forms.Textarea({"rows": 12}), max_length=200_000,
        help_text=_("One person per line: the employee number, a space, the value. Pasting from a sheet works."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"month", "kpi", "lines"} <= data.keys():
            data["rows"] = list(self._rows(data["month"], data["kpi"].code, data["lines"]))
        return data

    def _rows(self, month: date, kpi: str, lines: str) -> Any:
        for number, line in enumerate(lines.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                code, text = line.split()
                yield ReadingRow(code, kpi, month, Decimal(text))
            except (ValueError, InvalidOperation):
                text = _("Line %(number)s is not an employee number and a value.") % {"number": number}
                self.add_error("lines", text)


class MonthForm(ServiceForm):
    month = month_field(_last_month)


class UnlockForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea)


class PolicyForm(ServiceForm):
    policy = forms.ChoiceField(
        label=_("Goals without a reading"), choices=MissingPolicy.choices, widget=forms.RadioSelect
    )


class TableForm(ServiceForm):
    table = forms.ChoiceField(label=_("Coefficient table"), choices=[(key, key) for key in coefficient_tables()])
    effective_from = forms.DateField(label=_("In force from"), widget=forms.DateInput)


def _libraries() -> Any:
    return kpi_libraries().items()
