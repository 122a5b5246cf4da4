"""The lint finds what is not lawful in a template, and stays silent where all is well."""

from copy import deepcopy

import pytest

from attendance.packs.lint import Finding, cycles, lint_pack, period_minutes
from attendance.packs.loader import INDUSTRIES, read_yaml
from attendance.packs.schema import Pack

TWELVE_HOURS = {"code": "L", "name": {"zh": "长班", "en": "Long"}, "start": "08:00", "end": "20:00"}
DAY = {"code": "D", "name": {"zh": "日班", "en": "Day"}, "start": "08:00", "end": "16:00"}
NIGHT = {"code": "N", "name": {"zh": "夜班", "en": "Night"}, "start": "23:00", "end": "07:00+1"}
QUARTER = {"kind": "comprehensive", "period": "quarter"}


def lint(cycle: str, *, regime: dict | None = None, crews: int = 1) -> list[Finding]:
    letters = {"白": "D", "夜": "N", "长": "L"}
    rotation = {"code": "R", "name": {"zh": "轮班", "en": "Rota"}, "letters": letters, "cycle": cycle, "crews": crews}
    content = deepcopy(read_yaml(INDUSTRIES / "retail.yaml"))
    content |= {"shifts": [DAY, NIGHT, TWELVE_HOURS], "rotations": [rotation], "fixed": [], "shift_facts": []}
    content |= {"default_roster": "R", "regime": regime or {"kind": "standard"}}
    return list(lint_pack(Pack.model_validate(content)))


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code.removeprefix("attendance.pack."), finding.level) for finding in findings]


def test_five_days_of_eight_hours_are_lawful():
    assert lint("白白白白白休休") == []


def test_six_days_of_eight_hours_are_too_long_a_week_under_the_standard_regime():
    assert codes(lint("白白白白白白休")) == [("week_too_long", "error")]


def test_under_the_comprehensive_regime_they_are_overtime_within_the_cap():
    assert codes(lint("白白白白白白休", regime=QUARTER)) == [("week_over_standard", "warning")]


def test_beyond_the_cap_of_36_hours_a_month_nothing_helps():
    assert codes(lint("长长长长长休休", regime=QUARTER)) == [("week_too_long", "error")]


def test_the_flexible_regime_knows_no_weekly_hours():
    assert lint("长长长长长休休", regime={"kind": "flexible"}) == []


def test_twelve_hours_are_too_long_a_day_under_the_standard_regime():
    assert codes(lint("长休休休")) == [("day_too_long", "error")]
    assert codes(lint("长休休休", regime=QUARTER)) == []


@pytest.mark.parametrize("cycle", ["白夜白休休", "夜白休休休", "白休休休夜"])
def test_too_little_rest_is_found_also_over_the_end_of_the_cycle(cycle):
    (finding,) = lint(cycle)
    assert finding.code == "attendance.pack.rest_too_short"
    assert "1.0" in finding.en and "1.0" in finding.zh


def test_more_than_six_days_in_a_row_are_found_also_over_the_end_of_the_cycle():
    assert codes(lint("白白白白休休休休白白白", regime=QUARTER)) == [("too_many_days", "error")]


def test_a_cycle_without_rest_is_named():
    assert ("too_many_days", "error") in codes(lint("白", regime=QUARTER))


def test_a_finding_names_pack_roster_and_law_in_both_languages():
    (finding,) = lint("白白白白白白休")
    assert (finding.pack, finding.roster) == ("retail", "R")
    assert finding.zh.startswith("R：平均每周 48.0 小时") and "国务院令第174号" in finding.zh
    assert finding.en.startswith("R: 48.0 hours a week") and "State Council Decree 174" in finding.en


def content(**parts) -> dict:
    base = deepcopy(read_yaml(INDUSTRIES / "security.yaml"))
    return {**base, **parts}


ISSUE = {"code": "week_too_long", "roster": "R4", "note": {"zh": "加一个班组", "en": "Add a crew"}}


