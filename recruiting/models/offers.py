"""What is offered to a candidate."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hrsaas.people.models import Employee, OrgUnit, Position
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel
from recruiting.models.applications import Application


class Offer(TenantModel):
    """Terms of employment: drafted, approved by somebody else, sent, accepted or declined.

    base_pay_fen: fen per month. employee: who was hired by it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    application = TenantForeignKey(Application, models.PROTECT, related_name="offers", verbose_name=_("application"))
    unit = TenantForeignKey(OrgUnit, models.PROTECT, related_name="offers", verbose_name=_("org unit"))
    position = TenantForeignKey(Position, models.PROTECT, related_name="offers", verbose_name=_("position"))
    base_pay_fen = models.BigIntegerField(_("base pay (fen)"))
    work_city = models.CharField(_("work city"), max_length=40)
    start_date = models.DateField(_("start date"))
    probation_months = models.SmallIntegerField(_("probation (months)"), default=3)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    drafted_at = models.DateTimeField(_("drafted at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    employee = TenantForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("employee")
    )

    class Meta(TenantModel.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "application"], condition=~Q(state="declined"), name="recruiting_offer_open",
                violation_error_message=_("There is an offer for this application already."),
            ),
            models.CheckConstraint(condition=Q(base_pay_fen__gte=0), name="recruiting_offer_pay"),
            models.CheckConstraint(
                condition=Q(probation_months__gte=0, probation_months__lte=6), name="recruiting_offer_probation"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", employee__isnull=False) | (~Q(state="accepted") & Q(employee=None)),
                name="recruiting_offer_hired",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "state"], name="recruiting_offer_state"),
            models.Index(fields=["tenant", "unit"], name="recruiting_offer_unit"),
            models.Index(fields=["tenant", "position"], name="recruiting_offer_position"),
            models.Index(fields=["tenant", "employee"], name="recruiting_offer_employee"),
        ]

    def __str__(self) -> str:
        return str(self.application)
