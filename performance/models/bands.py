"""What a KPI and a goal have in common: which readings are how good."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel
from performance.rules import scores

HIGHER, LOWER = scores.Direction.HIGHER.value, scores.Direction.LOWER.value


def amount(label: object) -> models.DecimalField:
    """A figure in the KPI's own unit."""
    return models.DecimalField(label, max_digits=20, decimal_places=6)


def in_order() -> Q:
    """As ``rules.scores.Bands`` insists: from worst to best in the KPI's direction."""
    up = Q(direction=HIGHER, floor__lt=F("target"), target__lte=F("stretch"))
    return up | Q(direction=LOWER, floor__gt=F("target"), target__gte=F("stretch"))


class Banded(TenantModel):
    """0 points at the floor, 100 at the target, 120 at the stretch. weight: relative to a person's other goals."""

    class Direction(models.TextChoices):
        HIGHER = HIGHER, _("Higher is better")
        LOWER = LOWER, _("Lower is better")

    direction = models.CharField(_("direction"), max_length=6, choices=Direction)
    floor = amount(_("floor"))
    target = amount(_("target"))
    stretch = amount(_("stretch"))
    weight = models.DecimalField(_("weight"), max_digits=9, decimal_places=4)

    class Meta(TenantModel.Meta):
        abstract = True
