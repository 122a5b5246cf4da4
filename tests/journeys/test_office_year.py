"""A real office: 50 people's stamps of a year, three months of it closed by the API, all twelve by the stage of the
close, and every day checked.

The stamps are of 2015; 2026 has the same calendar, so eleven years are added. The rule is computed here a second time,
from the text of the data set alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from attendance import jobs
from attendance.models import AttendanceMonth, DayResult, Timesheet
from attendance.queries import day_results
from attendance.services.punches import PunchRow, record_punches
from attendance.services.setups import OwnDay, install_pack, set_calendar_days
from hrsaas.access.actors import system_actor
from hrsaas.jobs.models import JobError
from hrsaas.jobs.services.jobs import run_to_end
from hrsaas.people.services.employees import NewHire, hire_many
from hrsaas.people.services.units import create_position, create_unit
from hrsaas.tenancy.context import tenant_context
from integrations.services.openings import open_tenant
from tests.conftest import SHANGHAI
from tests.tools import require_shared

DATA = "data/office_2015"
MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
END = date(2026, 4, 1)


Stamps = dict[tuple[str, date], datetime]


@dataclass(frozen=True)
class Office:
    """Stamps by person and day; days on which nobody was there at all are the company's holidays."""

    came: Stamps
    left: Stamps
    days: list[date]

    @property
    def codes(self) -> list[str]:
        return sorted({code for code, _day in self.came}, key=int)

    @property
    def holidays(self) -> list[date]:
        worked = {day for _code, day in self.came} | {day for _code, day in self.left}
        return [day for day in self.days if day not in worked]


def read_stamps(name: str) -> tuple[Stamps, list[date]]:
    with (require_shared(DATA) / name).open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    days = [later(text).date() for text in header[1:]]
    stamps = {
        (row[0], day): later(text) for row in rows for day, text in zip(days, row[1:], strict=True) if text != "NA"
    }
    return stamps, days


def later(text: str) -> datetime:
    """``DD/MM/YYYY[ HH:MM]`` eleven years on."""
    found = datetime.strptime(text, "%d/%m/%Y %H:%M" if " " in text else "%d/%m/%Y")  # noqa: DTZ007  # wall clock
    return found.replace(year=found.year + 11)


@pytest.fixture(scope="module")
def office() -> Office:
    came, days = read_stamps("in_time.csv")
    left, _days = read_stamps("out_time.csv")
    return Office(came, left, days)


def people_rows(office: Office) -> list[NewHire]:
    with (require_shared(DATA) / "people.csv").open(encoding="utf-8") as file:
        rows = {row["EmployeeID"]: row for row in csv.DictReader(file)}
    return [_hire(rows[code]) for code in office.codes]


def _hire(row: dict[str, str]) -> NewHire:
    years = int(row["YearsAtCompany"])
    return NewHire(
        code=row["EmployeeID"], name=f"Person {row['EmployeeID']}", unit="OFFICE", position="STAFF",
        hire_date=date(2026 - years, 1, 1), base_pay_fen=int(row["MonthlyIncome"]) * 100, work_city="上海",
    )  # fmt: skip


def punch_rows(office: Office) -> list[PunchRow]:
    stamps = [*office.came.items(), *office.left.items()]
    return [PunchRow(code, stamp.replace(tzinfo=SHANGHAI)) for (code, _day), stamp in stamps]


@pytest.fixture
def loaded(office: Office, db: None, in_alpha: Any, actor: Any, now: datetime) -> Office:
    """A tenant on the flexible office template with these people, holidays and stamps."""
    install_pack(code="office_flex", calendar="weekdays", actor=actor, now=now)
    create_unit(code="OFFICE", name="办公室", actor=actor, now=now)
    create_position(code="STAFF", name="职员", actor=actor, now=now)
    hire_many(rows=people_rows(office), actor=actor, now=now)
    set_calendar_days(days=[OwnDay(day) for day in office.holidays], actor=actor, now=now)
    counts = record_punches(rows=punch_rows(office), source="office", actor=actor, now=now)
    assert (counts.unknown, counts.repeated) == (0, 0)
    return office


def close(month: date, actor: Any, now: datetime) -> dict[str, Any]:
    for key in jobs.plan(month):
        assert not jobs.run_step(month, key, actor, now).errors
    return jobs.finish(month, actor, now)


