"""Candidates, profiles and cards: consent first, contact encrypted, wrong input refused with a clear code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection

from recruiting.models import Application, Candidate, JobProfile
from recruiting.packs.profiles import job_profiles
from recruiting.queries.funnel import funnel
from recruiting.services.candidates import add_candidate, apply, withdraw_candidate
from recruiting.services.cards import confirm_card
from recruiting.services.profiles import adopt_profile, change_profile


def test_nobody_is_kept_without_consent(alpha, refused):
    with refused("recruiting.candidate.consent"):
        add_candidate(name="王小明", consented=False, **alpha.by)


def test_contact_data_is_stored_encrypted_only(alpha):
    alpha.candidate(phone="13812345678", email="wang@example.test")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, email FROM recruiting_candidate")
        assert not any("138" in text or "wang" in text for text in cursor.fetchone())
    assert (Candidate.objects.get().phone, Candidate.objects.get().email) == ("13812345678", "wang@example.test")


def test_somebody_applies_once_for_a_job(alpha, refused):
    candidate = alpha.candidate()
    apply(candidate=candidate, profile=alpha.profile, **alpha.by)
    with refused("recruiting.application.twice"):
        apply(candidate=candidate, profile=alpha.profile, **alpha.by)


def test_a_withdrawal_ends_the_open_applications(alpha, refused):
    application = alpha.application()
    candidate = withdraw_candidate(candidate=application.candidate, **alpha.by)
    assert Application.objects.get().state == "rejected"
    with refused("recruiting.candidate.state"):
        apply(candidate=candidate, profile=alpha.profile, **alpha.by)


@pytest.mark.parametrize("code", sorted(job_profiles()))
def test_every_profile_of_the_pack_can_be_adopted_and_stored_again_unchanged(alpha, code):
    profile = adopt_profile(code=code, **alpha.by)
    assert change_profile(profile=profile, definition=profile.definition, **alpha.by).version == 1
    assert adopt_profile(code=code, **alpha.by) == profile
    assert JobProfile.objects.filter(code=code).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda definition: definition["dimensions"][0].update(weight="-1"), "recruiting.profile.invalid"),
        (lambda definition: definition.update(surprise=1), "recruiting.profile.invalid"),
        (lambda definition: definition["dimensions"][0].update(items=[]), "recruiting.profile.no_items"),
        (
            lambda definition: definition["dimensions"].append(definition["dimensions"][0]),
            "recruiting.profile.duplicate_item",
        ),
        (lambda definition: definition["probation_goals"][0].update(target="1"), "recruiting.profile.goal"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(alpha, refused, change, code):
    definition = alpha.profile.definition
    change(definition)
    with refused(code):
        change_profile(profile=alpha.profile, definition=definition, **alpha.by)


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"item": "juggling"}, "recruiting.card.item_unknown"),
        ({"sentence": " "}, "recruiting.text.missing"),
        ({"basis": "roughly"}, "recruiting.card.basis"),
        ({"number": Decimal("NaN")}, "recruiting.card.figure"),
    ],
)
def test_a_card_that_makes_no_sense_is_refused(alpha, refused, card, code):
    with refused(code):
        alpha.card(alpha.application(), **card)


def test_software_proposes_and_a_person_confirms_once(alpha, refused, actor):
    card = alpha.card(alpha.application(), confirmed=False)
    for software in (actor, replace(alpha.recruiter, kind="token")):
        with refused("recruiting.card.person"):
            confirm_card(card=card, actor=software, now=alpha.now)
    assert confirm_card(card=card, **alpha.by).decided_by == "recruiter"
    with refused("recruiting.card.state"):
        confirm_card(card=card, **alpha.by)


def test_the_funnel_counts_every_state(alpha):
    alpha.application()
    assert funnel() == {"new": 1, "screening": 0, "interview": 0, "offer": 0, "hired": 0, "rejected": 0}
