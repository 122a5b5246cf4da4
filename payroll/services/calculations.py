"""Calculating a run: prepared once, then people chunk by chunk, then sums, digests and the built-in audit.

Each part is one transaction and may be repeated: it writes only what differs. A run that was submitted, approved or
locked meanwhile is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Sum

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.jobs.kinds import ItemError, StepResult
from hrsaas.jobs.models import Job
from hrsaas.jobs.queries.jobs import open_job
from hrsaas.jobs.services import jobs
from hrsaas.people.models import Employee
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, ids_literal
from payroll.models import PayGroup, PayRun, PayslipTotal
from payroll.queries.audits import SAMPLE, differences
from payroll.queries.changed_inputs import changes_of
from payroll.queries.digests import Digests, digests_of
from payroll.queries.formula_sets import compiled_version
from payroll.queries.histories import earlier_runs
from payroll.queries.input_columns import InputColumns, input_columns
from payroll.queries.manual_amounts import by_hand
from payroll.queries.pay_groups import among, groups
from payroll.queries.pay_runs import regular_run, regular_runs
from payroll.queries.people_columns import people_between
from payroll.queries.retro_differences import retro_of
from payroll.queries.run_parts import parts_of
from payroll.queries.stored_sums import StoredSums, Totals
from payroll.rules.formula import Type
from payroll.rules.formula import run as run_formulas
from payroll.rules.item_values import kind_of
from payroll.rules.parts import is_whole, with_part
from payroll.services.formula_sets import version_for
from payroll.services.manual_amount_rows import note_formulas, unusable
from payroll.services.pay_runs import last_day_of, locked_run, prepare_month, prepare_run, require_open
from payroll.services.payslip_errors import Message, left_out, row_errors
from payroll.services.payslip_rows import write_payslips
from payroll.services.retro_differences import not_recalculated, write_differences

CHUNK = 25_000
FEW = 20
"""People that are calculated one by one; of more, their whole part is."""
JOB = "payroll_run"
State = PayRun.State


@transaction.atomic
def start_calculation(*, month: date, actor: Actor, now: datetime, publish: bool = True) -> Job:
    """Enqueue the job that calculates the month's regular runs; one that waits to begin is joined. Errors: as
    prepare_month; payroll.run.not_open (409) if none of them is open, payroll.run.being_calculated (409).
    """
    runs = prepare_month(month=month, actor=actor, now=now)
    if not any(run.is_open for run in runs):
        require_open(runs[0])
    others = [{"run": run.id} for run in runs]
    return _only_job({"month": month.isoformat()}, others, actor=actor, now=now, publish=publish)


@transaction.atomic
def start_run(*, run: PayRun, actor: Actor, now: datetime, publish: bool = True) -> Job:
    """Enqueue the job that calculates one run; one that waits to begin is joined. Errors: as prepare_run;
    payroll.run.{not_open,being_calculated} (409).
    """
    run = prepare_run(run=run, actor=actor, now=now)
    require_open(run)
    others = [{"month": run.month.isoformat()}] if run.is_regular else []
    return _only_job({"run": run.id}, others, actor=actor, now=now, publish=publish)


def _only_job(params: dict[str, Any], others: Sequence[dict[str, Any]], **by: Any) -> Job:
    """The job with these parameters, where neither it nor one of the others has begun. The caller holds the runs'
    locks: a job that has not begun will read whatever is there now, one that has may have read what was there before.
    """
    job = open_job([JOB], params, *others)
    if job is None:
        return jobs.enqueue(kind=JOB, params=params, **by)
    if job.state == Job.State.QUEUED and job.params == params:
        return job
    raise DomainError(
        "payroll.run.being_calculated", status=409,
        zh=f"该批次正在核算（任务 {job.id}）。请等待其完成后再核算；如不再需要，请先在“后台任务”中取消它。",
        en=f"The run is being calculated (job {job.id}). Wait until it is done and calculate again, or cancel the job "
        "first.",
    )  # fmt: skip


@transaction.atomic
def recalculate(*, run: PayRun, employees: Sequence[Employee], actor: Actor, now: datetime) -> StepResult:
    """Calculate some people of a run that is calculated, at once and by the formulas it has.

    Errors (409): payroll.run.{not_open,not_calculated,formulas_changed}: then everybody must be calculated.
    """
    run = _calculated_run(run, actor, now)
    return _recalculated(run, [(one.id, one.id) for one in employees], actor, now)


@transaction.atomic
def recalculate_changed(*, run: PayRun, actor: Actor, now: datetime) -> StepResult:
    """Calculate those whose data changed since the run was calculated (``queries.changed_inputs``), at once.

    Errors (409): as recalculate; payroll.run.too_many_people: a run of several parts, and more than a few of them.
    """
    run = _calculated_run(run, actor, now)
    ids = changes_of(run).people.tolist()
    parts = parts_of(run.group, run.month, CHUNK)
    if len(ids) <= FEW:
        return _recalculated(run, [(id_, id_) for id_ in ids], actor, now)
    if len(parts) > 1:
        raise DomainError(
            "payroll.run.too_many_people", status=409,
            zh=f"有 {len(ids)} 人的数据有变动，请重新核算整个批次。",
            en=f"The data of {len(ids)} people changed. Calculate the whole run again.",
        )  # fmt: skip
    return _recalculated(run, parts, actor, now)


def _calculated_run(run: PayRun, actor: Actor, now: datetime) -> PayRun:
    """The row, locked, if it is calculated by today's formulas and open."""
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    require_open(run)
    if run.state not in (State.CALCULATED, State.REVIEWED):
        raise DomainError(
            "payroll.run.not_calculated", status=409,
            zh="该批次尚未核算完成，请先核算全部人员。",
            en="The run has not been calculated to its end. Calculate everybody first.",
        )  # fmt: skip
    if version_for(scheme=run.scheme, on_date=last_day_of(run), actor=actor, now=now).id != run.formula_set_id:
        raise DomainError(
            "payroll.run.formulas_changed", status=409,
            zh="核算之后公式或参数已变化，请重新核算全部人员。",
            en="Formulas or parameters have changed since. Calculate everybody again.",
        )  # fmt: skip
    return run


