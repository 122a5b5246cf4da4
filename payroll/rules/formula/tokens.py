"""Text to tokens. Positions are those of the text as typed; folding is character for character."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from .errors import FormulaError
from .limits import MAX_CHARS, MAX_DECIMAL_DIGITS, MAX_INTEGER_DIGITS, MAX_TOKENS

# Punctuation of Chinese input methods, each folded to the one character that is meant.
FOLD = str.maketrans(
    "（）［］【】，＋－−＊×／÷＝＜＞“”＂．＾％＆｜～！",
    '()[][],+--**//=<>""".^%&|~!',
)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
OPERATORS = re.compile(r"<=|>=|<>|[≤≥≠+\-*/=<>(),]")
SPELLING = {"≤": "<=", "≥": ">=", "≠": "<>"}
REFUSED = re.compile(r"\*\*|//|==|!=|&&|\|\||<<|>>|[\^%&|~!]")
HINTS = {"==": "=", "!=": "<>", "&&": "AND", "||": "OR", "!": "NOT", "%": "/ 100"}
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


class Kind(StrEnum):
    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is normalised (names NFKC, operators in ASCII); ``start``/``end`` count typed characters."""

    kind: Kind
    text: str
    start: int
    end: int
    quoted: bool = False


def tokenize(text: str) -> list[Token]:
    """Tokens of ``text``, closed by END. Raises FormulaError with the position of the offence."""
    if len(text) > MAX_CHARS:
        raise FormulaError("TOO_LONG", MAX_CHARS)
    folded = text.translate(FOLD)
    tokens: list[Token] = []
    at = _skip_space(folded, 0)
    while at < len(text):
        token = _next(text, folded, at)
        tokens.append(token)
        if len(tokens) > MAX_TOKENS:
            raise FormulaError("TOO_COMPLEX", token.end)
        at = _skip_space(folded, token.end)
    tokens.append(Token(Kind.END, "", len(text), len(text)))
    return tokens


def normal_name(text: str) -> str:
    """The one spelling under which a name is looked up."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def is_plain_name(name: str) -> bool:
    """Whether ``name`` may be written without brackets (keywords aside)."""
    return bool(name) and _starts_name(name[0]) and all(_goes_on(char) for char in name)


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and (text[at] in "\t\r\n" or unicodedata.category(text[at]) == "Zs"):
        at += 1
    return at


def _next(text: str, folded: str, at: int) -> Token:
    char = folded[at]
    if "0" <= char <= "9":
        return _number(folded, at)
    if _starts_name(char):
        return _name(text, folded, at)
    if char == "[":
        return _quoted(text, folded, at, "]", Kind.NAME)
    if char == '"':
        return _quoted(text, folded, at, '"', Kind.TEXT)
    return _operator(text, folded, at)


def _number(text: str, at: int) -> Token:
    found = NUMBER.match(text, at)
    assert found is not None, "the caller saw a digit"
    literal, end = found.group(), found.end()
    if end < len(text) and (text[end] == "." or _goes_on(text[end])):
        raise FormulaError("BAD_NUMBER", at)
    whole, _, decimals = literal.partition(".")
    if len(whole) > MAX_INTEGER_DIGITS or len(decimals) > MAX_DECIMAL_DIGITS:
        raise FormulaError("NUM_TOO_BIG", at)
    return Token(Kind.NUMBER, literal, at, end)


def _starts_name(char: str) -> bool:
    return char.isalpha() or char == "_"


def _goes_on(char: str) -> bool:
    return char.isalnum() or char == "_"


def _name(text: str, folded: str, at: int) -> Token:
    end = at + 1
    while end < len(folded) and _goes_on(folded[end]):
        end += 1
    return Token(Kind.NAME, _checked_name(text[at:end], at), at, end)


def _quoted(text: str, folded: str, at: int, close: str, kind: Kind) -> Token:
    end = folded.find(close, at + 1)
    if end < 0:
        raise FormulaError("SYNTAX", at, zh=f"缺少结束的 {close}", en=f"no closing {close}")
    inner = text[at + 1 : end]
    for offset, char in enumerate(inner):
        if unicodedata.category(char) in INVISIBLE:
            raise FormulaError("BAD_CHAR", at + 1 + offset, what=char)
    if kind is Kind.NAME:
        inner = _checked_name(inner, at)
    return Token(kind, inner, at, end + 1, quoted=True)


def _checked_name(raw: str, at: int) -> str:
    name = normal_name(raw)
    if "__" in name:
        raise FormulaError("BAD_NAME", at)
    if not name:
        raise FormulaError("SYNTAX", at, zh="方括号内没有名称", en="no name inside the brackets")
    return name


def _operator(text: str, folded: str, at: int) -> Token:
    refused = REFUSED.match(folded, at)
    if refused:
        what = refused.group()
        hint = HINTS.get(what, "")
        zh, en = (f"，请用 {hint}", f"; use {hint}") if hint else ("", "")
        raise FormulaError("OP_NOT_ALLOWED", at, what=what, hint_zh=zh, hint_en=en)
    found = OPERATORS.match(folded, at)
    if not found:
        raise FormulaError("BAD_CHAR", at, what=text[at])
    return Token(Kind.OPERATOR, SPELLING.get(found.group(), found.group()), at, found.end())
