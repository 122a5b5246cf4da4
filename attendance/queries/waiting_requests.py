"""What people have asked for in a month and nobody has decided yet."""

from __future__ import annotations

from attendance.models import (
    AttendanceMonth,
    Correction,
    LeaveRequest,
    OvertimeRequest,
    RequestState,
    TimesheetDispute,
)  # fmt: skip
from attendance.queries.months import end_of


def waiting_in(month: AttendanceMonth) -> dict[str, int]:
    """Numbers by kind: correction, overtimerequest, leaverequest (also those that only touch it), timesheetdispute."""
    first, end = month.start_date, end_of(month.start_date)
    of_day = {"date__gte": first, "date__lt": end, "state": RequestState.WAITING}
    leave = LeaveRequest.objects.filter(
        state=LeaveRequest.State.PENDING, first_date__lt=end, last_date__gte=first
    )  # fmt: skip
    return {
        "correction": Correction.objects.filter(**of_day).count(),
        "overtimerequest": OvertimeRequest.objects.filter(**of_day).count(),
        "leaverequest": leave.count(),
        "timesheetdispute": TimesheetDispute.objects.filter(month=month, answered_at=None).count(),
    }
