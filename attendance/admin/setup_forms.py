"""Forms of rotations and of what holds for everybody."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from attendance.admin.roster_policies import REGIMES, regime_word
from attendance.models import AttendanceSettings, RosterPolicy, Rotation, Shift
from attendance.packs.national_calendar import national_calendars
from attendance.rules.roster_checks import Regime
from hrsaas.console.forms import ServiceForm

REST = ("-", "–", "休", "")


class CycleField(forms.CharField):
    """Shift codes between spaces; a dash or 休 is a free day."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return ["" if code in REST else code for code in re.split(r"[\s,，]+", text.strip())]

    def prepare_value(self, value: Any) -> Any:
        return " ".join(code or "-" for code in value) if isinstance(value, list) else value


class RotationForm(ServiceForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=80, required=False)
    cycle = CycleField(label=_("Cycle"), help_text=_("Shift codes in order, a dash for a free day: M M A A N N - -"))
    crews = forms.IntegerField(label=_("Crews"), min_value=1, max_value=366, initial=1)
    anchor_date = forms.DateField(label=_("First day of the cycle of crew 1"), widget=forms.DateInput)
    follows_calendar = forms.BooleanField(
        label=_("Follows the calendar"), required=False, help_text=_("One shift on every working day.")
    )
    regime = forms.ChoiceField(label=_("Work-hour regime of its people"), choices=REGIMES, required=False)


class NewRotationForm(RotationForm):
    code = forms.CharField(label=_("Code"), max_length=32)
    field_order = ("code",)


class ChangeRotationForm(RotationForm):
    start_date = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput, required=False,
        help_text=_("Planned days from then on are planned anew; days changed by hand stay."),
    )  # fmt: skip
    field_order = ("start_date",)


class TiersField(forms.CharField):
    """``31=1 较长迟到 / long``: from 31 minutes on, half a day absent, with a name in both languages."""

    def clean(self, value: Any) -> Any:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [_tier(line) for line in lines]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(_shown_tier(one) for one in value) if isinstance(value, list) else value


def _tier(line: str) -> dict[str, Any]:
    found = re.fullmatch(r"(\d+)\s*=\s*([012])\s*([^/]*)(?:/(.*))?", line)
    if not found:
        raise ValidationError(_("“%(text)s” is no tier. Write 31=1 Name / English name.") % {"text": line})
    return {
        "from_minutes": int(found[1]), "absent_half_days": int(found[2]), "name": found[3].strip(),
        "name_en": (found[4] or "").strip(),
    }  # fmt: skip


def _shown_tier(row: dict[str, Any]) -> str:
    return f"{row['from_minutes']}={row['absent_half_days']} {row.get('name', '')} / {row.get('name_en', '')}"


def _minutes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=1440)


class SettingsForm(ServiceForm):
    working_weekdays = forms.TypedMultipleChoiceField(
        label=_("Working weekdays"), choices=list(WEEKDAYS.items()), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    national_calendar = forms.ChoiceField(
        label=_("National calendar"),
        required=False,
        choices=[("", _("None")), *((code, f"{name.zh} · {name.en}") for code, name in national_calendars().items())],
    )
    default_rotation = forms.ModelChoiceField(Rotation.objects.all(), label=_("Default rotation"), required=False)
    off_roster_source = forms.TypedChoiceField(
        label=_("Overtime without a shift counts"), choices=Shift.OvertimeSource.choices, coerce=int
    )
    off_roster_minimum_minutes = _minutes(_("Overtime minimum without a shift (minutes)"))
    off_roster_step_minutes = _minutes(_("Overtime step without a shift (minutes)"))
    late_free_count = forms.IntegerField(label=_("Times late that are forgiven in a month"), min_value=0, max_value=31)
    late_free_minutes = _minutes(_("Forgiven up to (minutes)"))
    late_tiers = TiersField(
        label=_("Tiers of lateness"), widget=forms.Textarea, required=False,
        help_text=_("A line each: 31=1 Name / English name. The 1 is half days absent, 0 to 2."),
    )  # fmt: skip


def shown_settings(row: AttendanceSettings) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SettingsForm.base_fields}


def shown_rotation(row: Rotation) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in RotationForm.base_fields if name != "regime"}
    return {**fields, "regime": own_regime(row)}


def own_regime(row: Rotation) -> str:
    """The word of the regime that the tenant has set for the rotation; '' where the template speaks."""
    regimes = (RosterPolicy.objects.first() or RosterPolicy()).regimes
    return regime_word(Regime(**regimes[row.code])) if row.code in regimes else ""
