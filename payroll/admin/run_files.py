"""Buttons of a closed pay run that have its files made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hrsaas.access.actors import Actor
from hrsaas.console.forms import ServiceForm
from hrsaas.console.service_actions import ServiceAction
from hrsaas.languages import in_chinese
from payroll.models import PayFile, PayRun
from payroll.packs.bank_layouts import bank_layouts
from payroll.services.file_options import CHOICES
from payroll.services.pay_files import request_file

CHANGE = "payroll.file.change"
Kind = PayFile.Kind


def _banks() -> list[tuple[str, str]]:
    chinese = in_chinese()
    return [(key, layout.name.zh if chinese else layout.name.en) for key, layout in bank_layouts().items()]


class PayslipsForm(ServiceForm):
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[
            ("a4", _("A page of A4 each")), ("envelope", _("For window envelopes")), ("strips", _("Several a page")),
        ],
    )  # fmt: skip
    bundle = forms.ChoiceField(
        label=_("Files"), choices=[("each", _("One per person (ZIP)")), ("together", _("All in one"))]
    )
    protect = forms.ChoiceField(
        label=_("Protection"),
        choices=[
            ("none", _("None")), ("id", _("Last 6 of the identity number")), ("given", _("The password below")),
        ],
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), required=False, max_length=60, strip=False, help_text=_("At least 6 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class BankForm(ServiceForm):
    layout = forms.ChoiceField(label=_("Bank"), choices=_banks)


class OtherFileForm(ServiceForm):
    kind = forms.ChoiceField(
        label=_("File"), choices=[(kind, kind.label) for kind in (Kind.TAX, Kind.SOCIAL, Kind.COST, Kind.VOUCHER)]
    )
    format = forms.ChoiceField(
        label=_("Format of the voucher"), choices=[(one, one.upper()) for one in CHOICES[Kind.VOUCHER]["format"]]
    )


def _made(run: PayRun, kind: str, options: dict[str, str], password: str, actor: Actor, now: datetime) -> HttpResponse:
    file = request_file(run=run, kind=kind, options=options, password=password, actor=actor, now=now)
    return redirect("admin:payroll_payfile_change", file.pk)


def _payslips(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    password = data.pop("password")
    return _made(subject, Kind.PAYSLIPS, data, password if data["protect"] == "given" else "", actor, now)


def _bank(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    return _made(subject, Kind.BANK, data, "", actor, now)


def _other(*, subject: PayRun, data: dict[str, Any], actor: Actor, now: datetime) -> HttpResponse:
    kind = data["kind"]
    return _made(subject, kind, {"format": data["format"]} if kind == Kind.VOUCHER else {}, "", actor, now)


def _is_closed(run: PayRun) -> bool:
    return run.state in PayRun.CLOSED


class RunFiles:
    """Mix into the admin of pay runs; name them in ``actions_detail``."""

    payslip_files = ServiceAction(
        _("Payslips (PDF)"), on="row", permission=CHANGE, form=PayslipsForm, run=_payslips, icon="picture_as_pdf",
        offered=_is_closed,
    )  # fmt: skip
    bank_file = ServiceAction(
        _("Bank file"), on="row", permission=CHANGE, form=BankForm, run=_bank, icon="account_balance",
        offered=_is_closed,
        text=_("Compare the columns with the template of your branch before the first payment."),
    )  # fmt: skip
    other_file = ServiceAction(
        _("Tax, insurance, cost, voucher"), on="row", permission=CHANGE, form=OtherFileForm, run=_other,
        icon="description", offered=_is_closed,
    )  # fmt: skip
