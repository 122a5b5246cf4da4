"""Errors of the formula language: what the author of a formula is told, in Chinese and English."""

from __future__ import annotations

from enum import IntEnum

MESSAGES: dict[str, tuple[str, str]] = {
    "BAD_CHAR": ("无法识别的字符 “{what}”", "unexpected character {what!r}"),
    "BAD_NAME": ("名称不能包含连续下划线 “__”", "a name may not contain '__'"),
    "BAD_NUMBER": (
        "数字格式不正确（不支持科学计数、十六进制、下划线）；以数字开头的名称请写成 [名称]",
        "malformed number (no exponent, hex or underscore); write a name that starts with a digit as [name]",
    ),
    "NUM_TOO_BIG": (
        "数字过大或小数位过多（整数最多 15 位，小数最多 8 位）",
        "number too large or too many decimals (at most 15 integer and 8 decimal digits)",
    ),
    "OP_NOT_ALLOWED": ("不支持运算符 “{what}”{hint_zh}", "operator {what!r} is not supported{hint_en}"),
    "SYNTAX": ("语法错误：{zh}", "syntax error: {en}"),
    "CHAINED_CMP": (
        "比较不能连写，请用 BETWEEN 或 AND",
        "comparisons cannot be chained; use BETWEEN or AND",
    ),
    "TYPE": ("类型不符：{zh}", "wrong type: {en}"),
    "UNKNOWN_NAME": ("“{item}” 引用了不存在的名称 “{what}”", "{item!r} refers to unknown name {what!r}"),
    "UNKNOWN_FUNC": ("没有函数 “{what}”", "unknown function {what!r}"),
    "BAD_ARGS": ("函数 “{what}” 的参数不正确：{zh}", "wrong arguments of {what!r}: {en}"),
    "TOO_MANY_ARGS": ("参数过多（最多 32 个）", "too many arguments (at most 32)"),
    "TOO_LONG": ("公式超过 2000 字", "formula longer than 2000 characters"),
    "TOO_COMPLEX": ("公式过于复杂（最多 400 个符号）", "formula too complex (at most 400 tokens)"),
    "TOO_DEEP": ("嵌套过深（最多 32 层）", "nested too deeply (at most 32 levels)"),
    "TOO_MANY_ITEMS": ("项目过多（最多 300 个）", "too many items (at most 300)"),
    "DUPLICATE_NAME": ("名称 “{what}” 重复", "duplicate name {what!r}"),
    "LATER_PERIOD": (
        "函数 “{what}” 只能引用以前各期，期数须为 1 到 36",
        "{what!r} reads earlier periods only; the number of periods must be 1 to 36",
    ),
    "CYCLE": ("循环引用：{zh}", "circular reference: {en}"),
    "UNUSED": ("没有任何项目使用 “{what}”", "no item uses {what!r}"),
    "DIV0": ("除数为零", "division by zero"),
    "MISSING": ("缺少 “{what}” 的值", "no value for {what!r}"),
    "NO_MATCH": ("“{what}” 没有匹配的行或条件", "no row or condition matches in {what!r}"),
    "OVERFLOW": ("结果超出范围", "result out of range"),
    "BAD_PERIOD": ("“{what}” 的起止日期不在同一个月内", "{what!r} begins and ends in different months"),
}


class RowCode(IntEnum):
    """Errors of one person; the engines carry them as ``site * 16 + code`` (0 means no error)."""

    DIV0 = 1
    MISSING = 2
    NO_MATCH = 3
    OVERFLOW = 4
    BAD_PERIOD = 5


class FormulaError(Exception):
    """One mistake in one formula.

    ``code`` is stable (see ``MESSAGES``), ``pos`` the 0-based character position in the text as given,
    ``item`` the id of the item, ``path`` the item names of a cycle, ``suggestions`` near names.
    """

    def __init__(
        self,
        code: str,
        pos: int,
        *,
        item: str = "",
        path: tuple[str, ...] = (),
        suggestions: tuple[str, ...] = (),
        **words: str,
    ) -> None:
        zh, en = (text.format(**{"item": item, **words}) for text in MESSAGES[code])
        if suggestions:
            zh += f"；是否指：{'、'.join(suggestions)}"
            en += f"; did you mean: {', '.join(suggestions)}"
        super().__init__(f"{code} at {pos}: {en}")
        self.code, self.pos, self.zh, self.en = code, pos, zh, en
        self.item, self.path, self.suggestions = item, path, suggestions


class FormulaSetError(Exception):
    """A set that does not compile: ``errors`` holds the first mistake of each item, in item order."""

    def __init__(self, errors: tuple[FormulaError, ...]) -> None:
        super().__init__("; ".join(f"{error.item}: {error}" for error in errors))
        self.errors = errors
