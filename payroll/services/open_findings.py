"""Findings that keep a run from being reviewed."""

from __future__ import annotations

from hrsaas.errors import DomainError
from payroll.models import PayRun
from payroll.queries.reviews import review_of

LISTED = 100


def require_no_open_stops(run: PayRun) -> None:
    """DomainError payroll.run.open_findings (409); the first of them in ``extra["findings"]``."""
    review = review_of(run)
    count = review.open_stops
    if count:
        listed = review.rows(only_open=True)[:LISTED]
        titles = dict.fromkeys((row["title_zh"], row["title_en"]) for row in review.counts() if row["open"])
        raise DomainError(
            "payroll.run.open_findings", status=409, extra={"findings": list(listed), "count": count},
            zh=f"有 {count} 处须先处理或说明理由：{'、'.join(zh for zh, _en in titles)}。",
            en=f"{count} findings must be put right or acknowledged first: {', '.join(en for _zh, en in titles)}.",
        )  # fmt: skip
