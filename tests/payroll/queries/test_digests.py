"""Digests say whether payslips are still those that were calculated."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection

from payroll.models import FormulaSetVersion, PayRun
from payroll.queries import digests
from tests.payroll.conftest import JANUARY, Payroll


@pytest.fixture
def run(shop: Payroll) -> PayRun:
    for code in ("E10", "E9", "e1", "赵1", "E2"):
        shop.hire(code)
        shop.full_month(code, JANUARY)
    return shop.calculate(JANUARY)


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
def test_the_chain_has_a_link_per_block_and_its_own_beginning(
    run: PayRun, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(digests, "BLOCK", size)
    found = digests.digests_of(run)
    assert len(found.chain) == -(-5 // size)
    assert found.inputs == run.input_digest
    assert (found.result == run.result_digest) == (size >= 5)


def test_the_digest_can_be_recomputed_from_plain_sql(run: PayRun) -> None:
    """The whole recipe: rows by the bytes of their number, in PostgreSQL's binary form, over the formula set."""
    fields = (
        "employee_code, texts, inputs, employee_id, employee_name, unit_id, position_id, city, gross_fen, tax_fen,"
        " net_fen, cost_fen, error, warnings, amounts"
    )
    sent = ", ".join(f"{_send(name.strip())}" for name in fields.split(","))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sent} FROM payroll_payslip ORDER BY convert_to(employee_code, 'UTF8')")
        rows = [b"\0\x0f" + b"".join(_field(value) for value in row) for row in cursor.fetchall()]
    block = hashlib.sha256(b"".join(rows)).digest()
    start = bytes.fromhex(FormulaSetVersion.objects.get().digest)
    assert run.result_digest == hashlib.sha256(start + block).hexdigest()


def _send(name: str) -> str:
    if name in ("amounts", "inputs", "texts"):
        return f"array_send({name})"
    if name in ("error", "warnings"):
        return f"jsonb_send({name})"
    return f"{'int8send' if name.endswith(('_id', '_fen')) else 'textsend'}({name})"


def _field(value: memoryview | None) -> bytes:
    return b"\xff" * 4 if value is None else len(value).to_bytes(4, "big") + bytes(value)


@pytest.mark.parametrize(
    ("change", "inputs_too"),
    [
        ("amounts[1] = amounts[1] + 1", False), ("net_fen = net_fen + 1", False), ("city = '北京'", False),
        ("warnings = '[]'", False), ("employee_name = employee_name || ' '", False),
        ("inputs[1] = COALESCE(inputs[1], 0) + 1", True), ("texts[1] = NULL", True),
    ],
)  # fmt: skip
def test_every_change_shows(run: PayRun, change: str, inputs_too: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE payroll_payslip SET {change} WHERE employee_code = 'E2'")
    found = digests.digests_of(run)
    assert found.result != run.result_digest
    assert (found.inputs != run.input_digest) == inputs_too
