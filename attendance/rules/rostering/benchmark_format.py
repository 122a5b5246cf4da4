"""The text format of the public shift-scheduling benchmark (Curtois & Qu, 2014)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attendance.rules.rostering.problems import Contract, Cover, Person, Problem, Request, ShiftType, codes_to_places

Sections = dict[str, list[list[str]]]


def read_benchmark(text: str) -> Problem:
    """The problem of an instance file. ValueError or KeyError with the word that could not be read."""
    sections = _sections(text)
    shift_at = codes_to_places(row[0] for row in sections["SECTION_SHIFTS"])
    person_at = codes_to_places(row[0] for row in sections["SECTION_STAFF"])
    days_off = {row[0]: frozenset(int(day) for day in row[1:]) for row in sections.get("SECTION_DAYS_OFF", [])}
    return Problem(
        days=int(sections["SECTION_HORIZON"][0][0]),
        shifts=tuple(_shift(row, shift_at) for row in sections["SECTION_SHIFTS"]),
        people=tuple(
            Person(row[0], _contract(row, shift_at), days_off.get(row[0], frozenset()))
            for row in sections["SECTION_STAFF"]
        ),
        requests=tuple(_requests(sections, person_at, shift_at)),
        cover=tuple(_cover(row, shift_at) for row in sections["SECTION_COVER"]),
    )


def _sections(text: str) -> Sections:
    """The rows of each section, split at commas; comments and blank lines are left out."""
    found: Sections = {}
    rows: list[list[str]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("SECTION_"):
            rows = found.setdefault(line, [])
        elif line and not line.startswith("#"):
            rows.append([cell.strip() for cell in line.split(",")])
    return found


def _shift(row: Sequence[str], shift_at: dict[str, int]) -> ShiftType:
    forbidden = frozenset(shift_at[code] for code in row[2].split("|") if code) if len(row) > 2 else frozenset()
    return ShiftType(row[0], int(row[1]), forbidden)


def _contract(row: Sequence[str], shift_at: dict[str, int]) -> Contract:
    limits: list[int | None] = [None] * len(shift_at)
    for code, limit in (part.split("=") for part in row[1].split("|") if part):
        limits[shift_at[code]] = int(limit)
    longest, least, max_on, min_on, min_off, weekends = (int(cell) for cell in row[2:8])
    return Contract(tuple(limits), least, longest, max_on, min_on, min_off, weekends)


def _requests(sections: Sections, person_at: dict[str, int], shift_at: dict[str, int]) -> Iterator[Request]:
    for name, wanted in (("SECTION_SHIFT_ON_REQUESTS", True), ("SECTION_SHIFT_OFF_REQUESTS", False)):
        for person, day, shift, weight in sections.get(name, []):
            yield Request(person_at[person], int(day), shift_at[shift], int(weight), wanted)


def _cover(row: Sequence[str], shift_at: dict[str, int]) -> Cover:
    day, shift, required, under, over = row
    return Cover(int(day), shift_at[shift], int(required), int(under), int(over))
