from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PayrollConfig(AppConfig):
    name = "payroll"
    verbose_name = _("Payroll")

    def ready(self) -> None:
        from payroll.widgets import register_widgets

        import_module("payroll.jobs")  # the month stage, the job kind and the approval kind
        register_widgets()
