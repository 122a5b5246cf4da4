"""What rosters of the tenant are held against: rules with their severity, limits, and everybody's work-hour regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from attendance.models import AttendanceSettings, RosterPolicy
from attendance.packs.lint import limits as shipped_limits
from attendance.packs.loader import UnknownPackError, load_pack
from attendance.packs.parts import Text
from attendance.rules.roster_checks import STANDARD, Regime, Rule


class Severity(StrEnum):
    """block: the change is refused; warn: it is said; off: nobody looks."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


DEFAULTS: Mapping[Rule, Severity] = {
    **dict.fromkeys(Rule, Severity.WARN),
    Rule.SKILLS: Severity.BLOCK,
    Rule.PROTECTED_NIGHT: Severity.BLOCK,
    Rule.PROTECTED_OVERTIME: Severity.BLOCK,
}
# Limits that are practice, no law: a tenant may have its own.
OWN_LIMITS = ("rest_between_shifts_minutes", "consecutive_work_days", "consecutive_nights")


@dataclass(frozen=True)
class Policy:
    """regimes: by code of the rotation, '' for who is on none or on one that is not named."""

    notice_days: int
    drafts_hidden: bool
    severities: Mapping[Rule, Severity]
    limits: Mapping[str, int]
    regimes: Mapping[str, Regime]

    def regime_of(self, rotation: str) -> Regime:
        return self.regimes.get(rotation) or self.regimes.get("", STANDARD)

    def reference(self, limit_name: str) -> Text | None:
        """Where a limit comes from; None where the tenant set its own."""
        shipped = shipped_limits().get(limit_name)
        return shipped.reference if shipped and self.limits[limit_name] == shipped.value else None


def load_policy(settings: AttendanceSettings) -> Policy:
    """The tenant's rules over the shipped ones, in one statement."""
    own = RosterPolicy.objects.first() or RosterPolicy()
    severities = {Rule(name): Severity(value) for name, value in own.severities.items()}
    regimes = {code: Regime(**one) for code, one in own.regimes.items()}
    return Policy(
        notice_days=own.notice_days, drafts_hidden=own.drafts_hidden, severities={**DEFAULTS, **severities},
        limits={**{name: one.value for name, one in shipped_limits().items()}, **own.limits},
        regimes={**template_regimes(settings.pack_code), **regimes},
    )  # fmt: skip


def template_regimes(pack_code: str) -> dict[str, Regime]:
    """The regimes of the industry template: its own under '', and those of rotations that have another."""
    try:
        pack = load_pack(pack_code)
    except UnknownPackError:
        return {}
    parts = [(part.code, part.regime) for part in (*pack.rotations, *pack.fixed) if part.regime]
    return {code: Regime(one.kind, one.period) for code, one in [("", pack.regime), *parts]}


def drafts_hidden() -> bool:
    """Whether people see published days only."""
    return bool(RosterPolicy.objects.filter(drafts_hidden=True).exists())
