"""What the tenant's rosters are held against, and how far ahead they are made known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from attendance.models import RosterPolicy, Rotation
from attendance.queries.roster_policies import OWN_LIMITS, Severity
from attendance.rules.roster_checks import Regime, Rule
from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError

FIELDS = ("notice_days", "drafts_hidden", "severities", "limits", "regimes")


@transaction.atomic
def set_roster_policy(
    *, notice_days: int, drafts_hidden: bool, severities: Mapping[Rule, Severity], limits: Mapping[str, int],
    regimes: Mapping[str, Regime], actor: Actor, now: datetime,
) -> RosterPolicy:  # fmt: skip
    """severities and limits: those that differ from what is shipped; limits may be of OWN_LIMITS, the others are law.

    regimes: by rotation code, '' for all other people. Errors: attendance.roster.policy.
    """
    actor.require("attendance.setup.change")
    _require_sound(limits, regimes)
    row = RosterPolicy.objects.select_for_update().first() or RosterPolicy()
    old = {name: getattr(row, name) for name in FIELDS} if row.pk else None
    row.notice_days, row.drafts_hidden = notice_days, drafts_hidden
    row.severities = {rule.value: one.value for rule, one in severities.items()}
    row.limits = dict(limits)
    row.regimes = {code: {"kind": one.kind, "period": one.period} for code, one in regimes.items()}
    row.save()
    new = {name: getattr(row, name) for name in FIELDS}
    record(actor=actor, action="attendance.roster_policy.change", subject=row, old=old, new=new, now=now)
    return row


@transaction.atomic
def set_regime(*, rotation: Rotation, regime: Regime | None, actor: Actor, now: datetime) -> None:
    """Under which work-hour regime the people of a rotation work; None: as the template says. The rest of the rules
    stays as it is. Errors: attendance.roster.policy.
    """
    actor.require("attendance.setup.change")
    row = RosterPolicy.objects.select_for_update().first() or RosterPolicy()
    regimes = {code: Regime(**one) for code, one in row.regimes.items()}
    if regimes.get(rotation.code) == regime:
        return
    others = {code: one for code, one in regimes.items() if code != rotation.code}
    set_roster_policy(
        notice_days=row.notice_days, drafts_hidden=row.drafts_hidden,
        severities={Rule(rule): Severity(way) for rule, way in row.severities.items()}, limits=row.limits,
        regimes={**others, rotation.code: regime} if regime else others, actor=actor, now=now,
    )  # fmt: skip


def _require_sound(limits: Mapping[str, int], regimes: Mapping[str, Regime]) -> None:
    known = {"", *Rotation.objects.values_list("code", flat=True)}
    periods = all((one.kind == "comprehensive") == (one.period is not None) for one in regimes.values())
    if not set(limits) <= set(OWN_LIMITS) or not set(regimes) <= known or not periods:
        raise DomainError(
            "attendance.roster.policy", field="limits",
            zh="只能更改班次间休息、连续天数和连续夜班的限值；综合工时须有周期。",
            en="Only rest, days in a row and nights in a row may differ; the comprehensive regime has a period.",
        )  # fmt: skip