def _recalculated(run: PayRun, ranges: Sequence[tuple[int, int]], actor: Actor, now: datetime) -> StepResult:
    """Everybody of the run with an id in these ranges; only payslips that differ are written."""
    parts = [calculate_chunk(run=run, first_id=first, last_id=last, actor=actor, now=now) for first, last in ranges]
    finish_run(run=run, actor=actor, now=now)
    counts = {name: sum(part.counts[name] for part in parts) for name in ("people", "changed", "errors")}
    return StepResult(counts=counts, errors=[error for part in parts for error in part.errors])


def plan(month: date) -> list[dict[str, int]]:
    """Keys for ``calculate_part``: {} prepares the month's runs; then parts of each pay group's people."""
    parts = [{"group": group.id, **part} for group in groups() for part in _parts(group, month)]
    return [{}, *parts]


def plan_run(run_id: int) -> list[dict[str, int]]:
    """Keys for ``calculate_part`` of one run that is prepared. Errors: payroll.run.gone."""
    run = locked_run(run_id)
    return [{"run": run.id, **part} for part in _parts(run.group, run.month)]


def calculate_part(*, key: Mapping[str, int], actor: Actor, now: datetime, month: date | None = None) -> StepResult:
    """One of the parts that ``plan`` and ``plan_run`` list; month: of the regular runs."""
    if not key:
        assert month is not None
        prepare_month(month=month, actor=actor, now=now)
        return StepResult()
    run = locked_run(key["run"]) if "run" in key else _run_of_group(key["group"], month)
    return calculate_chunk(run=run, first_id=key["first"], last_id=key["last"], actor=actor, now=now)


def _parts(group: PayGroup, month: date) -> list[dict[str, int]]:
    return [{"first": first, "last": last} for first, last in parts_of(group, month, CHUNK)]


