"""Contacts per slot come in by file."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from attendance.models import ContactVolume
from hrsaas.access.actors import Actor
from hrsaas.people.services.units import create_unit
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from integrations.models import Import
from integrations.services.imports import apply_import, preview_import
from tests.attendance.staffing import make_queue

FILE = """队列,日期,时段,来电量
HOT,2026-11-04,9:00,400
HOT,2026/11/4,10:00,"1,200"
HOT,2026-11-05,09:00:00,380
"""


@pytest.fixture
def bring(db: None, in_alpha: Tenant, tenant_b: Tenant, actor: Actor, now: datetime):
    for tenant in (in_alpha, tenant_b):
        with tenant_context(tenant.id):
            make_queue(create_unit(code="U", name="客服部", actor=actor, now=now), actor, now)

    def run(text: str, *, apply: bool = True) -> Import:
        found = preview_import(kind="contacts", file_name="a.csv", content=text.encode(), actor=actor, now=now)
        return apply_import(import_id=found.id, actor=actor, now=now) if apply else found

    return run


def test_a_preview_says_what_would_happen_and_writes_nothing(bring) -> None:
    found = bring(FILE, apply=False)
    assert (found.state, found.counts) == (Import.State.READY, {"days": 2, "unchanged": 0})
    assert found.sample[1] == {"queue": "HOT", "date": "2026-11-04", "start_minute": 600, "contacts": 1200}
    assert not ContactVolume.objects.exists()


def test_the_same_file_again_changes_nothing(bring, tenant_b: Tenant) -> None:
    bring(FILE)
    day = ContactVolume.objects.get(date=date(2026, 11, 4))
    assert (day.contacts[9], day.contacts[10], day.total) == (400, 1200, 1600)
    assert bring(FILE).counts == {"days": 0, "unchanged": 2}
    with tenant_context(tenant_b.id):
        assert not ContactVolume.objects.exists()


def test_bad_rows_are_named_by_line_and_nothing_can_be_applied(bring) -> None:
    wrong = ("NO,2026-11-04,9:00,1", "HOT,2026-11-04,9:30,1", "HOT,2026-11-04,9:00,1", "HOT,2026-11-06,25:00,1")
    text = FILE + "\n".join([*wrong, "HOT,2026-11-06,9:00,-3"])
    found = bring(text, apply=False)
    assert found.state == Import.State.REFUSED
    assert [(error["line"], error["column"], error["code"].rpartition(".")[2]) for error in found.errors] == [
        (5, "queue", "unknown_queue"), (6, "slot_start", "slot"), (7, "slot_start", "repeated"),
        (8, "slot_start", "time"), (9, "contacts", "count"),
    ]  # fmt: skip
