"""Industry templates in the admin: look, install, compare, upgrade."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import AttendanceSettings, InstalledPack, Shift
from attendance.packs.loader import list_packs, load_pack
from hrsaas.access.services.users import create_user
from hrsaas.tenancy.context import tenant_context

ADMIN = "/admin/attendance/"
GALLERY = f"{ADMIN}installedpack/gallery/"


@pytest.fixture
def browser(hospital, client_for, actor, now):
    def make(role="attendance_clerk", language="en"):
        user = create_user(
            email=f"{role}@alpha.example", name=role, password=None, roles=[role], language=language, actor=actor,
            now=now,
        )  # fmt: skip
        return client_for(hospital, user, headers={"Accept-Language": language})

    return make


@pytest.fixture
def outdated(hospital):
    """The grace of the A shift was raised in the newest version and by the tenant, that of P only in the newest."""
    installed = InstalledPack.objects.get(code="healthcare")
    installed.content["shift:A"]["late_grace_minutes"] = installed.content["shift:P"]["late_grace_minutes"] = 2
    installed.version = 1
    installed.save()
    Shift.objects.filter(code="A").update(late_grace_minutes=4)
    Shift.objects.filter(code="P").update(late_grace_minutes=2)
    return installed


def text(response) -> str:
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_the_gallery_shows_every_template_and_what_is_installed(browser):
    client = browser()
    page = text(client.get(GALLERY))
    assert all(load_pack(code).name.en in page for code in list_packs())
    assert "version 2 is installed" in page
    assert "Has a roster that is not lawful by itself" in page
    with CaptureQueriesContext(connection) as queries:
        text(client.get(GALLERY))
    assert len(queries) <= 20


def test_the_gallery_is_chinese_for_who_reads_chinese(browser):
    page = text(browser(language="zh-hans").get(GALLERY))
    assert all(load_pack(code).name.zh in page for code in list_packs())
    assert "综合计算" in page


def test_a_preview_shows_shifts_hours_findings_and_what_would_change(browser):
    page = text(browser().get(f"{GALLERY}security/"))
    assert "20:00–次日 08:00" in page or "20:00–08:00" in page
    assert "56.0" in page and "add a fourth crew" in page and "Labour Law art. 41" in page
    assert "Install this template" in page
    assert "These exist already and will be set to the template" in page  # N is a shift of the hospital too


def test_who_may_not_change_the_setup_sees_no_button(browser):
    assert "Install this template" not in text(browser("auditor").get(f"{GALLERY}security/"))


def test_an_unknown_template_is_not_found(browser):
    assert browser().get(f"{GALLERY}mars/").status_code == 404


def test_a_template_is_installed_from_its_preview_in_one_step(browser, tenant_b):
    form = {"code": "mining", "calendar": "national", "_run": "1"}
    browser().post(f"{ADMIN}attendancesettings/install/", form)
    assert AttendanceSettings.objects.get().pack_code == "mining"
    assert set(InstalledPack.objects.values_list("code", flat=True)) == {"healthcare", "mining"}
    with tenant_context(tenant_b.id):
        assert list(InstalledPack.objects.values_list("code", flat=True)) == ["retail"]


def test_the_comparison_says_what_becomes_of_every_difference(browser, outdated):
    page = text(browser().get(f"{ADMIN}installedpack/{outdated.id}/change/"))
    assert "changed by both" in page and "will be taken over" in page
    assert "Shift A · late grace (minutes): 4 → 0" in page


def test_an_upgrade_keeps_ones_own_unless_it_is_ticked(browser, outdated):
    client = browser()
    address = f"{ADMIN}installedpack/{outdated.id}/upgrade/"
    assert "Shift A · late grace (minutes)" in text(client.get(address))
    client.post(address, {"_run": "1"})
    graces = dict(Shift.objects.filter(code__in="AP").values_list("code", "late_grace_minutes"))
    assert graces == {"A": 4, "P": 0}
    assert InstalledPack.objects.get().version == 2


def test_a_ticked_conflict_takes_the_templates_value(browser, outdated):
    address = f"{ADMIN}installedpack/{outdated.id}/upgrade/"
    browser().post(address, {"take": ["shift:A.late_grace_minutes"], "_run": "1"})
    assert Shift.objects.get(code="A").late_grace_minutes == 0


def test_settings_are_called_by_the_templates_name(browser):
    row = AttendanceSettings.objects.get()
    page = text(browser().get(f"{ADMIN}attendancesettings/{row.pk}/change/"))
    assert f"Hospital nursing {row.pack_version}" in page