@transaction.atomic
def calculate_chunk(*, run: PayRun, first_id: int, last_id: int, actor: Actor, now: datetime) -> StepResult:
    """Calculate the run's people with ids from first_id to last_id and write the payslips that differ.

    counts: people, changed, errors, warnings. errors: one per person and cause; the others are paid all the same. A run
    that is not open any more is left as it is, and people whom it lacks are the errors.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    whom = among(run, first_id, last_id)
    if not run.is_open:
        return StepResult(errors=left_out(run, first_id, last_id, whom))
    version = run.formula_set
    assert version is not None, "prepared runs have one"
    compiled = compiled_version(version)
    people = people_between(run.month, run.end_date, first_id, last_id, among=whom)
    earlier = earlier_runs(run)
    retro = retro_of(run, earlier, people, first_id, last_id)
    columns = input_columns(version.inputs, run, earlier, people, retro.columns, retro.reliefs)
    manual = by_hand(run, version, people.ids)
    result = run_formulas(compiled, columns.values, columns.missing, len(columns), manual.overrides)
    note_formulas(manual, compiled, result)
    errors = _with_earlier(row_errors(version, result, columns, run.month), columns) | unusable(manual)
    late = not_recalculated(retro, people.ids)
    changed = write_payslips(run, version, compiled, columns, result, errors, late, first_id, last_id)
    write_differences(run, retro.rows, first_id, last_id)
    _note_part(run, first_id, last_id)
    return StepResult(
        counts={"people": len(columns), "changed": changed, "errors": len(errors)}, errors=_item_errors(errors, columns)
    )


@transaction.atomic
def finish_calculation(*, month: date, actor: Actor, now: datetime) -> dict[str, Any]:
    """Finish all regular runs of the month; their figures together are the answer. Errors: as finish_run."""
    return joint_summary([finish_run(run=run, actor=actor, now=now) for run in regular_runs(month)])


@transaction.atomic
def finish_run(*, run: PayRun, actor: Actor, now: datetime) -> dict[str, Any]:
    """Sums per unit and item, digests, the audit; the run is then ``calculated``. Its figures are the answer.

    Errors: payroll.run.incomplete (409) while parts of its people were not calculated by its formulas;
    payroll.run.{audit_failed,control_sum} if what is stored is not what the formulas say.
    """
    run = locked_run(run.id)
    actor.require("payroll.run.change")
    if run.is_open:
        _check_parts(run)
        assert run.formula_set is not None, "prepared runs have one"
        stored = StoredSums(len(run.formula_set.items))
        digests = digests_of(run, stored.take)
        _write_totals(run, stored.totals)
        for name, value in stored.figures.items():
            setattr(run, name, value)
        _check_sums(run)
        _audit(run, stored.employee_ids)
        _settle(run, digests, actor, now)
    return summary_of(run)


def run_of(month: date) -> PayRun:
    """The month's regular run of the default group. DomainError payroll.run.not_prepared."""
    run = regular_run(month)
    if run is None:
        raise _not_prepared(month)
    return run


def _run_of_group(group_id: int, month: date | None) -> PayRun:
    run: PayRun | None = PayRun.objects.filter(group=group_id, month=month, kind=PayRun.Kind.REGULAR).first()
    if run is None:
        assert month is not None
        raise _not_prepared(month)
    return run


def _not_prepared(month: date) -> DomainError:
    return DomainError(
            "payroll.run.not_prepared", status=404,
            zh=f"{month:%Y-%m} 尚无薪资批次。", en=f"There is no pay run for {month:%Y-%m} yet.",
    )  # fmt: skip


def summary_of(run: PayRun) -> dict[str, Any]:
    """What a month close shows of the run; amounts in fen. Nothing that approving or locking it changes."""
    return {
        "headcount": run.headcount, "errors": run.error_count, "warnings": run.warning_count,
        "gross_fen": run.gross_fen, "tax_fen": run.tax_fen, "net_fen": run.net_fen, "cost_fen": run.cost_fen,
        "input_digest": run.input_digest, "result_digest": run.result_digest,
    }  # fmt: skip


