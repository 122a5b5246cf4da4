"""What time itself does to leave: the year's grants, accruals, carrying over, settling advances, expiry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, Sum

from attendance.models import LeaveEntry, LeaveLot, LeavePolicy, LeaveProfile
from attendance.queries.leave_balances import OPEN
from attendance.queries.rosters import People
from attendance.rules.leave_accruals import AccrualDay, accrued
from attendance.rules.leave_entitlements import Career, add_months, amount_for, full_years, year_entitlement
from attendance.rules.leave_lots import carried
from attendance.services.leave_ledger import CHANGE, Kind, entry, post
from attendance.services.rosters import EVERYBODY
from hrsaas.access.actors import Actor, system_actor
from hrsaas.audit.services.entries import record
from hrsaas.jobs.models import Job
from hrsaas.jobs.services import jobs
from hrsaas.people.models import Employee
from hrsaas.tenancy.queries.tenants import current_tenant

JOB = "attendance.leave"
GRANTED = (Kind.GRANT, Kind.ACCRUAL)


@dataclass(frozen=True)
class Posted:
    """How many entries of each kind were written."""

    people: int = 0
    granted: int = 0
    carried: int = 0
    settled: int = 0
    expired: int = 0


@dataclass
class _Book:
    """The lots of one type by person and key, with what rules granted to each; new ones join it."""

    policy: LeavePolicy
    lots: dict[tuple[int, str], LeaveLot]
    granted: Mapping[int, int]
    new: list[LeaveLot] = field(default_factory=list)

    def lot(self, employee_id: int, key: str, start: date, end: date) -> LeaveLot:
        if (employee_id, key) not in self.lots:
            made = LeaveLot(
                employee_id=employee_id, leave_type=self.policy.leave_type, key=key, start_date=start, end_date=end
            )
            self.lots[employee_id, key] = made
            self.new.append(made)
        return self.lots[employee_id, key]


@transaction.atomic
def bring_up_to_date(*, on: date, people: People = EVERYBODY, actor: Actor, now: datetime) -> Posted:
    """Post what is due by the day and not posted yet; a second time nothing. Constant number of statements.

    For each policy: what was left of last year is carried over, the day's year is granted or accrues, advances are
    settled from it; last, whatever has ended expires. A leaver's entitlement shrinks to the part of the year, but never
    below what was taken.
    """
    actor.require(CHANGE)
    careers = _careers(on, people)
    total: defaultdict[str, int] = defaultdict(int, people=len(careers))
    for policy in LeavePolicy.objects.filter(leave_type__is_active=True).select_related("leave_type"):
        book = _book(policy, careers, on.year)
        steps = (("carried", _carry), ("granted", _grant), ("settled", _settle))
        for name, step in steps:
            entries = step(book, careers, on, actor, now)
            total[name] += len(entries)
            _write(book, entries)
    total["expired"] = _expire(on, people, actor, now)
    posted = Posted(**total)
    if any((posted.granted, posted.carried, posted.settled, posted.expired)):
        new = {"date": on, **total}
        record(actor=actor, action="attendance.leave.grant", subject_type="attendance.leavelot", new=new, now=now)
    return posted


def _careers(on: date, people: People) -> dict[int, Career]:
    """People employed in the day's year and hired by the day, locked; who said nothing of earlier work began here."""
    rows = Employee.objects.select_for_update(no_key=True).filter(kind=Employee.Kind.HUMAN, hire_date__lte=on)
    rows = rows.filter(Q(leave_date=None) | Q(leave_date__gt=date(on.year, 1, 1)))
    if people.first_id is not None:
        rows = rows.filter(id__gte=people.first_id)
    if people.last_id is not None:
        rows = rows.filter(id__lte=people.last_id)
    found = list(rows.order_by("id").values_list("id", "hire_date", "leave_date"))
    profiles = LeaveProfile.objects.filter(employee_id__in=[id_ for id_, *_dates in found])
    starts = dict(profiles.values_list("employee_id", "career_start_date"))
    return {id_: Career(min(starts.get(id_, hired), hired), hired, left) for id_, hired, left in found}


def _book(policy: LeavePolicy, careers: Mapping[int, Career], year: int) -> _Book:
    keys = (OPEN, str(year), str(year - 1), f"carried:{year - 1}", f"carried:{year - 2}")
    rows = LeaveLot.objects.filter(leave_type=policy.leave_type, employee_id__in=list(careers), key__in=keys)
    lots = {(row.employee_id, row.key): row for row in rows}
    sums = LeaveEntry.objects.filter(lot__in=[row.pk for row in lots.values()], kind__in=GRANTED)
    granted = dict(sums.order_by().values_list("lot_id").annotate(total=Sum("amount")))
    return _Book(policy, lots, granted)


def _write(book: _Book, entries: Sequence[LeaveEntry]) -> None:
    """New lots first; their entries were made before they had an id."""
    LeaveLot.objects.bulk_create(book.new)
    book.new.clear()
    for one in entries:
        lot = one.lot
        one.lot = lot  # again: now it has its id
        lot.remaining += one.amount
    post(entries)


