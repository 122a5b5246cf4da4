from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "hrsaas.people"
    verbose_name = _("People")

    def ready(self) -> None:
        from hrsaas.people.widgets import register_widgets

        register_widgets()
