"""Industry templates: what there is, what one would bring, what is installed, and newer versions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import InstalledPack
from attendance.packs.lint import Finding
from attendance.packs.loader import list_packs, load_pack
from attendance.packs.overviews import Overview, overview
from attendance.rules.template_merge import Outcome
from attendance.services.pack_upgrades import Comparison, compare_pack, upgrade_pack
from attendance.services.setups import install_pack
from hrsaas.api.serializers import TenantSerializer, validated
from hrsaas.api.views import TenantViewSet


class InstalledPackSerializer(TenantSerializer):
    """Templates that the tenant has, with the version that it took last."""

    class Meta:
        model = InstalledPack
        fields = ("id", "code", "version", "calendar", "changed_at")
        read_only_fields = fields


class TextSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField()


class PackFindingSerializer(serializers.Serializer[Any]):
    """error: not lawful; known: not lawful and named by the template; warning: lawful under a condition."""

    code = serializers.CharField()
    level = serializers.ChoiceField(choices=("error", "known", "warning"))
    roster = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    note = TextSerializer(allow_null=True)


class RosterOverviewSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = TextSerializer()
    regime = serializers.CharField(help_text="standard, part_time, flexible, or comprehensive with its period.")
    catalogue = serializers.CharField(allow_null=True, help_text="Number in the catalogue of rotations, R1 to R13.")
    days = serializers.CharField(help_text="Shift codes of the cycle, – for a free day.")
    crews = serializers.IntegerField()
    hours_per_week = serializers.DecimalField(max_digits=6, decimal_places=2)


class PackSerializer(serializers.Serializer[Any]):
    """A template as it ships."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    name = TextSerializer()
    description = TextSerializer()
    source = TextSerializer()
    confidence = serializers.CharField()
    regime = serializers.CharField()
    rosters = RosterOverviewSerializer(many=True)
    findings = PackFindingSerializer(many=True)


class PackPreviewSerializer(PackSerializer):
    """content: rows by name as they would be installed; added, changed: codes of shifts and rotations."""

    content = serializers.JSONField()
    leave_types = serializers.ListField(child=serializers.CharField())
    kpis = TextSerializer(many=True)
    added = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())


class DifferenceSerializer(serializers.Serializer[Any]):
    """key: what `take` names; field is empty where it is about the whole row."""

    key = serializers.CharField()
    row = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    base = serializers.JSONField(allow_null=True)
    own = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    installed_version = serializers.IntegerField()
    version = serializers.IntegerField()
    is_newer = serializers.BooleanField()
    differences = DifferenceSerializer(many=True)
    findings = PackFindingSerializer(many=True)


class UpgradeSerializer(serializers.Serializer[Any]):
    take = serializers.ListField(
        child=serializers.CharField(max_length=80), default=list, max_length=500,
        help_text="Keys of conflicts in which the template's value is taken; in all others the tenant's stays.",
    )  # fmt: skip


class AskedPackSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list_packs())


class InstallPackSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list_packs(), help_text="Industry template.")
    calendar = serializers.ChoiceField(choices=("national", "weekdays"), default="national")


class InstalledPackViewSet(TenantViewSet):
    """Industry templates of the tenant."""

    noun = "attendance.setup"
    queryset = InstalledPack.objects.all()
    serializer_class = InstalledPackSerializer
    request_serializers = {"install": InstallPackSerializer, "upgrade": UpgradeSerializer}
    filterset_fields = ("code",)
    ordering_fields = ("code",)
    ordering = ("code",)

    @extend_schema(responses=PackSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def gallery(self, request: Request) -> Response:
        """Every template that ships, with its rosters, hours and what the lint says."""
        return Response([_pack(overview(code)) for code in list_packs()])

    @extend_schema(
        responses=PackPreviewSerializer,
        filters=False,
        parameters=[OpenApiParameter("code", str, required=True, enum=list_packs())],
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """One template in full, and what installing it would add and change."""
        code = validated(AskedPackSerializer(data=request.query_params))["code"]
        found = overview(code)
        changes = install_pack(code=code, actor=self.actor, now=self.now, preview=True)
        pack = load_pack(code)
        more = {
            "content": pack.model_dump(mode="json", include={"shifts", "overtime", "lateness", "punches", "calendar"}),
            "leave_types": list(pack.leave_types), "kpis": [kpi.model_dump() for kpi in pack.kpis],
            "added": list(changes.added), "changed": list(changes.changed),
        }  # fmt: skip
        return Response({**_pack(found), **more})

    @extend_schema(request=InstallPackSerializer, responses={201: InstalledPackSerializer})
    @action(detail=False, methods=["post"])
    def install(self, request: Request) -> Response:
        """Install a template; what has its codes already is set to it. To keep edits, upgrade instead."""
        given = self.validated()
        install_pack(**given, actor=self.actor, now=self.now)
        return self.respond(InstalledPack.objects.get(code=given["code"]), status=201)

    @extend_schema(responses=ComparisonSerializer)
    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the shipped version would change, and what is the tenant's own."""
        return Response(_comparison(compare_pack(installed=self.get_object())))

    @extend_schema(request=UpgradeSerializer, responses=ComparisonSerializer)
    @action(detail=True, methods=["post"])
    def upgrade(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the shipped version without losing the tenant's edits; answers what was compared."""
        done = upgrade_pack(installed=self.get_object(), **self.validated(), actor=self.actor, now=self.now)
        return Response(_comparison(done))


def _pack(found: Overview) -> dict[str, Any]:
    pack = found.pack
    texts = {name: getattr(pack, name).model_dump() for name in ("name", "description", "source")}
    rosters = [
        {
            "code": roster.code, "name": roster.name.model_dump(), "regime": roster.regime, "days": roster.days,
            "catalogue": roster.catalogue, "crews": roster.crews, "hours_per_week": f"{float(roster.hours):.2f}",
        }
        for roster in found.rosters
    ]  # fmt: skip
    facts = {"code": pack.code, "version": pack.version, "confidence": pack.confidence, "regime": found.regime}
    return {**facts, **texts, "rosters": rosters, "findings": [_finding(one) for one in found.findings]}


def _finding(found: Finding) -> dict[str, Any]:
    note = found.note.model_dump() if found.note else None
    return {
        "code": found.code, "level": found.level, "roster": found.roster, "zh": found.zh, "en": found.en, "note": note
    }  # fmt: skip


def _comparison(found: Comparison) -> dict[str, Any]:
    names = ("key", "row", "field", "outcome", "base", "own", "new")
    return {
        "installed_version": found.before,
        "version": found.pack.version,
        "is_newer": found.is_newer,
        "differences": [{name: getattr(item, name) for name in names} for item in found.differences],
        "findings": [_finding(one) for one in found.findings],
    }
