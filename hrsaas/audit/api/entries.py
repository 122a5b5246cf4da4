"""Reading the audit trail."""

from __future__ import annotations

from django_filters import rest_framework as filters

from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdField, JsonField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.audit.models import Entry


class EntrySerializer(TenantSerializer):
    subject_id = IdField(read_only=True, allow_null=True)
    actor_user_id = IdField(read_only=True, allow_null=True)
    old = JsonField(read_only=True, allow_null=True)
    new = JsonField(read_only=True, allow_null=True)

    class Meta:
        model = Entry
        fields = (
            "id", "at", "action", "actor_kind", "actor_user_id", "actor_label", "subject_type", "subject_id",
            "old", "new", "via", "ip", "request_id",
        )  # fmt: skip
        read_only_fields = fields


class EntryFilter(filters.FilterSet):
    """action: exact, or its beginning with action_begins. at_from ≤ at < at_until."""

    action_begins = filters.CharFilter(field_name="action", lookup_expr="startswith")
    at_from = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte")
    at_until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt")

    class Meta:
        model = Entry
        fields = ("action", "subject_type", "subject_id", "actor_kind", "actor_user_id", "via", "request_id")


class EntryViewSet(TenantViewSet):
    """Who did what to what, newest first. Nothing here can be written or removed."""

    noun = "audit.entry"
    queryset = Entry.objects.all()
    serializer_class = EntrySerializer
    pagination_class = Stream
    filterset_class = EntryFilter