def _carry(book: _Book, careers: Mapping[int, Career], on: date, actor: Actor, now: datetime) -> list[LeaveEntry]:
    """From last year's lot into one of its own; what was carried into last year already is not carried again."""
    policy, start = book.policy, date(on.year, 1, 1)
    entries: list[LeaveEntry] = []
    for id_, career in careers.items():
        old = book.lots.get((id_, str(on.year - 1)))
        if old is None or old.remaining <= 0 or not policy.carried_months:
            continue
        new_year = _entitled(policy, career, on.year)
        amount = carried(old.remaining, granted=new_year, most=policy.most_carried, most_total=policy.most_total)
        if amount and (id_, f"carried:{on.year - 1}") not in book.lots:
            lot = book.lot(id_, f"carried:{on.year - 1}", start, add_months(start, policy.carried_months))
            entries += [_entry(old, Kind.CARRIED, start, -amount, actor, now)]
            entries += [_entry(lot, Kind.CARRIED, start, amount, actor, now)]
    return entries


def _grant(book: _Book, careers: Mapping[int, Career], on: date, actor: Actor, now: datetime) -> list[LeaveEntry]:
    start, end = date(on.year, 1, 1), date(on.year + 1, 1, 1)
    monthly = book.policy.accrual == LeavePolicy.Accrual.MONTHLY
    entries = []
    for id_, career in careers.items():
        there = book.lots.get((id_, str(on.year)))
        posted = 0 if there is None else book.granted.get(there.pk, 0)
        entitled = _entitled(book.policy, career, on.year)
        due = min(entitled, _accrued(book.policy, career, on)) if monthly else entitled
        change = due - posted
        if change < 0:  # only what the year does not give any more goes back, and nothing that was taken
            change = max(min(0, entitled - posted), -max(0, there.remaining if there else 0))
        if change:
            lot = book.lot(id_, str(on.year), start, end)
            day = max(start, min(on, career.hire_date) if not monthly else on)
            entries.append(_entry(lot, Kind.ACCRUAL if monthly else Kind.GRANT, day, change, actor, now))
    return entries


def _settle(book: _Book, careers: Mapping[int, Career], on: date, actor: Actor, now: datetime) -> list[LeaveEntry]:
    """What was taken in advance comes out of what is there now."""
    entries = []
    for id_ in careers:
        debt, lot = book.lots.get((id_, OPEN)), book.lots.get((id_, str(on.year)))
        if debt is not None and lot is not None and debt.remaining < 0 < lot.remaining:
            amount = min(-debt.remaining, lot.remaining)
            entries += [_entry(lot, Kind.SETTLED, on, -amount, actor, now)]
            entries += [_entry(debt, Kind.SETTLED, on, amount, actor, now)]
    return entries


def _expire(on: date, people: People, actor: Actor, now: datetime) -> int:
    lots = LeaveLot.objects.select_for_update(no_key=True).filter(end_date__lte=on, remaining__gt=0)
    if people.first_id is not None:
        lots = lots.filter(employee_id__gte=people.first_id)
    if people.last_id is not None:
        lots = lots.filter(employee_id__lte=people.last_id)
    ended: Iterable[LeaveLot] = lots.order_by("id")
    entries = [entry(lot.pk, Kind.EXPIRED, lot.end_date or on, -lot.remaining, actor=actor, now=now) for lot in ended]
    post(entries)
    return len(entries)


def _entitled(policy: LeavePolicy, career: Career, year: int) -> int:
    months, step = policy.qualifying_months, policy.grant_step
    return year_entitlement(career, policy.build_steps(), year=year, qualifying_months=months, step=step)


def _accrued(policy: LeavePolicy, career: Career, on: date) -> int:
    annual = amount_for(policy.build_steps(), full_years(career.career_start, on))
    begins = max(date(on.year, 1, 1), add_months(career.career_start, policy.qualifying_months))
    return accrued(
        annual, start=begins, on=min(on, career.leave_date or on), day=AccrualDay(policy.accrual_day),
        hire_date=career.hire_date, step=policy.accrual_step,
    )  # fmt: skip


def _entry(lot: LeaveLot, kind: str, day: date, amount: int, actor: Actor, now: datetime) -> LeaveEntry:
    made = entry(0, kind, day, amount, actor=actor, now=now)
    made.lot = lot
    return made


def start_posting(*, on: date, actor: Actor, now: datetime) -> Job:
    """Post what is due by the day as a job in chunks of people; the same day again gives the job that is there."""
    params = {"on": on.isoformat()}
    return jobs.enqueue(kind=JOB, params=params, actor=actor, now=now, idempotency_key=f"{JOB}:{on}")


def post_daily(*, now: datetime) -> Job | None:
    """What beat starts once a day for the tenant it has entered; None where nothing is granted by rule."""
    if not LeavePolicy.objects.exists():
        return None
    today = now.astimezone(current_tenant().zone).date()
    return start_posting(on=today, actor=system_actor("beat"), now=now)
