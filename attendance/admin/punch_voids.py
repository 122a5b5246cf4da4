"""Asking to void a wrong punch, from its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.admin.corrections import told
from attendance.admin.request_words import sent
from attendance.models import Punch
from attendance.services.corrections import Evidence
from attendance.services.punch_voids import ask_void, preview_void
from hrsaas.access.actors import Actor
from hrsaas.console.forms import ServiceForm


class VoidForm(ServiceForm):
    reason = forms.CharField(label=_("Reason"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.FileField(label=_("Evidence"), required=False, help_text=_("PNG, JPEG or PDF, at most 5 MB"))


def preview_from_form(*, subject: Punch, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    """What the days come to without the punch."""
    return told(preview_void(punch=subject, actor=actor, now=now))


def ask_from_form(*, subject: Punch, data: dict[str, Any], actor: Actor, now: datetime) -> str:
    """Ask, and say what it will change."""
    shown = preview_from_form(subject=subject, data=data, actor=actor, now=now)
    file = data["evidence"]
    evidence = Evidence(file.name, file.read()) if file else None
    ask_void(punch=subject, reason=data["reason"], evidence=evidence, actor=actor, now=now)
    return sent(shown)
