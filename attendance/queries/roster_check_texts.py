"""What is wrong with a roster, in words of both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from attendance.packs.parts import Text
from attendance.rules.roster_checks import Rule

Said = Callable[[str, str], str]


def said(rule: Rule, limit_name: str, name: str, dates: tuple[date, ...], value: int, limit: int) -> Text:
    """Person, days, figure and limit as a sentence; without the reference of the limit."""
    zh, en = _WORDS[rule](limit_name, value, limit)
    return Text(zh=f"{name}，{_days(dates, '至')}：{zh}", en=f"{name}, {_days(dates, ' to ')}: {en}")


def with_reference(text: Text, reference: Text | None) -> Text:
    if reference is None:
        return Text(zh=f"{text.zh}。", en=f"{text.en}.")
    return Text(zh=f"{text.zh}（{reference.zh}）。", en=f"{text.en} ({reference.en}).")


def _days(dates: tuple[date, ...], to: str) -> str:
    first, last = dates[0], dates[-1]
    return f"{first}" if first == last else f"{first}{to}{last}"


def hours(minutes: int) -> str:
    """12.5, or 8 for a whole number."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def _rest(_name: str, value: int, limit: int) -> tuple[str, str]:
    return (
        f"两班之间仅休息 {hours(value)} 小时，应不少于 {hours(limit)} 小时",
        f"only {hours(value)} hours of rest between two shifts, at least {hours(limit)} are due",
    )


def _days_in_row(_name: str, value: int, limit: int) -> tuple[str, str]:
    return f"连续工作 {value} 天，上限 {limit} 天", f"{value} working days in a row, at most {limit}"


def _nights_in_row(_name: str, value: int, limit: int) -> tuple[str, str]:
    return f"连续 {value} 个夜班，上限 {limit} 个", f"{value} night shifts in a row, at most {limit}"


def _day_hours(_name: str, value: int, limit: int) -> tuple[str, str]:
    return (
        f"当日排班 {hours(value)} 小时，上限 {hours(limit)} 小时",
        f"{hours(value)} hours on a day, at most {hours(limit)}",
    )


def _week_hours(_name: str, value: int, limit: int) -> tuple[str, str]:
    return (
        f"一周排班 {hours(value)} 小时，标准 {hours(limit)} 小时",
        f"{hours(value)} hours in a week, {hours(limit)} are standard",
    )


_PERIODS = {
    "week": ("本周", "week"),
    "month": ("本月", "month"),
    "quarter": ("本季度", "quarter"),
    "year": ("本年", "year"),
}


def _period_hours(name: str, value: int, limit: int) -> tuple[str, str]:
    zh, en = _PERIODS[name.split("_")[1]]
    return (
        f"综合计算工时，{zh}排班 {hours(value)} 小时，标准 {hours(limit)} 小时，超出部分为加班",
        f"{hours(value)} hours in the {en} of the comprehensive regime, {hours(limit)} are standard, "
        "the rest is overtime",
    )


def _month_overtime(_name: str, value: int, limit: int) -> tuple[str, str]:
    return (
        f"排班中的加班 {hours(value)} 小时，上限 {hours(limit)} 小时",
        f"{hours(value)} hours of overtime planned, at most {hours(limit)}",
    )


def _skills(_name: str, _value: int, _limit: int) -> tuple[str, str]:
    return "缺少该班次所需的技能或证书", "lacks a skill or certificate that the shift asks for"


def _away(_name: str, _value: int, _limit: int) -> tuple[str, str]:
    return "已批准请假或出差", "on approved leave or travel"


def _protected_night(_name: str, value: int, _limit: int) -> tuple[str, str]:
    return (
        f"不得安排夜班（22:00–06:00 内 {hours(value)} 小时）",
        f"may not work at night ({hours(value)} hours between 22:00 and 06:00)",
    )


def _protected_overtime(_name: str, value: int, limit: int) -> tuple[str, str]:
    return (
        f"不得安排加班（{hours(value)} 小时，上限 {hours(limit)} 小时）",
        f"may not work overtime ({hours(value)} hours, at most {hours(limit)})",
    )


_WORDS: dict[Rule, Callable[[str, int, int], tuple[str, str]]] = {
    Rule.REST: _rest,
    Rule.DAYS_IN_ROW: _days_in_row,
    Rule.NIGHTS_IN_ROW: _nights_in_row,
    Rule.DAY_HOURS: _day_hours,
    Rule.WEEK_HOURS: _week_hours,
    Rule.PERIOD_HOURS: _period_hours,
    Rule.MONTH_OVERTIME: _month_overtime,
    Rule.SKILLS: _skills,
    Rule.AWAY: _away,
    Rule.PROTECTED_NIGHT: _protected_night,
    Rule.PROTECTED_OVERTIME: _protected_overtime,
}
