"""What reasons are made of: one fact in both languages with what it rests on, and the words for codes and times."""

from dataclasses import dataclass

from attendance.rules.absences import AbsenceKind
from attendance.rules.calendars import DayKind
from attendance.rules.day_columns import DayStatus
from attendance.rules.shift_parts import OvertimePolicy, OvertimeSource, Rounding, RoundingDirection
from attendance.rules.shifts import DAY_MINUTES

STATUS_TEXTS = {
    DayStatus.REST: ("休息", "rest"),
    DayStatus.HOLIDAY: ("放假", "holiday"),
    DayStatus.PRESENT: ("出勤", "present"),
    DayStatus.ABSENT: ("旷工", "absent"),
    DayStatus.MISSING_PUNCH: ("缺卡", "missing punch"),
    DayStatus.OFF_ROSTER: ("无排班出勤", "worked without a shift"),
    DayStatus.LEAVE: ("请假", "leave"),
    DayStatus.TRAVEL: ("出差", "travel"),
}
KIND_TEXTS = {
    DayKind.WORKDAY: ("工作日", "working day"),
    DayKind.REST_DAY: ("休息日", "rest day"),
    DayKind.STATUTORY_HOLIDAY: ("法定节假日", "statutory holiday"),
    DayKind.HOLIDAY: ("假日", "holiday"),
}
AWAY_TEXTS = {
    AbsenceKind.LEAVE_PAID: ("leave_paid", "带薪假", "of paid leave"),
    AbsenceKind.LEAVE_UNPAID: ("leave_unpaid", "无薪假", "of unpaid leave"),
    AbsenceKind.TRAVEL: ("travel", "出差", "of travel"),
}
SOURCE_TEXTS = {
    OvertimeSource.BY_PUNCH: ("按打卡", "by punch"),
    OvertimeSource.BY_APPROVAL: ("按审批", "by approval"),
    OvertimeSource.SMALLER: ("打卡与审批取较小者", "the smaller of punches and approval"),
}
_ROUNDING_TEXTS = {
    RoundingDirection.NEAREST: ("就近", "to the nearest"),
    RoundingDirection.UP: ("向后", "up to"),
    RoundingDirection.DOWN: ("向前", "down to"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: a stable key, its value (minutes, a minute of the day or since 1970, or a code), the text, and what it
    rests on.
    """

    key: str
    value: int
    zh: str
    en: str
    because: tuple["Reason", ...] = ()


def minutes_of(
    key: str, minutes: int, zh: str, en: str, because: tuple[Reason, ...] = (), more: tuple[str, str] = ("", "")
) -> Reason:
    """So many minutes of something. more: what follows in brackets."""
    return Reason(key, minutes, f"{zh} {minutes} 分钟{more[0]}", f"{minutes} minutes {en}{more[1]}", because)


def time_of(
    key: str, minute: int, zh: str, en: str, because: tuple[Reason, ...] = (), more: tuple[str, str] = ("", "")
) -> Reason:
    """A time of the day."""
    return Reason(key, minute, f"{zh} {clock(minute)}{more[0]}", f"{en} {clock(minute)}{more[1]}", because)


def span_text(start: int, end: int) -> str:
    return f"{clock(start)}–{clock(end)}"


def rounding_text(rule: Rounding, minute: int) -> tuple[str, str]:
    """That a punch at this minute was rounded; nothing where the rule leaves it as it is."""
    if rule.apply(minute) == minute:
        return "", ""
    zh, en = _ROUNDING_TEXTS[rule.direction]
    return (
        f"（{clock(minute)} {zh}取整到 {rule.minutes} 分钟）",
        f" ({clock(minute)} rounded {en} {rule.minutes} minutes)",
    )


def policy_text(policy: OvertimePolicy) -> tuple[str, str]:
    step, minimum = policy.step_minutes, policy.minimum_minutes
    if step == 1 and minimum == 1:
        return "", ""
    return f"（满 {minimum} 分钟起，按 {step} 分钟取整）", f" (from {minimum} minutes, in steps of {step})"


def grace_text(grace: int) -> tuple[str, str]:
    if not grace:
        return "", ""
    return f"（超过宽限 {grace} 分钟，全部计入）", f" (beyond the {grace} minutes of grace, counted in full)"


def clock(minute_of_day: int) -> str:
    """`08:05`, `08:05+1` on the next day, `23:30-1` on the day before."""
    days, minute = divmod(minute_of_day, DAY_MINUTES)
    return f"{minute // 60:02}:{minute % 60:02}" + (f"{days:+d}" if days else "")
