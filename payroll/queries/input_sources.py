"""Where an input of a payslip came from: days of the timesheet, the score, earlier payslips, an entered value.

The payslip keeps its inputs; what stands behind them is looked up in the apps that own it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction

from attendance.queries.day_results import stored_results
from attendance.rules.calendars import date_of
from attendance.rules.day_columns import NO_SHIFT, DayStatus
from hrsaas.people.queries.assignments import segments
from payroll.models import PayInput, Payslip
from payroll.queries.histories import YEAR_TO_DATE
from payroll.queries.input_columns import TIMESHEET
from payroll.queries.monthly_inputs import counting

Entry = Mapping[str, Any]
Source = dict[str, Any]

# Column of the timesheet → which days it counts, from the stored day results.
_DAYS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "due_days": lambda day: day["shift_id"] != NO_SHIFT,
    "worked_days": lambda day: (
        (day["shift_id"] != NO_SHIFT) & np.isin(day["status"], [DayStatus.PRESENT, DayStatus.MISSING_PUNCH])
    ),
    "absent_days": lambda day: day["status"] == DayStatus.ABSENT,
    "late_count": lambda day: day["late_minutes"],
    "late_minutes": lambda day: day["late_minutes"],
    "early_count": lambda day: day["early_minutes"],
    "early_minutes": lambda day: day["early_minutes"],
    "overtime_weekday_minutes": lambda day: day["overtime_weekday_minutes"],
    "overtime_rest_day_minutes": lambda day: day["overtime_rest_day_minutes"],
    "overtime_statutory_minutes": lambda day: day["overtime_statutory_minutes"],
    "night_minutes": lambda day: day["night_minutes"],
    "night_shift_count": lambda day: day["night_minutes"],
    "evening_shift_count": lambda day: day["night_minutes"],
}


def source_of(slip: Payslip, entry: Entry) -> Source:
    """``from`` (entered, default, or the input's source) and what that source knows; see each function below."""
    if entry["code"] not in YEAR_TO_DATE:
        entered = _entered(slip, entry)
        if entered is not None:
            return entered
    if _is_missing(slip, entry):
        return {"from": "default", "default": entry["default"]}
    find = _FINDERS.get(entry["source"], _nothing)
    return {"from": entry["source"], **find(slip, entry)}


def _entered(slip: Payslip, entry: Entry) -> Source | None:
    """month and value of the entry that counts."""
    rows = counting(slip.run.month, [slip.employee_id]).select_related("input")
    row = rows.filter(input__code=entry["code"]).last()
    return None if row is None else {"from": "entered", "month": f"{row.month:%Y-%m}", "value": row.shown}


def _is_missing(slip: Payslip, entry: Entry) -> bool:
    version = slip.run.formula_set
    assert version is not None
    if entry["type"] == PayInput.Type.TEXT:
        return False
    place = version.input_position(entry["code"])
    return place is None or slip.inputs[place] is None


def _days(slip: Payslip, entry: Entry) -> Source:
    """days: [{date, value}] of the month that the total counts; value in minutes or 1."""
    column = {**TIMESHEET, "paid_days": "worked_days"}.get(entry["code"], "")
    if column not in _DAYS:
        return {"days": []}
    with transaction.atomic():
        PayInput.objects.exists()  # COPY below cannot set the tenant; an ordinary statement does
        days = stored_results(np.array([slip.employee_id]), slip.run.month, slip.run.end_date)
    values = _DAYS[column](days)
    return {
        "column": column,
        "days": [
            {"date": date_of(day).isoformat(), "value": int(value)}
            for day, value in zip(days["day"].tolist(), values.tolist(), strict=True)
            if value
        ],
    }


def _score(slip: Payslip, entry: Entry) -> Source:
    """score (0 to 100 and above, as text) of the month."""
    from performance.queries.scores import coefficients

    found = coefficients(slip.run.month, [slip.employee_id]).get(slip.employee_id)
    return {"month": f"{slip.run.month:%Y-%m}", "score": None if found is None else str(found[0])}


def _earlier(slip: Payslip, entry: Entry) -> Source:
    """opening: {month, value} or null; payslips: [{month, payslip, value}] that were added up, oldest first."""
    array, code = YEAR_TO_DATE.get(entry["code"], ("amounts", entry.get("item", "")))
    slips = Payslip.objects.filter(
        employee=slip.employee_id, run__group=slip.run.group_id, run__month__lt=slip.run.month,
        run__month__gte=slip.run.month.replace(month=1, day=1),
    )  # fmt: skip
    opening = _opening(slip, entry)
    rows = slips.select_related("run__formula_set").order_by("run__month")
    found = [(one, _value(one, array, code)) for one in rows if opening is None or _month(one) >= opening["month"]]
    return {
        "opening": opening,
        "payslips": [
            {"month": _month(one), "payslip": str(one.id), "value": _decimal(value, entry)} for one, value in found
        ],
    }


def _opening(slip: Payslip, entry: Entry) -> Source | None:
    rows = counting(slip.run.month, [slip.employee_id]).filter(input__code__in=YEAR_TO_DATE)
    last = rows.last()
    if last is None:
        return None
    row = rows.filter(input__code=entry["code"], month=last.month).last()
    return {"month": f"{last.month:%Y-%m}", "value": _decimal(row.number if row else 0, entry)}


def _value(slip: Payslip, array: str, code: str) -> int | None:
    version = slip.run.formula_set
    assert version is not None
    place = version.item_position(code) if array == "amounts" else version.input_position(code)
    return None if place is None else getattr(slip, array)[place]


def _assignments(slip: Payslip, entry: Entry) -> Source:
    """assignments: [{start, end, city}] of the month, with base_pay in yuan where the input follows from it."""
    parts = segments(slip.run.month, slip.run.end_date, first_id=slip.employee_id, last_id=slip.employee_id)
    with_pay = entry["code"] in ("base_pay", "social_base", "fund_base")
    return {
        "assignments": [
            {
                "start": part.start_date.isoformat(), "end": part.end_date.isoformat(), "city": part.work_city,
                **({"base_pay": str(Decimal(part.base_pay_fen).scaleb(-2))} if with_pay else {}),
            }
            for part in parts
        ],
    }  # fmt: skip


def _nothing(slip: Payslip, entry: Entry) -> Source:
    return {}


def _month(slip: Payslip) -> str:
    return f"{slip.run.month:%Y-%m}"


def _decimal(value: int | None, entry: Entry) -> str | None:
    return None if value is None else str(Decimal(value).scaleb(-entry["scale"]))


_FINDERS: dict[str, Callable[[Payslip, Entry], Source]] = {
    PayInput.Source.PEOPLE.value: _assignments,
    PayInput.Source.ATTENDANCE.value: _days,
    PayInput.Source.PERFORMANCE.value: _score,
    PayInput.Source.HISTORY.value: _earlier,
}
