"""What the admin asks for when somebody is hired, moved or leaves. Pay is in yuan per month."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.people.models import Assignment, Employee, OrgUnit, Position
from hrsaas.people.rules.cost_shares import NewShare
from hrsaas.people.rules.money import fen

HUMAN_TYPES = [choice for choice in Assignment.EmploymentType.choices if choice[0] != "digital"]


class EmployeeField(forms.ModelChoiceField):
    """Somebody by number: a menu of ten thousand people helps nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Employee.objects.all(), to_field_name="code", widget=forms.TextInput, **kwargs)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput, **kwargs)


def _pay(**kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Base pay (yuan per month)"), min_value=Decimal(0), max_digits=14, decimal_places=2, **kwargs
    )


def with_fen(data: Mapping[str, Any]) -> dict[str, Any]:
    """base_pay (yuan) → base_pay_fen; fields left empty are left out."""
    given = {name: value for name, value in data.items() if value not in (None, "")}
    if "base_pay" in given:
        given["base_pay_fen"] = fen(given.pop("base_pay"))
    return given


class _PersonForm(ServiceForm):
    name = forms.CharField(label=_("Full name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    id_number = forms.CharField(label=_("Identity number"), max_length=30, required=False)
    bank_name = forms.CharField(label=_("Bank"), max_length=120, required=False)
    bank_branch = forms.CharField(label=_("Bank branch"), max_length=120, required=False)
    account_holder = forms.CharField(
        label=_("Account holder"), max_length=120, required=False, help_text=_("Empty where it is the employee.")
    )
    bank_account = forms.CharField(label=_("Bank account"), max_length=40, required=False)


class DetailsForm(_PersonForm):
    """Empty fields stay as they are, so the form needs to show nobody's numbers."""

    name = forms.CharField(label=_("Full name"), max_length=120, required=False)


class _TermsForm(ServiceForm):
    unit = forms.ModelChoiceField(label=_("Org unit"), queryset=OrgUnit.objects.all())
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all())
    manager = EmployeeField(label=_("Manager (employee number)"), required=False)
    work_city = forms.CharField(label=_("Work city"), max_length=40)
    cost_centre = forms.CharField(label=_("Cost centre"), max_length=40, required=False)
    employment_type = forms.ChoiceField(label=_("Employment type"), choices=HUMAN_TYPES)
    base_pay = _pay()


class HireForm(_PersonForm, _TermsForm):
    code = forms.CharField(label=_("Employee number"), max_length=40)
    hire_date = _day(_("Hire date"))

    field_order = ("code", "name", "name_en", "hire_date", "unit", "position", "manager", "work_city")


class DigitalForm(ServiceForm):
    code = forms.CharField(label=_("Employee number"), max_length=40)
    name = forms.CharField(label=_("Full name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    owner = EmployeeField(label=_("Owner (employee number)"))
    unit = forms.ModelChoiceField(label=_("Org unit"), queryset=OrgUnit.objects.all())
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all())
    start_date = _day(_("From"))
    work_city = forms.CharField(label=_("Work city"), max_length=40)


class TransferForm(ServiceForm):
    """Empty fields stay as they are."""

    on_date = _day(_("From"))
    unit = forms.ModelChoiceField(label=_("Org unit"), queryset=OrgUnit.objects.all(), required=False)
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all(), required=False)
    manager = EmployeeField(label=_("Manager (employee number)"), required=False)
    work_city = forms.CharField(label=_("Work city"), max_length=40, required=False)
    cost_centre = forms.CharField(label=_("Cost centre"), max_length=40, required=False)
    employment_type = forms.ChoiceField(
        label=_("Employment type"), choices=[("", _("As before")), *HUMAN_TYPES], required=False
    )


class PayForm(ServiceForm):
    on_date = _day(_("From"))
    base_pay = _pay()


class LeaveForm(ServiceForm):
    leave_date = _day(_("Leave date"), help_text=_("The first day on which the person is no longer employed."))


class RehireForm(_TermsForm):
    hire_date = _day(_("Hire date"))

    field_order = ("hire_date",)


class OwnerForm(ServiceForm):
    owner = EmployeeField(label=_("Owner (employee number)"))


class UnitForm(ServiceForm):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    parent = forms.ModelChoiceField(label=_("Parent unit"), queryset=OrgUnit.objects.all(), required=False)


class PositionForm(ServiceForm):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)


class RenameForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)


class MoveForm(ServiceForm):
    parent = forms.ModelChoiceField(
        label=_("Parent unit"), queryset=OrgUnit.objects.all(), required=False, empty_label=_("Top of the tree")
    )


class ProjectForm(ServiceForm):
    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    start_date = _day(_("From"))
    end_date = _day(_("Until"), required=False, help_text=_("The first day on which it no longer runs."))


class ChangeProjectForm(ProjectForm):
    code = None  # type: ignore[assignment]  # Django's way to leave a field of the parent out


class SharesForm(ServiceForm):
    """Shares as lines of text; they become NewShare."""

    start_date = _day(_("From"))
    shares = forms.CharField(
        label=_("Shares"), widget=forms.Textarea(attrs={"rows": 6}), max_length=8_000,
        help_text=_("One share per line: cost centre, project code, percent. For example: CC1, , 60 or CC2, P7, 40. "
                    "Without a cost centre it is that of the assignment. Together they are 100."),
    )  # fmt: skip

    def clean_shares(self) -> list[NewShare]:
        lines = self.cleaned_data["shares"].replace("，", ",").splitlines()
        return [self._share(number, line) for number, line in enumerate(lines, start=1) if line.strip()]

    def _share(self, number: int, line: str) -> NewShare:
        try:
            cost_centre, project, percent = (cell.strip() for cell in line.split(","))
            return NewShare(Decimal(percent.rstrip("%％")) / 100, cost_centre, project)
        except (ValueError, InvalidOperation):
            text = _("Line %(number)s is not: cost centre, project code, percent.") % {"number": number}
            raise forms.ValidationError(text) from None


class NewSplitForm(SharesForm):
    employee = RowField(label=_("Employee"), queryset=Employee.objects.all())

    field_order = ("employee",)
