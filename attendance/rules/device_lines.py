"""What ZKTeco devices send (PUSH 2.x): lines of punches, users and options, and answers to commands.

One bad line never spoils the others: it comes back with what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST_LINE = 300
# A clock that lost its battery begins in 2000 or runs far ahead; such stamps are nobody's working time.
MOST_AHEAD, MOST_BACK = timedelta(hours=24), timedelta(days=3 * 366)
_PIN = re.compile(r"[0-9A-Za-z_.@-]{1,24}")
_LOCAL = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d(:\d\d)?")
_EPOCH = re.compile(r"\d{9,10}")
_RESULT = re.compile(r"ID=(\d{1,9})&Return=(-?\d{1,9})(?:&|$)")


class Fault(StrEnum):
    """Why a line is no punch; codes are stored."""

    FORMAT = "format"
    TIME = "time"
    FUTURE = "future"
    OLD = "old"
    UNKNOWN_PIN = "unknown_pin"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One punch as the device has it. pin: the person's number there; punched_at: an instant."""

    text: str
    pin: str
    punched_at: datetime


@dataclass(frozen=True, slots=True)
class BadLine:
    """pin: '' where not even that could be read."""

    text: str
    fault: Fault
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """count: all lines that are not blank."""

    count: int
    lines: Sequence[LogLine]
    bad: Sequence[BadLine]


def decoded(body: bytes) -> str:
    """UTF-8, else GBK as old Chinese firmware writes; what is neither becomes question marks. Without NULs."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", errors="replace").replace("\0", "")


def read_log(body: bytes, *, zone: ZoneInfo, now: datetime) -> Log:
    """The lines of a table ATTLOG, times on the device's wall clock in ``zone``. Order means nothing."""
    lines: list[LogLine] = []
    bad: list[BadLine] = []
    for text in _lines(body):
        found = _log_line(text, zone, now)
        if isinstance(found, LogLine):
            lines.append(found)
        else:
            bad.append(found)
    return Log(len(lines) + len(bad), lines, bad)


def read_users(body: bytes) -> tuple[int, list[str]]:
    """Lines of a table OPERLOG or USERINFO: how many there are, and the numbers of users that they tell of.

    Names, passwords, cards and templates of fingers and faces are not read.
    """
    count, pins = 0, []
    for text in _lines(body):
        count += 1
        word, _blank, rest = text.partition(" ")
        if word == "USER" or word.startswith("PIN="):
            pin = _fields(rest if word == "USER" else text).get("PIN", "")
            if _PIN.fullmatch(pin):
                pins.append(pin)
    return count, list(dict.fromkeys(pins))


def read_options(body: bytes) -> dict[str, str]:
    """``DeviceName=..,~FirmVer=..`` without the tildes."""
    parts = (part.partition("=") for part in decoded(body).replace("\n", ",").split(","))
    return {name.strip().lstrip("~"): value.strip()[:80] for name, equals, value in parts if equals}


def read_info(text: str) -> tuple[str, int | None, int | None]:
    """``INFO=<firmware>,<users>,<fingers>,<log entries>,…`` of a poll: firmware, users, log entries."""
    parts = [*text.replace("\0", "").split(","), "", "", "", ""]
    return parts[0].strip()[:80], _count(parts[1]), _count(parts[3])


def read_results(body: bytes) -> dict[int, int]:
    """Number of a command → what the device returned; 0 and more is success."""
    found = (_RESULT.match(text) for text in _lines(body))
    return {int(match[1]): int(match[2]) for match in found if match}


def clock_drift(newest: datetime, received_at: datetime, *, was_online: bool) -> int | None:
    """Seconds by which the device's clock is ahead (below zero: behind), or None where that cannot be told.

    A stamp from the future is a clock that is ahead. One from the past says something only of a device that was
    there a moment ago and sends each punch at once: others may have waited for the network.
    """
    seconds = round((newest - received_at).total_seconds())
    return seconds if seconds > 0 or was_online else None


def _lines(body: bytes) -> Iterator[str]:
    for text in decoded(body).split("\n"):
        if text.strip():
            yield text.strip("\r")


def _log_line(text: str, zone: ZoneInfo, now: datetime) -> LogLine | BadLine:
    fields = text.split("\t")
    pin = fields[0].strip()
    if len(fields) < 2 or not _PIN.fullmatch(pin) or len(text) > LONGEST_LINE:
        return BadLine(text[:LONGEST_LINE], Fault.FORMAT)
    punched_at = _instant(fields[1].strip(), zone)
    if punched_at is None:
        return BadLine(text, Fault.TIME, pin)
    if punched_at > now + MOST_AHEAD:
        return BadLine(text, Fault.FUTURE, pin)
    if punched_at < now - MOST_BACK:
        return BadLine(text, Fault.OLD, pin)
    return LogLine(text, pin, punched_at)


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    """``2026-04-01 08:00:00`` by the wall clock, or seconds since 1970 as some firmware sends."""
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC)
        if _LOCAL.fullmatch(text):
            day, time = text.split(" ")
            parts = [int(part) for part in (*day.split("-"), *time.split(":"))]
            return datetime(*parts, tzinfo=zone)  # type: ignore[arg-type, misc]  # mypy takes the zone for a part
    except (ValueError, OverflowError):
        pass
    return None


def _fields(text: str) -> Mapping[str, str]:
    pairs = (part.partition("=") for part in text.split("\t"))
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _count(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 9 else None
