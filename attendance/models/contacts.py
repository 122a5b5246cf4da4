"""Contacts that people answer: queues, what came in, and days on which more comes in."""

from __future__ import annotations

from fractions import Fraction

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from attendance.rules.staffing import Promise
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel

SLOTS_OF_A_DAY = (24, 48, 96)


def none_negative(name: str) -> Func:
    """The condition that an array holds numbers of 0 and more, and no NULL."""
    return Func(
        F(name), template="array_position(%(expressions)s, NULL) IS NULL AND 0 <= ALL (%(expressions)s)",
        output_field=models.BooleanField(),
    )  # fmt: skip


class ContactQueue(TenantModel):
    """What one org unit answers: calls of a hotline, chats of a shop, customers at a till.

    Rates are fractions. growth_rate: what comes in addition to the past (0.2: a fifth more). digital_share_rate: what
    digital workers solve alone. patience_seconds, max_abandon_rate: both or none; with them people are counted by
    callers lost (Erlang A) in place of callers answered in time (Erlang C).
    """

    class Slot(models.IntegerChoices):
        QUARTER = 15, _("15 minutes")
        HALF = 30, _("30 minutes")
        HOUR = 60, _("60 minutes")

    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    unit = TenantForeignKey(
        OrgUnit, models.PROTECT, related_name="contact_queues", verbose_name=_("unit that answers")
    )  # fmt: skip
    slot_minutes = models.SmallIntegerField(_("slot"), choices=Slot, default=Slot.HALF)
    handling_seconds = models.IntegerField(_("handling time (seconds)"))
    answer_within_seconds = models.IntegerField(_("answer within (seconds)"))
    service_level_rate = models.DecimalField(_("share answered in time"), max_digits=5, decimal_places=4)
    max_occupancy_rate = models.DecimalField(_("highest occupancy"), max_digits=5, decimal_places=4, default=1)
    shrinkage_rate = models.DecimalField(_("shrinkage"), max_digits=5, decimal_places=4, default=0)
    patience_seconds = models.IntegerField(_("mean patience (seconds)"), null=True, blank=True)
    max_abandon_rate = models.DecimalField(
        _("share that may hang up"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    growth_rate = models.DecimalField(_("growth"), max_digits=6, decimal_places=4, default=0)
    digital_share_rate = models.DecimalField(
        _("solved by digital workers"), max_digits=5, decimal_places=4, default=0
    )  # fmt: skip

    class Meta(TenantModel.Meta):
        verbose_name = _("contact queue")
        verbose_name_plural = _("contact queues")
        ordering = ["code"]
        indexes = [models.Index(fields=["tenant", "unit"], name="attendance_queue_unit")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="attendance_queue_code"),
            models.CheckConstraint(
                condition=Q(slot_minutes__in=[15, 30, 60], handling_seconds__gt=0, answer_within_seconds__gte=0),
                name="attendance_queue_times",
            ),
            models.CheckConstraint(
                condition=Q(service_level_rate__gte=0, service_level_rate__lt=1, max_occupancy_rate__gt=0,
                            max_occupancy_rate__lte=1, shrinkage_rate__gte=0, shrinkage_rate__lt=1,
                            growth_rate__gt=-1, digital_share_rate__gte=0, digital_share_rate__lte=1),
                name="attendance_queue_rates",
            ),
            models.CheckConstraint(
                condition=Q(patience_seconds=None, max_abandon_rate=None)
                | Q(patience_seconds__gt=0, max_abandon_rate__gt=0, max_abandon_rate__lt=1),
                name="attendance_queue_patience",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {localized(self.name, self.name_en)}"

    @property
    def promise(self) -> Promise:
        """For the rules."""
        most = self.max_abandon_rate
        return Promise(
            slot_minutes=self.slot_minutes,
            handling_s=self.handling_seconds,
            answer_within_s=self.answer_within_seconds,
            service_level=Fraction(self.service_level_rate),
            most_occupancy=Fraction(self.max_occupancy_rate),
            shrinkage=Fraction(self.shrinkage_rate),
            patience_s=self.patience_seconds,
            most_abandoned=None if most is None else Fraction(most),
        )


class ContactVolume(TenantModel):
    """What came in on one day, contacts per slot from midnight on; as many slots as the queue has in a day."""

    queue = TenantForeignKey(ContactQueue, models.PROTECT, related_name="volumes", verbose_name=_("contact queue"))
    date = models.DateField(_("date"))
    contacts = ArrayField(models.IntegerField(), verbose_name=_("contacts per slot"))

    class Meta(TenantModel.Meta):
        verbose_name = _("contact volume")
        verbose_name_plural = _("contact volumes")
        ordering = ["-date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "queue", "date"], name="attendance_volume_once"),
            models.CheckConstraint(condition=Q(contacts__len__in=SLOTS_OF_A_DAY), name="attendance_volume_slots"),
            models.CheckConstraint(condition=none_negative("contacts"), name="attendance_volume_counts"),
        ]
        indexes = [models.Index(fields=["tenant", "date"], name="attendance_volume_date")]

    def __str__(self) -> str:
        return f"{self.queue} {self.date}"

    @property
    def total(self) -> int:
        return sum(self.contacts)


class PromotionDay(TenantModel):
    """A day on which the contacts are a multiple of an ordinary day's (Double 11: 10). queue: null for all of them,
    a queue's own multiplier goes before.
    """

    date = models.DateField(_("date"))
    queue = TenantForeignKey(
        ContactQueue, models.CASCADE, null=True, blank=True, related_name="promotion_days",
        verbose_name=_("contact queue"),
    )  # fmt: skip
    multiplier = models.DecimalField(_("multiplier"), max_digits=6, decimal_places=3)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("promotion day")
        verbose_name_plural = _("promotion days")
        ordering = ["-date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "date", "queue"], nulls_distinct=False, name="attendance_promotion_once"
            ),
            models.CheckConstraint(condition=Q(multiplier__gt=0), name="attendance_promotion_multiplier"),
        ]
        indexes = [models.Index(fields=["tenant", "queue"], name="attendance_promotion_queue")]

    def __str__(self) -> str:
        return f"{self.date} {localized(self.name, self.name_en)}"
