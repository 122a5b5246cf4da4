"""Attendance devices: register, change, block; what they were told, and what of theirs was set aside."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from attendance.models import Device, DeviceCommand, DeviceLine, PunchIdentity, PunchPlace
from attendance.services.device_push import take_lines_again
from attendance.services.device_users import read_log_again, sync_users
from attendance.services.devices import DeviceFacts, block_device, change_device, register_device, unblock_device
from attendance.services.punch_identities import remove_identity, set_identity
from hrsaas.api.pagination import Stream
from hrsaas.api.serializers import IdRelatedField, TenantSerializer
from hrsaas.api.views import TenantViewSet
from hrsaas.people.models import Employee, OrgUnit


class DeviceSerializer(TenantSerializer):
    """clock_drift_seconds: by how much its clock was ahead of ours; below zero: behind."""

    class Meta:
        model = Device
        fields = (
            "id", "serial_number", "state", *DeviceFacts.__dataclass_fields__, "model", "firmware", "address",
            "first_seen_at", "last_seen_at", "refused_address", "refused_at", "attlog_stamp", "operlog_stamp",
            "users_there", "logs_there", "added", "repeated", "rejected", "oversized_at", "clock_drift_seconds",
            "clock_checked_at", "users_synced_at",
        )  # fmt: skip
        read_only_fields = fields


class DeviceFactsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    place = IdRelatedField(queryset=PunchPlace.objects, allow_null=True, default=None)
    unit = IdRelatedField(queryset=OrgUnit.objects, allow_null=True, default=None)
    zone = serializers.CharField(max_length=64, allow_blank=True, default="", help_text="Empty: the tenant's.")
    network = serializers.CharField(max_length=64, allow_blank=True, default="", help_text="CIDR; empty: any.")
    sync_users = serializers.BooleanField(default=False)
    send_names = serializers.BooleanField(default=False, help_text="Only for devices with a network.")


class NewDeviceSerializer(DeviceFactsSerializer):
    serial_number = serializers.CharField(max_length=32)


class SyncSerializer(serializers.Serializer[Any]):
    full = serializers.BooleanField(default=False, help_text="Everybody once more, not only what changed.")


class PeriodSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()


class QueuedSerializer(serializers.Serializer[Any]):
    queued = serializers.IntegerField()


class TakenSerializer(serializers.Serializer[Any]):
    taken = serializers.IntegerField()


class DeviceViewSet(TenantViewSet):
    """Devices that push, and unknown ones that knocked (``waiting``)."""

    noun = "attendance.setup"
    queryset = Device.objects.all()
    serializer_class = DeviceSerializer
    request_serializers = {
        "create": NewDeviceSerializer, "update": DeviceFactsSerializer, "sync": SyncSerializer,
        "read_again": PeriodSerializer,
    }  # fmt: skip
    filterset_fields = ("state", "serial_number", "place", "unit")
    search_fields = ("name", "serial_number")
    ordering_fields = ("name", "serial_number", "last_seen_at")
    ordering = ("name", "serial_number")

    @extend_schema(request=NewDeviceSerializer, responses={201: DeviceSerializer})
    def create(self, request: Request) -> Response:
        """Register a device, or adopt one that waits."""
        given = self.validated()
        serial = given.pop("serial_number")
        made = register_device(serial_number=serial, facts=DeviceFacts(**given), actor=self.actor, now=self.now)
        return self.respond(made, status=201)

    @extend_schema(request=DeviceFactsSerializer, responses=DeviceSerializer)
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of it anew."""
        device, facts = self.get_object(), DeviceFacts(**self.validated())
        return self.respond(change_device(device=device, facts=facts, actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=DeviceSerializer)
    @action(detail=True, methods=["post"])
    def block(self, request: Request, pk: str) -> Response:
        """Take nothing of it any more; it keeps what it has."""
        return self.respond(block_device(device=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=None, responses=DeviceSerializer)
    @action(detail=True, methods=["post"])
    def unblock(self, request: Request, pk: str) -> Response:
        """Take its punches (again)."""
        return self.respond(unblock_device(device=self.get_object(), actor=self.actor, now=self.now))

    @extend_schema(request=SyncSerializer, responses=QueuedSerializer)
    @action(detail=True, methods=["post"])
    def sync(self, request: Request, pk: str) -> Response:
        """Queue commands that put employees on the device and take off who left."""
        device, full = self.get_object(), self.validated()["full"]
        queued = sync_users(device=device, full=full, actor=self.actor, now=self.now)
        return Response(QueuedSerializer({"queued": queued}).data)

    @extend_schema(request=PeriodSerializer, responses=DeviceSerializer)
    @action(detail=True, methods=["post"], url_path="read-again")
    def read_again(self, request: Request, pk: str) -> Response:
        """Have it send its log of these days once more; nothing is added twice."""
        device = self.get_object()
        read_log_again(device=device, **self.validated(), actor=self.actor, now=self.now)
        device.refresh_from_db()
        return self.respond(device)

    @extend_schema(request=None, responses=TakenSerializer)
    @action(detail=True, methods=["post"], url_path="take-lines")
    def take_lines(self, request: Request, pk: str) -> Response:
        """Try the lines that were set aside once more."""
        taken = take_lines_again(device=self.get_object(), actor=self.actor, now=self.now)
        return Response(TakenSerializer({"taken": taken}).data)


class DeviceLineSerializer(TenantSerializer):
    class Meta:
        model = DeviceLine
        fields = ("id", "device", "text", "reason", "pin", "received_at", "taken_at")
        read_only_fields = fields


class DeviceLineViewSet(TenantViewSet):
    """Lines of devices that became no punch, and why."""

    noun = "attendance.setup"
    queryset = DeviceLine.objects.all()
    serializer_class = DeviceLineSerializer
    pagination_class = Stream
    filterset_fields = {"device": ["exact"], "reason": ["exact"], "pin": ["exact"], "taken_at": ["isnull"]}


class DeviceCommandSerializer(TenantSerializer):
    class Meta:
        model = DeviceCommand
        fields = ("id", "device", "number", "text", "state", "attempts", "result", "queued_at", "sent_at",
                  "answered_at")  # fmt: skip
        read_only_fields = fields


class DeviceCommandViewSet(TenantViewSet):
    """What devices were told, and what became of it."""

    noun = "attendance.setup"
    queryset = DeviceCommand.objects.all()
    serializer_class = DeviceCommandSerializer
    pagination_class = Stream
    filterset_fields = {"device": ["exact"], "state": ["exact"]}


class IdentitySerializer(TenantSerializer):
    class Meta:
        model = PunchIdentity
        fields = ("id", "system", "key", "employee")
        read_only_fields = fields


class NewIdentitySerializer(serializers.Serializer[Any]):
    system = serializers.ChoiceField(choices=PunchIdentity.System.choices)
    key = serializers.CharField(max_length=64)
    employee = IdRelatedField(queryset=Employee.objects)


class IdentityViewSet(TenantViewSet):
    """Under which number or name somebody is known on devices and in other systems; else the employee number counts."""

    noun = "attendance.setup"
    queryset = PunchIdentity.objects.all()
    serializer_class = IdentitySerializer
    request_serializers = {"create": NewIdentitySerializer}
    filterset_fields = ("system", "key", "employee")

    @extend_schema(request=NewIdentitySerializer, responses={201: IdentitySerializer})
    def create(self, request: Request) -> Response:
        """Takes the place of the person's earlier one in this system."""
        return self.respond(set_identity(**self.validated(), actor=self.actor, now=self.now), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        remove_identity(identity=self.get_object(), actor=self.actor, now=self.now)
        return Response(status=204)
