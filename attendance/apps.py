from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = _("Attendance")

    def ready(self) -> None:
        from attendance.services import corrections, month_unlocks, overtime_requests, punch_voids, shift_swaps
        from attendance.widgets import register_widgets

        import_module("attendance.jobs")
        month_unlocks.register_approvals()
        corrections.register_approvals()
        punch_voids.register_approvals()
        overtime_requests.register_approvals()
        shift_swaps.register_approvals()
        register_widgets()
