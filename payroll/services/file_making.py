"""How a job makes a file of a pay run: payslips chunk by chunk into a ZIP, every other kind in one step.

Each step adds a part in the transaction that moves the job on, so a repeated one adds nothing twice.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hrsaas.jobs.kinds import StepResult
from hrsaas.sheets import CONTENT_TYPES, Sheet, write_csv, write_xlsx
from hrsaas.tenancy.keys import encrypt_bytes
from hrsaas.tenancy.queries.tenants import current_tenant
from payroll.models import PayFile, PayFilePart, Payment, PayRun, Payslip
from payroll.packs.bank_layouts import BankLayout
from payroll.printing.layouts import printed
from payroll.queries.bank_files import Batch, bank_table, batch_of, layout_of
from payroll.queries.cost_tables import cost_table
from payroll.queries.filing_tables import social_table, tax_table
from payroll.queries.pay_tables import Note, Table
from payroll.queries.printed_slips import codes_of, printed_slip, slips_between
from payroll.queries.vouchers import voucher_json, voucher_table
from payroll.services.file_options import BY_ID, GIVEN, TOGETHER
from payroll.services.pay_runs import locked_run
from payroll.services.zip_pieces import last_piece, piece

# Payslips of a step: a file each, or all in one.
CHUNK, CHUNK_TOGETHER = 100, 500
_PASSWORD_DIGITS = 6
_PDF, _ZIP, _JSON, _TEXT = "application/pdf", "application/zip", "application/json", "text/plain"
_LIST_NAME = "清单 list.csv"
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))

Kind = PayFile.Kind
Made = tuple[bytes, Table]


def plan(file_id: int) -> list[Any]:
    """Keys of the steps: first and last employee number of a chunk of payslips, or one step for all."""
    file = _file(file_id)
    if file.kind != Kind.PAYSLIPS:
        return [None]
    codes, size = codes_of(file.run), CHUNK_TOGETHER if file.options["bundle"] == TOGETHER else CHUNK
    chunks = [codes[start : start + size] for start in range(0, len(codes), size)]
    return [[chunk[0], chunk[-1]] for chunk in chunks]


def make_part(*, file_id: int, key: Any, position: int, total: int) -> StepResult:
    """One step. counts: people, bytes."""
    file = _file(file_id)
    before = file.row_count
    content = _payslips(file, key, position, total) if key else _table(file)
    return StepResult(counts={"people": file.row_count - before, "bytes": len(content)})


def finish(*, file_id: int) -> dict[str, Any]:
    """The file is whole: the ZIP gets its list and directory."""
    file = _file(file_id)
    if file.content_type == _ZIP:
        entries = [entry for found in file.parts.values_list("entries", flat=True) for entry in found]
        content = last_piece(file.size, [(_LIST_NAME, _list_of(file))], entries)
        _add_part(file, file.parts.count(), content)
    file.state, file.password = PayFile.State.READY, ""
    file.save()
    return {"file": str(file.id), "people": file.row_count, "notes": len(file.notes)}


def stop(*, file_id: int) -> None:
    """The job failed or was cancelled: nothing of the file stays but that it was asked for."""
    file = PayFile.objects.filter(id=file_id).first()
    if file is not None:
        file.parts.all().delete()
        Payment.objects.filter(file_id=file.pk).delete()
        file.state, file.password = PayFile.State.FAILED, ""
        file.save(update_fields=["state", "password"])


def _payslips(file: PayFile, key: Sequence[str], position: int, total: int) -> bytes:
    slips, notes = _printable(file, list(slips_between(file.run, *key)))
    file.row_count += len(slips)
    file.amount_fen += sum(slip.net_fen or 0 for slip in slips)
    file.notes = [*file.notes, *notes]
    if total == 1 and file.options["bundle"] == TOGETHER:
        content = _pdf(file, slips)
        file.content_type, file.file_name = _PDF, file.file_name.removesuffix(".zip") + ".pdf"
        return _add_part(file, position, content)
    file.content_type = _ZIP
    content, entries = piece(file.size, _pdfs(file, slips, position))
    return _add_part(file, position, content, entries)


def _pdfs(file: PayFile, slips: Sequence[Payslip], position: int) -> Iterator[tuple[str, bytes]]:
    if file.options["bundle"] == TOGETHER:
        yield f"{file.run.month:%Y-%m}-{position + 1:04}.pdf", _pdf(file, slips)
        return
    for slip in slips:
        name = f"{slip.employee_code} {slip.employee_name} {file.run.month:%Y-%m}".translate(_NOT_IN_NAMES)
        yield f"{name}.pdf", _pdf(file, [slip])


def _pdf(file: PayFile, slips: Sequence[Payslip]) -> bytes:
    password = {BY_ID: _by_id(slips[0]), GIVEN: file.password}.get(file.options["protect"], "")
    return printed([printed_slip(slip, file.run) for slip in slips], file.options["layout"], password)


def _printable(file: PayFile, slips: list[Payslip]) -> tuple[list[Payslip], list[Note]]:
    """Whoever cannot be given a password of his own is noted instead of printed without one."""
    if file.options["protect"] != BY_ID:
        return slips, []
    able = [slip for slip in slips if len(_by_id(slip)) == _PASSWORD_DIGITS]
    zh, en = "没有可用作密码的证件号码，未生成", "no identity number to protect it with: not made"
    left_out = [slip for slip in slips if slip not in able]
    return able, [{"code": one.employee_code, "name": one.employee_name, "zh": zh, "en": en} for one in left_out]


def _by_id(slip: Payslip) -> str:
    number: str = slip.employee.id_number
    return number[-_PASSWORD_DIGITS:]


def _table(file: PayFile) -> bytes:
    content, table = _MAKERS[Kind(file.kind)](file)
    file.row_count, file.amount_fen, file.notes = table.row_count, table.amount_fen, list(table.notes)
    file.content_type = _content_type(file.file_name.rpartition(".")[2])
    return _add_part(file, 0, content)


def _bank(file: PayFile) -> Made:
    """What it pays is noted in the same transaction, once for all files; the run is locked before anything is read."""
    run = locked_run(file.run_id)
    layout = layout_of(file.options["layout"])
    batch = batch_of(run, file.created_at.astimezone(current_tenant().zone).date())
    table = bank_table(file.run, layout, batch)
    _note_payments(file, batch)
    return _bank_content(table.sheets[0], layout), table


def _note_payments(file: PayFile, batch: Batch) -> None:
    amounts = {one.row.employee_id: one.row.net_fen for one in batch.payments}
    slips = Payslip.objects.filter(run=file.run_id).order_by("id").values_list("id", "employee_id")
    rows = [
        Payment(payslip_id=slip, file_id=file.pk, amount_fen=amounts[employee])
        for slip, employee in slips
        if employee in amounts
    ]
    Payment.objects.bulk_create(rows, batch_size=5_000)


def _bank_content(sheet: Sheet, layout: BankLayout) -> bytes:
    if layout.format == "xlsx":
        return _written(lambda target: write_xlsx(target, [sheet]))
    return _written(lambda target: write_csv(target, sheet, encoding=layout.encoding, delimiter=layout.delimiter))


def _workbook(table_of: Callable[[PayRun], Table]) -> Callable[[PayFile], Made]:
    def make(file: PayFile) -> Made:
        table = table_of(file.run)
        return _written(lambda target: write_xlsx(target, table.sheets)), table

    return make


def _voucher(file: PayFile) -> Made:
    table, form = voucher_table(file.run), file.options["format"]
    if form == "json":
        return json.dumps(voucher_json(file.run), ensure_ascii=False, indent=1).encode(), table
    if form == "csv":
        return _written(lambda target: write_csv(target, table.sheets[0])), table
    return _written(lambda target: write_xlsx(target, table.sheets)), table


_MAKERS: Mapping[Kind, Callable[[PayFile], Made]] = {
    Kind.BANK: _bank,
    Kind.TAX: _workbook(tax_table),
    Kind.SOCIAL: _workbook(social_table),
    Kind.COST: _workbook(cost_table),
    Kind.VOUCHER: _voucher,
}


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def _content_type(extension: str) -> str:
    return {"txt": _TEXT, "json": _JSON}.get(extension) or CONTENT_TYPES[extension]


def _list_of(file: PayFile) -> bytes:
    """Who is not in the ZIP, and why; the whole number of people above it."""
    rows = [[one["code"], one["name"], one["zh"], one["en"]] for one in file.notes]
    heading = [f"{file.row_count} 份 payslips", "未包含 left out", "原因", "reason"]
    return _written(lambda target: write_csv(target, Sheet("", heading, rows)))


def _add_part(file: PayFile, position: int, content: bytes, entries: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Sealed and stored; the caller's changes of the file are saved with it."""
    sealed = encrypt_bytes(content)
    PayFilePart.objects.create(file=file, position=position, size=len(content), entries=list(entries), content=sealed)
    file.size += len(content)
    file.save()
    return content


def _file(file_id: int) -> PayFile:
    rows = PayFile.objects.select_for_update(no_key=True, of=("self",))
    file: PayFile = rows.select_related("run__formula_set", "run__entity", "run__group").get(id=file_id)
    return file
