"""What ZKTeco devices are told (PUSH 2.x): the options of the handshake, and commands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_NAME = 24
# Log, operations, and who was added or changed there. No photos, no templates of fingers or faces.
_SENT = "TransData AttLog\tOpLog\tEnrollUser\tChgUser"
_HELD_BACK = re.compile(r"[\t\r\n\0]")
_NUMERIC = re.compile(r"[1-9][0-9]{0,8}")


def handshake(
    serial: str, *, attlog_stamp: str, operlog_stamp: str, zone: ZoneInfo, now: datetime, old: bool = False
) -> str:
    """The options for a device. Stamps: how far its last deliveries went, '' to send everything. old: firmware that
    names no protocol version reads its stamps under other names.
    """
    stamps = {"ATTLOGStamp": attlog_stamp or "None", "OPERLOGStamp": operlog_stamp or "None", "ATTPHOTOStamp": "9999"}
    if old:
        stamps |= {"Stamp": attlog_stamp or "0", "OpStamp": operlog_stamp or "0", "PhotoStamp": "9999"}
    options = {
        **stamps, "ErrorDelay": "30", "Delay": "10", "TransTimes": "00:00;14:05", "TransInterval": "1",
        "TransFlag": _SENT, "TimeZone": zone_option(zone, now), "Realtime": "1", "Encrypt": "None",
        "ServerVer": "2.4.1", "PushProtVer": "2.4.1", "PushOptionsFlag": "1",
    }  # fmt: skip
    lines = [f"GET OPTION FROM: {serial}", *(f"{name}={value}" for name, value in options.items())]
    return "".join(f"{line}\n" for line in lines)


def zone_option(zone: ZoneInfo, now: datetime) -> str:
    """Whole hours, or minutes where the zone has a fraction of an hour."""
    offset = now.astimezone(zone).utcoffset() or timedelta()
    hours, rest = divmod(round(offset.total_seconds() / 60), 60)
    return str(hours * 60 + rest if rest else hours)


def command_lines(commands: Iterable[tuple[int, str]]) -> str:
    """``C:<number>:<text>`` for each, or OK where there is nothing to do."""
    return "".join(f"C:{number}:{text}\n" for number, text in commands) or "OK"


def put_user(pin: str, name: str) -> str:
    """Rights, password, card and fingers stay as they are on the device."""
    return f"DATA UPDATE USERINFO PIN={pin}\tName={_HELD_BACK.sub(' ', name)[:LONGEST_NAME]}"


def delete_user(pin: str) -> str:
    return f"DATA DELETE USERINFO PIN={pin}"


def query_log(first: datetime, end: datetime) -> str:
    """first, end: on the device's wall clock."""
    return f"DATA QUERY ATTLOG StartTime={first:%Y-%m-%d %H:%M:%S}\tEndTime={end:%Y-%m-%d %H:%M:%S}"


def fits_all_devices(pin: str) -> bool:
    """Digits alone, without zeros in front: every firmware keeps such a number as it is."""
    return _NUMERIC.fullmatch(pin) is not None
