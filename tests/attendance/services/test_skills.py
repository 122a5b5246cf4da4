"""Skills: who has them for how long, which shifts ask for them, and who lacks what on which day."""

from datetime import date

import pytest
from django.db import transaction

from attendance.models import EmployeeSkill, Shift, ShiftSkill, Skill
from attendance.queries.skills import skill_table
from attendance.services.skills import (
    add_skill,
    end_skill,
    grant_skill,
    remove_skill,
    require_skill,
    waive_skill,
    withdraw_skill,
)
from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError
from hrsaas.tenancy.context import tenant_context

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def by(actor, now):
    return {"actor": actor, "now": now}


@pytest.fixture
def licence(hospital, by):
    return add_skill(code="ICU", name="重症监护证", name_en="Intensive care", **by)


def refused(code, service, **given):
    with pytest.raises(DomainError) as error, transaction.atomic():
        service(**given)
    assert error.value.code == code


def test_a_licence_counts_until_it_ends(people, licence, by):
    nurse, other = people("E1", "E2")
    shift = Shift.objects.order_by("id")[0]
    require_skill(shift=shift, skill=licence, **by)
    grant_skill(employee=nurse, skill=licence, start_date=date(2026, 3, 3), end_date=date(2026, 3, 30), **by)
    table = skill_table([nurse.pk, other.pk], MARCH, APRIL)
    assert table.days_lacking(nurse.pk, shift.pk, MARCH, APRIL) == {0, 1, 29, 30}
    assert table.days_lacking(other.pk, shift.pk, MARCH, APRIL) == set(range(31))
    assert table.lacking(nurse.pk, shift.pk, date(2026, 3, 30)) == {licence.pk}


def test_a_shift_that_asks_for_nothing_is_for_everybody(people, licence):
    (nurse,) = people("E1")
    assert skill_table([nurse.pk], MARCH, APRIL).days_lacking(nurse.pk, Shift.objects.first().pk, MARCH, APRIL) == set()


def test_the_table_takes_as_many_statements_for_one_as_for_many(people, licence, by, django_assert_num_queries):
    everybody = people("E1", "E2", "E3")
    for someone in everybody:
        grant_skill(employee=someone, skill=licence, start_date=MARCH, **by)
    for some in (everybody[:1], everybody):
        with django_assert_num_queries(2):
            skill_table([one.pk for one in some], MARCH, APRIL)


def test_periods_of_one_skill_do_not_overlap_and_end_after_they_begin(people, licence, by):
    (nurse,) = people("E1")
    given = {"employee": nurse, "skill": licence, **by}
    held = grant_skill(start_date=MARCH, end_date=APRIL, **given)
    refused("attendance.skill.overlap", grant_skill, start_date=date(2026, 3, 31), **given)
    refused("attendance.skill.period", grant_skill, start_date=APRIL, end_date=APRIL, **given)
    again = grant_skill(start_date=APRIL, **given)
    refused("attendance.skill.overlap", end_skill, held=held, end_date=None, **by)
    refused("attendance.skill.period", end_skill, held=again, end_date=MARCH, **by)
    assert end_skill(held=again, end_date=date(2027, 4, 1), **by).end_date == date(2027, 4, 1)


def test_what_is_in_use_cannot_be_removed(people, licence, by):
    (nurse,) = people("E1")
    held = grant_skill(employee=nurse, skill=licence, start_date=MARCH, **by)
    asked = require_skill(shift=Shift.objects.first(), skill=licence, **by)
    assert require_skill(shift=Shift.objects.first(), skill=licence, **by) == asked
    refused("attendance.skill.in_use", remove_skill, skill=licence, **by)
    withdraw_skill(held=held, **by)
    refused("attendance.skill.in_use", remove_skill, skill=licence, **by)
    waive_skill(asked=asked, **by)
    remove_skill(skill=licence, **by)
    assert not Skill.objects.exists()
    actions = Entry.objects.filter(action__startswith="attendance.skill.").values_list("action", flat=True)
    assert sorted(actions) == [f"attendance.skill.{verb}" for verb in
                               ("add", "grant", "remove", "require", "waive", "withdraw")]  # fmt: skip


def test_another_tenant_sees_none_of_it(people, licence, by, tenant_b):
    (nurse,) = people("E1")
    grant_skill(employee=nurse, skill=licence, start_date=MARCH, **by)
    with tenant_context(tenant_b.id):
        assert not Skill.objects.exists() and not EmployeeSkill.objects.exists() and not ShiftSkill.objects.exists()
