"""What stops people in a run, in words that say what to do."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from datetime import date

import numpy as np
from django.db.models import Exists, OuterRef

from attendance.queries.months import is_locked, no_timesheet, without_timesheet
from hrsaas.jobs.kinds import ItemError
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import active_in
from payroll.models import FormulaSetVersion, PayInput, PayRun, Payslip
from payroll.queries.input_columns import InputColumns
from payroll.rules.formula import Result, RowError

Message = dict[str, str]


def row_errors(
    version: FormulaSetVersion, result: Result, columns: InputColumns, month: date
) -> dict[int, list[Message]]:
    """Place of a person → the errors where they arose, each once. Who has no timesheet in a month whose attendance is
    locked reads that instead of the values that are missing for it.
    """
    roots = {place: _roots(version, result, place) for place in np.flatnonzero(result.failed).tolist()}
    locked_out = _locked_out(version, columns, month, roots)
    return {place: _messages(version, errors, locked_out.get(place)) for place, errors in roots.items()}


def left_out(run: PayRun, first_id: int, last_id: int, whom: Container[int]) -> list[ItemError]:
    """People of the run without a payslip in a run that takes no more of them (hired late), by employee number."""
    there = Payslip.objects.filter(run=run, employee=OuterRef("pk"))
    people = active_in(run.month, run.end_date).filter(kind=Employee.Kind.HUMAN, id__gte=first_id, id__lte=last_id)
    rows = people.filter(~Exists(there)).order_by("code").values_list("id", "code", "name")
    return [_left_out(run, code, name) for id_, code, name in rows if id_ in whom]


def _left_out(run: PayRun, code: str, name: str) -> ItemError:
    if run.submitted_at is not None and run.state == PayRun.State.REVIEWED:
        zh, en = "正在等待审批", "waits for its approval"
        zh_next, en_next = "请驳回或撤回该审批，然后重新月结", "Reject or withdraw it, and close the month again"
    else:
        zh, en = "已审批，不能再更改", "has been approved and cannot be changed any more"
        zh_next, en_next = "请为其新建非月度批次补发", "Pay the person by an off-cycle run"
    return ItemError(
        code, "payroll.run.left_out",
        zh=f"{run.month:%Y-%m} 的薪资批次{zh}，其中没有 {name}（{code}）的工资单。{zh_next}。",
        en=f"The pay run of {run.month:%Y-%m} {en}, and has no payslip for {name} ({code}). {en_next}.",
    )  # fmt: skip


def _roots(version: FormulaSetVersion, result: Result, place: int) -> list[RowError]:
    errors = (result.error(place, item) for item in range(len(version.items)))
    return list({(error.origin, error.pos, error.code): error for error in errors if error is not None}.values())


def _locked_out(
    version: FormulaSetVersion, columns: InputColumns, month: date, roots: Mapping[int, Sequence[RowError]]
) -> dict[int, Message]:
    """Place of a person → the message, for those whom only unlocking attendance helps. At most two statements."""
    of_attendance = _attendance_inputs(version)
    lacking = [place for place, errors in roots.items() if any(_lacks(of_attendance, error) for error in errors)]
    if not lacking or not is_locked(month):
        return {}
    people = {int(columns.people.ids[place]): place for place in lacking}
    without = without_timesheet(month).filter(id__in=list(people)).values_list("id", "code", "name")
    return {people[id_]: _no_timesheet(month, code, name) for id_, code, name in without}


def _no_timesheet(month: date, code: str, name: str) -> Message:
    refusal = no_timesheet(month, code=code, name=name)
    return {"code": "payroll.payslip.no_timesheet", "item": "", "zh": refusal.zh, "en": refusal.en}


def _messages(version: FormulaSetVersion, errors: Sequence[RowError], locked_out: Message | None) -> list[Message]:
    if locked_out is None:
        return [_message(version, error) for error in errors]
    of_attendance = _attendance_inputs(version)
    others = [_message(version, error) for error in errors if not _lacks(of_attendance, error)]
    return [locked_out, *others]


def _attendance_inputs(version: FormulaSetVersion) -> set[str]:
    return {entry["code"] for entry in version.inputs if entry["source"] == PayInput.Source.ATTENDANCE}


def _lacks(inputs: set[str], error: RowError) -> bool:
    return error.code == "MISSING" and not inputs.isdisjoint(_REFERENCE.findall(error.en))


def _message(version: FormulaSetVersion, error: RowError) -> Message:
    item = next(entry for entry in version.items if entry["code"] == error.origin)
    zh, en = _ADVICE[error.code]
    return {
        "code": f"payroll.payslip.{error.code.lower()}",
        "item": error.origin,
        "zh": f"“{item['name']}”：{_named(version, error.zh, 'name')}。{zh}",
        "en": f"{item['name_en']}: {_named(version, error.en, 'name_en')}. {en}",
    }


_ADVICE = {
    "DIV0": ("请检查被除数为零的数据（如应出勤天数），或用 DIV 处理。", "Check the value that is 0, or use DIV."),
    "MISSING": ("请补录该员工的这项数据后重新核算。", "Enter this value for the person and calculate again."),
    "NO_MATCH": ("请检查参数表与该员工的取值（如参保城市）。", "Check the parameter table and the person's values."),
    "BAD_PERIOD": ("请按月分段折算。", "Prorate each month on its own."),
    "OVERFLOW": ("请检查公式与录入的数据。", "Check the formula and the values entered."),
}
_REFERENCE = re.compile(r"\[@([^\]]+)\]")


def _named(version: FormulaSetVersion, text: str, key: str) -> str:
    """Stored formulas name by id; people read names."""
    names = {entry["code"]: entry[key] for entry in (*version.items, *version.inputs)}
    return _REFERENCE.sub(lambda found: names.get(found.group(1), found.group()), text)
