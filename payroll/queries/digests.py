"""Digests over the payslips of a run, computed by the database from what it holds."""

from __future__ import annotations

import hashlib

from django.db import connection

from hrsaas.tenancy.context import require_tenant_id
from payroll.models import PayRun, RetroDifference

BLOCK = 1_000


def chain_of(run: PayRun) -> list[str]:
    """One SHA-256 per 1,000 payslips by employee number, each over the one before and the block; hex.

    The first is over the formula set's digest: amounts mean nothing without it.
    """
    assert run.formula_set is not None, "only a draft has none"
    chain, previous = [], run.formula_set.digest
    for block in _blocks(run, "payroll_payslip_digest"):
        previous = hashlib.sha256(bytes.fromhex(previous) + block).hexdigest()
        chain.append(previous)
    return chain


def input_digest_of(run: PayRun) -> str:
    """SHA-256 over the inputs of all payslips by employee number, and the differences of closed months behind them;
    '' without payslips.
    """
    blocks = _blocks(run, "payroll_input_digest")
    blocks += [f"{row}".encode() for row in _differences(run)]
    return hashlib.sha256(b"".join(blocks)).hexdigest() if blocks else ""


def _differences(run: PayRun) -> list[tuple[object, ...]]:
    rows = RetroDifference.objects.filter(run=run).order_by("employee", "origin", "item")
    return list(rows.values_list("employee_id", "origin_id", "item", "kind", "paid", "due", "is_carried"))


def _blocks(run: PayRun, function: str) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKS.format(function=function), {
            "tenant": require_tenant_id(), "run": run.id, "size": BLOCK,
        })  # fmt: skip
        return [bytes(row[0]) for row in cursor.fetchall()]


_BLOCKS = """
SELECT sha256(string_agg(digest, ''::bytea ORDER BY place)) FROM (
    SELECT {function}(slip) AS digest, row_number() OVER (ORDER BY employee_code COLLATE "C") - 1 AS place
    FROM payroll_payslip slip WHERE tenant_id = %(tenant)s AND run_id = %(run)s
) numbered
GROUP BY place / %(size)s ORDER BY place / %(size)s
"""
