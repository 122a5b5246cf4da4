"""Texts of items as codes: what is put in comes out, and numbers stay what they were."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payroll.rules.formula import Input, Item, TextColumn, Type, compile_set, run, written_texts
from payroll.rules.item_values import shown_value, text_codes, text_of, value_of

WRITTEN = ("A", "B", "没有")
WORDS = st.sampled_from([*WRITTEN, "上海", "北京", ""])


@given(st.lists(st.tuples(WORDS, WORDS, st.booleans()), min_size=1, max_size=30))
def test_a_text_that_is_written_or_came_in_is_read_as_it_was(people: list[tuple[str, str, bool]]) -> None:
    first, second = ([one[at] for one in people] for at in (0, 1))
    rated = np.array([one[2] for one in people])
    columns = {"城市": text_column(first), "评级": text_column(second)}
    inputs = [Input(name, Type.TEXT) for name in columns] + [Input("有", Type.BOOL)]
    formulas = [
        ("等级", 'IF(有, 评级, "没有")', Type.TEXT),
        ("地点", 'IF(等级 = "A", 城市, 等级)', Type.TEXT),
        ("奖金", 'IF(地点 = "上海", 100, 50)', Type.NUMBER),
    ]
    items = [Item(name, name, formula, 2 if kind is Type.NUMBER else 0, category="info", type=kind)
             for name, formula, kind in formulas]  # fmt: skip
    compiled = compile_set(items, inputs)
    result = run(compiled, columns | {"有": rated}, {}, len(people))
    assert written_texts(compiled, 0) == ("没有",)
    assert written_texts(compiled, 1) == ("A", "没有")
    nowhere = np.zeros(len(people), dtype=np.bool_)
    given_texts = [(column, nowhere) for column in columns.values()]
    for at in (0, 1):
        written = written_texts(compiled, at)
        codes = text_codes(result.texts[at], written, given_texts)
        entry = {"type": "text", "texts": list(written), "scale": 0}
        read = [text_of(entry, int(code), person[:2]) for code, person in zip(codes, people, strict=True)]
        grades = [grade if has else "没有" for _city, grade, has in people]
        places = [city if grade == "A" else grade for grade, (city, _g, _h) in zip(grades, people, strict=True)]
        assert read == (grades, places)[at]


def text_column(words: list[str]) -> TextColumn:
    vocabulary = tuple(dict.fromkeys(words))
    return TextColumn(np.array([vocabulary.index(word) for word in words], dtype=np.int64), vocabulary)


def test_a_text_that_is_missing_takes_its_default_from_the_written_ones() -> None:
    compiled = compile_set(
        [Item("g", "等级", "评级", 0, category="info", type=Type.TEXT)], [Input("评级", Type.TEXT, default="C")]
    )
    missing = np.array([True, False])
    result = run(compiled, {"评级": text_column(["", "C"])}, {"评级": missing}, 2)
    assert written_texts(compiled, 0) == ("C",)
    assert text_codes(result.texts[0], ("C",), [(text_column(["", "C"]), missing)]).tolist() == [1, 1]


def test_an_empty_text_in_a_formula_shifts_no_other() -> None:
    compiled = compile_set(
        [Item("g", "等级", '如果(评级 = "", "未评", 评级)', 0, category="info", type=Type.TEXT)],
        [Input("评级", Type.TEXT)],
    )
    result = run(compiled, {"评级": text_column(["", "C", "未评"])}, {}, 3)
    texts = result.texts[0]
    assert [texts.vocabulary[code] for code in texts.codes] == ["未评", "C", "未评"]


def test_values_are_read_by_their_type() -> None:
    assert [value_of({"type": "bool", "scale": 0}, amount, ()) for amount in (0, 1, None)] == ["false", "true", None]
    assert value_of({"type": "date", "scale": 0}, 20_000, ()) == "2024-10-04"
    assert value_of({"scale": 2}, -1_205, ()) == "-12.05"
    assert [shown_value({"type": "bool", "scale": 0}, 1, (), language) for language in ("zh", "en")] == ["是", "Yes"]
