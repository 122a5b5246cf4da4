"""What the close of a month came to, in lines for a terminal. Amounts are in yuan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from attendance.queries.months import end_of
from hrsaas.jobs.models import Job, JobError
from hrsaas.months.queries.closes import close_of
from hrsaas.months.stages import stages
from hrsaas.people.models import Employee
from hrsaas.people.queries.employees import active_in
from hrsaas.people.rules.money import yuan
from payroll.queries.pay_runs import regular_run

_SHOWN_DIGEST = 12


def report_lines(month: date, job: Job) -> Iterator[str]:
    """Headcount, what each stage counted and totalled, what this run did, and how many things stopped somebody."""
    yield f"{month:%Y-%m}: {job.state}"
    yield f"  headcount: {active_in(month, end_of(month)).filter(kind=Employee.Kind.HUMAN).count():,}"
    close = close_of(month)
    kept = close.summaries if close else {}
    for stage in stages():
        if stage.name in kept:
            yield f"  {stage.name}: {_STAGES.get(stage.name, _listed)(kept[stage.name])}{_state(stage.name, month)}"
    for name, counts in _by_stage(job.counts).items():
        yield f"  this run, {name}: {_listed(counts)}"
    yield f"  stopped: {JobError.objects.filter(job=job).count()}"


def _attendance(facts: Mapping[str, Any]) -> str:
    days = {name: count for name, count in facts["days"].items() if count}
    overtime = sum(facts[f"overtime_{kind}_minutes"] for kind in ("weekday", "rest_day", "statutory"))
    return (
        f"{facts['headcount']:,} timesheets, {sum(days.values()):,} days ({_listed(days)}); "
        f"hours worked {_hours(facts['worked_minutes'])}, overtime {_hours(overtime)}; "
        f"late {facts['late_count']:,} times; {facts['late_punches']:,} punches after the lock"
    )


def _performance(facts: Mapping[str, Any]) -> str:
    average = facts["average"] or "none"
    return f"{facts['scores']:,} scores, {facts['with_total']:,} with a total; average {average}"


def _payroll(facts: Mapping[str, Any]) -> str:
    totals = ", ".join(f"{name} {yuan(facts[f'{name}_fen']):,}" for name in ("gross", "tax", "net", "cost"))
    return (
        f"{facts['headcount']:,} payslips, {totals}; {facts['errors']:,} with errors, {facts['warnings']:,} with "
        f"warnings; digest {facts['result_digest'][:_SHOWN_DIGEST]}"
    )


def _state(stage: str, month: date) -> str:
    """How far the pay run has come since; approving it is no part of the close."""
    run = regular_run(month) if stage == "payroll" else None
    return f"; {run.state}" if run else ""


_STAGES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "attendance": _attendance, "performance": _performance, "payroll": _payroll,
}  # fmt: skip


def _by_stage(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """``attendance.days`` → 5 as attendance → days → 5."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for path, count in counts.items():
        stage, _dot, name = path.partition(".")
        found[stage][name] = count
    return found


def _listed(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in facts.items()) or "nothing"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _hours(minutes: int) -> str:
    return f"{minutes // 60:,}:{minutes % 60:02}"
