"""Changing one's own password in the admin sites, through the services."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.forms import AdminOwnPasswordChangeForm

from hrsaas.access.actors import Origin
from hrsaas.access.models import Operator, User
from hrsaas.access.queries.actors import actor_for_user
from hrsaas.access.services.operators import set_operator_password
from hrsaas.access.services.users import set_password


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Django's form checks the old password and the strength of the new one; the services write and audit."""

    def save(self, commit: bool = True) -> Any:
        new, current = self.cleaned_data["new_password1"], self.cleaned_data["old_password"]
        if isinstance(self.user, Operator):
            set_operator_password(operator=self.user, password=new)
        else:
            actor = actor_for_user(self.user, Origin(via="admin"))
            set_password(user=self.user, password=new, current=current, actor=actor, now=timezone.now())
            self.user.refresh_from_db(fields=["password"])
        return self.user


def password_change(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page of both sites. Visiting operators have no password at a tenant."""
    from django.contrib.auth.views import PasswordChangeView

    if not isinstance(request.user, User | Operator):
        raise PermissionDenied
    view = PasswordChangeView.as_view(
        form_class=OwnPasswordForm,
        success_url=reverse("admin:password_change_done"),
        template_name="registration/password_change_form.html",
        extra_context=context,
    )
    return view(request)
