"""Accounts of the journal voucher, over time."""

from __future__ import annotations

from datetime import datetime
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
from hrsaas.people.models import OrgUnit
from payroll.models import PayItem, VoucherAccount
from payroll.services.voucher_accounts import set_account


class AccountForm(ServiceForm):
    category = forms.ChoiceField(label=_("Category"), choices=PayItem.Category.choices)
    item_code = forms.CharField(
        label=_("Code of the pay item"), required=False, max_length=60,
        help_text=_("Leave it empty for all other items of the category."),
    )  # fmt: skip
    side = forms.ChoiceField(label=_("Side"), choices=VoucherAccount.Side.choices)
    unit = forms.ModelChoiceField(
        label=_("Org unit"), queryset=OrgUnit.objects.all(), required=False, empty_label=_("Everywhere else"),
        help_text=_("For what is borne there or below, as far as no unit below has an account of its own."),
    )  # fmt: skip
    account = forms.RegexField(label=_("Account"), regex=r"^[0-9A-Za-z._\-]+$", max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    by_unit = forms.BooleanField(label=_("By org unit and cost centre"), required=False)
    by_project = forms.BooleanField(label=_("By project"), required=False)
    start_date = forms.DateField(label=_("From"), widget=forms.DateInput)


def _set(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    set_account(**data, actor=actor, now=now)


@admin.register(VoucherAccount, site=tenant_site)
class VoucherAccountAdmin(TenantAdmin):
    noun = "payroll.item"
    section = Section.PAY
    icon = "menu_book"
    empty_text = _("Vouchers use common account numbers until you set your own here.")
    order = 60
    list_display = (
        "category", "item_code", "side", "unit", "account", "name", "by_unit", "by_project", "start_date", "end_date",
    )  # fmt: skip
    list_select_related = ("unit",)
    list_filter = ("category", "side")
    fields = readonly_fields = list_display

    set_account = ServiceAction(_("Set an account"), on="list", form=AccountForm, run=_set, icon="add")
    actions_list = ("set_account",)
