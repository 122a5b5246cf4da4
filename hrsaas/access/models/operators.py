"""The people who run the service, and their way into a tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import check_password
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hrsaas.tenancy.models import TenantModel


class Operator(AbstractBaseUser):
    """Signs in at the bare domain only. Global: the runtime role reads it, services write as maintenance."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("full name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))
    last_login = None  # the runtime role, which signs operators in, may not write this table

    objects = models.Manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    is_superuser = False

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")
        ordering = ["email"]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def check_password(self, raw_password: str) -> bool:
        """Without Django's rehashing on the way: the runtime role may not write operators' passwords."""
        return check_password(raw_password, self.password)

    @property
    def is_staff(self) -> bool:
        return self.is_active

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """The operator site itself limits what can be done; there is one kind of operator."""
        return self.is_active

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active


class OperatorGrant(TenantModel):
    """Why, when and with what rights an operator may be inside this tenant. The tenant's auditors see it."""

    operator_id = models.BigIntegerField(_("operator number"))
    operator_email = models.EmailField(_("operator"))
    reason = models.CharField(_("reason"), max_length=500)
    permissions = ArrayField(models.CharField(max_length=60), verbose_name=_("permissions"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("operator grant")
        verbose_name_plural = _("operator grants")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="access_grant_ends_later"
            )
        ]
        indexes = [models.Index(fields=["tenant", "-starts_at"], name="access_grant_newest")]

    def __str__(self) -> str:
        return f"{self.operator_email}: {self.reason}"

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and self.starts_at <= now < self.ends_at
