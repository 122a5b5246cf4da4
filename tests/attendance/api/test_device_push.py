"""The push protocol as devices use it: a simulated device against the real web server over HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from attendance.models import Device, DeviceLine, Punch, PunchBatch
from attendance.services.devices import DeviceFacts, block_device, register_device
from attendance.services.punch_identities import set_identity
from hrsaas.devservers import processes
from hrsaas.people.models import Employee
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from tests import servers
from tests.attendance import device_forms as forms
from tests.attendance.conftest import hire_people
from tests.attendance.device_simulator import LOST, Simulator
from tests.conftest import SHANGHAI

SERIAL = "CJDE1234567"
DAY = datetime.now(tz=SHANGHAI).replace(hour=8, minute=0, second=0, microsecond=0, tzinfo=None) - timedelta(days=3)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The web server as the product ships it, on this test's database."""
    found = processes.free_port()
    command = [sys.executable, "-m", "gunicorn", "hrsaas.wsgi", f"--bind=127.0.0.1:{found}", "--workers=1",
               "--threads=4", "--no-control-socket", "--log-level=warning"]  # fmt: skip
    server = subprocess.Popen(command, env=servers.environment(), cwd=servers.ROOT)
    try:
        assert processes.wait_until(lambda: not processes.port_is_free(found), 60)
        yield found
    finally:
        server.terminate()
        server.wait(15)


@pytest.fixture
def plant(live_db, tenant_a, tenant_b, actor, now) -> Iterator[None]:
    """Alpha has people 1001 to 1003 and a device; beta has a person of the same number, and no device."""
    cache.clear()
    for tenant in (tenant_b, tenant_a):
        with tenant_context(tenant.id):
            create_unit(code="U", name="部门", actor=actor, now=now)
            create_position(code="P", name="岗位", actor=actor, now=now)
            hire_people(["1001", "1002", "1003"] if tenant is tenant_a else ["1001"], actor=actor, now=now)
    with tenant_context(tenant_a.id):
        register_device(serial_number=SERIAL, facts=DeviceFacts(name="东门"), actor=actor, now=now)
        yield


@pytest.fixture
def device(port, plant) -> Simulator:
    return Simulator(port, "alpha.hr.test", SERIAL)


def punches() -> list[tuple[str, datetime]]:
    return list(Punch.objects.order_by("employee__code", "punched_at").values_list("employee__code", "punched_at"))


def test_the_conversation_of_a_device(device: Simulator) -> None:
    """Handshake, options, two punches, nothing to do."""
    assert device.handshake()["ATTLOGStamp"] == "None"
    assert device.tell_options().text == "OK"
    lines = [forms.attlog("1001", DAY), forms.attlog_face("1002", DAY)]
    assert device.send(lines).text == "OK: 2"
    assert device.poll("Ver 8.0.4.3-20200730,3,2,4031,10.0.0.9") == []
    row = Device.objects.get()
    assert (row.model, row.firmware, row.users_there, row.logs_there) == ("F18/ID", forms.FIRMWARE, 3, 4031)
    assert (row.attlog_stamp, row.added, row.address) == ("9999", 2, "127.0.0.1")
    assert device.handshake()["ATTLOGStamp"] == "9999"
    at = DAY.replace(tzinfo=SHANGHAI).astimezone(UTC)
    assert punches() == [("1001", at), ("1002", at)]
    (batch,) = PunchBatch.objects.all()
    assert (batch.device_id, batch.source) == (row.id, f"zk:{SERIAL}")
    assert {one.trust for one in Punch.objects.all()} == {1}


def test_a_device_that_behaves_badly_loses_nothing_and_doubles_nothing(device: Simulator) -> None:
    """Connections that break off mid-body, batches sent twice, answers unread, lines out of order."""
    for pin in ("1001", "1002", "1003"):
        device.stamps(pin, *(DAY + timedelta(minutes=7 * at) for at in range(60)))
    expected = sorted((pin, (DAY + timedelta(minutes=7 * at)).replace(tzinfo=SHANGHAI).astimezone(UTC))
                      for pin in ("1001", "1002", "1003") for at in range(60))  # fmt: skip
    requests = device.upload(batch=20, misbehave=0.6)
    assert requests > 180 / 20
    assert punches() == expected
    device.waiting = list(device.log)  # its stamps were lost: everything once more
    device.upload()
    assert punches() == expected


def test_half_a_body_is_no_body(device: Simulator) -> None:
    whole = [forms.attlog("1001", DAY), forms.attlog("1002", DAY)]
    first = len(whole[0]) + 2
    for cut in (1, 10, first, first + 9):
        assert device.send(whole, drop_after=cut) is LOST
    assert device.send(whole).ok  # the server has come to all before
    assert len(punches()) == 2
    assert DeviceLine.objects.count() == 0


def test_bad_lines_are_kept_for_the_clerk_once_and_hold_nothing_up(device: Simulator, actor, now) -> None:
    lines = ["1001", forms.attlog("1001", DAY), "1001\tyesterday", forms.attlog("4711", DAY)]
    for _time in range(3):
        assert device.send(lines).text == "OK: 4"
    kept = DeviceLine.objects.order_by("reason").values_list("reason", "pin", "text")
    assert list(kept) == [
        ("format", "", "1001"), ("time", "1001", "1001\tyesterday"),
        ("unknown_pin", "4711", forms.attlog("4711", DAY)),
    ]  # fmt: skip
    row = Device.objects.get()
    assert (row.added, row.repeated, row.rejected) == (1, 2, 3)


