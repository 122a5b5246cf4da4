"""The industry templates load, hold together and say what they promise."""

from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from attendance.packs.leave_packs import shipped_types
from attendance.packs.lint import cycles, lint_pack, week_minutes
from attendance.packs.loader import INDUSTRIES, UnknownPackError, list_packs, load_pack, load_pay_facts, read_yaml
from attendance.packs.parts import minute_of_text
from attendance.packs.schema import Catalogue, LeaveCode, Pack, PayFact
from attendance.rules.shift_parts import PunchMode
from attendance.rules.timesheets import TOTAL_COLUMNS

TEXT = {"zh": "甲", "en": "x"}
EVERY = pytest.mark.parametrize("code", list_packs())


def changed(**parts) -> dict:
    return {**deepcopy(read_yaml(INDUSTRIES / "retail.yaml")), **parts}


def test_the_templates_of_the_first_month_are_there():
    assert {"retail", "healthcare", "office_flex"} <= set(list_packs())


def test_an_unknown_template_names_the_known_ones():
    with pytest.raises(UnknownPackError, match=r"no template 'space'.*retail"):
        load_pack("space")


def test_every_industry_with_pay_items_has_a_template_of_its_name():
    pay_items = Path(__file__).parents[3] / "payroll" / "packs" / "pay_items"
    industries = {path.stem for path in pay_items.glob("*.yaml")} - {"statutory", "office"}
    assert industries | {"office_flex"} == set(list_packs())


def test_all_thirteen_rotations_of_the_catalogue_are_there():
    used = {rotation.catalogue for code in list_packs() for rotation in load_pack(code).rotations}
    assert used - {None} == set(get_args(Catalogue))


# Cycles as the catalogue names them, by (template, rotation): days of a cycle, crews, average hours a week.
CATALOGUE = [
    ("process_manufacturing", "R1", 8, 4, 42),
    ("process_manufacturing", "R2", 4, 4, 42),
    ("energy", "R3", 4, 4, 42),
    ("security", "R4", 6, 3, 56),
    ("discrete_manufacturing", "R5", 28, 2, 63),
    ("energy", "R6", 10, 5, Fraction(168, 5)),
    ("construction", "R7", 7, 1, 48),
    ("internet", "R8", 14, 1, 44),
    ("security", "R9", 4, 2, 42),
    ("hotels", "R10", 2, 2, 56),
    ("property", "R11", 3, 3, Fraction(112, 3)),
]


@pytest.mark.parametrize(("code", "roster", "days", "crews", "hours"), CATALOGUE)
def test_a_rotation_of_the_catalogue_has_its_days_crews_and_hours(code, roster, days, crews, hours):
    pack = load_pack(code)
    cycle = next(cycle for cycle in cycles(pack) if cycle.roster == roster)
    rotation = next(rotation for rotation in pack.rotations if rotation.code == roster)
    assert rotation.catalogue == roster.split("-")[0]
    assert (len(cycle.days), rotation.crews, week_minutes(cycle.days) / 60) == (days, crews, hours)


@pytest.mark.parametrize("code", ["automotive", "call_centre", "healthcare", "process_manufacturing", "rail"])
def test_evening_shifts_are_among_the_night_shifts_where_payroll_pays_them_apart(code):
    pack = load_pack(code)
    (fact,) = [fact for fact in pack.shift_facts if fact.code == "evening_shift_count"]
    nights = {shift.code for shift in pack.build_shifts() if shift.night_shift}
    assert set(fact.shifts) < nights


@pytest.mark.parametrize("code", ["healthcare", "property"])
def test_duties_are_counted_where_payroll_pays_them(code):
    (fact,) = [fact for fact in load_pack(code).shift_facts if fact.code == "duty_count"]
    duty = next(shift for shift in load_pack(code).build_shifts() if shift.code in fact.shifts)
    assert duty.span_minutes == 24 * 60


def test_a_night_from_midnight_can_belong_to_either_day():
    before = next(shift for shift in load_pack("process_manufacturing").build_shifts() if shift.code == "N")
    same = next(shift for shift in load_pack("garment").build_shifts() if shift.code == "N")
    assert (before.start_minute, same.start_minute) == (1440, 0)


def test_split_days_are_segments_with_punches_for_each():
    split = next(shift for shift in load_pack("restaurants").build_shifts() if shift.code == "LT")
    assert [(part.start_minute, part.end_minute) for part in split.segments] == [(570, 840), (990, 1260)]
    assert (split.punches, split.due_minutes) == (PunchMode.EACH_SEGMENT, 480)


def test_every_kind_of_leave_that_a_template_can_name_is_shipped():
    assert {part.code for part in shipped_types()} == set(get_args(LeaveCode))


