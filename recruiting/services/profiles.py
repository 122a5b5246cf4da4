"""Taking job profiles over from the pack, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from pydantic import ValidationError

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.errors import DomainError
from recruiting.models import JobProfile
from recruiting.packs import profiles as pack
from recruiting.queries.profiles import probation_goals
from recruiting.rules.errors import RuleError
from recruiting.services.matches import score_profile

CHANGE = "recruiting.profile.change"


@transaction.atomic
def adopt_profile(*, code: str, actor: Actor, now: datetime) -> JobProfile:
    """Copy a profile of the pack into the tenant; the tenant's copy, if there is one, is returned as it is.

    Errors: recruiting.profile.no_pack.
    """
    actor.require(CHANGE)
    definition = pack.job_profiles().get(code)
    if definition is None:
        raise DomainError(
            "recruiting.profile.no_pack", field="code",
            zh=f"画像库中没有 {code}。", en=f"The pack has no profile {code}.",
        )  # fmt: skip
    there = JobProfile.objects.filter(code=code).first()
    if there is not None:
        return there  # type: ignore[no-any-return]  # TenantManager is untyped
    profile: JobProfile = JobProfile.objects.create(
        code=code, name=definition.title.zh, name_en=definition.title.en, industry=definition.industry,
        definition=definition.model_dump(mode="json"),
    )  # fmt: skip
    record(actor=actor, action="recruiting.profile.adopt", subject=profile, new={"code": code}, now=now)
    return profile


@transaction.atomic
def change_profile(*, profile: JobProfile, definition: Mapping[str, Any], actor: Actor, now: datetime) -> JobProfile:
    """Replace the definition and score all applications anew. Its key stays the profile's code.

    Errors: recruiting.profile.invalid with the place in ``extra["place"]``; those of recruiting.rules.profiles.
    """
    profile = JobProfile.objects.select_for_update().get(pk=profile.pk)
    actor.require(CHANGE)
    checked = _checked({**definition, "key": profile.code})
    stored = checked.model_dump(mode="json")
    if stored == profile.definition:
        return profile
    old = {"version": profile.version}
    profile.definition, profile.version = stored, profile.version + 1
    profile.name, profile.name_en = checked.title.zh[:120], checked.title.en[:120]
    profile.save(update_fields=["definition", "version", "name", "name_en"])
    new = {"version": profile.version}
    record(actor=actor, action="recruiting.profile.change", subject=profile, old=old, new=new, now=now)
    score_profile(profile=profile, actor=actor, now=now)
    return profile


def _checked(definition: Mapping[str, Any]) -> pack.JobProfile:
    try:
        checked = pack.JobProfile.model_validate(definition)
    except RuleError as error:
        raise DomainError(error.code, zh=error.zh, en=error.en, field="definition") from error
    except ValidationError as error:
        raise _invalid(error) from error
    for goal in probation_goals(checked):
        if goal.floor == goal.target or (goal.floor < goal.target) != (goal.direction == "higher"):
            raise DomainError(
                "recruiting.profile.goal", field="definition",
                zh=f"试用期目标 {goal.kpi} 的目标值须优于底线值。",
                en=f"The target of the probation goal {goal.kpi} must be better than the floor.",
            )  # fmt: skip
    return checked


def _invalid(error: ValidationError) -> DomainError:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, RuleError):
        return DomainError(cause.code, zh=cause.zh, en=cause.en, field="definition")
    place = ".".join(str(part) for part in first["loc"])
    return DomainError(
        "recruiting.profile.invalid", field="definition", extra={"place": place},
        zh=f"画像定义在 {place or '整体'} 处不正确：{first['msg']}",
        en=f"The definition is wrong at {place or 'the whole'}: {first['msg']}",
    )  # fmt: skip
