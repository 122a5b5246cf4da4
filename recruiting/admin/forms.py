"""What the admin asks for on the way from a profile to a hire. Pay is in yuan per month."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import TEXTAREA_CLASSES

from hrsaas.console.forms import RowField, ServiceForm
from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.tenancy.languages import localized
from recruiting.models import Application, Candidate, EvidenceCard, JobProfile
from recruiting.packs.profiles import job_profiles
from recruiting.queries.profiles import definition_of

_LONG = forms.Textarea({"rows": 3})


class AdoptForm(ServiceForm):
    code = forms.ChoiceField(label=_("Profile"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, localized(one.title.zh, one.title.en)) for code, one in job_profiles().items()]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


class _Indented(json.JSONEncoder):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "indent": 2})


class DefinitionForm(ServiceForm):
    definition = forms.JSONField(
        label=_("Definition"), encoder=_Indented,
        widget=forms.Textarea({"rows": 40, "spellcheck": "false", "class": " ".join([*TEXTAREA_CLASSES, "font-mono"])}),
    )  # fmt: skip

    def clean_definition(self) -> dict[str, Any]:
        definition = self.cleaned_data["definition"]
        if not isinstance(definition, dict):
            raise forms.ValidationError(_("An object is expected."))
        return definition

    @staticmethod
    def first_values(profile: JobProfile) -> dict[str, Any]:
        return {"definition": profile.definition}


class CandidateForm(ServiceForm):
    name = forms.CharField(label=_("Full name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    source = forms.CharField(label=_("Source"), max_length=60, required=False)
    consented = forms.BooleanField(label=_("The candidate agreed that the data is kept for hiring"))


class ApplyForm(ServiceForm):
    profile = forms.ModelChoiceField(label=_("Job profile"), queryset=JobProfile.objects.filter(is_active=True))


class AdvanceForm(ServiceForm):
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(one.value, one.label) for one in (Application.State.SCREENING, Application.State.INTERVIEW)],
    )


class RejectForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=_LONG)


class CardForm(ServiceForm):
    """The items are those of the application's profile."""

    item = forms.ChoiceField(label=_("Item"))
    sentence = forms.CharField(label=_("The candidate's words"), max_length=2_000, widget=_LONG)
    goal = forms.CharField(label=_("Goal"), max_length=2_000, widget=_LONG, required=False)
    method = forms.CharField(label=_("Method"), max_length=2_000, widget=_LONG, required=False)
    result = forms.CharField(label=_("Result"), max_length=2_000, widget=_LONG, required=False)
    number = forms.DecimalField(label=_("Figure"), max_digits=20, decimal_places=6, required=False)
    unit = forms.CharField(label=_("Unit of the figure"), max_length=40, required=False)
    basis = forms.ChoiceField(
        label=_("Basis of the percentage"), choices=[("", "—"), *EvidenceCard.Basis.choices], required=False
    )
    baseline = forms.DecimalField(label=_("Figure before"), max_digits=20, decimal_places=6, required=False)
    period = forms.CharField(label=_("Period"), max_length=120, required=False)
    verified = forms.BooleanField(label=_("Verified by somebody else"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = _items(self.subject.profile)  # type: ignore[attr-defined,union-attr]  # a row action


class OfferForm(ServiceForm):
    unit = forms.ModelChoiceField(label=_("Org unit"), queryset=OrgUnit.objects.all())
    position = forms.ModelChoiceField(label=_("Position"), queryset=Position.objects.all())
    base_pay = forms.DecimalField(
        label=_("Base pay (yuan per month)"), min_value=Decimal(0), max_digits=11, decimal_places=2
    )
    work_city = forms.CharField(label=_("Work city"), max_length=40)
    start_date = forms.DateField(label=_("Start date"), widget=forms.DateInput)
    probation_months = forms.IntegerField(label=_("Probation (months)"), min_value=0, max_value=6, initial=3)


class AcceptForm(ServiceForm):
    code = forms.CharField(label=_("Employee number"), max_length=40)
    manager = RowField(label=_("Manager"), queryset=Employee.objects.all(), required=False)


class ConsiderForm(ServiceForm):
    candidate = RowField(label=_("Candidate"), queryset=Candidate.objects.all())


def _items(profile: JobProfile) -> list[tuple[str, str]]:
    definition = definition_of(profile)
    items = [(one.key, localized(one.name.zh, one.name.en)) for group in definition.dimensions for one in group.items]
    musts = [(one.key, localized(one.name.zh, one.name.en)) for one in definition.must_haves]
    return items + [one for one in musts if one not in items]