@EVERY
def test_a_template_says_everything_in_both_languages_and_where_it_comes_from(code):
    pack = load_pack(code)
    assert pack.source.zh and pack.source.en and pack.confidence
    assert len(pack.kpis) >= 3 and pack.leave_types


@EVERY
def test_a_template_has_its_default_roster_among_its_rosters(code):
    pack = load_pack(code)
    assert pack.code == code
    assert pack.default_roster in {part.code for part in (*pack.rotations, *pack.fixed)}
    assert len(pack.build_table()) == len(pack.shifts)


@EVERY
def test_a_template_has_no_unlawful_roster(code):
    assert [finding for finding in lint_pack(load_pack(code)) if finding.level == "error"] == []


def test_the_hospital_rota_is_named_as_more_than_forty_hours():
    (finding,) = lint_pack(load_pack("healthcare"))
    assert (finding.code, finding.roster) == ("attendance.pack.week_over_standard", "APN")
    assert "42.0" in finding.zh and "42.0" in finding.en


def test_the_night_shift_of_the_hospital_ends_on_the_next_day():
    night = next(shift for shift in load_pack("healthcare").build_shifts() if shift.code == "N")
    assert (night.start_minute, night.end_minute, night.night_shift) == (1380, 1920, True)


def test_the_shared_facts_cover_every_column_of_the_timesheet_that_pay_needs():
    columns = {fact.column for fact in load_pay_facts()}
    assert columns == set(TOTAL_COLUMNS)


@EVERY
def test_facts_of_a_template_do_not_clash_with_the_shared_ones(code):
    shared = {fact.code for fact in load_pay_facts()} | {fact.name.zh for fact in load_pay_facts()}
    own = load_pack(code).shift_facts
    assert not shared & ({fact.code for fact in own} | {fact.name.zh for fact in own})


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("08:05", 485), ("24:00", 1440), ("08:00+1", 1920), ("23:59", 1439)]
)
def test_times_are_read(text, minute):
    assert minute_of_text(text) == minute


@pytest.mark.parametrize("text", [600, "8:00", "25:00", "08:60", "08:00+2", "", None, "08:00 "])
def test_other_times_are_refused(text):
    with pytest.raises(ValueError, match="quoted text"):
        minute_of_text(text)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"surprise": 1}, "surprise"),
        ({"default_roster": "NONE"}, "no roster 'NONE'"),
        ({"regime": {"kind": "comprehensive"}}, "has a period"),
        ({"regime": {"kind": "standard", "period": "month"}}, "has a period"),
        ({"calendar": {"working_weekdays": ["mon"], "national": "XX"}}, "CN"),
        ({"punches": {"before_minutes": 120, "after_minutes": 1000, "duplicate_minutes": 5}}, "noon"),
        ({"fixed": [{"code": "X", "name": {"zh": "甲", "en": "x"}, "shift": "NO"}]}, "no shift 'NO'"),
        ({"name": {"zh": "零售"}}, "name.en"),
        ({"leave_types": ["annual"]}, "leave type comp"),
        ({"leave_types": ["holiday"]}, "leave_types"),
        (
            {"shifts": [{"code": "M", "name": {"zh": "早", "en": "x"}, "start": "08:00"}]},
            "start and an end or segments",
        ),
        (
            {"known_issues": [{"code": "week_too_long", "roster": "NO", "note": {"zh": "甲", "en": "x"}}]},
            "no roster 'NO'",
        ),
    ],
)
def test_a_template_that_contradicts_itself_does_not_load(parts, text):
    with pytest.raises(ValidationError, match=text):
        Pack.model_validate(changed(**parts))


def test_a_letter_without_a_shift_and_a_roster_twice_do_not_load():
    rotations = changed()["rotations"]
    rotations[0]["cycle"] = "早早中晚晚空休"
    with pytest.raises(ValidationError, match="letter '空' has no shift"):
        Pack.model_validate(changed(rotations=rotations))
    rotations = changed()["rotations"]
    rotations[1]["code"] = rotations[0]["code"]
    with pytest.raises(ValidationError, match="roster codes must be unique"):
        Pack.model_validate(changed(rotations=rotations))


@pytest.mark.parametrize(
    "origin",
    [
        {"unit": "days"},
        {"unit": "days", "column": "due_days", "shifts": ["M"]},
        {"unit": "hours", "column": "due_days"},
        {"unit": "days", "column": "due_minutes"},
        {"unit": "days", "column": "nothing"},
    ],
)
def test_a_pay_fact_has_one_origin_in_its_unit(origin):
    with pytest.raises(ValidationError):
        PayFact.model_validate({"code": "x", "name": {"zh": "甲", "en": "x"}, **origin})
