"""How many people are wanted when."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.contacts import SLOTS_OF_A_DAY, ContactQueue, none_negative
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class StaffingDemand(TenantModel):
    """People wanted on one day, per slot from midnight on, shrinkage included: for a queue, or for a unit that answers
    none (a ward, a shop); a unit's whole demand is the sum of both.

    people: what counts. forecast_people, expected: what the forecast came to (expected: contacts that people have to
    answer), null where there was none. by_hand: somebody decided ``people``, so a new forecast leaves it alone.
    basis: how the forecast came about. version: counts the changes.
    """

    queue = TenantForeignKey(
        ContactQueue, models.PROTECT, null=True, blank=True, related_name="demand", verbose_name=_("contact queue")
    )
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, null=True, blank=True, related_name="staffing_demand", verbose_name=_("unit")
    )
    date = models.DateField(_("date"))
    people = ArrayField(models.IntegerField(), verbose_name=_("people per slot"))
    forecast_people = ArrayField(models.IntegerField(), null=True, blank=True, verbose_name=_("people by forecast"))
    expected = ArrayField(
        models.DecimalField(max_digits=14, decimal_places=4), null=True, blank=True,
        verbose_name=_("expected contacts per slot"),
    )  # fmt: skip
    by_hand = models.BooleanField(_("changed by hand"), default=False)
    basis = models.JSONField(_("how it came about"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    version = models.IntegerField(_("version"), default=1)

    class Meta(TenantModel.Meta):
        verbose_name = _("staffing demand")
        verbose_name_plural = _("staffing demand")
        ordering = ["-date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "queue", "date"], name="attendance_demand_queue"),
            models.UniqueConstraint(fields=["tenant", "unit", "date"], name="attendance_demand_unit"),
            models.CheckConstraint(
                condition=Q(queue__isnull=False, unit=None) | Q(queue=None, unit__isnull=False),
                name="attendance_demand_whose",
            ),
            models.CheckConstraint(condition=Q(people__len__in=SLOTS_OF_A_DAY), name="attendance_demand_slots"),
            models.CheckConstraint(condition=none_negative("people"), name="attendance_demand_counts"),
            models.CheckConstraint(
                condition=Q(forecast_people=None, expected=None, by_hand=True)
                | Q(forecast_people__len=F("people__len"), expected__len=F("people__len")),
                name="attendance_demand_forecast",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "date"], name="attendance_demand_date")]

    def __str__(self) -> str:
        return f"{self.queue or self.unit} {self.date}"

    @property
    def slot_minutes(self) -> int:
        return 24 * 60 // len(self.people)

    @property
    def most(self) -> int:
        """People wanted in the busiest slot."""
        return max(self.people)
