"""Where an input of a payslip came from: days of the timesheet, the score, earlier payslips, an entered value.

The payslip keeps its inputs; what stands behind them is looked up in the apps that own it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import override

from attendance.queries.day_results import stored_days
from attendance.queries.overtime_adjustments import COLUMNS as ADJUSTED
from attendance.queries.overtime_adjustments import adjusted_days
from attendance.rules.calendars import date_of
from attendance.rules.day_columns import NO_SHIFT, DayStatus
from hrsaas.people.queries.assignments import Segment, segments
from hrsaas.people.rules.money import yuan
from payroll.models import DeductionClaim, MonthlyInput, PayInput, Payslip, RetroDifference
from payroll.queries.deduction_claims import claims_of
from payroll.queries.histories import YEAR_TO_DATE, earlier_runs, year_place
from payroll.queries.input_columns import TIMESHEET
from payroll.queries.monthly_inputs import counting
from payroll.queries.people_columns import working_days
from payroll.queries.retro_differences import OF_CLAIMS, differences_of
from payroll.rules.retro import CARRIED_BY, Kind
from performance.queries.scores import coefficients

Entry = Mapping[str, Any]
Source = dict[str, Any]

# Column of the timesheet → which days it counts, from the stored day results.
_DAYS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "due_days": lambda day: day["shift_id"] != NO_SHIFT,
    "worked_days": lambda day: (
        (day["shift_id"] != NO_SHIFT) & np.isin(day["status"], [DayStatus.PRESENT, DayStatus.MISSING_PUNCH])
    ),
    "absent_days": lambda day: day["absent_half_days"] > 0,
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


class Sources:
    """What stands behind the inputs of one payslip; each app is asked once, when first needed."""

    def __init__(self, slip: Payslip) -> None:
        assert slip.run.formula_set is not None, "payslips have a formula set"
        self.slip, self.version = slip, slip.run.formula_set

    def of(self, entry: Entry) -> Source:
        """``from`` (entered, default, claims, or the input's source) and what that knows; see the methods below."""
        if entry["code"] not in YEAR_TO_DATE and entry["code"] in self._entered:
            row = self._entered[entry["code"]]
            return {"from": "entered", "month": f"{row.month:%Y-%m}", "value": row.shown}
        if self._is_missing(entry):
            return {"from": "default", "default": entry["default"]}
        if entry["code"] == OF_CLAIMS and self._claims:
            return {"from": "claims", "claims": [_claim(one) for one in self._claims]}
        found = {
            PayInput.Source.PEOPLE.value: self.assignments,
            PayInput.Source.ATTENDANCE.value: self.days,
            PayInput.Source.PERFORMANCE.value: self.score,
            PayInput.Source.HISTORY.value: self.earlier,
        }.get(entry["source"])
        return {"from": entry["source"], **(found(entry) if found else {})}

    @cached_property
    def _claims(self) -> list[DeductionClaim]:
        return claims_of(self.slip.employee_id, self.slip.run.month)

    def assignments(self, entry: Entry) -> Source:
        """assignments: [{start, end, city, days}] of the month, with base_pay in yuan where the input follows from it;
        days: working days.
        """
        parts = self._assignments
        if entry["code"] not in ("base_pay", "social_base", "fund_base"):
            parts = [{key: value for key, value in part.items() if key != "base_pay"} for part in parts]
        return {"assignments": parts}

    def days(self, entry: Entry) -> Source:
        """column, and days: [{date, value}] of the month that the total counts; value in minutes or 1. Overtime of a
        locked month that was decided later comes first, with its own date.
        """
        column = {**TIMESHEET, "paid_days": "worked_days"}.get(entry["code"], "")
        if column not in _DAYS:
            return {"column": column, "days": []}
        days = zip(self._days["day"].tolist(), _DAYS[column](self._days).tolist(), strict=True)
        adjusted = self._adjusted.get(column, []) if column in ADJUSTED else []
        counted = [*adjusted, *((date_of(day), value) for day, value in days if value)]
        return {
            "column": column,
            "days": [{"date": day.isoformat(), "value": int(value)} for day, value in counted],
        }

    @cached_property
    def _adjusted(self) -> dict[str, list[tuple[date, int]]]:
        return adjusted_days(self.slip.run.month, self.slip.employee_id)

    def score(self, entry: Entry) -> Source:
        """score of the month (percent of the goals, as text) or null."""
        found = coefficients(self.slip.run.month, [self.slip.employee_id]).get(self.slip.employee_id)
        return {"month": f"{self.slip.run.month:%Y-%m}", "score": None if found is None else str(found[0])}

    def earlier(self, entry: Entry) -> Source:
        """opening: {month, value} or null; payslips: [{month, payslip, value}] that were added up, oldest first.

        Of differences of closed months instead: retro, [{month, run, item, zh, en, paid, due, difference}] in yuan.
        """
        if entry["code"] in CARRIED_BY:
            return {"opening": None, "payslips": [], "retro": self._retro(CARRIED_BY[entry["code"]])}
        array, code = YEAR_TO_DATE.get(entry["code"], ("amounts", entry.get("item", "")))
        first = self._openings[0].month if self._openings else self.slip.run.month.replace(month=1, day=1)
        return {
            "opening": self._opening(entry),
            "payslips": [
                {
                    "month": f"{one.run.month:%Y-%m}", "payslip": str(one.id),
                    "value": _decimal(_value(one, array, code), entry),
                }
                for one in self._earlier_slips
                if one.run.month >= first
            ],
        }  # fmt: skip

    def _retro(self, kinds: Mapping[Kind, int]) -> list[Source]:
        return [_difference(row) for row in differences_of(self.slip) if Kind(row.kind) in kinds]

    def _opening(self, entry: Entry) -> Source | None:
        if not self._openings or entry["code"] not in YEAR_TO_DATE:
            return None
        number = next((row.number for row in self._openings if row.input.code == entry["code"]), 0)
        return {"month": f"{self._openings[0].month:%Y-%m}", "value": _decimal(number, entry)}

    def _is_missing(self, entry: Entry) -> bool:
        place = self.version.input_position(entry["code"])
        return entry["type"] != PayInput.Type.TEXT and (place is None or self.slip.inputs[place] is None)

    @cached_property
    def _counting(self) -> list[MonthlyInput]:
        return list(counting(self.slip.run, [self.slip.employee_id]).select_related("input"))

    @cached_property
    def _entered(self) -> dict[str, MonthlyInput]:
        return {row.input.code: row for row in self._counting}

    @cached_property
    def _openings(self) -> list[MonthlyInput]:
        """The opening balance: all of the latest month that has any."""
        rows = [row for row in self._counting if row.input.code in YEAR_TO_DATE]
        return [row for row in rows if row.month == rows[-1].month]

    @cached_property
    def _segments(self) -> list[Segment]:
        run, id_ = self.slip.run, self.slip.employee_id
        return segments(run.month, run.end_date, first_id=id_, last_id=id_)

    @cached_property
    def _assignments(self) -> list[Source]:
        return [_assignment(part) for part in self._segments]

    @cached_property
    def _days(self) -> dict[str, Any]:
        with transaction.atomic():
            PayInput.objects.exists()  # COPY below cannot set the tenant; an ordinary statement does
            return stored_days(self.slip.employee_id, self.slip.run.month)

    @cached_property
    def _earlier_slips(self) -> list[Payslip]:
        runs = {one.id: one for one in earlier_runs(self.slip.run) if one.month.year == self.slip.run.month.year}
        found = list(Payslip.objects.filter(employee=self.slip.employee_id, run__in=list(runs)))
        for one in found:
            one.run = runs[one.run_id]
        return sorted(found, key=lambda slip: (slip.run.month, slip.run_id))


def _value(slip: Payslip, array: str, code: str) -> int | None:
    version = slip.run.formula_set
    assert version is not None
    place = year_place(version, array, code)
    return None if place is None else getattr(slip, array)[place]


def _assignment(part: Segment) -> Source:
    return {
        "start": part.start_date.isoformat(), "end": part.end_date.isoformat(), "city": part.work_city,
        "days": working_days(part.start_date, part.end_date), "base_pay": str(yuan(part.base_pay_fen)),
    }  # fmt: skip


def _claim(claim: DeductionClaim) -> Source:
    """A claim of the year as it stands today: kind, zh, en, start and end (months, end not included, or null)."""
    return {
        "kind": claim.kind, **_in_both(DeductionClaim.Kind(claim.kind).label), "start": f"{claim.start_date:%Y-%m}",
        "end": None if claim.end_date is None else f"{claim.end_date:%Y-%m}",
    }  # fmt: skip


def _in_both(text: Any) -> dict[str, str]:
    """zh, en of a text that waits for its language."""
    found = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[name] = str(text)
    return found


def _difference(row: RetroDifference) -> Source:
    version = row.origin.formula_set
    assert version is not None
    names = next(item for item in version.items if item["code"] == row.item)
    return {
        "month": f"{row.origin.month:%Y-%m}", "run": str(row.origin_id), "item": row.item, "zh": names["name"],
        "en": names["name_en"], "paid": str(yuan(row.paid)), "due": str(yuan(row.due)),
        "difference": str(yuan(row.amount)),
    }  # fmt: skip


def _decimal(value: int | None, entry: Entry) -> str | None:
    return None if value is None else str(Decimal(value).scaleb(-entry["scale"]))
