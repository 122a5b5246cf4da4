"""The lint finds what is not lawful in a template, and stays silent where all is well."""

from copy import deepcopy

import pytest

from attendance.packs.lint import Finding, lint_pack
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
