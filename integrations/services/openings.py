"""Opening a tenant that can work on the same day: packs of all apps and a first HR admin."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from attendance.services.leave_types import install_leave_types
from attendance.services.setups import Calendar
from attendance.services.setups import install_pack as install_attendance
from hrsaas.access.actors import Actor
from hrsaas.access.rules.permissions import Role
from hrsaas.access.services.users import create_user
from hrsaas.errors import DomainError
from hrsaas.tenancy.models import Tenant
from hrsaas.tenancy.services.tenants import create_tenant
from integrations.packs.templates import Template, templates
from payroll.services.pay_schemes import install_pack as install_pay_items
from performance.services.kpis import install_pack as install_kpis


@dataclass(frozen=True)
class Opened:
    """password: of the first HR admin; nobody can read it again."""

    tenant: Tenant
    admin_email: str
    password: str


def open_tenant(
    *, slug: str, name: str, template: str, calendar: Calendar, actor: Actor, now: datetime, name_en: str = ""
) -> Opened:
    """A tenant with shifts, calendar, leave types, KPIs and pay items of its industry; all of it or nothing.

    Errors: integrations.template.unknown, and those of ``create_tenant``.
    """
    packs, admin = _template(template), _Admin(slug)

    def furnish(tenant: Tenant) -> None:
        install_attendance(code=packs.attendance, calendar=calendar, actor=actor, now=now)
        install_leave_types(actor=actor, now=now)
        install_kpis(code=packs.kpis, actor=actor, now=now)
        install_pay_items(code=packs.pay_items, actor=actor, now=now)
        create_user(email=admin.email, name="HR", password=admin.password, roles=[Role.HR_ADMIN], actor=actor, now=now)

    tenant = create_tenant(
        slug=slug, name_zh=name, name_en=name_en, industry=template, actor=actor, now=now, furnish=furnish
    )
    return Opened(tenant, admin.email, admin.password)


class _Admin:
    """The first user, who opens all others."""

    def __init__(self, slug: str) -> None:
        domain = settings.BASE_DOMAIN if "." in settings.BASE_DOMAIN else "example.com"
        self.email = f"admin@{slug}.{domain}"
        self.password = secrets.token_urlsafe(12)


def _template(code: str) -> Template:
    if code not in templates():
        names = ", ".join(templates())
        raise DomainError(
            "integrations.template.unknown", field="template",
            zh=f"没有名为“{code}”的行业模板，可选：{names}。", en=f"No template is called '{code}'; choose {names}.",
        )  # fmt: skip
    return templates()[code]
