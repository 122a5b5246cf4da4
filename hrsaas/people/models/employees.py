"""The people, and the digital workers among them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.encrypted import EncryptedTextField
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel

if TYPE_CHECKING:
    from hrsaas.people.models.assignments import Assignment


class Employee(TenantModel):
    """One member of the workforce, employed on the days [hire_date, leave_date)."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("Person")
        DIGITAL = "digital", _("Digital worker")

    class Status(models.TextChoices):
        PENDING = "pending", _("Not yet started")
        ACTIVE = "active", _("Employed")
        LEFT = "left", _("Left")

    code = models.CharField(_("employee number"), max_length=40)
    name = models.CharField(_("full name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.HUMAN)
    owner = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="digital_workers", verbose_name=_("owner"),
        help_text=_("The person who answers for a digital worker."),
    )  # fmt: skip
    # All three are derived from the names, the number and the phone by rules.search_texts.
    pinyin = models.CharField(_("pinyin"), max_length=240, editable=False)
    initials = models.CharField(_("initials"), max_length=60, editable=False)
    search_text = models.TextField(editable=False)
    hire_date = models.DateField(_("hire date"))
    leave_date = models.DateField(
        _("leave date"), null=True, blank=True, help_text=_("The first day on which the person is no longer employed.")
    )
    phone = EncryptedTextField(_("phone"), blank=True)
    id_number = EncryptedTextField(_("identity number"), blank=True)
    bank_account = EncryptedTextField(_("bank account"), blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_branch = models.CharField(_("bank branch"), max_length=120, blank=True, db_default="")
    account_holder = models.CharField(
        _("account holder"), max_length=120, blank=True, db_default="",
        help_text=_("Empty where it is the employee."),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)  # for ETags; services count it up

    class Meta(TenantModel.Meta):
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["pinyin", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="people_employee_code"),
            models.CheckConstraint(
                condition=Q(leave_date=None) | Q(leave_date__gt=F("hire_date")), name="people_employee_dates"
            ),
            models.CheckConstraint(
                condition=~Q(kind="digital") | Q(owner__isnull=False), name="people_digital_has_owner"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "pinyin", "id"], name="people_employee_list"),
            models.Index(fields=["tenant", "owner"], name="people_employee_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_digital(self) -> bool:
        return self.kind == self.Kind.DIGITAL

    @property
    def status(self) -> str:
        """As recorded: left once a leave date is set, even a future one; for a given day ask status_on."""
        return self.Status.ACTIVE if self.leave_date is None else self.Status.LEFT

    @property
    def assignment_on_day(self) -> Assignment | None:
        """What holds on the day for which queries.employees.with_assignment_on fetched this row."""
        found: list[Assignment] = self.assignments_on_day  # type: ignore[attr-defined]  # set by the prefetch
        return found[0] if found else None

    def status_on(self, day: date) -> str:
        if day < self.hire_date:
            return self.Status.PENDING
        return self.Status.LEFT if self.leave_date and self.leave_date <= day else self.Status.ACTIVE
