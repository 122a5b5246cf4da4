"""What devices send, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.device_lines import (
    Fault,
    clock_drift,
    read_info,
    read_log,
    read_options,
    read_results,
    read_users,
)
from tests.attendance import device_forms as forms

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 2, 9, tzinfo=SHANGHAI)


def log(text: str | bytes, zone: ZoneInfo = SHANGHAI):
    return read_log(text if isinstance(text, bytes) else text.encode(), zone=zone, now=NOW)


def test_a_line_is_a_number_and_a_time_on_the_devices_wall_clock() -> None:
    """FH-045: a device pushes (number, time, direction)."""
    (line,) = log("1001\t2026-04-01 08:00:00\t0\t1\t0\t0\t0\r\n").lines
    assert (line.pin, line.punched_at) == ("1001", datetime(2026, 4, 1, 8, tzinfo=SHANGHAI))
    assert line.punched_at.utcoffset() == timedelta(hours=8)


def test_all_recorded_forms_of_a_line_are_read() -> None:
    at = datetime(2026, 4, 1, 8, 1, 2, tzinfo=SHANGHAI)
    body = "\n".join([forms.attlog("1001", at), forms.attlog_face("1001", at), "1001\t2026-4-1 8:01:02",
                      f"1001\t{int(at.timestamp())}\t0\t1"])  # fmt: skip
    found = log(body)
    assert {line.punched_at.astimezone(UTC) for line in found.lines} == {at.astimezone(UTC)}
    assert (found.count, len(found.lines)) == (4, 4)


def test_bad_lines_come_back_with_their_reason_and_hold_nothing_up() -> None:
    lines = {
        "1001\t2026-04-01 08:00:00\t0\t1": None,
        "1001": Fault.FORMAT,
        "王五\t2026-04-01 08:00:00": Fault.FORMAT,
        "1001 2026-04-01 08:00:00": Fault.FORMAT,
        "1001\t2026-04-31 08:00:00": Fault.TIME,
        "1001\tyesterday": Fault.TIME,
        "1001\t2026-04-04 08:00:00": Fault.FUTURE,
        "1001\t2000-01-01 00:00:07": Fault.OLD,
    }
    found = log("\n".join(lines))
    assert {bad.text: bad.fault for bad in found.bad} == {text: fault for text, fault in lines.items() if fault}
    assert found.count == len(lines) and len(found.lines) == 1


def test_old_firmware_writes_gbk() -> None:
    found = log("1001\t2026-04-01 08:00:00\t0\t1\t张\n王五\t2026-04-01 08:00:00".encode("gbk"))
    assert len(found.lines) == 1 and found.bad[0].text.startswith("王五")


@given(st.binary(max_size=300))
def test_nothing_that_comes_over_the_wire_breaks_the_reader(body: bytes) -> None:
    found = log(body)
    assert found.count == len(found.lines) + len(found.bad)
    read_users(body), read_options(body), read_results(body)


@given(st.lists(st.tuples(st.integers(1, 99_999), st.integers(0, 86_399)), max_size=30), st.randoms())
def test_the_order_of_lines_means_nothing(stamps: list[tuple[int, int]], dice) -> None:
    lines = [
        forms.attlog(str(pin), datetime(2026, 4, 1, tzinfo=SHANGHAI) + timedelta(seconds=second))
        for pin, second in stamps
    ]
    shuffled = dice.sample(lines, len(lines))
    as_set = [{(one.pin, one.punched_at) for one in log("\n".join(each)).lines} for each in (lines, shuffled)]
    assert as_set[0] == as_set[1]


def test_users_are_known_by_number_alone() -> None:
    assert read_users("\n".join(forms.OPERLOG).encode()) == (5, ["1001", "7777"])
    assert read_users(b"PIN=9\tName=Li\tPri=0\n") == (1, ["9"])


def test_options_info_and_results() -> None:
    assert read_options(forms.OPTIONS.encode())["DeviceName"] == "F18/ID"
    assert read_info("Ver 8.0.4.3-20200730,120,98,4031,192.168.1.201,10,7,15,0,111") == (
        "Ver 8.0.4.3-20200730", 120, 4031,
    )  # fmt: skip
    assert read_info("") == ("", None, None)
    assert read_results(b"ID=11&Return=0&CMD=DATA\nID=12&Return=-1002&CMD=DATA\nID=x&Return=0") == {11: 0, 12: -1002}


def test_the_clock_is_judged_only_where_it_can_be() -> None:
    hour = timedelta(hours=1)
    assert clock_drift(NOW + hour, NOW, was_online=False) == 3600  # a stamp from the future
    assert clock_drift(NOW - hour, NOW, was_online=False) is None  # may have waited for the network
    assert clock_drift(NOW - hour, NOW, was_online=True) == -3600
