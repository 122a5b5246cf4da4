"""Digests over the payslips of a run, of the rows as the database hands them out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, copy_rows
from payroll.models import ManualAmount, PayRun, RetroDifference

BLOCK = 1_000
# All that a payslip says; what it was calculated from comes first.
_INPUTS = ("employee_code", "texts", "inputs")
_RESULTS = (
    "employee_id", "employee_name", "unit_id", "position_id", "city", "gross_fen", "tax_fen", "net_fen", "cost_fen",
    "error", "warnings", "amounts",
)  # fmt: skip
_FIELDS = _INPUTS + _RESULTS


@dataclass(frozen=True)
class Digests:
    """chain: one SHA-256 per 1,000 payslips by employee number, each over the one before and the digest of the block;
    hex. The first is over the formula set's digest: amounts mean nothing without it; where amounts are set by hand,
    over the SHA-256 of that and of them with their reasons. inputs: SHA-256 over the inputs of all payslips by employee
    number, the differences of closed months behind them and the amounts set by hand; '' without payslips.
    """

    chain: list[str]
    inputs: str

    @property
    def result(self) -> str:
        """The last of the chain: stands for all payslips; '' without any."""
        return self.chain[-1] if self.chain else ""


@dataclass(frozen=True)
class Block:
    """Neighbouring payslips as PostgreSQL sends them: the number of fields (two bytes), then each field as its size
    (four bytes, -1 for NULL) and its value.
    """

    rows: list[bytes]

    @cached_property
    def whole(self) -> bytes:
        return b"".join(self.rows)

    @cached_property
    def starts(self) -> Ints:
        """Where each row begins in ``whole``."""
        lengths = np.fromiter(map(len, self.rows), dtype=np.int64, count=len(self.rows))
        return np.cumsum(lengths) - lengths

    def sizes(self, at: Ints) -> Ints:
        """The four bytes from these places on, as integers."""
        found = np.ndarray((len(self.whole) - 3,), ">i4", self.whole, strides=(1,))
        return found[at].astype(np.int64)

    def numbers(self, at: Ints) -> Ints:
        """The eight bytes from these places on, as integers."""
        found = np.ndarray((len(self.whole) - 7,), ">i8", self.whole, strides=(1,))
        return found[at].astype(np.int64)

    @cached_property
    def fields(self) -> dict[str, Ints]:
        """Name → where in ``whole`` each row has its size; "" → where the row ends."""
        at, found = self.starts + 2, {}
        for name in _FIELDS:
            found[name] = at
            at = at + 4 + np.maximum(self.sizes(at), 0)
        return found | {"": at}

    @cached_property
    def inputs(self) -> bytes:
        """The rows up to the end of their inputs."""
        ends = (self.fields[_RESULTS[0]] - self.starts).tolist()
        return b"".join([row[:end] for row, end in zip(self.rows, ends, strict=True)])


def digests_of(run: PayRun, also: Callable[[Block], object] | None = None) -> Digests:
    """Both digests in one reading of the run's payslips, a block at a time. also: takes each block too."""
    assert run.formula_set is not None, "only a draft has none"
    manual = _manual(run)
    hashing = _Hashing(_beginning(run.formula_set.digest, manual), also)
    params = {"tenant": require_tenant_id(), "run": run.id}
    copy_rows(_ROWS, params, hashing.take, size=BLOCK)
    hashing.inputs.update(_differences(run))
    hashing.inputs.update(manual)
    return Digests(hashing.chain, hashing.inputs.hexdigest() if hashing.chain else "")


def chain_of(run: PayRun) -> list[str]:
    """The chain of ``digests_of``."""
    return digests_of(run).chain


def _differences(run: PayRun) -> bytes:
    rows = RetroDifference.objects.filter(run=run).order_by("employee", "origin", "item")
    fields = ("employee_id", "origin_id", "item", "kind", "paid", "due", "is_carried")
    return "".join(f"{row}\n" for row in rows.values_list(*fields).iterator(chunk_size=BLOCK)).encode()


def _manual(run: PayRun) -> bytes:
    """What people set by hand: whose payslips, and who said why."""
    rows = ManualAmount.objects.filter(run=run).order_by("employee", "item")
    fields = ("employee_id", "item", "amount_fen", "reason", "set_by")
    return "".join(f"{row}\n" for row in rows.values_list(*fields).iterator(chunk_size=BLOCK)).encode()


def _beginning(formula_set_digest: str, manual: bytes) -> str:
    """What the chain begins with."""
    if not manual:
        return formula_set_digest
    return hashlib.sha256(bytes.fromhex(formula_set_digest) + hashlib.sha256(manual).digest()).hexdigest()


class _Hashing:
    def __init__(self, beginning: str, also: Callable[[Block], object] | None) -> None:
        self.chain: list[str] = []
        self.inputs = hashlib.sha256()
        self._previous, self._also = beginning, also

    def take(self, rows: list[bytes]) -> None:
        """The next block."""
        block = Block(rows)
        digest = hashlib.sha256(block.whole).digest()
        self._previous = hashlib.sha256(bytes.fromhex(self._previous) + digest).hexdigest()
        self.chain.append(self._previous)
        self.inputs.update(block.inputs)
        if self._also is not None:
            self._also(block)


_ROWS = f"""
SELECT {", ".join(_FIELDS)} FROM payroll_payslip
WHERE tenant_id = %(tenant)s AND run_id = %(run)s ORDER BY employee_code
"""
