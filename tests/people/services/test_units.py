"""The tree of org units stays a tree, within one tenant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from hrsaas.audit.models import Entry
from hrsaas.errors import DomainError, NotAllowed
from hrsaas.people.models import OrgUnit, Position
from hrsaas.people.queries.units import subtree_ids
from hrsaas.people.services.units import create_position, create_unit, move_unit, rename_position, rename_unit
from hrsaas.tenancy.context import tenant_context


@pytest.fixture
def by(actor, now):
    return {"actor": actor, "now": now}


def test_a_unit_moves_with_everything_below_it(organisation, by):
    west = create_unit(code="west", name="西区", **by)
    move_unit(unit=organisation.shop, parent=west, **by)
    assert subtree_ids([west.id]) == {west.id, organisation.shop.id, organisation.till.id}
    assert subtree_ids([organisation.office.id]) == {organisation.office.id}


@pytest.mark.parametrize("below", ["office", "shop", "till"])
def test_a_unit_cannot_move_below_itself(organisation, by, below):
    with pytest.raises(DomainError) as refused:
        move_unit(unit=organisation.office, parent=getattr(organisation, below), **by)
    assert refused.value.code == "people.unit.cycle"


def test_the_database_refuses_a_cycle_that_python_did_not_see(organisation):
    with pytest.raises(IntegrityError, match="above itself"), transaction.atomic():
        OrgUnit.objects.filter(id=organisation.office.id).update(parent=organisation.till)
    with pytest.raises(IntegrityError, match="people_unit_not_own_parent"), transaction.atomic():
        OrgUnit.objects.filter(id=organisation.office.id).update(parent=organisation.office)


def test_a_code_is_taken_once_per_tenant(organisation, beta_organisation, by):
    with pytest.raises(DomainError) as refused:
        create_unit(code="shop", name="又一家", **by)
    assert (refused.value.code, refused.value.field, refused.value.status) == ("people.unit.code_taken", "code", 409)
    with override("en"), pytest.raises(DomainError, match="position code"):
        create_position(code="cashier", name="收银", **by)
    assert OrgUnit.objects.filter(code="shop").count() == 1


@pytest.mark.parametrize("texts", [{"name": " "}, {"code": ""}, {"name": "a\x00b"}, {"code": "x" * 41}])
def test_unusable_texts_are_refused(organisation, by, texts):
    with pytest.raises(DomainError) as refused:
        create_unit(**({"code": "new", "name": "新"} | texts), **by)
    assert refused.value.code == "people.unit.text"


def test_renaming_keeps_what_is_not_given_and_is_recorded(organisation, by):
    unit = rename_unit(unit=organisation.shop, name="旗舰店", **by)
    position = rename_position(position=organisation.cashier, name="收款员", name_en="Teller", **by)
    assert (unit.name, unit.name_en) == ("旗舰店", "Shop")
    assert (position.name, position.name_en) == ("收款员", "Teller")
    entry = Entry.objects.get(action="people.unit.rename")
    assert (entry.old["name"], entry.new["name"]) == ("门店", "旗舰店")


def test_without_the_permission_nothing_changes(organisation, actor, now):
    clerk = replace(actor, permissions=frozenset({"people.unit.view"}))
    for attempt in (
        lambda: create_unit(code="x", name="x", actor=clerk, now=now),
        lambda: rename_unit(unit=organisation.shop, name="x", actor=clerk, now=now),
        lambda: move_unit(unit=organisation.shop, parent=None, actor=clerk, now=now),
        lambda: create_position(code="x", name="x", actor=clerk, now=now),
        lambda: rename_position(position=organisation.cashier, name="x", actor=clerk, now=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert OrgUnit.objects.count() == 3
    assert Position.objects.count() == 2


def test_who_is_confined_to_a_unit_changes_only_below_it(organisation, actor, now):
    local = replace(actor, unit_ids=subtree_ids([organisation.shop.id]))
    create_unit(code="kiosk", name="小店", parent=organisation.shop, actor=local, now=now)
    for parent in (organisation.office, None):
        with pytest.raises(DomainError) as refused:
            create_unit(code="more", name="更多", parent=parent, actor=local, now=now)
        assert refused.value.status == 404


def test_another_tenants_unit_cannot_be_the_parent_even_in_raw_sql(organisation, beta_organisation):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "UPDATE people_orgunit SET parent_id = %s WHERE id = %s", [beta_organisation.shop.id, organisation.till.id]
        )


def test_each_tenant_sees_its_own_units(organisation, beta_organisation, tenant_b):
    assert set(OrgUnit.objects.values_list("id", flat=True)).isdisjoint({beta_organisation.shop.id})
    assert subtree_ids([beta_organisation.office.id]) == frozenset()
    with tenant_context(tenant_b.id):
        assert OrgUnit.objects.count() == 3
