from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PerformanceConfig(AppConfig):
    name = "performance"
    verbose_name = _("Performance")

    def ready(self) -> None:
        from hrsaas.people.hires import register_on_hire
        from performance.services.probation import set_probation_goals
        from performance.widgets import register_widgets

        import_module("performance.jobs")
        register_on_hire("performance.probation", set_probation_goals)
        register_widgets()
