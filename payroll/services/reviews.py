"""Saying why a finding that stops a run may stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.people.models import Employee
from payroll.models import FindingAcknowledgement, PayRun
from payroll.queries.finding_texts import WORDS
from payroll.queries.reviews import Review, review_of
from payroll.rules.findings import STOPS, Kind
from payroll.services.pay_runs import locked_run, require_open


@transaction.atomic
def acknowledge_findings(
    *, run: PayRun, kind: str, reason: str, actor: Actor, now: datetime, employee: Employee | None = None
) -> FindingAcknowledgement:
    """Let the findings of a kind stay, of one person or (none given) of everybody. Counts until the figures change.

    Errors: payroll.review.{no_reason,nothing_to_acknowledge}; payroll.run.{not_open,not_calculated} (409).
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    require_open(run)
    if not reason.strip():
        raise DomainError("payroll.review.no_reason", field="reason", zh="请说明理由。", en="Say why it may stay.")
    _check_found(review_of(run), kind, employee)
    made: FindingAcknowledgement
    made, _created = FindingAcknowledgement.objects.update_or_create(
        run=run, kind=kind, employee=employee, result_digest=run.result_digest,
        defaults={"reason": reason.strip(), "made_at": now, "made_by": actor.label[:200]},
    )  # fmt: skip
    facts = {"kind": kind, "employee": employee.code if employee else "", "reason": made.reason}
    record(actor=actor, action="payroll.run.acknowledge", subject=run, new=facts, now=now)
    return made


def _check_found(review: Review, kind: str, employee: Employee | None) -> None:
    """Errors cannot stay: a run with errors is never submitted."""
    found = [one for one in review.found if one.kind == kind and kind in STOPS and kind != Kind.ERROR]
    if employee is not None:
        found = [one for one in found if employee.id in review.people_of(one)]
    if not found:
        title = WORDS[Kind(kind)] if kind in list(Kind) else None
        raise DomainError(
            "payroll.review.nothing_to_acknowledge", field="kind", status=409,
            zh=f"没有须说明理由的“{title.title_zh if title else kind}”。",
            en=f"There is nothing to acknowledge under '{title.title_en if title else kind}'.",
        )  # fmt: skip
