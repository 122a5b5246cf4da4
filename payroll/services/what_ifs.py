"""What a change of formulas would have cost: a run that was calculated, calculated again from what its payslips hold.

Nothing that payroll has is touched. The inputs are those of the payslips, so the answer is exact; the formulas are the
scheme's of today, or texts that somebody is trying out; law and parameters are those of the run's month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import StepResult
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from payroll.models import FormulaSetVersion, PayInput, PayRun, PayScheme, WhatIf
from payroll.queries.formula_sets import SetContent, content_of, items_of, with_asked
from payroll.queries.histories import NEVER, earlier_runs, sum_pasts
from payroll.queries.manual_amounts import by_hand
from payroll.queries.reviews import with_figures
from payroll.queries.stored_inputs import Stored, stored_between, stored_ranges
from payroll.queries.table_entries import tables_begun
from payroll.queries.what_ifs import readable
from payroll.rules.comparisons import Comparison, Side, compare, merged
from payroll.rules.formula import CompiledSet, History
from payroll.rules.formula import run as run_formulas
from payroll.services.formula_sets import compiled_or_refused
from payroll.services.pay_items import stored_formula
from payroll.services.pay_runs import last_day_of
from payroll.services.payslip_rows import money

CHUNK = 25_000
JOB = "payroll_what_if"


def last_closed_run(scheme: PayScheme) -> PayRun:
    """The scheme's last locked regular run. DomainError payroll.what_if.no_run (409)."""
    runs = PayRun.objects.filter(scheme=scheme, kind=PayRun.Kind.REGULAR, state__in=PayRun.CLOSED)
    run: PayRun | None = runs.select_related("formula_set", "scheme").order_by("-month", "-headcount").first()
    if run is None:
        raise DomainError(
            "payroll.what_if.no_run", status=409,
            zh="该方案还没有已锁定的月份。", en="No month of this scheme has been locked yet.",
        )  # fmt: skip
    return run


def is_large(run: PayRun) -> bool:
    """Whether the answer takes a job."""
    return run.headcount > CHUNK


@transaction.atomic
def what_if(*, run: PayRun, formulas: Mapping[str, str], actor: Actor, now: datetime) -> dict[str, Any]:
    """What the run would have been with these formulas (code → text as people write it; of today's set, where none is
    given), as ``queries.what_ifs.readable`` says it. Nothing is written.

    Errors: payroll.formula.*; payroll.what_if.no_item; payroll.run.not_calculated (409).
    """
    _require(actor)
    tried = _tried(with_figures(run), formulas)
    result: Comparison = {}
    for first, last in stored_ranges(run, CHUNK):
        result = merged(result, _part(run, *tried, first, last))
    return readable(run, tried[0], result)


@transaction.atomic
def start_what_if(
    *, run: PayRun, formulas: Mapping[str, str], actor: Actor, now: datetime, publish: bool = True
) -> tuple[WhatIf, Job]:
    """The same as a job, for a run with many people. Errors: as what_if."""
    _require(actor)
    content, _compiled = _tried(with_figures(run), formulas)
    asked: WhatIf = WhatIf.objects.create(
        run=run, formulas=dict(formulas), digest=content.digest, made_at=now, made_by=actor.label[:200]
    )
    return asked, jobs.enqueue(kind=JOB, params={"what_if": asked.pk}, actor=actor, now=now, publish=publish)


@transaction.atomic
def keep_what_if(*, run: PayRun, formulas: Mapping[str, str], actor: Actor, now: datetime) -> WhatIf:
    """Ask, and keep the answer to look at: it is there at once, or a job works on it where there are many people.

    Errors: as what_if.
    """
    if is_large(run):
        return start_what_if(run=run, formulas=formulas, actor=actor, now=now)[0]
    _require(actor)
    content, _compiled = _tried(with_figures(run), formulas)
    answer = what_if(run=run, formulas=formulas, actor=actor, now=now)
    kept: WhatIf = WhatIf.objects.create(
        run=run, formulas=dict(formulas), digest=content.digest, result=answer, is_done=True, made_at=now,
        made_by=actor.label[:200],
    )  # fmt: skip
    return kept


def plan(what_if_id: int) -> list[dict[str, int]]:
    """Keys for ``calculate_part``."""
    asked = WhatIf.objects.select_related("run").get(id=what_if_id)
    return [{"first": first, "last": last} for first, last in stored_ranges(asked.run, CHUNK)]


