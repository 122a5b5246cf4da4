"""A profile of the pack and a candidate in alpha, a stranger in beta, and the verbs of recruiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pytest

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.models import ApprovalRequest
from hrsaas.approvals.services.requests import decide
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from recruiting.models import Application, Candidate, EvidenceCard, JobProfile, Offer
from recruiting.services.candidates import add_candidate, advance, apply
from recruiting.services.cards import add_card, confirm_card
from recruiting.services.offers import draft_offer, send_offer, submit_offer
from recruiting.services.profiles import adopt_profile
from tests.factories import make_user
from tests.people.conftest import Organisation, beta_organisation, organisation, organise

__all__ = ["beta_organisation", "organisation", "organise"]

PROFILE = "ai_cs_specialist"


@dataclass(frozen=True)
class Recruiting:
    """One tenant's verbs; recruiter and boss (an HR admin) are people."""

    organisation: Organisation
    profile: JobProfile
    recruiter: Actor
    boss: Actor
    now: datetime

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.recruiter, "now": self.now}

    def candidate(self, name: str = "王小明", **more: Any) -> Candidate:
        return add_candidate(name=name, consented=True, **more, **self.by)

    def application(self, name: str = "王小明", **more: Any) -> Application:
        return apply(candidate=self.candidate(name, **more), profile=self.profile, **self.by)

    def card(self, application: Application, item: str = "empathy", *, confirmed: bool = True,
             sentence: str = "我处理过一千多起投诉", **more: Any) -> EvidenceCard:  # fmt: skip
        card = add_card(application=application, item=item, sentence=sentence, **more, **self.by)
        return confirm_card(card=card, **self.by) if confirmed else card

    def draft(self, application: Application, **more: Any) -> Offer:
        if application.state == "new":
            application = advance(application=application, state="interview", **self.by)
        terms = {
            "unit": self.organisation.shop, "position": self.organisation.cashier, "base_pay_fen": 800_000,
            "work_city": "上海", "start_date": date(2026, 4, 15),
        }  # fmt: skip
        return draft_offer(application=application, **(terms | more), **self.by)

    def sent(self, application: Application, **more: Any) -> Offer:
        offer = submit_offer(offer=self.draft(application, **more), **self.by)
        self.decide(offer)
        return send_offer(offer=offer, **self.by)

    def decide(self, offer: Offer, *, approve: bool = True, actor: Actor | None = None) -> None:
        request = ApprovalRequest.objects.get(subject_id=offer.id, state="pending")
        decide(request=request, approve=approve, comment="", actor=actor or self.boss, now=self.now)


def recruiting_in(organisation: Organisation, actor: Actor, now: datetime) -> Recruiting:
    """Needs the tenant to be entered."""
    people = {role: make_user(role, now=now) for role in (Role.RECRUITER, Role.HR_ADMIN)}
    recruiter, boss = (replace(actor, kind="user", user_id=user.id, label=role.value) for role, user in people.items())
    return Recruiting(organisation, adopt_profile(code=PROFILE, actor=actor, now=now), recruiter, boss, now)


@pytest.fixture
def alpha(organisation: Organisation, actor: Actor, now: datetime) -> Recruiting:
    return recruiting_in(organisation, actor, now)


@pytest.fixture
def beta(beta_organisation: Organisation, tenant_b: Tenant, actor: Actor, now: datetime) -> Recruiting:
    with tenant_context(tenant_b.id):
        return recruiting_in(beta_organisation, actor, now)


@pytest.fixture
def refused() -> Callable[[str], Any]:
    from hrsaas.errors import DomainError

    return lambda code: pytest.raises(DomainError, check=lambda error: error.code == code)
