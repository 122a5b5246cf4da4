"""Punches: read them, and take them in one by one or by the thousand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import Punch, RequestState
from attendance.services.punches import LONGEST_SOURCE, PunchRow, record_punches
from hrsaas.api.bulk import LARGEST_BODY
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.errors import DomainError


class PunchSerializer(TenantSerializer):
    """is_void: it was wrong, stays, and no day counts it."""

    is_void = serializers.SerializerMethodField()

    class Meta:
        model = Punch
        fields = ("id", "employee", "punched_at", "source", "trust", "is_void")
        read_only_fields = fields

    def get_is_void(self, row: Punch) -> bool:
        return any(void.state == RequestState.APPROVED for void in row.voidings.all())


class CompanyTimeField(serializers.DateTimeField):
    """An instant; a time without an offset is meant in the company's zone."""

    def default_timezone(self) -> Any:
        return self.context["request"].tenant.zone


# Neither blanks, which would be cut off, nor what no text may hold; seconds, perhaps a fraction and an offset.
_CODE = re.compile(r"[0-9A-Za-z._-]{1,40}").fullmatch
_STAMP = re.compile(
    r"20[0-8]\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:[+-]\d\d:\d\d)?", re.ASCII
).fullmatch  # fmt: skip


def plain_rows(data: Sequence[Any], zone: ZoneInfo) -> list[PunchRow] | None:
    """Rows in the plain form ``{"employee_code": "0961", "punched_at": "2026-11-21T08:55:10"}``, or None if one is not.

    A time without an offset is the zone's; one that the zone skips or has twice is not plain.
    """
    rows = []
    for one in data:
        if type(one) is not dict or len(one) != 2:
            return None
        code, stamp = one.get("employee_code"), one.get("punched_at")
        if type(code) is not str or type(stamp) is not str or not _CODE(code) or not _STAMP(stamp):
            return None
        at = _instant(stamp, zone)
        if at is None:
            return None
        rows.append(PunchRow(code, at))
    return rows


def _instant(stamp: str, zone: ZoneInfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    if at.tzinfo is not None:
        return at
    local = at.replace(tzinfo=zone)
    return local if local.utcoffset() == local.replace(fold=1).utcoffset() else None


class PunchRows(serializers.ListSerializer[Any]):
    """The rows of a delivery. Where all are in the plain form that machines send, they are read straight; the fields,
    at twenty times the price, have the word on all others, and on what is wrong with them.
    """

    def to_internal_value(self, data: Any) -> list[Any]:
        zone = self.context["request"].tenant.zone
        plain = plain_rows(data, zone) if isinstance(data, list) and 1 <= len(data) <= LARGEST_BODY else None
        return super().to_internal_value(data) if plain is None else plain


class PunchRowSerializer(serializers.Serializer[Any]):
    employee_code = serializers.CharField(max_length=40)
    punched_at = CompanyTimeField(help_text="ISO 8601; without an offset it is local time of the company.")

    class Meta:
        list_serializer_class = PunchRows

    def to_internal_value(self, data: Any) -> PunchRow:  # type: ignore[override]
        return PunchRow(**super().to_internal_value(data))


class DeliverySerializer(serializers.Serializer[Any]):
    """Up to 1,000 punches of one source, e.g. a device."""

    source = serializers.CharField(max_length=LONGEST_SOURCE)
    punches = PunchRowSerializer(many=True, allow_empty=False)


class CountsSerializer(serializers.Serializer[Any]):
    """added + repeated + unknown is the number of rows sent. late: added, but to a month that is locked."""

    added = serializers.IntegerField()
    repeated = serializers.IntegerField()
    unknown = serializers.IntegerField()
    late = serializers.IntegerField()
    unknown_rows = serializers.ListField(child=serializers.IntegerField(), help_text="0-based positions.")


class PunchViewSet(TenantViewSet):
    """Stamps, newest delivery first. There is no way to change or remove one."""

    noun = "attendance.punch"
    person_path = "employee"
    queryset = Punch.objects.prefetch_related("voidings")
    serializer_class = PunchSerializer
    request_serializers = {"bulk": DeliverySerializer}
    pagination_class = Stream
    filterset_fields = {
        "employee": ["exact"],
        "punched_at": ["gte", "lt"],
        "source": ["exact"],
        "trust": ["exact", "gte"],
    }

    @extend_schema(request=DeliverySerializer, responses=CountsSerializer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Add punches. The same punch twice counts once, so a delivery may be repeated."""
        given = self.validated()
        if len(given["punches"]) > LARGEST_BODY:
            raise DomainError(
                "api.bulk.size",
                zh=f"每次最多提交 {LARGEST_BODY} 条打卡。",
                en=f"Send at most {LARGEST_BODY} punches at a time.",
                field="punches",
            )
        counts = record_punches(rows=given["punches"], source=given["source"], actor=self.actor, now=self.now)
        return Response(CountsSerializer(counts).data)
