"""What planners write when they ask for a roster: people needed, wishes and absences, a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.queries.roster_problems import Need, Wish
from attendance.queries.shifts import offered_shifts
from attendance.services.roster_proposals import CHANGE, MOST_SECONDS
from hrsaas.access.actors import Actor
from hrsaas.console.forms import ServiceForm
from hrsaas.errors import DomainError
from hrsaas.people.models import OrgUnit
from hrsaas.people.queries.employees import visible_to

WEEKDAYS = 7
# What a wish weighs where nothing is said, and at most; one person too few costs 100.
USUAL_WEIGHT, MOST_WEIGHT = 5, 100
FREE = ("-", "–", "休", "off")


def _lines_field(label: str, help_text: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class ProposalForm(ServiceForm):
    unit = forms.ModelChoiceField(OrgUnit.objects.all(), label=_("Org unit"))
    first = forms.DateField(label=_("From"), widget=forms.DateInput)
    end = forms.DateField(label=_("Until (not included)"), widget=forms.DateInput)
    needs = _lines_field(
        _("People needed"),
        _("One shift per line: its code, then one number for every day, or seven from Monday to Sunday."),
        required=True,
    )
    wishes = _lines_field(
        _("Wishes"),
        _("One per line: employee number, day, shift code, and a weight of 1 to 100 (5 where none is given). A dash "
          "before the code: rather not this shift; a dash alone: would like to be free. E1024 2026-05-03 -N 10"),
    )  # fmt: skip
    absences = _lines_field(
        _("Absences"), _("One per line: employee number and the days on which the person cannot work.")
    )
    max_on = forms.IntegerField(label=_("Most working days in a row"), min_value=1, max_value=14, initial=6)
    min_off = forms.IntegerField(label=_("Least free days in a row"), min_value=1, max_value=7, initial=1)
    weekly_hours = forms.IntegerField(label=_("Most hours a week"), min_value=0, max_value=168, initial=40)
    rest_hours = forms.IntegerField(label=_("Hours of rest between shifts"), min_value=0, max_value=48, initial=11)
    change_weight = forms.IntegerField(
        label=_("Keep the roster that stands"), min_value=0, max_value=100, initial=0,
        help_text=_("What each changed day costs; one person too few costs 100."),
    )  # fmt: skip
    seconds = forms.IntegerField(label=_("Seconds to search"), min_value=1, max_value=MOST_SECONDS, initial=60)


def read_needs(text: str) -> tuple[Need, ...]:
    """DomainError attendance.proposal.needs where a line cannot be read."""
    ids = _shift_ids()
    found: list[Need] = []
    for code, *numbers in _words(text):
        fits = code in ids and len(numbers) in (1, WEEKDAYS)
        if not fits or not all(one.isdecimal() and len(one) < 4 for one in numbers):
            raise _unreadable(
                "needs", " ".join([code, *numbers]), "请写班次代码，后接一个数字或从周一到周日的七个数字。",
                "Write the code of a shift, then one number or seven from Monday to Sunday.",
            )  # fmt: skip
        days = [None] if len(numbers) == 1 else list(range(WEEKDAYS))
        found += [Need(ids[code], int(number), day) for number, day in zip(numbers, days)]
    return tuple(found)


def read_wishes(text: str, needs: tuple[Need, ...], actor: Actor) -> tuple[Wish, ...]:
    """Whoever would like to be free would rather not have any shift that is needed.

    DomainError attendance.proposal.wishes where a line cannot be read, or names nobody whom the actor plans.
    """
    ids, people, found = _shift_ids(), _people(actor), []
    needed = sorted({need.shift for need in needs})
    for words in _words(text):
        person, day, shift, weight = (*words, str(USUAL_WEIGHT))[:4] if len(words) in (3, 4) else ("", "", "", "")
        wanted, code = not shift.startswith(FREE[:2]), shift.lstrip("-–")
        shifts = needed if shift in FREE else [ids[code]] if code in ids else []
        known = person in people and _day(day) and weight.isdecimal() and 1 <= int(weight) <= MOST_WEIGHT
        if not known or not shifts:
            raise _unreadable(
                "wishes", " ".join(words),
                "请写工号、日期、班次代码和 1 至 100 的权重；代码前加「-」为不愿上此班，只写「-」为希望休息。",
                "Write employee number, day, code of a shift and a weight of 1 to 100; a dash before the code for "
                "rather not, a dash alone for a free day.",
            )  # fmt: skip
        found += [Wish(people[person], day, one, int(weight), wanted and shift not in FREE) for one in shifts]
    return tuple(found)


def read_absences(text: str, actor: Actor) -> tuple[tuple[int, str], ...]:
    """DomainError attendance.proposal.absences where a line cannot be read, or names nobody whom the actor plans."""
    people, found = _people(actor), []
    for person, *days in _words(text):
        if person not in people or not days or not all(_day(one) for one in days):
            raise _unreadable(
                "absences", " ".join([person, *days]), "请写工号和一个或多个日期（如 2026-05-03）。",
                "Write an employee number and one or more days (2026-05-03).",
            )  # fmt: skip
        found += [(people[person], one) for one in days]
    return tuple(found)


def _words(text: str) -> Iterator[list[str]]:
    lines = (re.split(r"[\s,，、:：]+", line.strip(" ,，、:：\t")) for line in text.splitlines())
    return (words for words in lines if words != [""])


def _shift_ids() -> dict[str, int]:
    return dict(offered_shifts().values_list("code", "id"))


def _people(actor: Actor) -> dict[str, int]:
    return dict(visible_to(actor.within(CHANGE)).values_list("code", "id"))


def _day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unreadable(field: str, line: str, zh: str, en: str) -> DomainError:
    return DomainError(
        f"attendance.proposal.{field}", field=field, zh=f"无法识别「{line}」。{zh}", en=f"“{line}” cannot be read. {en}"
    )
