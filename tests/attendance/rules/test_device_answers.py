"""What devices are told."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from attendance.rules.device_answers import (
    command_lines,
    delete_user,
    fits_all_devices,
    handshake,
    put_user,
    query_log,
    zone_option,
)

NOW = datetime(2026, 4, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def options(**given: object) -> dict[str, str]:
    facts = {"attlog_stamp": "", "operlog_stamp": "", "zone": ZoneInfo("Asia/Shanghai"), "now": NOW, **given}
    first, *lines = handshake("TEST0001", **facts).splitlines()  # type: ignore[arg-type]
    assert first == "GET OPTION FROM: TEST0001"
    return dict(line.split("=", 1) for line in lines)


def test_a_new_device_is_asked_for_everything_and_a_known_one_for_the_rest() -> None:
    assert options()["ATTLOGStamp"] == "None"
    assert options(attlog_stamp="4031", operlog_stamp="17")["ATTLOGStamp"] == "4031"
    assert options(attlog_stamp="4031", old=True)["Stamp"] == "4031"
    assert "Stamp" not in options(attlog_stamp="4031")


def test_pictures_and_templates_are_not_asked_for() -> None:
    asked = options()["TransFlag"].split("\t")
    assert asked == ["TransData AttLog", "OpLog", "EnrollUser", "ChgUser"]
    assert (options()["TimeZone"], options()["Realtime"], options()["Encrypt"]) == ("8", "1", "None")


@pytest.mark.parametrize(("zone", "said"), [
    ("Asia/Shanghai", "8"), ("America/Bogota", "-5"), ("Asia/Kolkata", "330"), ("America/St_Johns", "-150"),
])  # fmt: skip
def test_zones_with_a_fraction_of_an_hour_are_told_in_minutes(zone: str, said: str) -> None:
    assert zone_option(ZoneInfo(zone), NOW) == said


def test_commands_have_numbers_and_nothing_to_do_is_ok() -> None:
    assert command_lines([(7, put_user("1001", "张三")), (8, delete_user("7"))]) == (
        "C:7:DATA UPDATE USERINFO PIN=1001\tName=张三\nC:8:DATA DELETE USERINFO PIN=7\n"
    )
    assert command_lines([]) == "OK"
    assert query_log(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)) == (
        "DATA QUERY ATTLOG StartTime=2026-04-01 00:00:00\tEndTime=2026-04-02 00:00:00"
    )


def test_a_name_cannot_bring_a_command_of_its_own() -> None:
    assert put_user("7", "Li\nC:9:CLEAR DATA\tPri=14") == "DATA UPDATE USERINFO PIN=7\tName=Li C:9:CLEAR DATA Pri=14"
    assert len(put_user("7", "x" * 99)) == len("DATA UPDATE USERINFO PIN=7\tName=") + 24


def test_numbers_that_every_device_keeps() -> None:
    assert [fits_all_devices(one) for one in ("7", "123456789", "0012", "E1", "1234567890", "")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