def joint_summary(summaries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of several runs as one: sums, and digests over the digests."""
    if len(summaries) == 1:
        return summaries[0]
    sums = {name: sum(one[name] for one in summaries) for name in summaries[0] if not name.endswith("_digest")}
    digests = {
        name: hashlib.sha256("".join(one[name] for one in summaries).encode()).hexdigest()
        for name in ("input_digest", "result_digest")
    }
    return {**sums, **digests}


def _note_part(run: PayRun, first_id: int, last_id: int) -> None:
    """Another job may have finished the run between two chunks of this one; its sums would be stale."""
    run.parts, run.state = with_part(run.parts, first_id, last_id), State.CALCULATING
    run.save(update_fields=["parts", "state"])


def _check_parts(run: PayRun) -> None:
    """Nobody may be missing, or be paid by formulas that were replaced while the run was calculated."""
    if not is_whole(run.parts):
        raise DomainError(
            "payroll.run.incomplete", status=409,
            zh=f"“{run}”尚有人员未核算：核算期间公式、薪资组或更早的批次有变动。请重新核算。",
            en=f"'{run}' lacks people: formulas, pay groups or earlier runs changed while it was calculated. "
            "Calculate it again.",
        )  # fmt: skip


def _with_earlier(errors: dict[int, list[Message]], columns: InputColumns) -> dict[int, list[Message]]:
    """Tax of this month needs sound payslips of the months before."""
    for place, month in columns.failed_months.items():
        message = {
            "code": "payroll.payslip.earlier_failed", "item": "",
            "zh": f"{month:%Y-%m} 的工资单有错误，本年累计不完整。请先处理该月。",
            "en": f"The payslip of {month:%Y-%m} has an error, so the year to date is incomplete. Put it right first.",
        }  # fmt: skip
        errors.setdefault(place, []).append(message)
    return errors


def _item_errors(errors: Mapping[int, Sequence[Message]], columns: InputColumns) -> list[ItemError]:
    if not errors:
        return []
    ids = columns.people.ids[list(errors)].tolist()
    codes = dict(Employee.objects.filter(id__in=ids).values_list("id", "code"))
    return [
        ItemError(codes[int(columns.people.ids[place])], message["code"], message["zh"], message["en"])
        for place, messages in errors.items()
        for message in messages
    ]


def _write_totals(run: PayRun, totals: Totals) -> None:
    """Sums per unit and item, of items that are numbers; totals that nobody's payslip bears any more go."""
    assert run.formula_set is not None
    numbers = np.array([kind_of(item) == Type.NUMBER for item in run.formula_set.items], dtype=np.bool_)
    places = np.flatnonzero(numbers)
    lines = (np.repeat(totals.units, len(places)), np.tile(places, len(totals.units)),
             totals.amounts[:, places].ravel(), np.repeat(totals.people, len(places)))  # fmt: skip
    params = dict(zip(("units", "places", "amounts", "people"), map(ids_literal, lines), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"tenant": require_tenant_id(), "run": run.id, **params})


def _check_sums(run: PayRun) -> None:
    """The totals by unit and item must add up to the payslips."""
    assert run.formula_set is not None
    net = [at for at, item in enumerate(run.formula_set.items) if item["category"] == "net"]
    total = PayslipTotal.objects.filter(run=run, item_position__in=net).aggregate(sum=Sum("amount", default=0))["sum"]
    if int(total) != run.net_fen:
        raise _broken("control_sum", f"合计 {total} 与工资单合计 {run.net_fen} 不符", "totals and payslips differ")


def _audit(run: PayRun, employee_ids: Ints) -> None:
    wrong = differences(run, among=employee_ids)
    if wrong:
        places = ", ".join(f"{code} {item}" for code, item in wrong[:5])
        raise _broken("audit_failed", f"复算不一致:{places}", f"the second calculation differs: {places}")


def _broken(word: str, zh: str, en: str) -> DomainError:
    return DomainError(f"payroll.run.{word}", zh=f"核算自检未通过：{zh}。", en=f"The run failed its own check: {en}.")


def _settle(run: PayRun, digests: Digests, actor: Actor, now: datetime) -> None:
    """Digests and state. A repeated calculation with the same outcome keeps its time and leaves no trace;
    its review holds.
    """
    before = (run.input_digest, run.result_digest)
    run.input_digest, run.result_digest = digests.inputs, digests.result
    changed = before != (run.input_digest, run.result_digest) or run.calculated_at is None
    if changed:
        run.reviewed_at, run.reviewed_by, run.review_note = None, "", ""
        run.calculated_at = now
        run.version += 1
        facts = {"headcount": run.headcount, "errors": run.error_count, "result_digest": run.result_digest}
        record(actor=actor, action="payroll.run.calculate", subject=run, new={**facts, "audited": SAMPLE}, now=now)
    run.state = State.REVIEWED if run.reviewed_at else State.CALCULATED
    run.save()


_TOTALS = """
WITH line AS MATERIALIZED (
    SELECT * FROM unnest(%(units)s::bigint[], %(places)s::smallint[], %(amounts)s::bigint[], %(people)s::int[])
        AS listed (unit_id, item_position, amount, people)
), gone AS (
    DELETE FROM payroll_paysliptotal total WHERE total.tenant_id = %(tenant)s AND total.run_id = %(run)s
    AND NOT EXISTS (SELECT 1 FROM line WHERE line.unit_id = total.unit_id AND line.item_position = total.item_position)
)
INSERT INTO payroll_paysliptotal AS total (tenant_id, run_id, unit_id, item_position, amount, people)
SELECT %(tenant)s, %(run)s, unit_id, item_position, amount, people FROM line
ON CONFLICT (tenant_id, run_id, unit_id, item_position) DO UPDATE SET amount = EXCLUDED.amount, people = EXCLUDED.people
WHERE (total.amount, total.people) IS DISTINCT FROM (EXCLUDED.amount, EXCLUDED.people)
"""
