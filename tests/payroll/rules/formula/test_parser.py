"""What the language accepts, and what it answers to the rest: code and position."""

from __future__ import annotations

import pytest

from payroll.rules.formula import FormulaError
from payroll.rules.formula.ast import Binary, Expr, Literal, Name, Unary
from payroll.rules.formula.parser import parse


def shape(expr: Expr) -> str:
    match expr:
        case Literal(value=value):
            return str(value)
        case Name(name=name):
            return name
        case Unary(op=op, operand=operand):
            return f"({op} {shape(operand)})"
        case Binary(op=op, left=left, right=right):
            return f"({shape(left)} {op} {shape(right)})"
    return f"{expr.function}({', '.join(map(shape, expr.args))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("-a * b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("a > 1 AND NOT b = 2 OR c < 3", "(((a > 1) AND (NOT (b = 2))) OR (c < 3))"),
        ("天数 ≥ 1 并且 天数 ≤ 3", "((天数 >= 1) AND (天数 <= 3))"),
        ('城市 IN ("上海"，“北京”)', "IN(城市, 上海, 北京)"),
        ("（a＋b）×c÷2", "(((a + b) * c) / 2)"),
        ("ｉｆ(真, 1, 2)", "IF(True, 1, 2)"),
        ("[加班费（1.5倍）] + [if]", "(加班费(1.5倍) + if)"),
        ("a\n\t+\u3000b", "(a + b)"),
    ],
)
def test_operators_keywords_and_full_width_punctuation_fold_into_one_tree(text: str, tree: str) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "code", "pos"),
    [
        ("", "SYNTAX", 0),
        ("1 +", "SYNTAX", 3),
        ("(1", "SYNTAX", 2),
        ("1 2", "SYNTAX", 2),
        ("MAX(1,)", "SYNTAX", 6),
        ('"abc', "SYNTAX", 0),
        ("[]", "SYNTAX", 0),
        ("a.b", "BAD_CHAR", 1),
        ("a\u200b+1", "BAD_CHAR", 1),
        ("[a\u202eb]", "BAD_CHAR", 2),
        ("１+1", "BAD_CHAR", 0),
        ("a; b", "BAD_CHAR", 1),
        ("1 + __import__", "BAD_NAME", 4),
        ("0x1F", "BAD_NUMBER", 0),
        ("1_000", "BAD_NUMBER", 0),
        ("1 + 13薪", "BAD_NUMBER", 4),
        ("1.2.3", "BAD_NUMBER", 0),
        ("1.", "BAD_NUMBER", 0),
        ("1.123456789", "NUM_TOO_BIG", 0),
        ("2 ^ 3", "OP_NOT_ALLOWED", 2),
        ("2 ** 3", "OP_NOT_ALLOWED", 2),
        ("10％", "OP_NOT_ALLOWED", 2),
        ("a == b", "OP_NOT_ALLOWED", 2),
        ("1 < a < 3", "CHAINED_CMP", 6),
        ("(" * 40 + "1" + ")" * 40, "TOO_DEEP", 32),
        ("-" * 40 + "1", "TOO_DEEP", 32),
    ],
)
def test_a_mistake_is_reported_with_code_and_position(text: str, code: str, pos: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.pos) == (code, pos)
    assert caught.value.zh
    assert caught.value.en
