"""Match scores: only confirmed evidence counts, every number has its reason, nothing is written twice."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.tenancy.context import tenant_context
from recruiting.models import Application
from recruiting.queries.matches import gaps_of, ranking, reasons_of
from recruiting.services.cards import confirm_card, dismiss_card
from recruiting.services.matches import score, score_profile
from recruiting.services.profiles import change_profile

FULL = {
    "method": "我重写了话术", "result": "满意度提升", "number": Decimal(15), "unit": "%", "basis": "relative",
    "baseline": Decimal("3.9"), "period": "2025 年第四季度",
}  # fmt: skip


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_a_card_counts_once_somebody_confirms_it(alpha):
    application = alpha.application()
    card = alpha.card(application, confirmed=False, **FULL)
    assert fresh(application).match_score == 0
    confirm_card(card=card, **alpha.by)
    # Quality weighs 25, empathy 35 of its 100; level 4 of 5: 25 × 0.35 × 0.8.
    assert fresh(application).match_score == Decimal("7.00")


def test_reasons_quote_the_candidate_and_gaps_say_what_is_missing_in_both_languages(alpha):
    application = alpha.application()
    card = alpha.card(application, **FULL)
    waiting = alpha.card(application, "problem_solving", confirmed=False, method="逐条排查")
    row = fresh(application)
    (reason,) = reasons_of(row)
    assert (reason.item, reason.level, reason.points, reason.card_id) == ("empathy", 4, Decimal("7.00"), card.id)
    assert reason.sentence == card.sentence
    gaps = {gap.item: gap for gap in gaps_of(row)}
    assert (gaps["empathy"].missing_zh, gaps["empathy"].missing_en) == ("第三方核实", "verification by somebody else")
    assert gaps["problem_solving"].waiting == (waiting.id,)
    assert gaps_of(row)[0].open_points == max(gap.open_points for gap in gaps.values())


def test_must_haves_stand_beside_the_score(alpha):
    application = alpha.application()
    assert fresh(application).must_haves_missing == 1
    alpha.card(application, "experience_in_retail", method="在门店工作三年")
    row = fresh(application)
    assert (row.must_haves_missing, row.match_score) == (0, 0)


def test_a_dismissed_card_neither_counts_nor_waits(alpha):
    application = alpha.application()
    dismiss_card(card=alpha.card(application, confirmed=False), **alpha.by)
    assert all(gap.waiting == () for gap in gaps_of(fresh(application)))


def test_a_score_is_written_only_when_it_differs(alpha):
    application = alpha.application()
    before = fresh(application).scored_at
    later = alpha.now.replace(hour=20)
    assert score(application=application, actor=alpha.recruiter, now=later).scored_at == before
    assert score_profile(profile=alpha.profile, **alpha.by) == 0


def test_a_changed_profile_scores_its_applications_anew(alpha):
    application = alpha.application()
    alpha.card(application, **FULL)
    definition = alpha.profile.definition
    for dimension in definition["dimensions"]:
        dimension["weight"] = "100" if dimension["kind"] == "quality" else "50"
    changed = change_profile(profile=alpha.profile, definition=definition, **alpha.by)
    row = fresh(application)
    assert (row.match_score, row.profile_version, changed.version) == (Decimal("14.00"), 2, 2)


def test_the_ranking_is_by_score_and_equal_scores_share_a_place(alpha):
    best, second, third = (alpha.application(name) for name in ("甲", "乙", "丙"))
    alpha.card(best, **FULL), alpha.card(second), alpha.card(third)
    ranked = ranking(alpha.profile)
    assert [(row.place, row.candidate) for row in ranked] == [(1, "甲"), (2, "乙"), (2, "丙")]
    assert ranked[0].reasons[0].item == "empathy"


def test_statements_do_not_grow_with_the_applications(alpha):
    counts = []
    for size in (2, 20):
        for number in range(size):
            alpha.card(alpha.application(f"候选人{size}-{number}"))
        Application.objects.update(match_score=None)
        with CaptureQueriesContext(connection) as queries:
            score_profile(profile=alpha.profile, **alpha.by)
            ranking(alpha.profile)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_other_tenants_candidates_are_not_ranked(alpha, beta, tenant_b):
    with tenant_context(tenant_b.id):
        beta.card(beta.application("陌生人"))
    assert ranking(alpha.profile) == [] == ranking(beta.profile)
