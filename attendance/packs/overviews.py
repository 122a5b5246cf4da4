"""An industry template at a glance: its rosters with regime, cycle and hours, and what the lint says."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from attendance.packs.lint import Cycle, Finding, cycles, lint_pack, week_minutes
from attendance.packs.loader import list_packs, load_pack
from attendance.packs.parts import Text
from attendance.packs.schema import FixedPart, Pack, RegimePart, RotationPart


@dataclass(frozen=True, slots=True)
class RosterOverview:
    """One roster of a template. hours: a week on average, unpaid breaks left out. days: – is a free day."""

    code: str
    name: Text
    regime: str
    catalogue: str | None
    days: str
    crews: int
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Overview:
    pack: Pack
    rosters: tuple[RosterOverview, ...]
    findings: tuple[Finding, ...]

    @property
    def regime(self) -> str:
        return regime_word(self.pack.regime)


@cache
def overview(code: str) -> Overview:
    """The template of that code at a glance; UnknownPackError."""
    pack = load_pack(code)
    return Overview(pack, tuple(_roster(pack, cycle) for cycle in cycles(pack)), lint_pack(pack))


def regime_word(regime: RegimePart) -> str:
    """`standard`, `flexible`, `part_time`, or `comprehensive/quarter`."""
    return regime.kind if regime.period is None else f"{regime.kind}/{regime.period}"


def _roster(pack: Pack, cycle: Cycle) -> RosterOverview:
    parts: list[RotationPart | FixedPart] = [*pack.rotations, *pack.fixed]
    part = next(part for part in parts if part.code == cycle.roster)
    days = " ".join(shift.code if shift else "–" for shift in cycle.days)
    hours = week_minutes(cycle.days) / 60
    return RosterOverview(
        code=part.code, name=part.name, regime=regime_word(cycle.regime), days=days, hours=hours,
        catalogue=getattr(part, "catalogue", None), crews=getattr(part, "crews", 1),
    )  # fmt: skip


def table() -> str:
    """All rosters of all templates as a table in Markdown; `python -m attendance.packs.overviews` prints it."""
    head = "| template | 名称 | roster | catalogue | regime | days of a cycle | crews | hours/week | lint |"
    lines = [head, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for code in list_packs():
        found = overview(code)
        lines += [_line(found, roster) for roster in found.rosters]
    return "\n".join(lines)


def _line(found: Overview, roster: RosterOverview) -> str:
    results = [f"{one.code.rpartition('.')[2]} ({one.level})" for one in found.findings if one.roster == roster.code]
    cells = [
        found.pack.code, found.pack.name.zh, roster.code, roster.catalogue or "", roster.regime,
        str(len(roster.days.split())), str(roster.crews), f"{float(roster.hours):.1f}", ", ".join(results) or "lawful",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(table())
