"""Timelines 时间轴: a shift, and what became of a day on it, drawn as SVG to scale. Texts in one language."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from attendance.rules.day_traces import DayTrace, SegmentTrace
from attendance.rules.reason_parts import clock
from attendance.rules.shifts import DAY_MINUTES, Shift

WIDTH, LEFT, BAR, GAP = 760, 96, 18, 8
COLOURS = {
    "window": "#e5e7eb", "shift": "#60a5fa", "flex": "#bfdbfe", "core": "#2563eb", "break": "#f8fafc",
    "night": "#c7d2fe", "worked": "#22c55e", "late": "#ef4444", "early": "#f97316", "overtime": "#a855f7",
    "away": "#94a3b8", "punch": "#111827",
}  # fmt: skip
TITLES = {
    "zh": {
        "window": "打卡范围", "shift": "班次", "flex": "弹性上班", "core": "核心时间", "break": "休息", "night": "夜间",
        "worked": "计工时", "late": "迟到", "early": "早退", "overtime": "加班", "away": "请假出差", "punch": "打卡",
        "paid": "带薪休息",
    },
    "en": {
        "window": "punches", "shift": "shift", "flex": "flexible", "core": "core hours", "break": "break",
        "night": "night", "worked": "worked", "late": "late", "early": "early", "overtime": "overtime",
        "away": "away", "punch": "punch", "paid": "paid break",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Something drawn from start to end, in minutes of the day; kind: of COLOURS."""

    kind: str
    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the picture."""

    title: str
    pieces: tuple[Piece, ...]


def draw_shift(shift: Shift, *, language: str = "zh") -> str:
    """The shift with window, segments, breaks, flexible band, core hours and night."""
    return _svg(_axis(shift.window), _shift_lines(shift, TITLES[language]))


def draw_day(trace: DayTrace, *, language: str = "zh") -> str:
    """The same, and beneath it the punches of a day and what they came to."""
    words, shift = TITLES[language], trace.shift
    lines = _shift_lines(shift, words) if shift else []
    stamps = tuple(Piece("punch", at, at, clock(at)) for at in trace.punches)
    counted = tuple(piece for segment in trace.segments if segment.complete for piece in _counted(trace, segment))
    judged = tuple(_judged(trace))
    lines.append(Line(words["punch"], stamps))
    if counted:
        lines.append(Line(words["worked"], counted))
    for kind in ("late", "early", "overtime", "away"):
        mine = tuple(piece for piece in judged if piece.kind == kind)
        if mine:
            lines.append(Line(words[kind], mine))
    span = shift.window if shift else (0, 1440)
    return _svg(_axis((min([span[0], *trace.punches]), max([span[1], *trace.punches]))), lines)


def _shift_lines(shift: Shift, words: dict[str, str]) -> list[Line]:
    first, end = shift.window
    lines = [Line(words["window"], (Piece("window", first, end, f"{clock(first)}–{clock(end - 1)}"),))]
    if shift.flex:
        earliest, latest = shift.earliest_minute, shift.latest_minute
        band = Piece("flex", earliest, latest, _span_text(earliest, latest))
        lines.append(Line(words["flex"], (band,)))
        if shift.flex.core_end_minute is not None:
            core = Piece("core", shift.latest_minute, shift.flex.core_end_minute)
            lines.append(Line(words["core"], (core,)))
    parts = shift.segments or shift.parts
    spans = [(part.start_minute, part.end_minute) for part in parts]
    bars = [Piece("shift", start, stop, _span_text(start, stop)) for start, stop in spans]
    rests = [Piece("break", one.start_minute, one.end_minute) for one in shift.breaks]
    lines.append(Line(words["shift"], (*bars, *rests)))
    night = shift.night
    nights = [(night.start_minute + days, night.end_minute + days) for days in (-DAY_MINUTES, 0)]
    touched = [(max(start, first), min(finish, end - 1)) for start, finish in nights]
    pieces = tuple(Piece("night", start, finish) for start, finish in touched if start < finish)
    return [*lines, Line(words["night"], pieces)] if pieces else lines


def _span_text(start: int, end: int) -> str:
    return f"{clock(start)}–{clock(end)}"


def _counted(trace: DayTrace, segment: SegmentTrace) -> Iterable[Piece]:
    begin, finish, taken = segment.begin, segment.finish, trace.worked_in_segments - trace.row.worked_minutes
    text = str(segment.worked)
    if taken and len(trace.segments) == 1:
        text = f"{segment.worked} − {taken} = {trace.row.worked_minutes}"
    if begin < finish:
        yield Piece("worked", begin, finish, text)
    for one in segment.breaks:
        yield Piece("break", max(begin, one.start), min(finish, one.end))


def _judged(trace: DayTrace) -> Iterable[Piece]:
    for segment in trace.segments:
        if segment.late:
            yield Piece("late", segment.late_from, segment.late_from + segment.late, str(segment.late))
        if segment.early:
            yield Piece("early", segment.stay_until - segment.early, segment.stay_until, str(segment.early))
        if segment.after_minutes:
            after = segment.after_minutes
            yield Piece("overtime", segment.due_end, segment.due_end + after, str(after))
        if segment.before_minutes:
            came = segment.counted_in
            yield Piece("overtime", came, came + segment.before_minutes, str(segment.before_minutes))
        yield from _excused(trace, segment)
        for one in segment.away:
            yield Piece("away", one.start, one.end, str(one.minutes))


def _excused(trace: DayTrace, segment: SegmentTrace) -> Iterable[Piece]:
    """Leave and travel at the edges of a segment, or over all of it."""
    if not segment.covered or segment.segment is None or trace.shift is None:
        return
    latest = trace.shift.latest_minute if segment is trace.segments[0] else segment.segment.start_minute
    start, end = segment.segment.start_minute, segment.segment.end_minute
    if segment.late_from >= end:
        yield Piece("away", start, end, str(segment.covered))
        return
    if segment.late_from > latest:
        yield Piece("away", start, segment.late_from, str(segment.covered))
    if segment.stay_until < segment.due_end:
        yield Piece("away", segment.stay_until, segment.due_end, str(segment.covered))


def _axis(span: tuple[int, int]) -> tuple[int, int]:
    """Whole hours around the span."""
    return span[0] // 60 * 60, -(-(span[1] - 1) // 60) * 60


def _svg(axis: tuple[int, int], lines: Sequence[Line]) -> str:
    height = 26 + len(lines) * (BAR + GAP)
    scale = (WIDTH - LEFT - 12) / (axis[1] - axis[0])

    def x(minute: int) -> float:
        return round(LEFT + (minute - axis[0]) * scale, 1)

    every = 60 if axis[1] - axis[0] <= 960 else 120
    hours = list(range(axis[0], axis[1], every))
    grid = [
        f'<line x1="{x(at)}" y1="18" x2="{x(at)}" y2="{height}" stroke="#e5e7eb"/>'
        f'<text x="{x(at)}" y="12" text-anchor="middle" fill="#6b7280">{clock(at)}</text>'
        for at in hours
    ]
    rows = [part for place, line in enumerate(lines) for part in _row(line, 22 + place * (BAR + GAP), x)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" font-family="sans-serif" '
        f'font-size="10"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{"".join(grid)}{"".join(rows)}</svg>'
    )


def _row(line: Line, top: int, x: Callable[[int], float]) -> Iterable[str]:
    """x: where a minute lies."""
    yield f'<text x="4" y="{top + 13}" fill="#111827" font-size="11">{escape(line.title)}</text>'
    for piece in line.pieces:
        start, end = x(piece.start), x(piece.end)
        if piece.kind == "punch":
            yield f'<rect x="{start}" y="{top}" width="2" height="{BAR}" fill="{COLOURS["punch"]}"/>'
            yield _text(start + 4, top, piece.text)
            continue
        yield (
            f'<rect x="{start}" y="{top}" width="{max(round(end - start, 1), 1)}" height="{BAR}" rx="2" '
            f'fill="{COLOURS[piece.kind]}"/>'
        )
        if piece.text and end - start >= 6 * len(piece.text):
            yield _text(start + 4, top, piece.text)


def _text(x: float, top: int, text: str) -> str:
    return f'<text x="{round(x, 1)}" y="{top + 13}" fill="#111827">{escape(text)}</text>'
