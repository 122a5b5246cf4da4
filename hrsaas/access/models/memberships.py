"""Which roles a user has."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.access.models.users import User
from hrsaas.access.rules.permissions import Role
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantModel

ROLE_CHOICES = [
    (Role.HR_ADMIN.value, _("HR admin")),
    (Role.RECRUITER.value, _("Recruiter")),
    (Role.ATTENDANCE_CLERK.value, _("Attendance clerk")),
    (Role.PAYROLL_OFFICER.value, _("Payroll officer")),
    (Role.PERFORMANCE_OWNER.value, _("Performance owner")),
    (Role.MANAGER.value, _("Manager")),
    (Role.EMPLOYEE.value, _("Employee")),
    (Role.AUDITOR.value, _("Auditor")),
    (Role.INTEGRATION.value, _("Integration")),
]


class Membership(TenantModel):
    """One role of one user. A manager has it for the subtree of a unit, so he may hold it more than once."""

    user = TenantForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=ROLE_CHOICES)
    unit = TenantForeignKey(
        "people.OrgUnit", models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name=_("unit")
    )
    created_at = models.DateTimeField(_("granted at"))
    # Null: an operator of the service or a command, as for the first admin.
    granted_by_user_id = models.BigIntegerField(_("granted by user"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user", "role", "unit"], name="access_membership_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(role="manager", unit__isnull=False)
                | (~models.Q(role="manager") & models.Q(unit__isnull=True)),
                name="access_managers_have_a_unit",
            ),
            # Who could give himself the checker's role would check his own work.
            models.CheckConstraint(
                condition=models.Q(granted_by_user_id=None) | ~models.Q(granted_by_user_id=models.F("user")),
                name="access_nobody_grants_himself",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "role"], name="access_membership_role"),
            models.Index(fields=["tenant", "unit"], name="access_membership_unit"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
