"""Numbers as people read them."""

from __future__ import annotations

import pytest

from hrsaas.console.figures import figure, hours, titled


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("net_fen", 123456789, "1,234,567.89"),
        ("late_minutes", 517, "8:37"),
        ("late_minutes", 0, "0:00"),
        ("people", 12345, "12,345"),
        ("average", "101.58", "101.58"),
        ("average", None, "–"),
    ],
)
def test_the_name_says_how_a_value_is_shown(name, value, shown):
    assert figure(name, value) == shown


def test_no_time_is_a_dash():
    assert hours(None) == "–"


def test_figures_come_in_the_order_of_their_titles_without_groups_and_unnamed_ones():
    titles = {"b": "B", "days": "Days", "a": "A", "gone": "Gone"}
    assert list(titled(titles, {"a": 1, "b": 2, "days": {"rest": 3}, "digest": "f00"})) == [("B", "2"), ("A", "1")]
