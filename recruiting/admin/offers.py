"""Offers in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.figures import money
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site
from recruiting.admin import forms
from recruiting.models import Offer
from recruiting.services import offers


def _calling(service: Callable[..., Any]) -> Callable[..., None]:
    """A ServiceAction's run for a service about one offer."""

    def run(*, subject: Offer, data: dict[str, Any], actor: Actor, now: datetime) -> None:
        service(offer=subject, **data, actor=actor, now=now)

    return run


def _accept(*, subject: Offer, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    employee = offers.accept_offer(offer=subject, **data, actor=actor, now=now)
    return str(_("%(employee)s was hired.") % {"employee": employee})


def _in(*states: str) -> Callable[[Offer], bool]:
    return lambda offer: offer.state in states


@admin.register(Offer, site=tenant_site)
class OfferAdmin(TenantAdmin):
    noun = "recruiting.offer"
    section = Section.RECRUITING
    icon = "contract"
    empty_text = _("Offers are drafted at an application that went well.")
    order = 50
    list_display = ("application", "unit", "position", "base_pay", "work_city", "start_date", "state")
    list_select_related = ("application__candidate", "application__profile", "unit", "position")
    list_filter = ("state",)
    search_fields = ("application__candidate__name",)
    ordering = ("-id",)
    fields = readonly_fields = (
        "application", "unit", "position", "base_pay", "work_city", "start_date", "probation_months", "state",
        "sent_at", "answered_at", "employee",
    )  # fmt: skip

    submit = ServiceAction(
        _("Ask for approval"), on="row", run=_calling(offers.submit_offer), icon="approval", offered=_in("draft"),
        text=_("An HR admin other than you has to approve it."),
    )  # fmt: skip
    send = ServiceAction(_("Mark as sent"), on="row", run=_calling(offers.send_offer), icon="send",
                         offered=_in("approved"))  # fmt: skip
    accept = ServiceAction(
        _("Accepted: hire"), on="row", form=forms.AcceptForm, run=_accept, icon="handshake", offered=_in("sent"),
        variant=ActionVariant.PRIMARY, text=_("The employee gets the assignment and the probation goals."),
    )  # fmt: skip
    decline = ServiceAction(
        _("Declined"), on="row", run=_calling(offers.decline_offer), icon="close", variant=ActionVariant.DANGER,
        offered=_in("draft", "approved", "sent"),
    )  # fmt: skip
    actions_detail = ("submit", "send", "accept", "decline")

    @admin.display(description=_("base pay"), ordering="base_pay_fen")
    def base_pay(self, row: Offer) -> str:
        return money(row.base_pay_fen)
