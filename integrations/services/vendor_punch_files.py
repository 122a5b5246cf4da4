"""Punches out of DingTalk, WeCom and Feishu; those that are there already are counted and not written twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attendance.queries.punch_identities import codes_of
from attendance.rules.punch_places import Trust
from attendance.services.punches import PunchRow, record_punches
from hrsaas.access.actors import Actor
from integrations.rules.sheets import RowError, Sheet
from integrations.rules.vendor_punches import Place, Vendor, VendorPunch, read_punches

_TRUST = {
    Place.UNCHECKED: Trust.UNCHECKED, Place.DEVICE: Trust.DEVICE, Place.PLACE: Trust.PLACE, Place.WIFI: Trust.WIFI,
    Place.OUTSIDE: Trust.OUTSIDE, Place.OTHER_PHONE: Trust.OTHER_PHONE,
}  # fmt: skip
Checked = tuple[Sequence[tuple[int, Any]], Sequence[RowError], Mapping[str, int]]


@dataclass(frozen=True)
class NamedPunch:
    """One punch of somebody we know. place: what the vendor says of where it was."""

    employee_code: str
    punched_at: datetime
    place: Place


def checker(vendor: Vendor) -> Callable[[Sheet], Checked]:
    """Every punch must be of somebody who is known by that name there, or by an employee number that is the same."""

    def check(sheet: Sheet) -> Checked:
        read = read_punches(vendor, sheet)
        codes = codes_of(vendor.value, {punch.key for _line, punch in read.records})
        known = [
            (line, NamedPunch(codes[punch.key], punch.punched_at, punch.place))
            for line, punch in read.records
            if punch.key in codes
        ]
        unknown = [_unknown(line, vendor, punch) for line, punch in read.records if punch.key not in codes]
        errors = sorted([*read.errors, *unknown], key=lambda error: error.line)
        people = {punch.employee_code for _line, punch in known}
        return known, errors, {"punches": len(known), "people": len(people), "not_punches": read.skipped}

    return check


def writer(vendor: Vendor) -> Callable[[Sequence[NamedPunch], Actor, datetime], Mapping[str, int]]:
    """Adds what is not there yet; the vendor's name is the source of the punches."""

    def write(rows: Sequence[NamedPunch], actor: Actor, now: datetime) -> Mapping[str, int]:
        new = [PunchRow(row.employee_code, row.punched_at, _TRUST[row.place]) for row in rows]
        done = record_punches(rows=new, source=vendor.value, actor=actor, now=now)
        return {"added": done.added, "repeated": done.repeated, "late": done.late}

    return write


def _unknown(line: int, vendor: Vendor, punch: VendorPunch) -> RowError:
    column = {Vendor.DINGTALK: "userId", Vendor.WECOM: "userid", Vendor.FEISHU: "user_id"}[vendor]
    zh = f"没有名为“{punch.key}”的员工。请在“打卡身份”中为其设置对应的员工。"
    en = f"Nobody is known as '{punch.key}' there. Say who it is under “Identities for punches”."
    return RowError(line, column, "integrations.punches.unknown_person", zh, en)
