"""Projects."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Project
from hrsaas.people.services.projects import change_project, create_project


class ProjectSerializer(TenantSerializer):
    class Meta:
        model = Project
        fields = ("id", "code", "name", "name_en", "start_date", "end_date")
        read_only_fields = fields


class NewProjectSerializer(serializers.Serializer[Any]):
    """end_date: the first day on which it no longer runs."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=120)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    start_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)


class ChangeProjectSerializer(serializers.Serializer[Any]):
    """What is left out stays; end_date null: it runs on."""

    name = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    start_date = serializers.DateField(required=False)
    end_date = serializers.DateField(required=False, allow_null=True)


class ProjectViewSet(TenantViewSet):
    """What people work on beside the org chart, as the ERP knows it; cost shares name projects."""

    noun = "people.cost"
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    filterset_fields = {"code": ["exact"], "start_date": ["lte"], "end_date": ["gt", "isnull"]}
    search_fields = ("code", "name", "name_en")
    ordering_fields = ("code", "name", "start_date")
    request_serializers = {"create": NewProjectSerializer, "partial_update": ChangeProjectSerializer}

    @extend_schema(request=NewProjectSerializer, responses={201: ProjectSerializer})
    def create(self, request: Request) -> Response:
        return self.respond(create_project(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(request=ChangeProjectSerializer, responses=ProjectSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """New names or dates; the code stays."""
        project = self.get_object()
        kept = {name: getattr(project, name) for name in ("name", "name_en", "start_date", "end_date")}
        given = kept | self.validated()
        return self.respond(change_project(project=project, **given, actor=self.actor, now=self.now))
