"""A Pratt parser: tokens to ``ast``. Keywords are Chinese or English, whatever the case."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from .ast import Binary, Call, Expr, Literal, Name, Unary
from .errors import FormulaError
from .limits import MAX_ARGS, MAX_DEPTH
from .tokens import Kind, Token, tokenize

KEYWORDS = {
    "AND": "AND", "并且": "AND", "且": "AND",
    "OR": "OR", "或者": "OR", "或": "OR",
    "NOT": "NOT", "非": "NOT",
    "IN": "IN", "属于": "IN",
    "TRUE": "TRUE", "真": "TRUE",
    "FALSE": "FALSE", "假": "FALSE",
}  # fmt: skip
COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
POWER = {"OR": 1, "AND": 2, **dict.fromkeys(COMPARISONS, 4), "IN": 4, "+": 5, "-": 5, "*": 6, "/": 6}
NOT_POWER, COMPARE_POWER, SIGN_POWER = 3, 4, 7


def parse(text: str) -> Expr:
    """The tree of ``text``. Raises FormulaError."""
    return _Parser(tokenize(text)).whole()


def keyword(token: Token) -> str:
    """The keyword a token stands for, or ''."""
    if token.kind is not Kind.NAME or token.quoted:
        return ""
    return KEYWORDS.get(token.text.upper(), "")


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def whole(self) -> Expr:
        tree = self.expression(0)
        if self.token.kind is not Kind.END:
            raise self.unexpected()
        return tree

    def expression(self, power: int) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("TOO_DEEP", self.token.start)
        left = self.prefix()
        compared = False
        while (own := POWER.get(self.operator(), 0)) > power:
            if own == COMPARE_POWER and compared:
                raise FormulaError("CHAINED_CMP", self.token.start)
            compared = compared or own == COMPARE_POWER
            left = self.infix(left, own)
        self.depth -= 1
        return left

    def operator(self) -> str:
        return self.token.text if self.token.kind is Kind.OPERATOR else keyword(self.token)

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def infix(self, left: Expr, power: int) -> Expr:
        op, token = self.operator(), self.take()
        if op == "IN":
            args, end = self.arguments(token)
            return Call(token.start, left.start, end, "IN", (left, *args))
        right = self.expression(power)
        return Binary(token.start, left.start, right.end, op, left, right)

    def prefix(self) -> Expr:
        token, word = self.token, keyword(self.token)
        if word:
            return self.word(word)
        if token.kind is Kind.NUMBER:
            self.take()
            return Literal(token.start, token.start, token.end, Fraction(token.text))
        if token.kind is Kind.TEXT:
            self.take()
            return Literal(token.start, token.start, token.end, token.text)
        if token.kind is Kind.NAME:
            return self.name_or_call()
        return self.sign_or_group()

    def word(self, word: str) -> Expr:
        token = self.take()
        if word in ("TRUE", "FALSE"):
            return Literal(token.start, token.start, token.end, word == "TRUE")
        if word == "NOT":
            operand = self.expression(NOT_POWER)
            return Unary(token.start, token.start, operand.end, "NOT", operand)
        args, end = self.arguments(token)
        return Call(token.start, token.start, end, word, args)

    def name_or_call(self) -> Expr:
        token = self.take()
        if self.token.text != "(" or token.quoted:
            return Name(token.start, token.start, token.end, token.text)
        args, end = self.arguments(token)
        return Call(token.start, token.start, end, token.text.upper(), args)

    def sign_or_group(self) -> Expr:
        token = self.token
        if token.kind is Kind.OPERATOR and token.text in "+-":
            self.take()
            operand = self.expression(SIGN_POWER)
            return Unary(token.start, token.start, operand.end, token.text, operand)
        if token.kind is Kind.OPERATOR and token.text == "(":
            self.take()
            inner = self.expression(0)
            return replace(inner, start=token.start, end=self.close())
        raise self.unexpected()

    def arguments(self, function: Token) -> tuple[tuple[Expr, ...], int]:
        """The arguments in parentheses, and where the closing one ends."""
        if self.token.text != "(" or self.token.kind is not Kind.OPERATOR:
            raise self.unexpected()
        self.take()
        args: list[Expr] = []
        if self.token.text != ")" or self.token.kind is not Kind.OPERATOR:
            args.append(self.expression(0))
            while self.token.text == "," and self.token.kind is Kind.OPERATOR:
                self.take()
                args.append(self.expression(0))
                if len(args) > MAX_ARGS:
                    raise FormulaError("TOO_MANY_ARGS", function.start)
        return tuple(args), self.close()

    def close(self) -> int:
        if self.token.text != ")" or self.token.kind is not Kind.OPERATOR:
            raise self.unexpected()
        return self.take().end

    def unexpected(self) -> FormulaError:
        token = self.token
        if token.kind is Kind.END:
            return FormulaError("SYNTAX", token.start, zh="公式不完整", en="the formula is incomplete")
        return FormulaError("SYNTAX", token.start, zh=f"此处不应出现 “{token.text}”", en=f"unexpected {token.text!r}")
