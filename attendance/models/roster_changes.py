"""What changed in the roster, by whom and when, cell by cell: to name who was first, to undo, and to tell people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.shifts import Shift
from hrsaas.people.models import Employee
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel


class RosterBatch(TenantModel):
    """Changes that were made in one step."""

    class Kind(models.TextChoices):
        EDIT = "edit", _("By hand")
        COPY = "copy", _("Weeks copied")
        ROTATION = "rotation", _("Rotation applied")
        PROPOSAL = "proposal", _("Proposal applied")
        CLAIM = "claim", _("Open shift taken")
        SWAP = "swap", _("Shifts swapped")
        UNDO = "undo", _("Taken back")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EDIT)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=200)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("step of the roster")
        verbose_name_plural = _("steps of the roster")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["tenant", "-made_at", "-id"], name="attendance_rosterbatch_new")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.made_by}"


class RosterChange(TenantModel):
    """One day of one person that became another.

    old_planned, new_planned: whether the day had an entry; without one the rotation speaks. published: it had been
    published, so the person has to know; seen_at: since when the person does.
    """

    batch = TenantForeignKey(RosterBatch, models.CASCADE, related_name="changes", verbose_name=_("step"))
    employee = TenantForeignKey(Employee, models.PROTECT, related_name="roster_changes", verbose_name=_("employee"))
    date = models.DateField(_("date"))
    old_planned = models.BooleanField(_("was planned"), default=True)
    old_shift = TenantForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift before")
    )
    old_by_hand = models.BooleanField(_("was set by hand"), default=False)
    new_planned = models.BooleanField(_("is planned"), default=True)
    new_shift = TenantForeignKey(
        Shift, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift after")
    )
    published = models.BooleanField(_("after publication"), default=False)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("change of the roster")
        verbose_name_plural = _("changes of the roster")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "batch", "employee", "date"], name="attendance_rosterchange_once")
        ]
        indexes = [models.Index(fields=["tenant", "employee", "date"], name="attendance_rosterchange_day")]

    def __str__(self) -> str:
        return f"{self.date}"
