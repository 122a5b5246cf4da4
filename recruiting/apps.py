from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecruitingConfig(AppConfig):
    name = "recruiting"
    verbose_name = _("Recruiting")

    def ready(self) -> None:
        from recruiting.services.offers import register_approvals
        from recruiting.widgets import register_widgets

        register_approvals()
        register_widgets()
