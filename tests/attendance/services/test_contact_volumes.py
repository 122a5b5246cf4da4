"""Taking contacts in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from attendance.models import ContactVolume
from attendance.services.contact_volumes import SlotCount, VolumeCounts, record_volumes
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from tests.attendance.staffing import HOURS, WEDNESDAY, bring, make_queue


@pytest.fixture
def queue(unit, actor, now):
    return make_queue(unit, actor, now)


def test_the_same_contacts_again_change_nothing(queue, actor, now):
    assert bring(queue, WEDNESDAY, [0, 5, 7], actor, now) == VolumeCounts(1, 0, 0)
    assert bring(queue, WEDNESDAY, [0, 5, 7], actor, now) == VolumeCounts(0, 0, 1)
    assert ContactVolume.objects.get().contacts == [0, 5, 7] + [0] * (HOURS - 3)
    assert Entry.objects.filter(action="attendance.contact_volume.record").count() == 1


def test_named_slots_are_set_and_the_others_stay(queue, actor, now):
    bring(queue, WEDNESDAY, [1, 2, 3], actor, now)
    later = [SlotCount("HOT", WEDNESDAY, 60, 9)]
    assert record_volumes(rows=later, actor=actor, now=now) == VolumeCounts(0, 1, 0)
    assert ContactVolume.objects.get().contacts[:3] == [1, 9, 3]


def test_wrong_rows_are_all_named_and_nothing_is_written(queue, actor, now):
    good = SlotCount("HOT", WEDNESDAY, 60, 9)
    rows = [
        good, good, replace(good, queue="X"), replace(good, start_minute=90), replace(good, start_minute=1440),
        replace(good, start_minute=0, contacts=-1),
    ]  # fmt: skip
    with pytest.raises(DomainError) as refused:
        record_volumes(rows=rows, actor=actor, now=now)
    found = [(row["row"], row["code"].rpartition(".")[2]) for row in refused.value.extra["rows"]]
    assert found == [(1, "repeated"), (2, "unknown_queue"), (3, "slot"), (4, "slot"), (5, "count")]
    assert not ContactVolume.objects.exists()


def test_contacts_of_another_unit_are_refused(queue, actor, now):
    with pytest.raises(DomainError) as refused:
        bring(queue, WEDNESDAY, [1], replace(actor, unit_ids=frozenset()), now)
    assert refused.value.code == "people.unit.not_found"


@pytest.mark.parametrize("contacts", [[1], [-1] * 24, [None] * 24])
def test_the_database_refuses_days_of_no_length_and_counts_below_zero(queue, contacts):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactVolume.objects.create(queue=queue, date=WEDNESDAY, contacts=contacts)
    connection.check_constraints()
