"""Fill the product for the browser: ``python -m tests.browser.tenants OPERATOR PASSWORD``."""

from __future__ import annotations

import sys
from datetime import date, datetime

import django

django.setup()

from django.utils import timezone  # noqa: E402  # models need the set-up

from hrsaas.access.actors import Actor, system_actor  # noqa: E402
from hrsaas.access.rules.permissions import Role  # noqa: E402
from hrsaas.access.services.operators import create_operator  # noqa: E402
from hrsaas.access.services.users import create_user  # noqa: E402
from hrsaas.people.services.employees import NewHire, hire_many  # noqa: E402
from hrsaas.people.services.units import create_position, create_unit  # noqa: E402
from hrsaas.tenancy.models import Tenant  # noqa: E402
from hrsaas.tenancy.services.tenants import create_tenant  # noqa: E402
from integrations.packs.demos import demos  # noqa: E402
from integrations.services.demos import load_demo  # noqa: E402


def open_plant(*, password: str, actor: Actor, now: datetime) -> None:
    """``plant``: four people, a clerk and HR, and no attendance template yet."""

    def furnish(_tenant: Tenant) -> None:
        create_unit(code="A1", name="装配车间", actor=actor, now=now)
        create_position(code="worker", name="操作工", actor=actor, now=now)
        rows = [
            NewHire(code=code, name=name, unit="A1", position="worker", hire_date=date(2024, 1, 1),
                    base_pay_fen=600_000, work_city="苏州")
            for code, name in (("P1", "安一鸣"), ("P2", "白雪"), ("P3", "陈晨"), ("P4", "丁宁"))
        ]  # fmt: skip
        hire_many(rows=rows, actor=actor, now=now)
        for name, role in (("attendance", Role.ATTENDANCE_CLERK), ("hr", Role.HR_ADMIN)):
            create_user(
                email=f"{name}@plant.example.com", name=name, password=password, roles=[role], actor=actor, now=now
            )

    create_tenant(
        slug="plant", name_zh="永明机械", name_en="Yongming Machinery", industry="manufacturing", actor=actor, now=now,
        furnish=furnish,
    )  # fmt: skip


if __name__ == "__main__":
    (operator, chosen), at = sys.argv[1:], timezone.now()
    demo_actor = system_actor("demo", via="command")
    create_operator(email=operator, name="Operator", password=chosen, now=at)
    for slug in demos():
        load_demo(slug=slug, password=chosen, actor=demo_actor, now=at)
    open_plant(password=chosen, actor=demo_actor, now=at)
