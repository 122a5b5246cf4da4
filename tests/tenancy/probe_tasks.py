"""Tasks that note what they can see; a worker loads them with ``-I``."""

from __future__ import annotations

from typing import Any

from django.db import connection
from redis import Redis

from hrsaas.celery import app
from hrsaas.people.models import Position
from hrsaas.tenancy.context import current_tenant_id


@app.task(name="tests.tenancy.see")
def see(redis_url: str, key: str, fail: bool = False) -> None:
    """Push ``tenant|by ORM|by raw SQL`` on the list; then fail, if asked to."""
    Redis.from_url(redis_url).rpush(key, f"{current_tenant_id()}|{_by_orm()}|{_by_sql()}")
    if fail:
        raise ValueError("as asked")


def _by_orm() -> str:
    return ",".join(Position.across_tenants.order_by("code").values_list("code", flat=True))


def _by_sql() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM people_position ORDER BY code")
        return ",".join(row[0] for row in cursor.fetchall())


def seen(redis_url: str, key: str) -> list[str]:
    found: Any = Redis.from_url(redis_url).lrange(key, 0, -1)
    return [one.decode() for one in found]
