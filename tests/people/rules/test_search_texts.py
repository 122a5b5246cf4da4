"""What a query can hit."""

from __future__ import annotations

import hashlib

import pytest

from hrsaas.people.rules.pinyin import read_name
from hrsaas.people.rules.search_texts import needles, phone_digits, phone_endings, search_text, token


def keyed(text: str) -> str:
    return hashlib.sha256(b"key" + text.encode()).hexdigest()


@pytest.fixture
def shan() -> str:
    tokens = [token(ending, keyed) for ending in phone_endings("+86 138 1234 5678")]
    return search_text(
        code="HR-0042", name="单雄信", name_en="Xiongxin Shan", reading=read_name("单雄信"), phone_tokens=tokens
    )


@pytest.mark.parametrize(
    "query",
    ["单雄", "雄信", "shanxiong", "shan xiong xin", "SHAN", "danxiong", "sxx", "hr-0042", "0042", "xiongxin shan",
     "5678", "12345678", "13812345678", "+86 138 1234 5678", "138-1234-5678"],
)  # fmt: skip
def test_found(shan, query):
    assert any(needle in shan for needle in needles(query, keyed))


@pytest.mark.parametrize("query", ["王", "wang", "678", "1381", "5679", "99945678", "9"])
def test_not_found(shan, query):
    assert not any(needle in shan for needle in needles(query, keyed))


def test_the_phone_is_not_in_the_text(shan):
    assert "5678" not in shan


@pytest.mark.parametrize("query", ["", "   "])
def test_an_empty_query_looks_for_nothing(query):
    assert needles(query, keyed) == []


def test_tokens_are_letters_that_a_lower_cased_query_cannot_hold():
    assert token("5678", keyed).isupper()
    assert token("5678", keyed).isalpha()


@pytest.mark.parametrize(
    ("phone", "digits"), [("+86 138", "138"), ("138-12", "13812"), ("8613812345678", "8613812345678"), ("", "")]
)
def test_phone_digits(phone, digits):
    assert phone_digits(phone) == digits


def test_endings_begin_at_four_digits():
    assert phone_endings("123456") == ["3456", "23456", "123456"]
    assert phone_endings("123") == []
