"""What can be wrong with a person's cost shares: for one person or for a file of thousands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hrsaas.people.rules.new_hires import Fault, date_faults

MOST_SHARES = 50
STEPS = 10_000  # a share is a whole number of these
_LONGEST_COST_CENTRE = 40


@dataclass(frozen=True)
class NewShare:
    """share_rate: fraction of the whole; cost_centre '' is the assignment's; project: code, '' for none."""

    share_rate: Decimal
    cost_centre: str = ""
    project: str = ""


@dataclass(frozen=True)
class NewSplit:
    """employee: number. The shares hold from start_date until a later split of the person begins."""

    employee: str
    start_date: date
    shares: Sequence[NewShare]


@dataclass(frozen=True)
class Period:
    """[start_date, end_date); an open end runs on."""

    start_date: date
    end_date: date | None

    def holds_on(self, day: date) -> bool:
        return self.start_date <= day and (self.end_date is None or day < self.end_date)


def split_faults(index: int, row: NewSplit, projects: Mapping[str, Period]) -> Iterator[Fault]:
    """Everything that is wrong with one split by itself. projects: code → when it runs."""
    yield from date_faults(index, "start_date", row.start_date)
    if not 1 <= len(row.shares) <= MOST_SHARES:
        yield _fault(index, "count", f"请给出 1 至 {MOST_SHARES} 个份额。", f"Give 1 to {MOST_SHARES} shares.")
        return
    rates = [one.share_rate for one in row.shares]
    if not all(rate > 0 and rate * STEPS == int(rate * STEPS) for rate in rates):
        yield _fault(
            index, "rate", "份额须大于 0，最多精确到 0.01%。", "A share is more than 0, in steps of 0.01 percent."
        )
    elif sum(rates) != 1:
        whole = f"{sum(rates) * 100:f}".rstrip("0").rstrip(".")
        yield _fault(
            index, "sum", f"份额合计为 {whole}%，须为 100%。", f"The shares add up to {whole} percent instead of 100."
        )
    if len({(one.cost_centre, one.project) for one in row.shares}) < len(rates):
        yield _fault(index, "twice", "同一成本中心和项目出现了两次。", "A cost centre and project stand there twice.")
    yield from _texts(index, row)
    yield from _projects(index, row, projects)


def _texts(index: int, row: NewSplit) -> Iterator[Fault]:
    for text in {one.cost_centre for one in row.shares}:
        if len(text) > _LONGEST_COST_CENTRE or not text.isprintable():
            zh, en = "成本中心最多 40 个可见字符。", "A cost centre has at most 40 visible characters."
            yield _fault(index, "cost_centre", zh, en)


def _projects(index: int, row: NewSplit, projects: Mapping[str, Period]) -> Iterator[Fault]:
    for code in sorted({one.project for one in row.shares} - {""}):
        if code not in projects:
            yield _fault(index, "project", f"没有项目“{code}”。", f"There is no project '{code}'.")
        elif not projects[code].holds_on(row.start_date):
            zh = f"项目“{code}”在 {row.start_date} 尚未开始或已经结束。"
            yield _fault(index, "project_over", zh, f"The project '{code}' does not run on {row.start_date}.")


def _fault(index: int, word: str, zh: str, en: str) -> Fault:
    return Fault(index, "shares", f"people.cost.{word}", zh, en)
