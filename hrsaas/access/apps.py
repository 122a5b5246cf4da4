from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "hrsaas.access"
    verbose_name = _("Access")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from hrsaas.access.sessions import bind_session, note_sign_in

        user_logged_in.connect(bind_session, dispatch_uid="hrsaas.access.bind_session")
        # Connected under Django's name before Django is, so that it takes its place.
        user_logged_in.connect(note_sign_in, dispatch_uid="update_last_login")