def calculate_part(*, what_if_id: int, key: Mapping[str, int], now: datetime) -> StepResult:
    """One of the parts; the job's transaction makes it happen once. DomainError payroll.what_if.changed if somebody
    edited the formulas meanwhile: half of the answer would be another one's."""
    asked = WhatIf.objects.select_for_update(no_key=True, of=("self",)).get(id=what_if_id)
    run = _run_of(asked)
    content, compiled = _tried(run, asked.formulas)
    if content.digest != asked.digest:
        raise DomainError(
            "payroll.what_if.changed", zh="试算期间公式已变化，请重新试算。",
            en="The formulas changed meanwhile. Try again.", status=409,
        )  # fmt: skip
    part = _part(run, content, compiled, key["first"], key["last"])
    asked.result = merged(asked.result, part)
    asked.save(update_fields=["result"])
    return StepResult(counts={"people": part["people"], "changed": part["changed"], "errors": part["failed"]})


@transaction.atomic
def finish(*, what_if_id: int, now: datetime) -> None:
    """The sums become what people read."""
    asked = WhatIf.objects.select_for_update(no_key=True, of=("self",)).get(id=what_if_id)
    run = _run_of(asked)
    content, _compiled = _tried(run, asked.formulas)
    asked.result, asked.is_done = readable(run, content, asked.result), True
    asked.save(update_fields=["result", "is_done"])


def _run_of(asked: WhatIf) -> PayRun:
    run: PayRun = PayRun.objects.select_related("formula_set", "scheme", "group").get(id=asked.run_id)
    return run


def _require(actor: Actor) -> None:
    """It shows formulas and what people are paid."""
    actor.require("payroll.run.view")
    actor.require("payroll.item.view")
    actor.require("payroll.payslip.view")


def _tried(run: PayRun, formulas: Mapping[str, str]) -> tuple[SetContent, CompiledSet]:
    """The scheme's set of today with these formulas, by the law and parameters of the run's month."""
    items, inputs, day = items_of(run.scheme), list(PayInput.objects.order_by("code")), last_day_of(run)
    by_code = {item.code: item for item in items}
    for code, text in formulas.items():
        if code not in by_code:
            raise DomainError(
                "payroll.what_if.no_item", field="formulas",
                zh=f"方案中没有编码为 {code} 的薪资项目。", en=f"The scheme has no pay item {code}.",
            )  # fmt: skip
        by_code[code].formula = stored_formula(text, by_code[code], items, inputs, day)
    content = content_of(items, inputs, tables_begun(day), day)
    compiled = compiled_or_refused(content, formulas)
    return with_asked(content, compiled), compiled


def _part(run: PayRun, content: SetContent, compiled: CompiledSet, first_id: int, last_id: int) -> Comparison:
    stored = stored_between(run, first_id, last_id)
    _add_history(run, content, stored)
    known = {entry["code"] for entry in content.inputs}
    values = {code: column for code, column in stored.values.items() if code in known}
    missing = {code: column for code, column in stored.missing.items() if code in known}
    version = FormulaSetVersion(items=content.items, inputs=content.inputs, tables=content.tables)
    manual = by_hand(run, version, stored.ids).overrides
    result = run_formulas(compiled, values, missing, len(stored), manual)
    amounts = {item["code"]: column for item, column in zip(content.items, result.columns, strict=True)}
    after = Side(money(version, result.amounts), amounts, ~result.failed)
    return compare(stored.ids, stored.units, _before(run, stored), after)


def _before(run: PayRun, stored: Stored) -> Side:
    assert run.formula_set is not None, "only a draft has none"
    amounts = np.stack(list(stored.amounts.values()), axis=1)
    return Side(money(run.formula_set, amounts), stored.amounts, stored.sound)


def _add_history(run: PayRun, content: SetContent, stored: Stored) -> None:
    """What the formulas newly ask of earlier payslips; no payslip of the run holds it."""
    wanted = [entry for entry in content.inputs if entry.get("asked") and entry["code"] not in stored.values]
    if not wanted:
        return
    never = np.full(len(stored), NEVER, dtype=np.int64)
    pasts = sum_pasts(earlier_runs(run), run.month, wanted, never, stored.ids)
    for entry in wanted:
        column = pasts.sums[entry["code"]]
        stored.values[entry["code"]] = column.values
        stored.missing[entry["code"]] = column.missing & (entry["kind"] == History.PREV)