def expected(office: Office, code: str, day: date) -> list[Any]:
    """status, first_in, last_out, worked, late, early, overtime: the rule of the data set, once more."""
    came, left = office.came.get((code, day)), office.left.get((code, day))
    if came is None or left is None:
        assert came is None and left is None
        return [idle(office, day), "", "", 0, 0, 0, 0]
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # wall clock
    first, last = (int((stamp - midnight).total_seconds()) // 60 for stamp in (came, left))
    start = min(max(first, 8 * 60 + 30), 10 * 60 + 30)
    due_end = start + 510
    begin = max(first, 8 * 60 + 30)
    on_break = max(0, min(last, 12 * 60 + 30) - max(begin, 12 * 60))
    beyond = last - due_end
    overtime = beyond // 30 * 30 if beyond >= 30 else 0
    stamps = [stamp.isoformat(timespec="minutes") for stamp in (came, left)]
    return [
        "present", *stamps, last - begin - on_break, max(0, first - (10 * 60 + 30)), max(0, due_end - last), overtime,
    ]  # fmt: skip


def idle(office: Office, day: date) -> str:
    if day in office.holidays:
        return "holiday"
    return "rest" if day.weekday() >= 5 else "absent"


def every_day(office: Office) -> Iterator[list[Any]]:
    for code in sorted(office.codes):
        for offset in range((END - MONTHS[0]).days):
            day = MONTHS[0] + timedelta(days=offset)
            yield [code, day.isoformat(), *expected(office, code, day)]


def test_the_data_set_is_the_one_described(office):
    assert (len(office.codes), len(office.days), len(office.holidays)) == (50, 261, 12)


def test_every_day_of_three_months_is_as_the_rule_says(office, live_db, now):
    """As a client of the API: three files into a fresh tenant, three months closed, every day result exported."""
    opened = open_tenant(
        slug="office", name="真实办公室", template="office_flex", calendar="weekdays",
        actor=system_actor("test", via="command"), now=now,
    )  # fmt: skip
    with tenant_context(opened.tenant.id):
        api = APIClient(SERVER_NAME="office.hr.test")
        signed_in = {"email": opened.admin_email, "password": opened.password}
        assert api.post("/api/v1/session/", signed_in, format="json").status_code == 200
        for kind, rows in FILES.items():
            assert bring(api, kind, rows(office)) == "applied"
        for month in MONTHS:
            assert close_by_api(api, month) == {"attendance", "performance", "payroll"}
        found = [row[:9] for month in MONTHS for row in day_results.export_rows(month)]
    assert sorted(found) == sorted(every_day(office))


def bring(api: APIClient, kind: str, rows: list[list[Any]]) -> str:
    """Upload a CSV for its preview, apply it, and do what a worker does; the import's state afterwards."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    file = SimpleUploadedFile(f"{kind}.csv", text.getvalue().encode())
    preview = api.post("/api/v1/imports/", {"kind": kind, "file": file}, format="multipart").json()
    assert preview["error_count"] == 0, preview
    run_to_end(int(api.post(f"/api/v1/imports/{preview['id']}/apply/").json()["job"]))
    return str(api.get(f"/api/v1/imports/{preview['id']}/").json()["state"])


def close_by_api(api: APIClient, month: date) -> set[str]:
    """The stages that have run."""
    answer = api.post("/api/v1/months/closes/", {"month": month.isoformat()}, format="json")
    assert answer.status_code == 202, answer.json()
    job = run_to_end(int(answer.json()["id"]))
    assert (job.state, JobError.objects.filter(job=job).count()) == ("succeeded", 0)
    return set(job.summary)


def people_file(office: Office) -> list[list[Any]]:
    rows = [
        [hire.code, hire.name, "办公室", "职员", hire.hire_date, hire.base_pay_fen // 100, hire.work_city]
        for hire in people_rows(office)
    ]
    return [["code", "name", "unit", "position", "hire_date", "base_pay", "city"], *rows]


def punches_file(office: Office) -> list[list[Any]]:
    stamps = [*office.came.items(), *office.left.items()]
    return [["employee_code", "punched_at"], *([code, stamp.isoformat()] for (code, _day), stamp in stamps)]


FILES = {
    "people": people_file,
    "holidays": lambda office: [["date", "name"], *([day, "公司假日"] for day in office.holidays)],
    "punches": punches_file,
}


def test_all_twelve_months_close_and_every_day_and_timesheet_is_as_the_rule_says(loaded, actor):
    """The attendance of the whole year, day by day and added up by hand, a year later."""
    year = [date(2026, month, 1) for month in range(1, 13)]
    wanted = [
        [code, day.isoformat(), *expected(loaded, code, day)]
        for code in loaded.codes
        for day in (date(2026, 1, 1) + timedelta(days=offset) for offset in range(365))
    ]
    for month in year:
        close(month, actor, datetime(2027, 1, 4, 9, tzinfo=SHANGHAI))
    found = [row[:9] for month in year for row in day_results.export_rows(month)]
    assert sorted(found) == sorted(wanted)
    assert AttendanceMonth.objects.filter(state=AttendanceMonth.State.LOCKED).count() == 12
    assert sum(row[2] == "present" for row in found) == len(loaded.came)
    sheets = {(sheet.employee.code, f"{sheet.month}"): sheet for sheet in _sheets()}
    assert len(sheets) == 12 * len(loaded.codes)
    for (code, month), sheet in sheets.items():
        own = [row for row in wanted if row[0] == code and row[1].startswith(month)]
        assert sheet.worked_minutes == sum(row[5] for row in own)
        assert (sheet.late_minutes, sheet.early_minutes) == (sum(row[6] for row in own), sum(row[7] for row in own))
        assert sheet.overtime_weekday_minutes == sum(row[8] for row in own)
        assert sheet.absent_days == sum(row[2] == "absent" for row in own)


def _sheets() -> Iterator[Timesheet]:
    yield from Timesheet.objects.select_related("employee", "month")


def test_the_timesheets_add_the_days_up_and_closing_again_changes_nothing(loaded, actor, now):
    month = MONTHS[0]
    first = close(month, actor, now)
    rows = [row for row in every_day(loaded) if row[1] < "2026-02"]
    for sheet in Timesheet.objects.select_related("employee"):
        own = [row for row in rows if row[0] == sheet.employee.code]
        assert sheet.worked_minutes == sum(row[5] for row in own)
        assert sheet.late_count == sum(row[6] > 0 for row in own)
        assert sheet.absent_days == sum(row[2] == "absent" for row in own)
        assert sheet.overtime_weekday_minutes == sum(row[8] for row in own)
    before = list(DayResult.objects.order_by("id").values())
    assert close(month, actor, now + timedelta(days=1)) == first
    assert list(DayResult.objects.order_by("id").values()) == before


def test_the_same_stamps_again_add_nothing(loaded, actor, now):
    counts = record_punches(rows=punch_rows(loaded), source="office", actor=actor, now=now)
    assert counts.added == 0
