"""Audit entries in words: the kind of the subject by its model, what was done to it by the action's last word.

``attendance.month.lock`` on an ``attendance.attendancemonth`` reads "Attendance month · lock". So an app that records
something new needs a line here only for a verb that nobody used before.
"""

from __future__ import annotations

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

VERBS = {
    "acknowledge": _("acknowledge a finding"),
    "activate": _("activate"),
    "add": _("add"),
    "adopt": _("take over from the library"),
    "accept": _("accept"),
    "adjust": _("adjust"),
    "advance": _("move on"),
    "answer": _("answer"),
    "apply": _("apply"),
    "approve": _("approve"),
    "ask": _("ask for"),
    "assign": _("assign"),
    "calculate": _("calculate"),
    "cancel": _("cancel"),
    "change": _("change"),
    "change_details": _("change details"),
    "change_owner": _("change owner"),
    "change_roles": _("change roles"),
    "compute": _("compute"),
    "confirm": _("confirm"),
    "confirm_silent": _("confirm by silence"),
    "create": _("create"),
    "create_digital": _("add digital worker"),
    "deactivate": _("deactivate"),
    "decline": _("decline"),
    "default": _("set the default"),
    "discard": _("discard"),
    "dismiss": _("dismiss"),
    "dispute": _("dispute"),
    "download": _("download"),
    "draft": _("draft"),
    "end": _("end"),
    "enqueue": _("start in the background"),
    "enter": _("enter"),
    "export": _("export"),
    "fail": _("could not be done"),
    "finish": _("finish"),
    "forecast": _("forecast"),
    "grant": _("grant"),
    "hire": _("hire"),
    "hold": _("hold"),
    "hire_many": _("hire many"),
    "install": _("install"),
    "issue": _("issue"),
    "leave": _("leave"),
    "lock": _("lock"),
    "move": _("move"),
    "open": _("open"),
    "pay": _("mark as paid"),
    "plan": _("plan"),
    "preview": _("preview"),
    "print": _("print"),
    "publish": _("publish"),
    "read": _("read"),
    "record": _("record"),
    "rehire": _("hire again"),
    "reject": _("reject"),
    "release": _("release"),
    "remove": _("remove"),
    "require": _("ask for"),
    "rename": _("rename"),
    "reopen": _("reopen"),
    "return": _("send back"),
    "retro": _("correct a closed month"),
    "review": _("review"),
    "revoke": _("revoke"),
    "rotate": _("rotate"),
    "save": _("save"),
    "send": _("send"),
    "set": _("set"),
    "set_password": _("set password"),
    "start": _("start"),
    "status": _("change status"),
    "submit": _("submit for approval"),
    "take": _("take"),
    "take_back": _("take back"),
    "transfer": _("transfer"),
    "unlock": _("unlock"),
    "upgrade": _("upgrade"),
    "void": _("declare void"),
    "waive": _("ask for no longer"),
    "withdraw": _("withdraw"),
}
"""What the last word of an action means."""

WHOLE = {
    "people.pay.change": _("change pay"),
}
"""Actions of which the last word says too little."""


def verb_title(action: str) -> str:
    """What was done. Actions of releases to come show as they are stored."""
    return str(WHOLE.get(action) or VERBS.get(action.rpartition(".")[2], action))


def kind_title(subject_type: str) -> str:
    """What it was done to; '' where the entry is about no row."""
    app, _dot, model = subject_type.partition(".")
    try:
        return str(capfirst(apps.get_model(app, model)._meta.verbose_name))
    except LookupError:
        return subject_type


def title_of(action: str, subject_type: str) -> str:
    """An entry in words, in the language that is active now."""
    parts = (kind_title(subject_type) if subject_type else "", verb_title(action))
    return " · ".join(part for part in parts if part)
