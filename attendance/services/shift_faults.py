"""What contradicts itself in a shift, in both languages and with the field: the rules say it in English alone."""

from __future__ import annotations

from hrsaas.errors import DomainError

# English text of rules.shifts and rules.shift_parts → field of models.Shift, Chinese text.
FAULTS = {
    "a shift needs a code": ("code", "班次须有代码"),
    "must start on its own day, or before noon of the next": ("start_minute", "须在当日或次日中午前开始"),
    "must end after it starts": ("end_minute", "结束时间须晚于开始时间"),
    "must not last longer than 24 hours": ("end_minute", "不能超过 24 小时"),
    "grace minutes must not be negative": ("late_grace_minutes", "宽限分钟不能为负"),
    "duplicate_minutes must be at least one": ("duplicate_minutes", "重复打卡的分钟数至少为 1"),
    "the least working times must not be negative": ("absent_below_minutes", "最少工时不能为负"),
    "must not have more than 12 segments": ("segments", "不能超过 12 段"),
    "segments must be in order and must not overlap": ("segments", "各段须按时间先后，不能重叠"),
    "segments must begin and end with the shift": ("segments", "首段的开始和末段的结束须与班次一致"),
    "a flexible shift has one segment": ("segments", "弹性班次只有一段"),
    "the punch window must not be shorter than the shift": ("window_before_minutes", "打卡范围不能小于班次"),
    "the punch window must lie between noon of the day before and noon of the day after":
        ("window_after_minutes", "打卡范围须在前一日中午至次日中午之间"),
    "the flexible band must lie inside the punch window": ("flex_earliest_minute", "弹性时段须在打卡范围内"),
    "the nominal start must lie in the flexible band": ("flex_earliest_minute", "开始时间须在弹性时段内"),
    "breaks must be in order, apart, and not before the start": ("breaks", "休息须按先后、互不重叠，且不早于上班"),
    "breaks must end before the earliest end": ("breaks", "休息须在最早下班前结束"),
    "every break must lie inside one segment": ("breaks", "每次休息须在某一段之内"),
    "must have working time beside its breaks": ("breaks", "除去休息须有工作时间"),
    "breaks by length worked must ascend": ("length_breaks", "按时长的休息须从小到大"),
    "core hours must end before the earliest end": ("core_end_minute", "核心时间须在最早下班前结束"),
    "late starts must ascend by the time left": ("late_starts", "晚走晚到须按下班时间从早到晚"),
    "a late start must lie between the latest start and the end": ("late_starts", "晚到时间须在最晚上班与下班之间"),
    "an open shift has no flexible band, segments, late starts or alternatives":
        ("open_due_minutes", "不定时班次没有弹性时段、分段、晚走晚到和备选班次"),
    "an open shift needs a punch out": ("punch_mode", "不定时班次须打下班卡"),
    "a shift is no alternative to itself": ("alternatives", "班次不能是自己的备选"),
    "a break must end after it starts": ("breaks", "休息的结束须晚于开始"),
    "a segment must end after it starts": ("segments", "每段的结束须晚于开始"),
    "a break by length worked needs a bound that is not negative": ("length_breaks", "按时长的休息，起点不能为负"),
    "a break by length worked must have at least one minute": ("length_breaks", "按时长的休息至少 1 分钟"),
    "the flexible band must end after it begins": ("flex_latest_minute", "弹性时段的结束须晚于开始"),
    "core hours must end after the latest start": ("core_end_minute", "核心时间须在最晚上班之后结束"),
    "times must be rounded to 1 to 60 minutes": ("round_in_minutes", "取整单位为 1 至 60 分钟"),
    "a late leave must lie before noon of the next day": ("late_starts", "晚走时间须早于次日中午"),
    "the overtime step must be at least one minute": ("overtime_step_minutes", "加班步长至少 1 分钟"),
    "the overtime minimum must be at least one minute": ("overtime_minimum_minutes", "加班起点至少 1 分钟"),
    "the night window must lie between 12:00 and 12:00 of the next day":
        ("night_start_minute", "夜间时段须在 12:00 至次日 12:00 之间"),
    "cannot be an alternative": ("alternatives", "备选班次不存在或为不定时班次"),
}  # fmt: skip


def fault_of(error: Exception) -> DomainError:
    """DomainError attendance.shift.contradiction with the field at fault; other errors are wrong shapes of lists."""
    text = str(error)
    for english, (field, chinese) in FAULTS.items():
        if text.endswith(english):
            return DomainError(
                "attendance.shift.contradiction", field=field, zh=f"{chinese}。", en=f"{_sentence(text)}."
            )  # fmt: skip
    return DomainError(
        "attendance.shift.contradiction", zh="班次的数据格式不正确。", en="The shift has a wrong form.",
    )  # fmt: skip


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
