"""Kinds of leave, as people who ask for some need to know them."""

from __future__ import annotations

from attendance.models import LeaveType
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet


class LeaveTypeSerializer(TenantSerializer):
    """most_per_request, most_per_year, evidence_above, most_advance: thousandths of a day, or minutes for types whose
    unit is ``hour``; null: no limit of the employer's own.
    """

    class Meta:
        model = LeaveType
        fields = (
            "id", "code", "name", "name_en", "kind", "unit", "counting", "sandwich", "paid_percent", "has_balance",
            "statutory", "most_per_request", "most_per_year", "most_advance", "waiting_days", "notice_days",
            "evidence_above", "is_active",
        )  # fmt: skip
        read_only_fields = fields


class LeaveTypeViewSet(TenantViewSet):
    """Kinds of leave and travel."""

    noun = "attendance.leave"
    queryset = LeaveType.objects.all()
    serializer_class = LeaveTypeSerializer
    filterset_fields = ("code", "kind", "is_active")
    ordering_fields = ("code",)
