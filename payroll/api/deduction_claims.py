"""Claims of special additional deductions, one or many at a time."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hrsaas.api.serializers import TenantSerializer
from hrsaas.api.views import TenantViewSet
from payroll.models import DeductionClaim
from payroll.services.deduction_claims import NewClaim, add_claims, end_claim, remove_claim


class DeductionClaimSerializer(TenantSerializer):
    class Meta:
        model = DeductionClaim
        fields = (
            "id", "employee", "kind", "start_date", "end_date", "birth_date", "share_percent", "rent_tier",
            "agreed_fen",
        )  # fmt: skip
        read_only_fields = fields


class NewClaimSerializer(serializers.Serializer[Any]):
    """Months by their first day; end_date is the first month that the claim is not made for any more."""

    employee = serializers.CharField(max_length=40, help_text="employee number")
    kind = serializers.ChoiceField(DeductionClaim.Kind.choices)
    start_date = serializers.DateField()
    end_date = serializers.DateField(required=False, allow_null=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    share_percent = serializers.ChoiceField([100, 50], default=100)
    rent_tier = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3)
    agreed_fen = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=10**12)


class ClaimEndSerializer(serializers.Serializer[Any]):
    end_date = serializers.DateField(allow_null=True)


class ClaimsAnswer(serializers.Serializer[Any]):
    added = serializers.IntegerField()


class DeductionClaimViewSet(TenantViewSet):
    """What people claim of the special additional deductions; runs take them from here."""

    noun = "payroll.run"
    person_path = "employee"
    queryset = DeductionClaim.objects.all()
    serializer_class = DeductionClaimSerializer
    filterset_fields = ("employee", "kind", "start_date")
    request_serializers = {"bulk": NewClaimSerializer, "end": ClaimEndSerializer}

    @extend_schema(request=NewClaimSerializer(many=True), responses=ClaimsAnswer)
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Make 1 to 1,000 claims, all or none."""
        rows = [NewClaim(**row) for row in self.validated(many=True, allow_empty=False, max_length=1_000)]
        return Response({"added": len(add_claims(rows=rows, actor=self.actor, now=self.now))})

    @extend_schema(request=ClaimEndSerializer, responses=DeductionClaimSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The claim holds until this month, not included."""
        return self.respond(end_claim(claim=self.get_object(), **self.validated(), actor=self.actor, now=self.now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take back a claim that was made in error."""
        remove_claim(claim=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)
