"""The list of projects."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from hrsaas.access.actors import Actor
from hrsaas.audit.services.entries import record
from hrsaas.people.models import Project
from hrsaas.people.rules.new_hires import date_faults, text_faults
from hrsaas.people.services.refusals import raise_first, refusals_explained

CHANGE = "people.cost.change"


@transaction.atomic
def create_project(
    *, code: str, name: str, start_date: date, actor: Actor, now: datetime, name_en: str = "",
    end_date: date | None = None,
) -> Project:  # fmt: skip
    """Errors: people.project.{code_taken,dates}, those of dates and texts."""
    actor.require(CHANGE)
    project = Project(code=code.strip(), name=name.strip(), name_en=name_en, start_date=start_date, end_date=end_date)
    _check(project)
    with refusals_explained():
        project.save()
    record(actor=actor, action="people.project.create", subject=project, new=_facts(project), now=now)
    return project


@transaction.atomic
def change_project(
    *, project: Project, name: str, start_date: date, end_date: date | None, actor: Actor, now: datetime,
    name_en: str = "",
) -> Project:  # fmt: skip
    """New names and dates; the code is what the ERP knows. Shares of a project that ends hold until they are replaced.

    Errors: people.project.dates, those of dates and texts.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    actor.require(CHANGE)
    old = _facts(project)
    project.name, project.name_en = name.strip(), name_en
    project.start_date, project.end_date = start_date, end_date
    _check(project)
    with refusals_explained():
        project.save(update_fields=["name", "name_en", "start_date", "end_date"])
    record(actor=actor, action="people.project.change", subject=project, old=old, new=_facts(project), now=now)
    return project


def _check(project: Project) -> None:
    raise_first(list(text_faults(0, {"code": project.code, "name": project.name, "name_en": project.name_en})))
    raise_first(list(date_faults(0, "start_date", project.start_date)))
    if project.end_date is not None:
        raise_first(list(date_faults(0, "end_date", project.end_date)))


def _facts(project: Project) -> dict[str, object]:
    return {
        "code": project.code, "name": project.name, "name_en": project.name_en,
        "start_date": project.start_date.isoformat(),
        "end_date": None if project.end_date is None else project.end_date.isoformat(),
    }  # fmt: skip
