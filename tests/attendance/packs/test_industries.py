"""The industry templates load, hold together and say what they promise."""

from copy import deepcopy

import pytest
from pydantic import ValidationError

from attendance.packs.lint import lint_pack
from attendance.packs.loader import INDUSTRIES, UnknownPackError, list_packs, load_pack, load_pay_facts, read_yaml
from attendance.packs.schema import Pack, PayFact, minute_of_text
from attendance.rules.timesheets import TOTAL_COLUMNS

EVERY = pytest.mark.parametrize("code", list_packs())


def changed(**parts) -> dict:
    return {**deepcopy(read_yaml(INDUSTRIES / "retail.yaml")), **parts}


def test_the_templates_of_the_first_month_are_there():
    assert {"retail", "healthcare", "office_flex"} <= set(list_packs())


def test_an_unknown_template_names_the_known_ones():
    with pytest.raises(UnknownPackError, match=r"no template 'space'.*retail"):
        load_pack("space")


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
