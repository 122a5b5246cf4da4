"""Two formula sets side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.version_diffs import RowChange, changes, row_changes, word_diff

FORMULAS = st.text(alphabet='基本工资ab[] +*/(),."“”12\n', max_size=60)


@given(FORMULAS, FORMULAS)
def test_the_parts_give_back_both_texts(old: str, new: str) -> None:
    parts = word_diff(old, new)
    assert "".join(text for kind, text in parts if kind != "new") == old
    assert "".join(text for kind, text in parts if kind != "gone") == new


def test_names_numbers_and_texts_change_as_a_whole() -> None:
    changed = [("gone", "基本工资"), ("new", "岗位工资"), ("same", " * 1.5")]
    assert word_diff("基本工资 * 1.5", "岗位工资 * 1.5") == changed
    assert ("gone", "[base pay]") in word_diff("[base pay] + 1", "[base wage] + 1")
    assert ("new", "12.5") in word_diff("x * 12", "x * 12.5")


def test_entries_are_new_gone_or_changed_in_the_facts_that_count() -> None:
    old = [{"code": "a", "name": "A", "note": 1}, {"code": "b", "name": "B"}]
    new = [{"code": "c", "name": "C"}, {"code": "a", "name": "A", "note": 2}]
    found = changes(old, new, "code", ("name",))
    assert [entry["code"] for entry in (*found.added, *found.removed)] == ["c", "b"]
    assert not found.changed
    assert changes(old, new, "code", ("name", "note")).changed == ((old[0], new[1]),)


def test_rows_are_the_same_row_where_keys_and_beginning_are() -> None:
    old = [[[1, 2], ["上海"], None], [[3, 4], ["北京"], None]]
    new = [[[1, 9], ["上海"], None], [[5, 6], ["广州"], None]]
    assert row_changes(old, new) == [
        RowChange(("上海",), None, (1, 2), (1, 9)),
        RowChange(("广州",), None, None, (5, 6)),
        RowChange(("北京",), None, (3, 4), None),
    ]
