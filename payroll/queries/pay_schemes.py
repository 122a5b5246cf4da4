"""Pay schemes of the tenant."""

from __future__ import annotations

from payroll.models import PayScheme


def default_scheme() -> PayScheme | None:
    """The scheme of the default group, None before a pack was installed."""
    return PayScheme.objects.filter(code=PayScheme.DEFAULT).first()
