"""Shifts that two people want to swap, or one to give to the other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.request_states import RequestState
from attendance.models.shifts import Shift
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.languages import localized
from hrsaas.tenancy.models import TenantModel


class ShiftSwap(TenantModel):
    """employee gives the shift of ``date`` to other, and takes that of ``other_date`` from him (none: takes nothing).

    shift, other_shift: what is swapped, as it was planned when it was asked for. failure, failure_en: why an approved
    one could not be done.
    """

    employee = TenantForeignKey(Employee, models.PROTECT, related_name="shift_swaps", verbose_name=_("employee"))
    other = TenantForeignKey(
        Employee, models.PROTECT, related_name="shift_swaps_offered", verbose_name=_("other person")
    )
    date = models.DateField(_("day given"))
    shift = TenantForeignKey(Shift, models.PROTECT, related_name="+", verbose_name=_("shift given"))
    other_date = models.DateField(_("day taken"), null=True, blank=True)
    other_shift = TenantForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift taken")
    )
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    failure = models.TextField(_("why it failed"), blank=True)
    failure_en = models.TextField(_("why it failed (English)"), blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.CharField(_("asked by"), max_length=200)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("shift swap")
        verbose_name_plural = _("shift swaps")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(employee=F("other")), name="attendance_swap_two_people"),
            models.CheckConstraint(
                condition=Q(other_date=None, other_shift=None) | Q(other_date__isnull=False, other_shift__isnull=False),
                name="attendance_swap_taken",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="attendance_swap_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(failure="") | ~Q(state="failed") & Q(failure=""),
                name="attendance_swap_failure",
            ),
            models.UniqueConstraint(
                fields=["tenant", "employee", "date"], condition=Q(state="waiting"), name="attendance_swap_once",
                violation_error_message=_("A swap of this shift is asked for already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["tenant", "employee", "-date"], name="attendance_swap_person"),
            models.Index(fields=["tenant", "other", "-date"], name="attendance_swap_other"),
            models.Index(fields=["tenant", "-asked_at"], name="attendance_swap_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.shift.code}"

    @property
    def why_failed(self) -> str:
        return localized(self.failure, self.failure_en)
