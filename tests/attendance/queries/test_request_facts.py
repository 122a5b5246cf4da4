"""What deciders read of requests: words and figures, in their language, also of payloads of earlier versions."""

from __future__ import annotations

import pytest
from django.utils import translation

from attendance.queries.request_facts import (
    correction_facts,
    leave_facts,
    overtime_facts,
    swap_facts,
    unlock_facts,
    void_facts,
)

EVERY = (correction_facts, leave_facts, overtime_facts, swap_facts, unlock_facts, void_facts)


def facts(describe, payload, language="en"):
    with translation.override(language):
        return {str(title): str(text) for title, text in describe(payload) if text not in (None, "")}


@pytest.mark.parametrize("describe", EVERY)
def test_an_empty_payload_is_no_error(describe):
    facts(describe, {})


def test_a_correction_says_what_the_day_becomes():
    before = {"status": "missing_punch", "first_in": "2026-03-02T08:00", "last_out": "", "worked_minutes": 0}
    after = {"status": "present", "first_in": "2026-03-02T08:00", "last_out": "2026-03-02T17:05", "worked_minutes": 480}
    payload = {
        "employee": "Li (E1)", "date": "2026-03-02", "direction": "out", "time": "2026-03-02 17:05", "reason": "forgot",
        "used_before": 1, "limit": 3, "evidence": False,
        "effect": [{"date": "2026-03-02", "before": before, "after": after}],
    }  # fmt: skip
    seen = facts(correction_facts, payload)
    assert seen["Direction"] == "Going"
    assert seen["Corrections of the month before this one"] == "1 / 3"
    assert seen["Effect"] == ("2026-03-02: 08:00–? → 08:00–17:05; Missing punch → Present; worked (hours) 0:00 → 8:00")


def test_overtime_is_read_in_hours_and_times_of_the_clock():
    payload = {
        "employee": "Li (E1)", "date": "2026-03-02", "from_minute": 1380, "until_minute": 1500, "minutes": 120,
        "counted_minutes": 90, "compensation": "time_off", "kind": "workday", "month_minutes": 300,
        "month_limit_minutes": 2160, "warnings": [{"code": "x", "zh": "注意", "en": "Careful"}], "effect": [],
    }  # fmt: skip
    seen = facts(overtime_facts, payload)
    assert (seen["From–until"], seen["Of them count (hours)"]) == ("23:00–01:00+1", "1:30")
    assert seen["Overtime of the month with it (hours)"] == "5:00 / 36:00"
    assert (seen["For"], seen["Kind of day"], seen["To know"]) == ("Time off", "Working day", "Careful")


def test_a_leave_is_named_in_the_readers_language():
    payload = {"leave_type": "年假", "leave_type_en": "Annual leave", "first": "2026-03-02", "last": "2026-03-03",
               "amount": "2", "unit": "day", "others_away": 0}  # fmt: skip
    assert facts(leave_facts, payload)["Leave type"] == "Annual leave"
    assert "年假" in facts(leave_facts, payload, "zh-hans").values()
    assert facts(leave_facts, payload)["Others of the unit who are away"] == "0"


def test_a_swap_says_what_it_means_for_both():
    effect = {
        "employee": "Li", "days": [{"date": "2026-03-02", "before": "A", "after": ""}],
        "weeks": [{"monday": "2026-03-02", "before_minutes": 2400, "after_minutes": 1920}],
        "rest_before_minutes": None, "rest_after_minutes": 660, "warnings": [{"zh": "注意", "en": "Careful"}],
    }  # fmt: skip
    seen = facts(swap_facts, {"employee": "Li (E1)", "date": "2026-03-02", "shift": "A", "effect": [effect]})
    assert seen["Li"].splitlines() == [
        "2026-03-02: A → –", "Week of 2026-03-02: 40:00 → 32:00 hours", "Shortest rest: – → 11:00 hours", "Careful",
    ]  # fmt: skip
