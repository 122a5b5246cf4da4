"""Why a score is what it is: from each goal and its reading to the coefficient, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from performance.models import MissingPolicy, Score
from performance.queries.scores import shown_coefficient


@dataclass(frozen=True)
class Step:
    """One goal's part. share: percent of the weight, of 100; score, value, reading_id: None without a reading."""

    goal_id: int
    kpi: str
    reading_id: int | None
    value: Decimal | None
    score: Decimal | None
    share: Decimal
    zh: str
    en: str


@dataclass(frozen=True)
class Explanation:
    """A stored score with its steps; zh, en: the sentence from the parts to total and coefficient."""

    employee_id: int
    month: date
    score: Decimal | None
    coverage: Decimal
    coefficient_e4: int | None
    steps: tuple[Step, ...]
    zh: str
    en: str


def explain(employee_id: int, month: date) -> Explanation | None:
    """The explanation of a person's score of the month (its first day); None without goals: the coefficient is 1."""
    score = Score.objects.filter(employee_id=employee_id, month=month).first()
    return None if score is None else explained(score)


def explained(score: Score) -> Explanation:
    """The same for a score at hand; needs no query."""
    zh, en = _total(score)
    steps = tuple(_step(part) for part in score.parts)
    return Explanation(score.employee_id, score.month, score.value, score.coverage, score.coefficient_e4, steps, zh, en)


def _step(part: Mapping[str, Any]) -> Step:
    zh, en = _reading(part)
    share = Decimal(part["share"])
    return Step(
        goal_id=int(part["goal"]), kpi=part["kpi"], reading_id=_number(part["reading"], int),
        value=_number(part["value"], Decimal), score=_number(part["score"], Decimal), share=share,
        zh=f"{part['name']}：{zh}，占权重 {share:.2f}%",
        en=f"{part['name_en'] or part['name']}: {en}, {share:.2f}% of the weight",
    )  # fmt: skip


def _reading(part: Mapping[str, Any]) -> tuple[str, str]:
    bands_zh = f"底线 {part['floor']}、目标 {part['target']}、挑战 {part['stretch']}"
    bands_en = f"floor {part['floor']}, target {part['target']}, stretch {part['stretch']}"
    if part["value"] is None:
        return f"{bands_zh}，没有读数", f"{bands_en}, no reading"
    zh = f"读数 {part['value']} {part['measure']}（来源 {part['source']}），{bands_zh}，得 {part['score']} 分"
    unit = part["measure_en"] or part["measure"]
    return zh, f"reading {part['value']} {unit} (from {part['source']}), {bands_en}, {part['score']} points"


def _total(score: Score) -> tuple[str, str]:
    covered = f"{score.coverage * 100:.2f}%"
    policy_zh, policy_en = _POLICIES[MissingPolicy(score.missing_policy)]
    complete = score.coverage == 1
    gap_zh, gap_en = ("", "") if complete else (f"（{policy_zh}）", f" ({policy_en})")
    if score.value is None:
        zh = f"有读数的权重占 {covered}{gap_zh}，没有得分，系数按 1 计"
        return zh, f"{covered} of the weight has readings{gap_en}: no score, the coefficient is 1"
    coefficient = shown_coefficient(score.coefficient_e4)
    zh = f"按权重加权平均，有读数的权重占 {covered}{gap_zh}，得分 {score.value}，系数 {coefficient}"
    en = f"weighted mean, {covered} of the weight has readings{gap_en}: score {score.value}, coefficient {coefficient}"
    return zh, en


_POLICIES = {
    MissingPolicy.REDISTRIBUTE: (
        "缺少读数的权重分给其他指标", "the weight without a reading goes to the other goals",
    ),
    MissingPolicy.ZERO: ("缺少读数的按 0 分计", "goals without a reading count as 0"),
    MissingPolicy.PENDING: ("读数齐全前不计得分", "no score before every reading is there"),
}  # fmt: skip


def _number(text: str | None, kind: Any) -> Any:
    return None if text is None else kind(text)
