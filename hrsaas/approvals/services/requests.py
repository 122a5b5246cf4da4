"""Asking, deciding, withdrawing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction

from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.approvals.kinds import kind_of
from hrsaas.approvals.models import ApprovalRequest, ApprovalStep
from hrsaas.approvals.queries.managers import manager_user
from hrsaas.approvals.queries.requests import decidable_steps
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from hrsaas.tenancy.queries.tenants import current_tenant

DUE_IN = timedelta(days=1)


@dataclass(frozen=True)
class StepSpec:
    """One decision to ask for. Build it with ``by_manager``, ``by_role`` or ``by_person``.

    employee_id: whose manager (None: the requester's own). not_user_ids: who cannot be asked as manager, because it is
    about them too. due_in: how long until a reminder is due; None: never.
    """

    kind: ApprovalStep.Kind
    role: str = ""
    user_id: int | None = None
    employee_id: int | None = None
    not_user_ids: frozenset[int] = frozenset()
    due_in: timedelta | None = None


def by_manager(
    *, employee_id: int | None = None, not_user_ids: Collection[int] = (), due_in: timedelta | None = DUE_IN
) -> StepSpec:
    """The manager of the employee, or of the requester. Who has none, or one whom it is about (``not_user_ids``), is
    decided by an HR admin.
    """
    return StepSpec(
        ApprovalStep.Kind.MANAGER, employee_id=employee_id, not_user_ids=frozenset(not_user_ids), due_in=due_in
    )


def by_role(role: Role, *, due_in: timedelta | None = DUE_IN) -> StepSpec:
    return StepSpec(ApprovalStep.Kind.ROLE, role=role.value, due_in=due_in)


def by_person(user_id: int, *, due_in: timedelta | None = DUE_IN) -> StepSpec:
    return StepSpec(ApprovalStep.Kind.PERSON, user_id=user_id, due_in=due_in)


@transaction.atomic
def submit(
    *,
    kind: str,
    subject: models.Model,
    steps: Sequence[StepSpec],
    payload: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> ApprovalRequest:
    """Ask for a decision about the subject; the kind's own service has checked that the actor may ask.

    ``approvals.request.pending`` (409) while another request of this kind about the subject is open,
    ``approvals.request.own_step`` (400) if a step names the requester himself.
    """
    if not steps:
        raise ValueError("a request needs at least one step")
    kind_of(kind)
    request = _create(kind, subject, payload, actor, now)
    ApprovalStep.objects.bulk_create(
        [_step(request, order, spec, actor, now) for order, spec in enumerate(steps, start=1)]
    )
    record(actor=actor, action=f"approvals.{kind}.submit", subject=request, new={"steps": len(steps)}, now=now)
    return request


@transaction.atomic
def decide(*, request: ApprovalRequest, approve: bool, comment: str, actor: Actor, now: datetime) -> ApprovalRequest:
    """Decide the current step. The last approval, and any rejection, ends the request and runs the kind's outcome.

    ``approvals.request.finished`` (409), ``approvals.request.own`` (403) for the maker,
    ``approvals.request.not_yours`` (403) for everybody who was not asked. Deciding takes a permission, but for who was
    asked by name: whoever is to agree to something may say so.
    """
    request = _locked(request)
    if not _asked_by_name(request, actor):
        actor.require("approvals.request.decide")
    step = _step_to_decide(request, actor, now)
    step.state = ApprovalStep.State.APPROVED if approve else ApprovalStep.State.REJECTED
    step.decided_by_id, step.decided_at, step.comment = actor.user_id, now, comment
    step.save(update_fields=["state", "decided_by", "decided_at", "comment"])
    record(
        actor=actor, action=f"approvals.{request.kind}.{'approve' if approve else 'reject'}", subject=request,
        new={"step": step.order, "asked_user_id": step.user_id, "role": step.role}, now=now,
    )  # fmt: skip
    _move_on(request, approve, actor, now)
    return request


@transaction.atomic
def withdraw(*, request: ApprovalRequest, actor: Actor, now: datetime) -> ApprovalRequest:
    """The requester takes his request back before it is decided."""
    request = _locked(request)
    if actor.user_id is None or actor.user_id != request.requester_id:
        raise DomainError(
            "approvals.request.not_requester", status=403,
            zh="只有申请人可以撤回申请。", en="Only the requester can withdraw the request.",
        )  # fmt: skip
    record(actor=actor, action=f"approvals.{request.kind}.withdraw", subject=request, now=now)
    _end(request, ApprovalRequest.State.WITHDRAWN, now)
    kind_of(request.kind).on_rejected(request, actor, now)
    return request


def _create(
    kind: str, subject: models.Model, payload: Mapping[str, Any], actor: Actor, now: datetime
) -> ApprovalRequest:
    try:
        with transaction.atomic():
            request: ApprovalRequest = ApprovalRequest.objects.create(
                kind=kind,
                subject_type=subject._meta.label_lower,
                subject_id=subject.pk,
                payload=dict(payload),
                requester_id=actor.user_id,
                requester_label=actor.label[:200],
                created_at=now,
            )
            return request
    except IntegrityError as error:
        if "approvals_request_pending" not in str(error):
            raise
        raise DomainError(
            "approvals.request.pending", status=409,
            zh="该事项已有待审批的申请。", en="A request about this is already waiting for a decision.",
        ) from error  # fmt: skip


def _step(request: ApprovalRequest, order: int, spec: StepSpec, actor: Actor, now: datetime) -> ApprovalStep:
    kind, role, user_id = _resolved(spec, actor, now)
    return ApprovalStep(
        request=request,
        requester_id=actor.user_id,
        order=order,
        kind=kind,
        role=role,
        user_id=user_id,
        due_at=now + spec.due_in if spec.due_in else None,
    )


def _resolved(spec: StepSpec, actor: Actor, now: datetime) -> tuple[str, str, int | None]:
    """Who is asked: (kind, role, user id)."""
    if spec.kind == ApprovalStep.Kind.MANAGER:
        manager_id = _manager_id(spec, actor, now)
        if manager_id is None or manager_id in {actor.user_id, *spec.not_user_ids}:
            return ApprovalStep.Kind.ROLE, Role.HR_ADMIN.value, None
        return spec.kind, "", manager_id
    if spec.user_id is not None and spec.user_id == actor.user_id:
        raise DomainError(
            "approvals.request.own_step",
            zh="不能指定申请人本人审批。", en="The requester cannot be asked to decide his own request.",
        )  # fmt: skip
    return spec.kind, spec.role, spec.user_id


def _manager_id(spec: StepSpec, actor: Actor, now: datetime) -> int | None:
    employee_id = spec.employee_id or actor.employee_id
    if employee_id is None:
        return None
    manager = manager_user(employee_id, on=now.astimezone(current_tenant().zone).date())
    return manager.pk if manager else None


def _locked(request: ApprovalRequest) -> ApprovalRequest:
    """The row, locked and still pending."""
    found: ApprovalRequest = ApprovalRequest.objects.select_for_update(no_key=True).get(id=request.pk)
    if found.state != ApprovalRequest.State.PENDING:
        raise DomainError(
            "approvals.request.finished", status=409,
            zh="该申请已经结束。", en="This request has already been decided or withdrawn.",
        )  # fmt: skip
    return found


def _asked_by_name(request: ApprovalRequest, actor: Actor) -> bool:
    steps = request.steps.filter(order=request.current_order, kind=ApprovalStep.Kind.PERSON)
    return actor.kind == "user" and actor.user_id in set(steps.values_list("user_id", flat=True))


def _step_to_decide(request: ApprovalRequest, actor: Actor, now: datetime) -> ApprovalStep:
    if actor.user_id is not None and actor.user_id == request.requester_id:
        raise DomainError(
            "approvals.request.own", status=403,
            zh="不能审批自己提交的申请。", en="You cannot decide your own request.",
        )  # fmt: skip
    step: ApprovalStep | None = decidable_steps(actor, now=now).filter(request=request).first()
    if step is None:
        raise DomainError(
            "approvals.request.not_yours", status=403,
            zh="此步骤不由您审批。", en="This step is not yours to decide.",
        )  # fmt: skip
    return step


def _move_on(request: ApprovalRequest, approved: bool, actor: Actor, now: datetime) -> None:
    kind = kind_of(request.kind)
    if not approved:
        _end(request, ApprovalRequest.State.REJECTED, now)
        kind.on_rejected(request, actor, now)
    elif request.steps.filter(order__gt=request.current_order).exists():
        request.current_order += 1
        request.save(update_fields=["current_order"])
    else:
        _end(request, ApprovalRequest.State.APPROVED, now)
        kind.on_approved(request, actor, now)


def _end(request: ApprovalRequest, state: ApprovalRequest.State, now: datetime) -> None:
    request.state, request.finished_at = state, now
    request.save(update_fields=["state", "finished_at"])
    request.steps.filter(state=ApprovalStep.State.WAITING).update(state=ApprovalStep.State.SKIPPED)
