"""The people and programs that sign in at a tenant."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hrsaas.access.rules.permissions import ADMIN_SITE, ROLE_PERMISSIONS, Role
from hrsaas.tenancy.fields import TenantForeignKey
from hrsaas.tenancy.models import TenantManager, TenantModel


def clean_email(email: str) -> str:
    """How an e-mail address is kept and looked up."""
    return email.strip().lower()


class UserManager(TenantManager):
    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=clean_email(email or ""))


class User(TenantModel, AbstractBaseUser):
    """Somebody who signs in at one tenant; the same e-mail at another tenant is somebody else.

    Rights come from memberships only: Django's permission tables, superusers and groups are not used.
    """

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("full name"), max_length=120)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    employee = TenantForeignKey(
        "people.Employee", models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("employee")
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    # Nobody is above the roles; the admin sites ask.
    is_superuser = False

    class Meta(TenantModel.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], name="access_user_email"),
            models.UniqueConstraint(fields=["tenant", "employee"], name="access_user_employee"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="access_user_email_lower"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def held(self) -> tuple[tuple[Role, int | None], ...]:
        """(role, unit id) of each membership, read once for each loaded user."""
        rows = self.memberships.order_by("role", "unit_id").values_list("role", "unit_id")
        return tuple((Role(role), unit_id) for role, unit_id in rows)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, _unit_id in self.held)

    @property
    def is_staff(self) -> bool:
        """May enter the tenant's admin site. Employees, managers and programs use the API."""
        return bool(self.roles & ADMIN_SITE)

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """``<app>.<noun>.<verb>`` as in rules/permissions.py."""
        return self.is_active and any(permission in ROLE_PERMISSIONS[role] for role in self.roles)

    def has_perms(self, permissions: Any, obj: Any = None) -> bool:
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        prefix = f"{app_label}."
        granted = (code for role in self.roles for code in ROLE_PERMISSIONS[role])
        return self.is_active and any(code.startswith(prefix) for code in granted)
