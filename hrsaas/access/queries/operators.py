"""Grants of operators."""

from __future__ import annotations

from datetime import datetime

from hrsaas.access.models import Operator, OperatorGrant
from hrsaas.access.visitors import VisitingOperator


def visiting_operator(grant_id: int, *, now: datetime) -> VisitingOperator | None:
    """The operator of a grant of this tenant that still holds, if the operator himself is still active."""
    grant = OperatorGrant.objects.filter(id=grant_id, revoked_at=None, starts_at__lte=now, ends_at__gt=now).first()
    if grant is None or not Operator.objects.filter(id=grant.operator_id, is_active=True).exists():
        return None
    return VisitingOperator(grant)
