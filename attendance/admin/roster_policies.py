"""The rules of the roster in the admin: what is looked at, what blocks, notice, regimes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from attendance.models import AttendanceSettings, RosterPolicy, Rotation
from attendance.packs.lint import limits as shipped_limits
from attendance.queries.roster_policies import DEFAULTS, OWN_LIMITS, Severity, load_policy
from attendance.rules.roster_checks import Regime, Rule
from attendance.services.roster_policies import set_roster_policy
from hrsaas.access.actors import Actor
from hrsaas.console.admin import TenantAdmin
from hrsaas.console.forms import ServiceForm
from hrsaas.console.navigation import Section
from hrsaas.console.service_actions import ServiceAction
from hrsaas.console.sites import tenant_site

RULE_NAMES: dict[Rule, Any] = {
    Rule.REST: _("Rest between shifts"),
    Rule.DAYS_IN_ROW: _("Working days in a row"),
    Rule.NIGHTS_IN_ROW: _("Nights in a row"),
    Rule.DAY_HOURS: _("Hours of a day"),
    Rule.WEEK_HOURS: _("Hours of a week (standard, part time)"),
    Rule.PERIOD_HOURS: _("Hours of a period (comprehensive)"),
    Rule.MONTH_OVERTIME: _("Planned overtime of a month"),
    Rule.SKILLS: _("Skills and certificates"),
    Rule.AWAY: _("Leave and travel"),
    Rule.PROTECTED_NIGHT: _("Nights of protected people"),
    Rule.PROTECTED_OVERTIME: _("Overtime of protected people"),
}
SEVERITIES = [
    (Severity.OFF, _("nobody looks")), (Severity.WARN, _("warns")), (Severity.BLOCK, _("is refused")),
]  # fmt: skip
LIMITS: dict[str, tuple[Any, int]] = {
    "rest_between_shifts_minutes": (_("Least rest between shifts (minutes)"), 2880),
    "consecutive_work_days": (_("Most working days in a row"), 31),
    "consecutive_nights": (_("Most nights in a row"), 31),
}
REGIMES = [
    ("", _("as the template says")), ("standard", _("Standard regime")), ("flexible", _("Flexible regime")),
    ("part_time", _("Part time")), ("comprehensive/week", _("Comprehensive, by week")),
    ("comprehensive/month", _("Comprehensive, by month")), ("comprehensive/quarter", _("Comprehensive, by quarter")),
    ("comprehensive/year", _("Comprehensive, by year")),
]  # fmt: skip


class PolicyForm(ServiceForm):
    """One choice per rule, and one regime per rotation of the tenant."""

    notice_days = forms.IntegerField(label=_("Days of notice before a roster begins"), min_value=0, max_value=366)
    drafts_hidden = forms.BooleanField(label=_("People see published days only"), required=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        initial = {**_now(), **(given.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **given)

    @classmethod
    def of_tenant(cls) -> dict[str, forms.Field]:
        """The fields that depend on rules and rotations."""
        found: dict[str, forms.Field] = {}
        for rule, name in RULE_NAMES.items():
            found[f"rule_{rule.value}"] = forms.ChoiceField(label=name, choices=SEVERITIES)
        for limit, (name, most) in LIMITS.items():
            found[limit] = forms.IntegerField(label=name, min_value=0, max_value=most)
        found["regime_"] = forms.ChoiceField(label=_("Work-hour regime"), choices=REGIMES, required=False)
        return found


PolicyForm.base_fields.update(PolicyForm.of_tenant())


def _now() -> dict[str, Any]:
    """What holds."""
    settings = AttendanceSettings.objects.first()
    row = RosterPolicy.objects.first() or RosterPolicy()
    found: dict[str, Any] = {"notice_days": row.notice_days, "drafts_hidden": row.drafts_hidden}
    if settings is None:
        return found
    policy = load_policy(settings)
    found |= {f"rule_{rule.value}": policy.severities[rule].value for rule in RULE_NAMES}
    found |= {name: policy.limits[name] for name in OWN_LIMITS}
    own = row.regimes.get("")
    return {**found, "regime_": regime_word(Regime(**own)) if own else ""}


def regime_word(regime: Regime) -> str:
    """As in ``REGIMES``."""
    return regime.kind if regime.period is None else f"{regime.kind}/{regime.period}"


def regime_of_word(word: str) -> Regime | None:
    """None for what the template says."""
    kind, _slash, period = word.partition("/")
    return Regime(kind, period or None) if kind else None


def _set(*, subject: None, data: dict[str, Any], actor: Actor, now: datetime) -> None:
    chosen = {rule: Severity(data[f"rule_{rule.value}"]) for rule in RULE_NAMES}
    kept = dict((RosterPolicy.objects.first() or RosterPolicy()).regimes)
    kept.pop("", None)
    regimes = {code: Regime(**one) for code, one in kept.items() if Rotation.objects.filter(code=code).exists()}
    if (own := regime_of_word(data["regime_"])) is not None:
        regimes[""] = own
    set_roster_policy(
        notice_days=data["notice_days"], drafts_hidden=data["drafts_hidden"],
        severities={rule: one for rule, one in chosen.items() if one is not DEFAULTS[rule]},
        limits={name: data[name] for name in OWN_LIMITS if data[name] != shipped_limits()[name].value},
        regimes=regimes, actor=actor, now=now,
    )  # fmt: skip


@admin.register(RosterPolicy, site=tenant_site)
class RosterPolicyAdmin(TenantAdmin):
    noun = "attendance.setup"
    section = Section.TIME_SETUP
    icon = "gavel"
    order = 80
    empty_text = _("As shipped: what is no law warns, night and overtime of protected people are refused.")
    list_display = ("__str__", "notice_days", "drafts_hidden", "own_rules", "own_limits")
    fields = readonly_fields = ("notice_days", "drafts_hidden", "own_rules", "own_limits", "own_regimes")
    change = ServiceAction(_("Change the rules"), on="list", form=PolicyForm, run=_set, icon="rule")
    actions_list = ("change",)

    @admin.display(description=_("rules that differ from what is shipped"))
    def own_rules(self, row: RosterPolicy) -> str:
        names, ways = {rule.value: name for rule, name in RULE_NAMES.items()}, dict(SEVERITIES)
        lines = (f"{names[rule]}: {ways[Severity(way)]}" for rule, way in row.severities.items())
        return _joined(lines)

    @admin.display(description=_("own limits"))
    def own_limits(self, row: RosterPolicy) -> str:
        return _joined(f"{LIMITS[name][0]}: {value}" for name, value in row.limits.items())

    @admin.display(description=_("work-hour regimes"))
    def own_regimes(self, row: RosterPolicy) -> str:
        names = dict(REGIMES)
        lines = (f"{code or _('everybody')}: {names[regime_word(Regime(**one))]}" for code, one in row.regimes.items())
        return _joined(lines)


def _joined(lines: Iterable[str]) -> str:
    """A line each; a dash where there is none."""
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) or "–"
