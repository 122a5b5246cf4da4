from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "hrsaas.approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        from hrsaas.approvals import widgets  # noqa: F401  # registers the dashboard's card
