"""An operator inside a tenant: signed in by a grant, not by a user's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hrsaas.access.models import OperatorGrant


@dataclass(frozen=True)
class VisitingOperator:
    """Stands where the admin sites and DRF expect a user."""

    grant: OperatorGrant

    is_active = is_staff = is_authenticated = True
    is_anonymous = is_superuser = False
    pk = id = None

    def __str__(self) -> str:
        return self.get_username()

    def get_username(self) -> str:
        return self.grant.operator_email

    def get_short_name(self) -> str:
        return self.grant.operator_email

    get_full_name = get_short_name

    def has_usable_password(self) -> bool:
        return False

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        return permission in self.grant.permissions

    def has_perms(self, permissions: Any, obj: Any = None) -> bool:
        return all(self.has_perm(permission) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return any(code.startswith(f"{app_label}.") for code in self.grant.permissions)
