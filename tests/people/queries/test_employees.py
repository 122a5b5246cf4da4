"""Finding people: by what people type, within reach, in the order of their pinyin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hrsaas.people.queries.employees import active_in, find, visible_to, with_assignment_on
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.services.assignments import leave, transfer
from hrsaas.people.services.employees import change_details
from hrsaas.tenancy.context import tenant_context
from tests.people.conftest import hiring


@pytest.fixture
def people(hired):
    return {
        name: hired(name=name, code=code, phone=phone, name_en=name_en)
        for name, code, phone, name_en in (
            ("张伟", "A100", "13812345678", "David Zhang"), ("单雄信", "A200", "+86 139 0000 5678", ""),
            ("曾国藩", "B300", "13711112222", ""),
            ("欧阳修", "B400", "", "Ouyang"), ("John Smith", "C500", "010-8888", ""),
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张", ["张伟"]), ("雄信", ["单雄信"]), ("zhang", ["张伟"]), ("zhang wei", ["张伟"]), ("ZW", ["张伟"]),
        ("shanx", ["单雄信"]), ("dan", ["单雄信"]), ("zeng", ["曾国藩"]), ("zgf", ["曾国藩"]), ("oyx", ["欧阳修"]),
        ("b300", ["曾国藩"]), ("B", ["欧阳修", "曾国藩"]), ("5678", ["单雄信", "张伟"]), ("12345678", ["张伟"]),
        ("13812345678", ["张伟"]), ("+86 13812345678", ["张伟"]), ("13900005678", ["单雄信"]), ("8888", ["John Smith"]),
        ("smith", ["John Smith"]), ("david z", ["张伟"]), ("678", []), ("99995678", []), ("%", []), ("_", []), ("", []),
        ("\\", []), ("AAAA", []), ("王", []),
    ],
)  # fmt: skip
def test_found_by(people, text, names):
    assert [person.name for person in find(text)] == names


def test_sorted_by_pinyin_with_surnames_as_people_read_them(people):
    assert [person.name for person in find("1") | find("0")] == ["John Smith", "欧阳修", "单雄信", "曾国藩", "张伟"]


def test_found_by_the_new_phone_and_no_longer_by_the_old(people, actor, now):
    change_details(employee=people["张伟"], changes={"phone": "13699990000"}, actor=actor, now=now)
    assert not find("12345678").exists()
    assert find("99990000").get() == people["张伟"]


def test_another_tenants_people_are_not_found(people, beta_organisation, tenant_b, actor, now):
    with tenant_context(tenant_b.id):
        hiring(beta_organisation, actor, now)(name="张飞", phone="13812345678")
        assert [person.name for person in find("5678")] == ["张飞"]
    assert [person.name for person in find("zhang")] == ["张伟"]


class TestVisibleTo:
    DAY = date(2026, 4, 1)

    def names(self, actor):
        return {person.name for person in visible_to(actor, on=self.DAY)}

    @pytest.fixture
    def staff(self, organisation, hired):
        units = {"甲": organisation.office, "乙": organisation.shop, "丙": organisation.till}
        return {name: hired(name=name, unit=unit) for name, unit in units.items()}

    def test_everybody_for_the_whole_tenant(self, staff, actor):
        assert self.names(actor) == {"甲", "乙", "丙"}

    def test_the_subtree_and_himself_for_a_manager(self, organisation, staff, actor):
        manager = replace(actor, employee_id=staff["甲"].id, unit_ids=subtree_ids([organisation.shop.id]))
        assert self.names(manager) == {"甲", "乙", "丙"}
        assert self.names(replace(manager, employee_id=None)) == {"乙", "丙"}

    def test_only_himself_for_an_employee(self, staff, actor):
        assert self.names(replace(actor, employee_id=staff["乙"].id, unit_ids=frozenset())) == {"乙"}
        assert self.names(replace(actor, employee_id=None, unit_ids=frozenset())) == set()

    def test_who_moves_away_is_seen_until_then_and_by_the_next_unit_already(self, organisation, staff, actor, now):
        transfer(employee=staff["丙"], on_date=date(2026, 4, 2), unit=organisation.office, actor=actor, now=now)
        old, new = (replace(actor, unit_ids=frozenset([unit.id])) for unit in (organisation.till, organisation.office))
        assert self.names(old) == {"丙"}
        assert self.names(new) == {"甲", "丙"}
        assert not visible_to(old, on=date(2026, 4, 2)).exists()

    def test_who_left_stays_visible_to_the_last_unit(self, organisation, staff, actor, now):
        leave(employee=staff["丙"], leave_date=date(2026, 2, 1), actor=actor, now=now)
        assert self.names(replace(actor, unit_ids=frozenset([organisation.till.id]))) == {"丙"}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2025, 12, 1), date(2026, 1, 1), 0), (date(2026, 1, 1), date(2026, 1, 2), 1),
        (date(2026, 2, 28), date(2026, 3, 1), 1), (date(2026, 3, 1), date(2026, 4, 1), 0),
    ],
)  # fmt: skip
def test_active_in_a_period(hired, actor, now, start, end, expected):
    leave(employee=hired(), leave_date=date(2026, 3, 1), actor=actor, now=now)
    assert active_in(start, end).count() == expected


def test_a_list_with_assignments_costs_two_queries_for_any_number_of_people(hired):
    manager = hired()
    for count in (1, 20):
        for _ in range(count):
            hired(manager=manager)
        with CaptureQueriesContext(connection) as queries:
            people = list(with_assignment_on(find("zhangsan"), date(2026, 4, 1)))
            shown = [
                (one.unit.name, one.position.name, one.manager and one.manager.name)
                for person in people
                if (one := person.assignment_on_day)
            ]
        assert len(shown) == len(people)
        assert len(queries) == 2
