"""Pages of projects and cost shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hrsaas.people.models import CostSplit, Project
from hrsaas.people.rules.cost_shares import NewShare, NewSplit
from hrsaas.people.services.cost_splits import set_cost_splits

SPLITS, PROJECTS = "/admin/people/costsplit/", "/admin/people/project/"


@pytest.fixture
def client(browser, tenant_a):
    found = browser(tenant_a)
    made = {"code": "P1", "name": "新店", "name_en": "New shop", "start_date": "2026-01-01"}
    assert found.post(f"{PROJECTS}create/", made).status_code == 302
    return found


def test_a_project_is_changed_on_its_page(client):
    project = Project.objects.get()
    changed = {"name": "旧店", "name_en": "", "start_date": "2026-01-01", "end_date": "2026-09-01"}
    url = reverse("admin:people_project_revise", args=[project.pk], urlconf="hrsaas.urls.tenant")
    assert client.post(url, changed).status_code == 302
    project.refresh_from_db()
    assert (project.name, project.end_date) == ("旧店", date(2026, 9, 1))


def test_shares_are_typed_as_lines(client, hired):
    someone = hired()
    text = "CC1, , 60\nCC2，P1，40%\n"
    form = {"employee": someone.pk, "start_date": "2026-01-01", "shares": text}
    assert client.post(f"{SPLITS}set/", form).status_code == 302
    split = CostSplit.objects.get()
    parts = split.shares.values_list("cost_centre", "project__code", "share_rate")
    assert list(parts) == [("CC1", None, Decimal("0.6")), ("CC2", "P1", Decimal("0.4"))]
    page = client.get(f"{SPLITS}{split.pk}/change/").content.decode()
    assert "CC1" in page and "New shop" in page and "60%" in page


@pytest.mark.parametrize(("text", "says"), [("CC1; 60", "Line 1"), ("CC1,,60", "instead of 100"), (",P9,100", "P9")])
def test_what_is_wrong_is_said_in_the_form(client, hired, text, says):
    form = {"employee": hired().pk, "start_date": "2026-01-01", "shares": text}
    answer = client.post(f"{SPLITS}set/", form)
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not CostSplit.objects.exists()


def test_a_list_of_many_takes_the_statements_of_a_few(client, hired, actor, now):
    shares = [NewShare(Decimal("0.5"), "CC1"), NewShare(Decimal("0.5"), "", "P1")]
    counts = []
    for size in (3, 30):
        rows = [NewSplit(hired().code, date(2026, 1, 1), shares) for _ in range(size)]
        set_cost_splits(rows=rows, actor=actor, now=now)
        client.get(SPLITS)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(SPLITS).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
