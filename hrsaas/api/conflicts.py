"""From what the database refuses to what a person can read. Never shows SQL, table names or other rows' values."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from hrsaas.api.problems import Fault, Problem, both, translated

# SQLSTATE → (status, code, text): https://www.postgresql.org/docs/17/errcodes-appendix.html
_STATES: dict[str, tuple[int, str, Any]] = {
    "23505": (409, "unique", _("There is already such an entry.")),
    "23P01": (409, "overlap", _("This overlaps with an entry that is already there.")),
    "23503": (409, "reference", _("This refers to an entry that does not exist, or is still in use elsewhere.")),
    "23514": (409, "check", _("These values do not go together.")),
    "23502": (400, "required", _("A required value is missing.")),
    "22P05": (400, "text", _("A text contains characters that cannot be stored.")),
    "22021": (400, "text", _("A text contains characters that cannot be stored.")),
    "22001": (400, "length", _("A text is too long.")),
    "22003": (400, "range", _("A number is out of range.")),
    "22008": (400, "range", _("A date is out of range.")),
}
_BUSY = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available


def database_problem(error: DatabaseError) -> Problem | None:
    """The problem behind a database error, or None if it is a mistake of ours."""
    if isinstance(error, ProtectedError | RestrictedError):
        return translated(409, "api.in_use", _("It cannot be removed: other entries refer to it."))
    cause = error.__cause__
    state = getattr(cause, "pgcode", None) or ""
    if state in _BUSY:
        text = _("Somebody else is changing the same data. Try again.")
        return translated(409, "api.busy", text, headers={"Retry-After": "1"})
    if state not in _STATES:
        return None
    return _refused(state, getattr(getattr(cause, "diag", None), "constraint_name", None) or "")


def _refused(state: str, constraint_name: str) -> Problem:
    status, kind, text = _STATES[state]
    model, constraint = _constraints().get(constraint_name, (None, None))
    if constraint is None:
        return translated(status, f"api.{kind}", text)
    code = getattr(constraint, "violation_error_code", None) or kind
    if constraint.violation_error_message != constraint.default_violation_error_message:
        text = constraint.violation_error_message
    zh, en = both(text)
    blamed = _fields(constraint)
    name = re.sub(rf"^{model._meta.app_label}_", "", constraint_name)
    faults = [Fault(code, zh, en, one) for one in blamed]
    return Problem(status, f"{model._meta.app_label}.{name}", zh, en, faults)


def _fields(constraint: Any) -> list[str]:
    return [name for name in getattr(constraint, "fields", ()) if name != "tenant"]


@cache
def _constraints() -> dict[str, tuple[type[models.Model], Any]]:
    return {
        constraint.name: (model, constraint) for model in apps.get_models() for constraint in model._meta.constraints
    }