def test_a_number_of_the_device_means_who_the_clerk_says(device: Simulator, actor, now) -> None:
    """FH-045: the device's own number of a person."""
    set_identity(system="device", key="3344", employee=Employee.objects.get(code="1003"), actor=actor, now=now)
    device.send([forms.attlog("3344", DAY), forms.attlog("1003", DAY + timedelta(hours=1))])
    assert [code for code, _at in punches()] == ["1003"]
    assert DeviceLine.objects.get().pin == "1003"  # the number now is nobody's


def test_users_of_the_device_are_noted_without_names_and_templates(device: Simulator) -> None:
    assert device.send(forms.OPERLOG, table="OPERLOG").text == "OK: 5"
    row = Device.objects.get()
    assert list(row.users.values_list("pin", "employee__code")) == [("1001", "1001"), ("7777", None)]
    for table in ("BIODATA", "ATTPHOTO", "FINGERTMP"):
        assert device.send(["BIODATA Pin=1001\tTmp=SltTUzIx"], table=table).text == "OK"
    assert row.operlog_stamp == "9999"


def test_only_registered_active_devices_of_this_tenant_are_heard(device: Simulator, tenant_b, actor, now) -> None:
    line = [forms.attlog("1001", DAY)]
    for host, serial in (("alpha.hr.test", "OTHER1"), ("beta.hr.test", SERIAL), ("alpha.hr.test", "x' OR 1=1")):
        stranger = Simulator(device.port, host, serial.replace(" ", "%20"))
        assert stranger.send(line).status == 503
        assert stranger.ask("GET", f"cdata?SN={stranger.serial}&options=all").status == 503
        assert stranger.ask("GET", f"getrequest?SN={stranger.serial}").text == "DEVICE NOT REGISTERED"
    waiting = Device.objects.get(state="waiting")
    assert waiting.serial_number == "OTHER1"
    with tenant_context(tenant_b.id):
        assert (Device.objects.get().state, Punch.objects.count()) == ("waiting", 0)
    block_device(device=Device.objects.get(serial_number=SERIAL), actor=actor, now=now)
    assert device.send(line).status == 503
    assert punches() == []
    register_device(serial_number="OTHER1", facts=DeviceFacts(), actor=actor, now=now)
    assert Simulator(device.port, "alpha.hr.test", "OTHER1").send(line).text == "OK: 1"


def test_a_device_speaks_from_its_own_network_only(device: Simulator) -> None:
    Device.objects.update(network="203.0.113.0/28")
    assert device.send([forms.attlog("1001", DAY)]).status == 503
    assert (Device.objects.get().refused_address, punches()) == ("127.0.0.1", [])
    Device.objects.update(network="127.0.0.0/8")
    assert device.send([forms.attlog("1001", DAY)]).ok


def test_who_guesses_serial_numbers_is_held_up_and_the_real_device_is_not(device: Simulator, monkeypatch) -> None:
    answers = [Simulator(device.port, "alpha.hr.test", f"GUESS{at}").ask("GET", f"getrequest?SN=GUESS{at}").status
               for at in range(40)]  # fmt: skip
    assert answers.count(503) >= 30 or 429 in answers
    assert answers[-1] == 429
    assert Device.objects.filter(state="waiting").count() <= 50


@pytest.mark.parametrize(("head", "status"), [
    ("Content-Length: 3000000\r\n", 413), ("Transfer-Encoding: chunked\r\n", 411),
])  # fmt: skip
def test_what_is_too_large_or_has_no_length_is_refused_and_stays_on_the_device(
    device: Simulator, head: str, status: int
) -> None:
    with socket.create_connection(("127.0.0.1", device.port), timeout=20) as line:
        request = f"POST /iclock/cdata?SN={SERIAL}&table=ATTLOG&Stamp=1 HTTP/1.1\r\nHost: {device.host}\r\n{head}\r\n"
        body = b"0\r\n\r\n" if status == 411 else b""
        line.sendall(request.encode() + body)
        assert int(line.recv(4096).split()[1]) == status
    assert (Device.objects.get().oversized_at is not None) is (status == 413)


def test_employees_come_onto_the_device_and_leavers_off_it(device: Simulator, actor, now) -> None:
    Device.objects.update(sync_users=True)
    assert device.work() == 3
    assert device.users == {"1001": "1001", "1002": "1002", "1003": "1003"}  # numbers: it has no network
    assert device.work() == 0
    Employee.objects.filter(code="1002").update(leave_date=datetime.now(tz=UTC).date() - timedelta(days=2))
    Device.objects.update(users_synced_at=None)
    assert device.work() == 1
    assert set(device.users) == {"1001", "1003"}


def test_the_log_is_read_again_on_command(device: Simulator, post: Callable[..., None]) -> None:
    device.stamps("1001", DAY, DAY + timedelta(hours=9))
    device.upload()
    device.log.append(forms.attlog("1002", DAY))  # was never sent
    post("read-again", {"first": f"{DAY:%Y-%m-%d}", "last": f"{DAY:%Y-%m-%d}"})
    assert device.work() == 1
    assert [code for code, _at in punches()] == ["1001", "1001", "1002"]


@pytest.fixture
def post(api_for, tenant_a) -> Callable[..., None]:
    """Ask for something about the device by the API."""

    def ask(action: str, body: dict[str, str]) -> None:
        answer = api_for(tenant_a, "attendance_clerk").post(
            f"/api/v1/attendance/devices/{Device.objects.get().pk}/{action}/", body
        )
        assert answer.status_code == 200, answer.content

    return ask
