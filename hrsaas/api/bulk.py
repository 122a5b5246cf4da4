"""Many rows in one request, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.errors import DomainError

LARGEST_BODY = 1_000


class BulkAnswer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    ids = serializers.ListField(child=serializers.CharField())


class BulkCreate:
    """Mix in before TenantViewSet: ``POST …/bulk/`` takes a list of 1 to 1,000 bodies of ``create``.

    Wrong rows are all listed in ``errors`` with their ``row``, and then nothing is written.
    """

    def create_many(self, rows: Sequence[Any]) -> Sequence[int]:
        """Write the checked rows through one service call; the new ids in the rows' order."""
        raise TypeError(f"{type(self).__name__} mixes in BulkCreate and must define create_many")

    @extend_schema(responses={201: BulkAnswer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        _require_list(request.data)
        ids = self.create_many(self.validated(many=True, allow_empty=False))  # type: ignore[attr-defined]
        return Response({"created": len(ids), "ids": [str(one) for one in ids]}, status=201)


def _require_list(body: Any) -> None:
    if not isinstance(body, list) or len(body) > LARGEST_BODY:
        raise DomainError(
            "api.bulk.size",
            zh=f"请提交包含 1 至 {LARGEST_BODY} 个对象的 JSON 数组。",
            en=f"Send a JSON list of 1 to {LARGEST_BODY} objects.",
        )
