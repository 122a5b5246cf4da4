"""Commands that cannot be done say why, in one sentence, and leave nothing behind."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from hrsaas.tenancy.models import Tenant
from tests import servers
from tests.journeys.clerks import PEOPLE_HEADER, STAFF, csv_file, run

pytestmark = pytest.mark.usefixtures("live_db")


def refusal(*words: str | Path) -> str:
    """What the command prints before it gives up, and its last sentence."""
    printed = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, words), stdout=printed, stderr=printed)
    return printed.getvalue() + str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ("close_month", "--month", "2026-03"),
        ("export", "people", "--month", "2026-03", "--out", "x.csv"),
        ("import_file", "people", __file__),
    ],
    ids=lambda words: words[0],
)
def test_an_unknown_tenant_is_named_with_the_way_to_open_one(words):
    said = refusal(*words, "--tenant", "nobody")
    assert "no tenant 'nobody'" in said and "create_tenant nobody" in said


@pytest.mark.parametrize("month", ["2026-13", "03/2026", "2026", "March"])
def test_a_wrong_month_is_answered_with_the_right_spelling(month):
    assert "write it like 2026-03" in refusal("close_month", "--tenant", "alpha", "--month", month)


def test_a_month_that_has_not_begun_is_refused():
    said = refusal("close_month", "--tenant", "alpha", "--month", "2199-01")
    assert "2199-01 has not begun" in said and "months.close.future" in said


def test_the_month_that_runs_is_refused_with_the_day_from_which_on_it_can_be_closed():
    today = timezone.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
    said = refusal("close_month", "--tenant", "alpha", "--month", f"{today:%Y-%m}")
    closable = (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    assert f"can be closed from {closable} on" in said and "months.close.unfinished" in said


def test_an_unknown_template_is_answered_with_the_known_ones():
    said = refusal("create_tenant", "shop", "--name", "小店", "--template", "bakery")
    assert all(name in said for name in ("retail", "healthcare", "office_flex"))
    assert not Tenant.objects.filter(slug="shop").exists()


@pytest.mark.parametrize(
    ("slug", "code"),
    [("alpha", "tenancy.slug.taken"), ("admin", "tenancy.slug.taken"), ("Shop!", "tenancy.slug.invalid")],
)
def test_a_slug_that_cannot_be_had_is_refused_in_both_languages(slug, code):
    before = Tenant.objects.count()
    said = refusal("create_tenant", slug, "--name", "小店", "--template", "retail")
    assert code in said and "subdomain" in said and "子域名" in said
    assert Tenant.objects.count() == before


def test_every_wrong_row_is_named_and_nothing_is_written(tmp_path):
    good, *_others = STAFF
    bad = [good, ("A02", "曾强", "研发部", "工程师", "31.02.2026", "一万", "北京"), good]
    path = csv_file(tmp_path / "people.csv", PEOPLE_HEADER, bad)
    said = refusal("import_file", "people", "--tenant", "alpha", path, "--apply")
    assert said.endswith("3 errors; nothing was written.")
    assert "line 3, hire_date" in said and "line 3, base_pay" in said and "line 4, code" in said
    assert "0 rows" in run("export", "people", "--tenant", "alpha", "--month", "2026-03", "--out", tmp_path / "out.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 no workbook", "XLSX"),
        (b"\xff\xfe\x00\x81", "UTF-8"),
        ("工号,姓名\nA01,王芳\n".encode(), "hire_date"),
    ],
    ids=["empty", "broken workbook", "no text", "lacking columns"],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, words):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    said = refusal("import_file", "people", "--tenant", "alpha", path, "--apply")
    assert words in said and "[integrations.file." in said and "nothing was written" in said


def test_a_refusal_at_the_terminal_is_a_sentence_and_an_exit_code():
    done = subprocess.run(
        [sys.executable, "manage.py", "close_month", "--tenant", "nobody", "--month", "2026-03"],
        cwd=servers.ROOT, env=servers.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no tenant 'nobody'" in done.stderr and "Traceback" not in done.stderr


def test_a_missing_file_and_a_place_that_cannot_be_written_are_named(tmp_path):
    assert "cannot be read" in refusal("import_file", "people", "--tenant", "alpha", tmp_path / "none.csv")
    nowhere = tmp_path / "none" / "out.csv"
    assert "cannot be written" in refusal(
        "export", "people", "--tenant", "alpha", "--month", "2026-03", "--out", nowhere
    )
