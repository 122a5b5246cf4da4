"""Columns read from the database in one COPY."""

from __future__ import annotations

import numpy as np
import psycopg2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hrsaas.people.models import Position
from hrsaas.tenancy.context import tenant_context
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.queries.columns import (
    copy_rows,
    ids_literal,
    places_of,
    read_columns,
    read_columns_and_text,
    spread,
)

NUMBERS = "SELECT n::bigint, (n * n)::bigint FROM generate_series(1, %(count)s) AS n"


@pytest.mark.parametrize("count", [0, 1, 2_500])
def test_a_select_comes_as_columns(db: None, in_alpha: Tenant, count: int) -> None:
    with transaction.atomic():
        found = read_columns(NUMBERS, {"count": count}, ("n", "square"))
    assert found["n"].tolist() == list(range(1, count + 1))
    assert found["square"].tolist() == [n * n for n in range(1, count + 1)]


@pytest.mark.parametrize("count", [0, 1, 2_500])
def test_a_text_may_come_last(db: None, in_alpha: Tenant, count: int) -> None:
    sql = "SELECT n::bigint, CASE WHEN n % 2 = 0 THEN '' ELSE '第' || n END FROM generate_series(1, %(count)s) AS n"
    found, texts = read_columns_and_text(sql.replace("n % 2", "n %% 2"), {"count": count}, ("n",))
    assert found["n"].tolist() == list(range(1, count + 1))
    assert texts == ["" if n % 2 == 0 else f"第{n}" for n in range(1, count + 1)]


@pytest.mark.parametrize("sql", ["SELECT 1::int", "SELECT NULL::bigint", "SELECT 1::bigint, 2::bigint"])
def test_what_is_no_bigint_is_refused(db: None, in_alpha: Tenant, sql: str) -> None:
    with pytest.raises(ValueError, match="shape"):
        read_columns(sql, {}, ("n",))


def test_a_text_that_is_null_is_refused(db: None, in_alpha: Tenant) -> None:
    with pytest.raises(ValueError, match="text"):
        read_columns_and_text("SELECT 1::bigint, NULL::text", {}, ("n",))


@pytest.mark.parametrize("count", [0, 3, 4, 5, 8, 9])
def test_rows_are_handed_over_in_blocks(db: None, in_alpha: Tenant, count: int) -> None:
    blocks: list[list[bytes]] = []
    copy_rows(NUMBERS, {"count": count}, blocks.append, size=4)
    assert [len(block) for block in blocks] == [min(4, count - at) for at in range(0, count, 4)]
    assert {len(row) for block in blocks for row in block} <= {2 + 2 * 12}


def test_it_shows_no_other_tenants_rows(live_db: None, tenant_a: Tenant, tenant_b: Tenant) -> None:
    """Even as the first statement of a transaction, which COPY could not give its tenant."""
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            Position.objects.create(code="one", name="员工", name_en="Staff")
    for tenant in (tenant_a, tenant_b):
        with tenant_context(tenant.id):
            assert read_columns("SELECT tenant_id FROM people_position", {}, ("t",))["t"].tolist() == [tenant.id]
    assert read_columns("SELECT tenant_id FROM people_position", {}, ("t",))["t"].tolist() == []


def test_inside_a_transaction_it_is_one_statement(db: None, in_alpha: Tenant) -> None:
    Position.objects.exists()
    with CaptureQueriesContext(connection) as captured:
        read_columns(NUMBERS, {"count": 3}, ("n", "square"))
    assert len(captured) <= 1


def test_a_failing_select_says_so(db: None, in_alpha: Tenant) -> None:
    with pytest.raises(Exception, match="division") as raised, transaction.atomic():
        read_columns("SELECT 1::bigint / 0", {}, ("n",))
    assert isinstance(raised.value.__cause__ or raised.value, psycopg2.Error)


def test_values_are_spread_over_the_places_that_ask() -> None:
    keys, wanted = np.array([30, 10, 20]), np.array([10, 15, 30, 40, 5])
    places, there = places_of(keys, wanted)
    assert there.tolist() == [True, False, True, False, False]
    assert spread(np.array([3, 1, 2]), places, there).tolist() == [1, 0, 3, 0, 0]
    places, there = places_of(np.zeros(0, dtype=np.int64), wanted)
    assert spread(np.zeros(0, dtype=np.int64), places, there).tolist() == [0] * 5


def test_ids_as_a_parameter(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint[], %s::bigint[]", [ids_literal(np.array([1, -2])), ids_literal(np.array([]))])
        assert cursor.fetchone() == ([1, -2], [])
