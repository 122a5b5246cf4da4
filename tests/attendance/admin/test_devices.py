"""Attendance devices in the admin, and their lists in the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import Device, DeviceCommand, DeviceLine, Punch, PunchIdentity
from attendance.services.device_push import next_commands, take_log, take_results
from attendance.services.devices import DeviceFacts, register_device
from hrsaas.access.actors import Origin
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.people.models import OrgUnit
from hrsaas.tenancy.context import tenant_context

ADMIN, API = "/admin/attendance/", "/api/v1/attendance/"


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk", language="en"):
        given = {"password": None, "roles": [role], "language": language, "actor": actor, "now": now}
        user = create_user(email=f"{role}@alpha.example", name=role, **given)
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


@pytest.fixture
def device(hospital, people, tenant_b, actor, now) -> Device:
    """With a punch, a rejected line and a command; beta has a device of the same number."""
    people("1001", "E2")
    with tenant_context(tenant_b.id):
        register_device(serial_number="CJDE1", facts=DeviceFacts(name="贝塔的门"), actor=actor, now=now)
    made = register_device(serial_number="CJDE1", facts=DeviceFacts(name="East gate"), actor=actor, now=now)
    deliver(made, "1001\t2026-03-31 08:00:00\n7777\t2026-03-31 08:01:00", now)
    return Device.objects.get()


def deliver(device: Device, text: str, now) -> int:
    return take_log(device=device, body=text.encode(), stamp="1", origin=Origin(), now=now)


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_a_clerk_registers_a_device_and_sees_its_state_and_what_it_sent(browser, device, now):
    client = browser()
    listed = text(client.get(f"{ADMIN}device/"))
    assert "East gate" in listed and "贝塔" not in listed
    page = text(client.get(f"{ADMIN}device/{device.pk}/change/"))
    assert "nobody has this number" in page and "7777" in page
    answer = client.post(f"{ADMIN}device/register/", {"serial_number": "CJDE2", "confirmed": "1"}, follow=True)
    assert "CJDE2" in text(answer)
    assert Device.objects.get(serial_number="CJDE2").state == "active"


def test_a_line_set_aside_becomes_a_punch_once_its_number_is_known(browser, device, now):
    client, nurse = browser(), Punch.objects.get().employee
    someone = type(nurse).objects.get(code="E2")
    client.post(f"{ADMIN}punchidentity/add_one/", {"system": "device", "key": "7777", "employee": someone.pk})
    assert PunchIdentity.objects.get().employee == someone
    client.post(f"{ADMIN}device/{device.pk}/take/")
    assert Punch.objects.filter(employee=someone, source="zk:CJDE1").count() == 1
    assert DeviceLine.objects.get().taken_at is not None


def test_a_device_that_waits_is_adopted_and_one_that_is_blocked_allowed_again(browser, device, now):
    client = browser()
    Device.objects.update(state="waiting")
    client.post(f"{ADMIN}device/{device.pk}/adopt/", {"name": "North"})
    client.post(f"{ADMIN}device/{device.pk}/block/")
    assert Device.objects.values_list("name", "state").get() == ("North", "blocked")
    client.post(f"{ADMIN}device/{device.pk}/unblock/")
    assert Device.objects.get().state == "active"


def test_names_go_only_to_devices_with_a_network(browser, device):
    client = browser()
    refused = client.post(f"{ADMIN}device/{device.pk}/edit/", {"name": "x", "send_names": "on"})
    assert "fill it in first" in text(refused)
    client.post(f"{ADMIN}device/{device.pk}/edit/", {"name": "x", "send_names": "on", "network": "10.0.0.0/8"})
    client.post(f"{ADMIN}device/{device.pk}/sync/")
    assert "Name=员工1001" in DeviceCommand.objects.get(pin="1001").text


def test_people_without_a_number_that_devices_take_are_given_one(browser, device):
    browser().post(f"{ADMIN}device/{device.pk}/sync/")
    assert PunchIdentity.objects.get().key == "90000001"
    assert sorted(DeviceCommand.objects.values_list("pin", flat=True)) == ["1001", "90000001"]


@pytest.mark.parametrize("page", ["device", "deviceline", "devicecommand", "punchidentity"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(page, browser, device, actor, now):
    client = browser()
    client.post(f"{ADMIN}device/{device.pk}/sync/")

    def cost() -> int:
        client.get(f"{ADMIN}{page}/")
        with CaptureQueriesContext(connection) as queries:
            text(client.get(f"{ADMIN}{page}/"))
        return len(queries)

    few = cost()
    for at in range(5):
        more = register_device(serial_number=f"MORE{at}", facts=DeviceFacts(), actor=actor, now=now)
        deliver(more, f"bad{at}", now)
        DeviceCommand.objects.create(device=more, number=1, text="CHECK", queued_at=now)
    assert cost() == few


def test_the_cost_of_a_delivery_does_not_grow_with_its_lines(device, people, now):
    def cost(lines: int) -> int:
        body = "\n".join(f"1001\t2026-03-30 {at // 60:02}:{at % 60:02}:{lines % 60:02}" for at in range(lines))
        with CaptureQueriesContext(connection) as queries:
            deliver(Device.objects.get(), f"{body}\nbad {lines}", now)
        return len(queries)

    assert cost(7) == cost(500)


def test_other_roles_see_nothing_of_devices(device, api_for, hospital):
    for role in (Role.EMPLOYEE, Role.MANAGER, Role.PAYROLL_OFFICER, Role.INTEGRATION):
        client = api_for(hospital, role, unit=OrgUnit.objects.get(code="U"))
        for path in ("devices/", "device-lines/", "device-commands/", "punch-identities/"):
            assert client.get(f"{API}{path}").status_code == 403
        assert client.post(f"{API}devices/", {"serial_number": "CJDE9"}).status_code == 403


def test_devices_by_the_api(device, api_for, hospital, now):
    client = api_for(hospital, Role.ATTENDANCE_CLERK)
    (row,) = client.get(f"{API}devices/").json()["results"]
    assert (row["serial_number"], row["added"], row["rejected"]) == ("CJDE1", 1, 1)
    made = client.post(f"{API}devices/", {"serial_number": "CJDE3", "zone": "Asia/Urumqi"})
    assert made.status_code == 201
    again = client.post(f"{API}devices/", {"serial_number": "CJDE3"})
    assert again.json()["code"] == "attendance.device.exists"
    wrong = client.post(f"{API}devices/", {"serial_number": "CJDE4", "zone": "Mars"})
    assert wrong.json()["code"] == "attendance.device.zone"
    changed = client.put(f"{API}devices/{made.json()['id']}/", {"name": "West", "network": "10.0.0.0/8"})
    assert changed.json()["name"] == "West"
    assert client.get(f"{API}device-lines/?device={row['id']}").json()["results"][0]["pin"] == "7777"


def test_an_answer_that_does_not_come_is_asked_for_again_and_failures_are_seen(device, now):
    DeviceCommand.objects.create(device=device, number=1, text="CHECK", queued_at=now)
    assert next_commands(device=device, info="", now=now) == "C:1:CHECK\n"
    assert next_commands(device=device, info="", now=now + timedelta(minutes=1)) == "OK"
    for attempt in range(2, 6):
        assert next_commands(device=device, info="", now=now + timedelta(hours=attempt)) == "C:1:CHECK\n"
    assert next_commands(device=device, info="", now=now + timedelta(hours=9)) == "OK"
    assert DeviceCommand.objects.get().state == "failed"
    DeviceCommand.objects.create(device=device, number=2, text="REBOOT", queued_at=now)
    next_commands(device=device, info="", now=now)
    take_results(device=device, body=b"ID=2&Return=-1004&CMD=REBOOT", now=now)
    assert DeviceCommand.objects.values_list("state", "result").get(number=2) == ("failed", -1004)


def test_a_clock_that_runs_ahead_is_noted(device, browser, now):
    local = now + timedelta(minutes=42)
    deliver(device, f"1001\t{local:%Y-%m-%d %H:%M:%S}", now)
    assert Device.objects.get().clock_drift_seconds == 42 * 60
    assert "42 minutes ahead" in text(browser().get(f"{ADMIN}device/"))