def test_what_a_template_names_itself_is_known_and_comes_with_what_to_do():
    findings = lint_pack(Pack.model_validate(content(known_issues=[ISSUE])))
    (known,) = [finding for finding in findings if finding.level == "known"]
    assert (known.code, known.roster) == ("attendance.pack.week_too_long", "R4")
    assert known.note is not None and (known.note.zh, known.note.en) == ("加一个班组", "Add a crew")
    assert [finding for finding in findings if finding.level == "error"] == []


def test_what_a_template_does_not_name_is_an_error():
    findings = lint_pack(Pack.model_validate(content(known_issues=[])))
    assert [(finding.code, finding.roster) for finding in findings if finding.level == "error"] == [
        ("attendance.pack.week_too_long", "R4")
    ]


def test_an_issue_that_is_none_is_an_error_too():
    named = [ISSUE, {**ISSUE, "roster": "R9"}]
    findings = lint_pack(Pack.model_validate(content(known_issues=named)))
    (error,) = [finding for finding in findings if finding.level == "error"]
    assert (error.code, error.roster) == ("attendance.pack.known_issue_unfounded", "R9")
    assert "R9" in error.zh and "R9" in error.en


@pytest.mark.parametrize(
    ("period", "minutes"),
    [
        # 42 hours a week; a year of 365 days without 13 statutory holidays: 42 × 352 / 7 = 2112 hours
        ("year", 2112 * 60),
        ("quarter", 528 * 60),
        ("month", 176 * 60),
        ("week", 42 * 60),
    ],
)
def test_hours_of_a_period_leave_out_statutory_holidays(period, minutes):
    pack = Pack.model_validate(content(regime={"kind": "comprehensive", "period": period}))
    cycle = next(cycle for cycle in cycles(pack) if cycle.roster == "R9")
    assert period_minutes(cycle) == minutes


def test_a_roster_by_the_calendar_has_exactly_the_standard_hours_of_a_period():
    office = {"code": "OFFICE", "name": {"zh": "日班", "en": "Days"}, "shift": "OD"}
    cycle = list(cycles(Pack.model_validate(content(fixed=[office]))))[-1]
    assert (cycle.roster, period_minutes(cycle)) == ("OFFICE", 496 * 60)


def test_forty_hours_without_days_off_for_holidays_are_a_little_over_the_quarter():
    (finding,) = lint("白白白白白休休", regime=QUARTER)
    assert (finding.code, finding.level) == ("attendance.pack.period_over_standard", "warning")
    assert "502.9" in finding.en and "496.0" in finding.zh


def test_a_rotation_may_have_a_regime_of_its_own():
    days = {"code": "R4", "name": {"zh": "轮班", "en": "Rota"}, "letters": {"白": "OD"}, "cycle": "白白白白白白休"}
    rotation = {**days, "crews": 1, "regime": {"kind": "standard"}}
    pack = Pack.model_validate(content(rotations=[rotation], default_roster="R4", known_issues=[]))
    assert [finding.level for finding in lint_pack(pack)] == ["error"]


def test_part_time_is_four_hours_a_day_and_twenty_four_a_week():
    assert codes(lint("白休休休休休休", regime={"kind": "part_time"})) == [("day_too_long", "error")]
    assert codes(lint("白白白白休休休", regime={"kind": "part_time"})) == [
        ("week_too_long", "error"),
        ("day_too_long", "error"),
    ]


def test_heavy_labour_has_a_longest_day_of_eleven_hours():
    rotation = {
        "code": "R",
        "name": {"zh": "轮班", "en": "Rota"},
        "letters": {"长": "W"},
        "cycle": "长休休",
        "crews": 1,
    }
    given = {"rotations": [rotation], "default_roster": "R", "known_issues": [], "fixed": []}
    assert lint_pack(Pack.model_validate(content(**given))) == ()
    (finding,) = lint_pack(Pack.model_validate(content(**given, heavy_labour=True)))
    assert (finding.code, finding.level) == ("attendance.pack.day_too_long", "error")
    assert "11" in finding.en


def test_an_open_shift_says_nothing_about_rest():
    riders = Pack.model_validate(read_yaml(INDUSTRIES / "riders.yaml"))
    assert [finding for finding in lint_pack(riders) if "rest_too_short" in finding.code] == []
