"""Claims of special additional deductions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from payroll.models import DeductionClaim
from payroll.services.deduction_claims import NewClaim, add_claims, end_claim, remove_claim

TIERS = [("", "—"), ("1", "1"), ("2", "2"), ("3", "3")]


class ClaimForm(ServiceForm):
    employee = forms.CharField(label=_("Employee number"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=DeductionClaim.Kind.choices)
    start_date = forms.DateField(label=_("From (the first day of a month)"), widget=forms.DateInput)
    end_date = forms.DateField(
        label=_("Until, not included (the first day of a month)"), widget=forms.DateInput, required=False
    )
    birth_date = forms.DateField(
        label=_("Birth date of the child or the oldest parent"), widget=forms.DateInput, required=False
    )
    share_percent = forms.ChoiceField(label=_("Share"), choices=[("100", "100%"), ("50", "50%")])
    rent_tier = forms.ChoiceField(label=_("Rent tier of the city"), choices=TIERS, required=False)
    agreed = forms.DecimalField(
        label=_("Agreed part of the support a month (CNY)"), max_digits=8, decimal_places=2, min_value=Decimal(0),
        required=False,
    )  # fmt: skip


class EndForm(ServiceForm):
    end_date = forms.DateField(
        label=_("Until, not included (the first day of a month)"), widget=forms.DateInput, required=False
    )


def _add(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    agreed, tier = data["agreed"], data["rent_tier"]
    row = NewClaim(
        data["employee"], data["kind"], data["start_date"], data["end_date"], data["birth_date"],
        int(data["share_percent"]), int(tier) if tier else None, None if agreed is None else int(agreed * 100),
    )  # fmt: skip
    add_claims(rows=[row], actor=actor, now=now)


def _end(*, subject: DeductionClaim, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    end_claim(claim=subject, end_date=data["end_date"], actor=actor, now=now)


def _remove(*, subject: DeductionClaim, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    remove_claim(claim=subject, actor=actor, now=now)


@admin.register(DeductionClaim, site=tenant_site)
class DeductionClaimAdmin(TenantAdmin):
    noun = "payroll.run"
    person_path = "employee"
    section = Section.PAY
    icon = "family_restroom"
    empty_text = _("What people declared of children, education, home and parents; it lowers their income tax.")
    order = 36
    list_display = ("employee", "kind", "start_date", "end_date", "share_percent", "rent_tier")
    list_select_related = ("employee",)
    list_filter = ("kind",)
    search_fields = ("employee__search_text",)
    fields = readonly_fields = (
        "employee", "kind", "start_date", "end_date", "birth_date", "share_percent", "rent_tier", "agreed_fen",
    )  # fmt: skip

    enter = ServiceAction(_("New claim"), on="list", form=ClaimForm, run=_add, icon="add")
    end = ServiceAction(_("End"), on="row", form=EndForm, run=_end, icon="event_busy")
    remove = ServiceAction(
        _("Take back"), on="row", run=_remove, icon="undo",
        text=_("What it gave this year is taken back by the next run."),
    )  # fmt: skip
    actions_list = ("enter",)
    actions_detail = ("end", "remove")
