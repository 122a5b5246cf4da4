"""What a person is found by, as one lower-cased text that LIKE looks through.

Phone numbers are not in it. Each of their endings from four digits up is there as a keyed token of upper-case letters:
what people type is lower-cased, so it can never hit a token by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hrsaas.people.rules.pinyin import Reading

SHORTEST_ENDING = 4
# 40 bits: among the 800,000 endings of 100,000 phones a stranger's query hits one by chance once in a million.
_TOKEN_LENGTH = 10
_AS_LETTERS = str.maketrans("0123456789abcdef", "ABCDEFGHIJKLMNOP")


def search_text(*, code: str, name: str, name_en: str, reading: Reading, phone_tokens: Sequence[str]) -> str:
    """Number, names, full pinyin, initials and tokens, separated by spaces."""
    spelled = dict.fromkeys(("".join(reading.syllables), "".join(reading.plain), reading.initials))
    return " ".join([*(part.lower() for part in (code, name, name_en) if part), *spelled, *phone_tokens])


def phone_endings(phone: str) -> list[str]:
    """Every ending of four digits or more, the whole number last; [] for shorter ones."""
    digits = phone_digits(phone)
    return [digits[-length:] for length in range(SHORTEST_ENDING, len(digits) + 1)]


def phone_digits(text: str) -> str:
    """Digits only; a leading country code +86 is dropped, so that both spellings are found."""
    digits = "".join(letter for letter in text if letter in "0123456789")
    return digits[2:] if text.strip().startswith("+86") else digits


def token(text: str, keyed_hash: Callable[[str], str]) -> str:
    """keyed_hash gives hex digits."""
    return keyed_hash(text)[:_TOKEN_LENGTH].translate(_AS_LETTERS)


def needles(query: str, keyed_hash: Callable[[str], str]) -> list[str]:
    """What to look for, any of which is a hit: the text, without its spaces (``zhang san``), as a phone's ending."""
    text = " ".join(query.lower().split())
    found = [text, text.replace(" ", "")] if text.isascii() else [text]
    digits = phone_digits(query)
    if len(digits) >= SHORTEST_ENDING and not any(letter.isalpha() for letter in query):
        found.append(token(digits, keyed_hash))
    return [needle for needle in dict.fromkeys(found) if needle]
