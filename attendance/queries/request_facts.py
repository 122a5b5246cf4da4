"""What the deciders of requests read: the payloads of approvals in the reader's words.

Payloads are JSON as it was stored, also by earlier versions: what is missing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from attendance.models import Correction, OvertimeRequest
from attendance.models.months import Kind, Status
from attendance.queries.titles import TITLES
from attendance.rules.reasons import clock
from hrsaas.approvals.kinds import Facts
from hrsaas.console.figures import hours
from hrsaas.languages import in_chinese

Payload = Mapping[str, Any]


def correction_facts(payload: Payload) -> Facts:
    """Of a punch that should be there."""
    yield _("Employee"), payload.get("employee")
    yield _("Working day"), payload.get("date")
    yield _("Time of the punch"), payload.get("time")
    direction = payload.get("direction")
    yield _("Direction"), Correction.Direction(direction).label if direction in Correction.Direction.values else ""
    yield from _of_correction(payload)


def void_facts(payload: Payload) -> Facts:
    """Of a punch that should not be there."""
    yield _("Employee"), payload.get("employee")
    yield _("Punch that no longer counts"), payload.get("time")
    yield _("Source"), payload.get("source")
    yield _("Working day"), payload.get("date")
    yield from _of_correction(payload)


def overtime_facts(payload: Payload) -> Facts:
    yield _("Employee"), payload.get("employee")
    yield _("Date"), payload.get("date")
    yield _("Kind of day"), _label(Kind, payload.get("kind"))
    start, end = payload.get("from_minute"), payload.get("until_minute")
    yield _("From–until"), "" if start is None or end is None else f"{clock(start)}–{clock(end)}"
    yield _("Asked for (hours)"), hours(payload.get("minutes"))
    yield _("Of them count (hours)"), hours(payload.get("counted_minutes"))
    compensation = payload.get("compensation")
    yield _("For"), OvertimeRequest.Compensation(compensation).label if compensation else ""
    yield _("Overtime of the month with it (hours)"), _of(payload, "month_minutes", "month_limit_minutes")
    yield _("Month"), _("It is locked, so this counts in the next open one.") if payload.get("adjusted") else ""
    yield _("Reason"), payload.get("reason")
    yield _("To know"), "\n".join(_said(one) for one in payload.get("warnings", ()))
    yield _("Effect"), _effect(payload)


def swap_facts(payload: Payload) -> Facts:
    yield _("Employee"), payload.get("employee")
    yield _("Gives the shift of"), _shift_of(payload.get("date"), payload.get("shift"))
    yield _("Other person"), payload.get("other")
    yield _("Takes the shift of"), _shift_of(payload.get("other_date"), payload.get("other_shift"))
    yield _("Reason"), payload.get("reason")
    for one in payload.get("effect", ()):
        yield one.get("employee", ""), "\n".join(_of_person(one))


def leave_facts(payload: Payload) -> Facts:
    yield _("Employee"), payload.get("employee")
    names = [payload.get("leave_type"), payload.get("leave_type_en")]
    yield _("Leave type"), next(filter(None, names if in_chinese() else names[::-1]), "")
    first, last = payload.get("first"), payload.get("last")
    yield _("Days"), first if first == last else f"{first} – {last}"
    unit = _("%(value)s hours") if payload.get("unit") == "hour" else _("%(value)s days")
    for title, name in ((_("Quantity"), "amount"), (_("Balance after it"), "balance_after")):
        yield title, "" if payload.get(name) is None else unit % {"value": payload[name]}
    yield _("Destination"), payload.get("destination")
    yield _("Reason"), payload.get("reason")
    yield _("Others of the unit who are away"), payload.get("others_away")


def unlock_facts(payload: Payload) -> Facts:
    yield _("Month"), payload.get("month")
    yield _("Reason"), payload.get("reason")


def _of_correction(payload: Payload) -> Facts:
    yield _("Reason"), payload.get("reason")
    yield _("Corrections of the month before this one"), _of(payload, "used_before", "limit", str)
    yield _("Evidence"), _("Yes, on the page of the request") if payload.get("evidence") else _("No")
    yield _("Effect"), _effect(payload)


def _of(payload: Payload, name: str, limit: str, show: Any = hours) -> str:
    """``5:00 / 36:00``; the bound is left out where there is none."""
    if payload.get(name) is None:
        return ""
    parts = [payload[name], payload.get(limit)]
    return " / ".join(show(one) for one in parts if one is not None)


def _label(choices: Any, name: Any) -> str:
    """The label of an integer choice by its lower-case name."""
    found = getattr(choices, str(name or "").upper(), None)
    return "" if found is None else str(found.label)


def _said(text: Mapping[str, str]) -> str:
    return text.get("zh" if in_chinese() else "en", "")


def _shift_of(day: Any, shift: Any) -> str:
    return " ".join(str(one) for one in (day, shift) if one)


def _effect(payload: Payload) -> str:
    """A line for each day: times, what it counts as, and every figure that changes."""
    return "\n".join(
        f"{day.get('date')}: {'; '.join(_changes(day.get('before', {}), day.get('after', {})))}"
        for day in payload.get("effect", ())
    )


def _changes(before: Payload, after: Payload) -> Iterable[str]:
    lines = [
        _arrow(_times(before), _times(after)),
        _arrow(_label(Status, before.get("status")), _label(Status, after.get("status"))),
    ]
    figures = [
        f"{title} {hours(before[name])} → {hours(after[name])}"
        for name, title in TITLES.items()
        if name in before and name in after and before[name] != after[name]
    ]
    changed = [*filter(None, lines), *figures]
    return changed if before != after else [*changed, _("nothing changes")]


def _arrow(before: str, after: str) -> str:
    return before if before == after else f"{before or '–'} → {after or '–'}"


def _times(facts: Payload) -> str:
    """``08:00–17:05``; a question mark where a punch is missing."""
    times = [str(facts.get(name) or "")[11:] or "?" for name in ("first_in", "last_out")]
    return "" if times == ["?", "?"] else "–".join(times)


def _of_person(effect: Payload) -> Iterator[str]:
    for day in effect.get("days", ()):
        yield f"{day['date']}: {day['before'] or '–'} → {day['after'] or '–'}"
    for week in effect.get("weeks", ()):
        yield _("Week of %(monday)s: %(before)s → %(after)s hours") % {
            "monday": week["monday"], "before": hours(week["before_minutes"]), "after": hours(week["after_minutes"]),
        }  # fmt: skip
    if effect.get("rest_after_minutes") is not None:
        yield _("Shortest rest: %(before)s → %(after)s hours") % {
            "before": hours(effect.get("rest_before_minutes")), "after": hours(effect["rest_after_minutes"]),
        }  # fmt: skip
    yield from (_said(one) for one in effect.get("warnings", ()))
