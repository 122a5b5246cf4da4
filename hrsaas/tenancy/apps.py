from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "hrsaas.tenancy"
    verbose_name = _("Tenancy")

    def ready(self) -> None:
        from hrsaas.tenancy.checks import check_tenant_models

        checks.register(check_tenant_models, "tenancy")
