"""The base of the API's views: tenant's rows within the actor's reach, permissions from a noun, writes by services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework import mixins, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from hrsaas.access.actors import Actor
from hrsaas.access.queries.actors import actor_of
from hrsaas.api.idempotency import KEY_HEADER, idempotent
from hrsaas.api.permissions import permission_for
from hrsaas.api.scopes import within_reach
from hrsaas.api.serializers import TenantSerializer, validated


class Acting:
    """What a service needs to know of a request. Mix into any APIView."""

    request: Request

    @cached_property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]  # APIView's
        method = (request.method or "").lower()
        if method in ("post", "patch", "put", "delete") and KEY_HEADER in request.headers:
            setattr(self, method, idempotent(getattr(self, method), actor=self.actor, now=self.now))


class TenantAPIView(Acting, APIView):
    """One-off endpoints. Set ``noun``, and ``verb`` if it is neither view nor change."""

    noun: ClassVar[str | None] = None
    verb: ClassVar[str | None] = None
    action = None

    @property
    def permission_verbs(self) -> Mapping[str | None, str]:
        return {} if self.verb is None else {None: self.verb}


class TenantViewSet(Acting, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]):
    """Lists and shows rows of ``queryset``; what writes is added by subclasses and calls services::

        def create(self, request):
            employee = hire(**self.validated(), actor=self.actor, now=self.now)
            return self.respond(employee, status=201)

    noun: as in access.rules.permissions.NOUNS. permission_verbs: action → verb, where it is neither view (GET) nor
    change (all else). person_path: lookup to the employee that a row is about ("pk" for employees themselves).
    find_rows(rows, text): define it where ``?search=`` needs more than ``search_fields``.
    request_serializers: action → serializer of what it takes; serializer_class is what it answers.
    """

    noun: ClassVar[str]
    permission_verbs: ClassVar[Mapping[str, str]] = {}
    person_path: ClassVar[str | None] = None
    request_serializers: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    lookup_value_regex = r"[0-9]{1,20}"

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        permission = permission_for(self, self.request.method or "GET")
        rows = within_reach(rows, self.actor, permission or "", self.person_path)
        answer = self.serializer_class
        if isinstance(answer, type) and issubclass(answer, TenantSerializer):
            answer.check_query(self.request)
            rows = answer.prepare(rows, self.request)
        return rows

    def validated(self, **kwargs: Any) -> Any:
        """The request's body through the action's request serializer; BilingualError if it is wrong."""
        kind = self.request_serializers.get(self.action) or self.get_serializer_class()
        return validated(kind(data=self.request.data, context=self.get_serializer_context(), **kwargs))

    def respond(self, instance: Any, *, status: int = 200) -> Response:
        """Show one row, as ``retrieve`` does."""
        return Response(self.get_serializer(instance).data, status=status)


class NothingHere(APIView):
    """Addresses below /api/ that do not exist, for every method."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse | None:
        raise NotFound
