"""Accounts of the journal voucher for tenants that have set none."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from payroll.packs.dated import FOLDER, Strict, Text, read_yaml


class AccountEntry(Strict):
    """item: code of one item, empty for all others of the category. by_unit: lines by org unit and cost centre;
    by_project: by project.
    """

    category: Literal["earning", "reduction", "deduction", "tax", "net", "employer"]
    item: str = ""
    side: Literal["debit", "credit"]
    account: str
    name: Text
    by_unit: bool = False
    by_project: bool = False


class _File(Strict):
    confidence: Literal["typical"]
    reference: str
    accounts: tuple[AccountEntry, ...]


@cache
def account_entries() -> tuple[AccountEntry, ...]:
    return TypeAdapter(_File).validate_python(read_yaml(FOLDER / "voucher_accounts.yaml")).accounts
