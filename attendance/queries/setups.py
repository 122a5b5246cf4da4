"""The tenant's attendance rules, loaded once for a piece of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from attendance.models import AttendanceSettings, CalendarDay, Rotation, Shift
from attendance.packs.national_calendar import CalendarWarning, NationalDays, national_days
from attendance.rules.calendars import CalendarLayers, build_calendar
from attendance.rules.day_columns import NO_SHIFT
from attendance.rules.shift_tables import ShiftTable, compile_shifts
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Setup:
    """Shifts by id; a shift's place among them is its place in the table."""

    settings: AttendanceSettings
    shifts: tuple[Shift, ...]
    rotations: dict[int, Rotation]
    own_days: tuple[CalendarDay, ...]
    zone: ZoneInfo

    @cached_property
    def table(self) -> ShiftTable:
        return compile_shifts(
            [shift.build() for shift in self.shifts], self.settings.off_roster, self.settings.lateness
        )

    @cached_property
    def shift_ids(self) -> Ints:
        return np.array([shift.id for shift in self.shifts], dtype=np.int64)

    @cached_property
    def shift_codes(self) -> list[str]:
        return [shift.code for shift in self.shifts]

    def places_of(self, ids: Ints) -> Ints:
        """Places of shifts by their ids; -1 (no shift) stays."""
        places: Ints = np.where(ids == NO_SHIFT, NO_SHIFT, np.searchsorted(self.shift_ids, ids)).astype(np.int64)
        return places

    def ids_of(self, places: Ints) -> Ints:
        """Ids of shifts by their places; -1 stays."""
        ids: Ints = np.append(self.shift_ids, NO_SHIFT)[places]
        return ids

    def calendar(self, first: date, days: int) -> npt.NDArray[np.int8]:
        """Kinds of the days, as ``DayKind`` values."""
        national = self._national(first, first + timedelta(days=days))
        layers = CalendarLayers(
            working_weekdays=frozenset(self.settings.working_weekdays),
            days_off=national.days_off,
            shifted_workdays=national.shifted_workdays,
            statutory_days=national.statutory_days,
            own_holidays=[day.date for day in self.own_days if day.kind == CalendarDay.Kind.HOLIDAY],
            own_workdays=[day.date for day in self.own_days if day.kind == CalendarDay.Kind.WORKDAY],
        )
        return build_calendar(layers, first=first, days=days)

    def calendar_warnings(self, first: date, end: date) -> tuple[CalendarWarning, ...]:
        """What nobody may rely on yet in the national calendar of these days."""
        return self._national(first, end).warnings

    def _national(self, first: date, end: date) -> NationalDays:
        return national_days(self.settings.national_calendar or None, range(first.year, end.year + 1))


def load_setup() -> Setup:
    """The setup of the current tenant; DomainError ``attendance.settings.missing`` before a template was chosen."""
    settings = current_settings()
    return Setup(
        settings=settings,
        shifts=tuple(Shift.objects.order_by("id")),
        rotations={rotation.id: rotation for rotation in Rotation.objects.order_by("id")},
        own_days=tuple(CalendarDay.objects.all()),
        zone=current_tenant().zone,
    )


def load_calendar() -> Setup:
    """The setup without shifts and rotations, for whoever asks about days only; errors as ``load_setup``."""
    own_days = tuple(CalendarDay.objects.all())
    return Setup(settings=current_settings(), shifts=(), rotations={}, own_days=own_days, zone=current_tenant().zone)


def current_settings() -> AttendanceSettings:
    """The tenant's settings, or DomainError ``attendance.settings.missing``."""
    settings: AttendanceSettings | None = AttendanceSettings.objects.first()
    if settings is None:
        raise DomainError(
            "attendance.settings.missing",
            zh="尚未选择考勤行业模板。请先在考勤设置中安装模板。",
            en="No attendance template has been chosen yet. Install one in the attendance setup first.",
            status=409,
        )
    return settings
