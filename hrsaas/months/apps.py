from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonthsConfig(AppConfig):
    name = "hrsaas.months"
    verbose_name = _("Month close")

    def ready(self) -> None:
        from hrsaas.months import jobs, widgets  # noqa: F401  # register the job kind and the dashboard card
