"""The form of a shift: times as people write them, lists as lines, and a drawn preview."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attendance.models import Shift
from attendance.rules.reasons import clock
from attendance.services.shifts import LONGEST_CODE
from hrsaas.console.forms import ServiceForm

_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:\+([12]))?")
Parse = Callable[[str], Any]


def minute_of(text: str) -> int:
    """Minutes of the day of ``8:05`` or ``06:00+1``; ValidationError."""
    found = _TIME.fullmatch(text.strip())
    if not found or int(found[1]) > 24 or int(found[2]) > 59:
        raise ValidationError(_("“%(text)s” is no time. Write 08:05, or 06:00+1 on the next day.") % {"text": text})
    return int(found[1]) * 60 + int(found[2]) + 1440 * int(found[3] or 0)


class TimeField(forms.CharField):
    """A time of the day as minutes."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return minute_of(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value


class ListField(forms.CharField):
    """Entries between commas; ``read`` makes a row of each, ``show`` its text."""

    def __init__(self, *, read: Parse, show: Parse, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.read, self.show = read, show

    def clean(self, value: Any) -> Any:
        parts = re.split(r"[,，;；\n]+", super().clean(value))
        return [self.read(part.strip()) for part in parts if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(self.show(one) for one in value) if isinstance(value, list) else value


def _pair(text: str) -> tuple[int, int]:
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValidationError(_("“%(text)s” is no span. Write 12:00-13:00.") % {"text": text})
    return minute_of(start), minute_of(end)


def _span(text: str) -> dict[str, int]:
    start, end = _pair(text)
    return {"start_minute": start, "end_minute": end}


def _show_span(row: Mapping[str, int]) -> str:
    return f"{clock(row['start_minute'])}-{clock(row['end_minute'])}"


def _break(text: str) -> dict[str, Any]:
    paid = text.endswith("*")
    return {**_span(text.removesuffix("*")), "paid": paid}


def _show_break(row: Mapping[str, Any]) -> str:
    return _show_span(row) + ("*" if row["paid"] else "")


def _late_start(text: str) -> dict[str, int]:
    left, until = _pair(text)
    return {"left_from_minute": left, "start_until_minute": until}


def _show_late_start(row: Mapping[str, int]) -> str:
    return f"{clock(row['left_from_minute'])}-{clock(row['start_until_minute'])}"


def _length_break(text: str) -> dict[str, int]:
    above, _colon, minutes = text.replace("：", ":").partition(":")
    if not (above.strip().isdecimal() and minutes.strip().isdecimal()):
        raise ValidationError(_("“%(text)s” is no break by length. Write 360:30.") % {"text": text})
    return {"above_minutes": int(above), "minutes": int(minutes)}


def _show_length_break(row: Mapping[str, int]) -> str:
    return f"{row['above_minutes']}:{row['minutes']}"


class PreviewWidget(forms.Widget):
    """Where the drawn shift appears."""

    template_name = "attendance/shift_preview_widget.html"

    class Media:
        js = ("attendance/shift_preview.js",)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        address = reverse("admin:attendance_shift_check")
        return super().get_context(name, value, {**(attrs or {}), "address": address})


def _minutes(label: Any, initial: int = 0, **kwargs: Any) -> forms.IntegerField:
    limits = {"min_value": 0, "max_value": 2880}
    return forms.IntegerField(label=label, initial=initial, **{**limits, **kwargs})


class ShiftForm(ServiceForm):
    """Everything that a shift can do; cleaned_data has the fields of ``models.Shift``."""

    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    start_minute = TimeField(label=_("Start"), help_text=_("08:00; 06:00+1 is on the next day."))
    end_minute = TimeField(
        label=_("Ends at"),
        help_text=_("A start from 24:00 on, such as 00:00+1, makes the shift one of the day before."),
    )
    preview = forms.Field(label=_("Timeline"), required=False, widget=PreviewWidget)
    breaks = ListField(
        label=_("Breaks"), read=_break, show=_show_break,
        help_text=_("12:00-13:00, 15:00-15:15*; a star marks a paid break."),
    )  # fmt: skip
    segments = ListField(
        label=_("Segments"), read=_span, show=_show_span, help_text=_("09:30-14:00, 16:30-21:00; empty: one segment.")
    )
    punch_mode = forms.TypedChoiceField(label=_("Punches asked for"), choices=Shift.PunchMode.choices, coerce=int)
    window_before_minutes = _minutes(_("Punches count before (minutes)"), 120)
    window_after_minutes = _minutes(_("Punches count after (minutes)"), 240)
    duplicate_minutes = _minutes(_("One punch within (minutes)"), 1, min_value=1)
    late_grace_minutes = _minutes(_("Late grace (minutes)"))
    early_grace_minutes = _minutes(_("Early leave grace (minutes)"))
    flex_earliest_minute = TimeField(label=_("Flexible from"), required=False)
    flex_latest_minute = TimeField(label=_("Flexible until"), required=False)
    core_end_minute = TimeField(
        label=_("Core hours end"), required=False, help_text=_("From the latest start until then everybody is there.")
    )
    late_starts = ListField(
        label=_("Late in after late out"), read=_late_start, show=_show_late_start,
        help_text=_("21:00-10:00: who left at 21:00 or later may come until 10:00 the next day."),
    )  # fmt: skip
    length_breaks = ListField(
        label=_("Breaks by length worked"), read=_length_break, show=_show_length_break,
        help_text=_("360:30: above 360 minutes of work 30 are taken off."),
    )  # fmt: skip
    round_in_minutes = _minutes(_("Round in to (minutes)"), 1, min_value=1, max_value=60)
    round_in_direction = forms.TypedChoiceField(label=_("Round in"), choices=Shift.Rounding.choices, coerce=int)
    round_out_minutes = _minutes(_("Round out to (minutes)"), 1, min_value=1, max_value=60)
    round_out_direction = forms.TypedChoiceField(label=_("Round out"), choices=Shift.Rounding.choices, coerce=int)
    open_due_minutes = _minutes(
        _("Due minutes without fixed times"), required=False, min_value=1,
        help_text=_("Makes the shift open: nobody is late, only the hours count."),
    )  # fmt: skip
    alternatives = ListField(
        label=_("Shifts that may have been worked instead"), read=str, show=str,
        help_text=_("Codes; the punches decide."),
    )  # fmt: skip
    half_absent_below_minutes = _minutes(_("Half a day absent below (minutes)"))
    absent_below_minutes = _minutes(_("Absent below (minutes)"))
    overtime_source = forms.TypedChoiceField(
        label=_("Overtime counts"), choices=Shift.OvertimeSource.choices, coerce=int
    )
    overtime_minimum_minutes = _minutes(_("Overtime minimum (minutes)"), 1, min_value=1)
    overtime_step_minutes = _minutes(_("Overtime step (minutes)"), 1, min_value=1)
    overtime_before = forms.BooleanField(label=_("Overtime before the shift"), required=False)
    overtime_after = forms.BooleanField(label=_("Overtime after the shift"), required=False, initial=True)
    night_start_minute = TimeField(label=_("Night begins"), initial=22 * 60)
    night_end_minute = TimeField(label=_("Night ends"), initial=30 * 60)
    night_shift = forms.BooleanField(label=_("Counts as night shift"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data.pop("preview", None)
        return data


class NewShiftForm(ShiftForm):
    code = forms.CharField(label=_("Code"), max_length=LONGEST_CODE)
    field_order = ("code",)


class ChangeShiftForm(ShiftForm):
    start_date = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput, required=False,
        help_text=_("Days before keep the shift as it was. Empty: for all days that are not locked."),
    )  # fmt: skip
    field_order = ("start_date",)


def shown(row: Shift) -> dict[str, Any]:
    """The first values of the form for a shift."""
    names = [name for name in ShiftForm.base_fields if name != "preview"]
    return {name: getattr(row, name) for name in names}
