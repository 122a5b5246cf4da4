"""Asking to void a wrong punch, from its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.admin.corrections import in_words
from attendance.models import Punch
from attendance.services.corrections import Evidence
from attendance.services.punch_voids import ask_void, preview_void
from hrsaas.access.actors import Actor
from hrsaas.console.forms import ServiceForm


class VoidForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.FileField(label=_("Evidence"), required=False, help_text=_("PNG, JPEG or PDF, at most 5 MB"))
    only_check = forms.BooleanField(label=_("Only show what it would do"), required=False)


def ask_from_form(*, subject: Punch, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    """Show the effect and, unless only that is wanted, ask."""
    effect = preview_void(punch=subject, actor=actor, now=now)
    if not data["only_check"]:
        file = data["evidence"]
        evidence = Evidence(file.name, file.read()) if file else None
        ask_void(punch=subject, reason=data["reason"], evidence=evidence, actor=actor, now=now)
    used = _("%(used)s of %(limit)s corrections of the month used.") % {"used": effect.used, "limit": effect.limit}
    return " ".join([*(in_words(day) for day in effect.days), str(used)])
