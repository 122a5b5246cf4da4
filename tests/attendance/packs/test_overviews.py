"""What people read about the templates is what the templates say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from attendance.packs.overviews import overview, table

DOCS = Path(__file__).parents[3] / "docs" / "attendance_packs.md"


def test_an_overview_has_the_cycle_the_regime_and_the_hours_of_every_roster():
    rosters = {roster.code: roster for roster in overview("mining").rosters}
    first, surface = rosters["R1"], rosters["SURFACE"]
    assert (first.days, first.crews, first.hours, first.regime) == ("E E M M N N – –", 4, 42, "comprehensive/year")
    assert (surface.days, surface.regime) == ("CD CD CD CD CD – –", "standard")
    assert overview("property").rosters[2].hours == Fraction(112, 3)


def test_the_table_in_the_docs_is_the_one_that_the_templates_make():
    assert table() in DOCS.read_text(encoding="utf-8"), "run python -m attendance.packs.overviews"


def test_the_example_in_the_docs_is_a_sound_template():
    import yaml

    from attendance.packs.lint import lint_pack
    from attendance.packs.schema import Pack

    text = DOCS.read_text(encoding="utf-8").split("```yaml\n", 1)[1].split("```", 1)[0]
    pack = Pack.model_validate(yaml.safe_load(text))
    assert [finding.level for finding in lint_pack(pack)] == ["warning"]
