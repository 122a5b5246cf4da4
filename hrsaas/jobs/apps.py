from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "hrsaas.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from hrsaas.jobs import tasks  # noqa: F401  # publishing finds them by name
