"""Keeping what people are found by in step with their names, number and phone."""

from __future__ import annotations

from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import phone_token
from hrsaas.people.rules.pinyin import read_name
from hrsaas.people.rules.search_texts import phone_endings, search_text


def fill_search(employee: Employee) -> None:
    """Set pinyin, initials and search_text; whoever changes a name, code or phone calls this before saving."""
    reading = read_name(employee.name)
    employee.pinyin = reading.spelled[:240]
    employee.initials = reading.initials[:60]
    employee.search_text = search_text(
        code=employee.code,
        name=employee.name,
        name_en=employee.name_en,
        reading=reading,
        phone_tokens=[phone_token(ending) for ending in phone_endings(employee.phone)],
    )
