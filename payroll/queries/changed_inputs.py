"""What a calculated run would read differently today: the inputs that its payslips keep against a fresh reading.

Compared are the bytes of the inputs as they would be written, everybody's. No record of changes is relied on, so no
way in can forget one: timesheets, imports, scores, assignments, claims, calendars, repairs in the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from hrsaas.errors import DomainError
from hrsaas.tenancy.context import require_tenant_id
from hrsaas.tenancy.queries.columns import Ints, copy_rows
from payroll.models import FormulaSetVersion, PayInput, PayRun
from payroll.packs.dated import PackError
from payroll.queries.formula_sets import current_content, with_asked
from payroll.queries.histories import Mask, earlier_runs, history_digest
from payroll.queries.input_cells import input_cells, text_inputs
from payroll.queries.input_columns import InputColumns, input_columns
from payroll.queries.pay_groups import among
from payroll.queries.people_columns import people_between
from payroll.queries.retro_differences import OF_CLAIMS, stored_retro
from payroll.queries.run_parts import parts_of
from payroll.rules.copied_rows import copied_arrays
from payroll.rules.findings import NOTHING, Found, Kind
from payroll.rules.formula import FormulaSetError, TextColumn, Type

Row = dict[str, Any]
PART = 25_000
_NO_TEXT, _NEXT_TEXT = b"\x1e", b"\x1f"
UNIT, POSITION, CITY = "unit", "position", "city"
PLACES = (UNIT, POSITION, CITY)
"""What a payslip says of the person beside its inputs."""
_PLACE_NAMES = {UNIT: ("部门", "org unit"), POSITION: ("岗位", "position"), CITY: ("工作城市", "work city")}


class Source(StrEnum):
    """What changed, as people call it."""

    PEOPLE = "people"
    TIMESHEETS = "timesheets"
    SCORES = "scores"
    CLAIMS = "claims"
    ENTERED = "entered"
    EARLIER = "earlier"


_SOURCES = {
    PayInput.Source.PEOPLE.value: Source.PEOPLE,
    PayInput.Source.ATTENDANCE.value: Source.TIMESHEETS,
    PayInput.Source.PERFORMANCE.value: Source.SCORES,
    PayInput.Source.HISTORY.value: Source.EARLIER,
    PayInput.Source.MANUAL.value: Source.ENTERED,
    PayInput.Source.INTEGRATION.value: Source.ENTERED,
}


SOURCE_NAMES = {
    Source.PEOPLE: ("人事信息", "Personnel data"),
    Source.TIMESHEETS: ("考勤汇总", "Timesheets"),
    Source.SCORES: ("绩效得分", "Performance scores"),
    Source.CLAIMS: ("专项附加扣除申报", "Deduction claims"),
    Source.ENTERED: ("录入或导入的数据", "Entered or imported values"),
    Source.EARLIER: ("以前月份的工资单", "Earlier payslips"),
}
"""zh, en."""


class ChangedInput(NamedTuple):
    """One input, or one of ``PLACES``, of some people. ids: employees. now, then: at the input's scale, NOTHING where
    there is none and for texts. source: where today's value comes from.
    """

    code: str
    source: Source
    ids: Ints
    now: Ints
    then: Ints


@dataclass(frozen=True)
class Changes:
    """formulas: items, inputs, parameter tables or law are not those it was calculated by. earlier: runs that it stands
    on have changed, or are being calculated: then nothing else is known. missing: employees of the run without a
    payslip. surplus: those with one who do not belong to it any more.
    """

    formulas: bool
    earlier: bool
    inputs: Sequence[ChangedInput] = ()
    missing: Ints = field(default_factory=lambda: _ints([]))
    surplus: Ints = field(default_factory=lambda: _ints([]))

    @property
    def people(self) -> Ints:
        """Everybody who would be calculated otherwise; not for other formulas."""
        return np.unique(np.concatenate([*(one.ids for one in self.inputs), self.missing, self.surplus]))

    def __bool__(self) -> bool:
        return self.formulas or self.earlier or bool(len(self.people))

    def _sources(self) -> dict[Source, list[ChangedInput]]:
        found = {source: [one for one in self.inputs if one.source == source] for source in Source}
        return {source: inputs for source, inputs in found.items() if inputs}

    def by_source(self, version: FormulaSetVersion) -> list[Row]:
        """source, zh, en, people, and inputs: [{code, zh, en, people}]; people: how many."""
        return [
            {
                **_named(source, SOURCE_NAMES[source], np.concatenate([one.ids for one in inputs]), key="source"),
                "inputs": [_named(one.code, names_of(version, one.code), one.ids) for one in inputs],
            }
            for source, inputs in self._sources().items()
        ]

    def found(self) -> list[Found]:
        """As findings of the review."""
        rows = [Found(Kind.INPUTS_CHANGED, one.ids, one.now, one.then, one.code) for one in self.inputs]
        for kind, ids in ((Kind.PAYSLIP_MISSING, self.missing), (Kind.PAYSLIP_SURPLUS, self.surplus)):
            rows.append(Found(kind, ids, *_nothing(len(ids))))
        if self.formulas:
            rows.append(Found(Kind.FORMULAS_CHANGED, _ints([0]), *_nothing(1)))
        return [one for one in rows if len(one)]


def _named(code: str, names: tuple[str, str], ids: Ints, *, key: str = "code") -> Row:
    return {key: str(code), "zh": names[0], "en": names[1], "people": len(np.unique(ids))}


def changes_of(run: PayRun) -> Changes:
    """Of a calculated run, by the formulas that it was calculated with. A constant number of statements per part."""
    assert run.formula_set is not None, "only a draft has none"
    formulas = _other_formulas(run)
    try:
        earlier = earlier_runs(run)
    except DomainError:  # one of them is being calculated
        return Changes(formulas, earlier=True)
    parts = [_of_part(run, earlier, first, last) for first, last in parts_of(run.group, run.month, PART)]
    return Changes(
        formulas, history_digest(earlier) != run.history_digest, _joined(parts),
        np.concatenate([part.missing for part in parts]), np.concatenate([part.surplus for part in parts]),
    )  # fmt: skip


def names_of(version: FormulaSetVersion, code: str) -> tuple[str, str]:
    """What a changed input is called, zh and en."""
    if code in _PLACE_NAMES:
        return _PLACE_NAMES[code]
    place = version.input_position(code)
    assert place is not None, "changed inputs are those of the version"
    return version.inputs[place]["name"], version.inputs[place]["name_en"]


def _other_formulas(run: PayRun) -> bool:
    """Also where the set as it is today does not compile."""
    assert run.formula_set is not None
    try:
        content = current_content(run.scheme, run.end_date - timedelta(days=1))
        return bool(with_asked(content, content.compile()).digest != run.formula_set.digest)
    except (PackError, FormulaSetError, ValueError):
        return True


def _of_part(run: PayRun, earlier: Sequence[PayRun], first_id: int, last_id: int) -> Changes:
    version = run.formula_set
    assert version is not None
    people = people_between(run.month, run.end_date, first_id, last_id, among=among(run, first_id, last_id))
    retro = stored_retro(run, earlier, people, first_id, last_id)
    columns = input_columns(version.inputs, run, earlier, people, retro.columns, retro.reliefs)
    now, then = _read_today(version, columns), _stored(run, first_id, last_id)
    places = {id_: place for place, id_ in enumerate(then.ids)}
    both = [(here, places[id_]) for here, id_ in enumerate(now.ids) if id_ in places]
    differing = [(here, there) for here, there in both if not now.equals(here, then, there)]
    return Changes(
        False, False, list(_changed(version, columns, now, then, differing)) if differing else [],
        np.setdiff1d(_ints(now.ids), _ints(then.ids)), np.setdiff1d(_ints(then.ids), _ints(now.ids)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Slips:
    """What of payslips is read. ids: employees. heads: unit and position. rests: the fields of the inputs, and of city
    and texts in one, as COPY sends them.
    """

    ids: list[int] = field(default_factory=list)
    heads: list[tuple[int, int]] = field(default_factory=list)
    rests: list[bytes] = field(default_factory=list)

    def equals(self, here: int, other: _Slips, there: int) -> bool:
        return self.rests[here] == other.rests[there] and self.heads[here] == other.heads[there]

    def columns(self, places: Sequence[int], version: FormulaSetVersion) -> dict[str, list[int] | list[bytes]]:
        """By code of the input and name of ``PLACES``; NOTHING for a number that is not there."""
        words = [self._words(place) for place in places]
        numbers = [self._numbers(place, len(version.inputs)) for place in places]
        found: dict[str, list[int] | list[bytes]] = {
            UNIT: [self.heads[place][0] for place in places], POSITION: [self.heads[place][1] for place in places],
            CITY: [row[0] for row in words],
        }  # fmt: skip
        text = 0
        for at, entry in enumerate(version.inputs):
            text += entry["type"] == Type.TEXT
            is_text = entry["type"] == Type.TEXT
            found[entry["code"]] = [row[text] for row in words] if is_text else [row[at] for row in numbers]
        return found

    def _numbers(self, place: int, count: int) -> list[int]:
        rest, at, found = self.rests[place], _ARRAY, []
        for _input in range(count):
            size = int.from_bytes(rest[at : at + 4], "big", signed=True)
            found.append(NOTHING if size < 0 else int.from_bytes(rest[at + 4 : at + 12], "big", signed=True))
            at += 4 + max(size, 0)
        return found

    def _words(self, place: int) -> list[bytes]:
        """The city, then the texts."""
        rest = self.rests[place]
        return rest[8 + int.from_bytes(rest[:4], "big") :].split(_NEXT_TEXT)


def _stored(run: PayRun, first_id: int, last_id: int) -> _Slips:
    found = _Slips()

    def take(rows: list[bytes]) -> None:
        heads = np.frombuffer(b"".join([row[: _LAYOUT.itemsize] for row in rows]), dtype=_LAYOUT)
        found.ids.extend(heads["id"].tolist())
        found.heads.extend(zip(heads["unit"].tolist(), heads["position"].tolist(), strict=True))
        found.rests.extend([row[_LAYOUT.itemsize :] for row in rows])

    params = {
        "tenant": require_tenant_id(), "run": run.pk, "first": first_id, "last": last_id, "next": _NEXT_TEXT.decode(),
        "none": _NO_TEXT.decode(),
    }  # fmt: skip
    copy_rows(_STORED, params, take)
    return found


def _read_today(version: FormulaSetVersion, columns: InputColumns) -> _Slips:
    people, nowhere = columns.people, np.zeros(len(columns), dtype=np.bool_)
    words = [_spelled(*column) for column in [(people.cities, nowhere), *text_inputs(version, columns)]]
    texts = [_NEXT_TEXT.join(row) for row in zip(*words, strict=True)]
    arrays = copied_arrays(*input_cells(version, columns))
    return _Slips(
        people.ids.tolist(), list(zip(people.unit_ids.tolist(), people.position_ids.tolist(), strict=True)),
        [array + len(text).to_bytes(4, "big") + text for array, text in zip(arrays, texts, strict=True)],
    )  # fmt: skip


def _spelled(column: TextColumn, missing: Mask) -> list[bytes]:
    words = [*(word.encode() for word in column.vocabulary), _NO_TEXT]
    return [words[code] for code in np.where(missing, len(column.vocabulary), column.codes).tolist()]


def _changed(
    version: FormulaSetVersion, columns: InputColumns, now: _Slips, then: _Slips, differing: Sequence[tuple[int, int]]
) -> Iterator[ChangedInput]:
    """differing: places of people in ``now`` and ``then``."""
    here, there = [one for one, _other in differing], [other for _one, other in differing]
    ids, before = columns.people.ids[here], then.columns(there, version)
    sources = {entry["code"]: _source(entry) for entry in version.inputs}
    for name, values in now.columns(here, version).items():
        differs = [at for at, pair in enumerate(zip(values, before[name], strict=True)) if pair[0] != pair[1]]
        entered = set(columns.entered.get(name, _ints([])).tolist())
        usual = sources.get(name, Source.PEOPLE)
        for source in dict.fromkeys([usual, Source.ENTERED]):
            of_source = [at for at in differs if source == (Source.ENTERED if here[at] in entered else usual)]
            if of_source:
                now_then = (_shown(name, [one[at] for at in of_source]) for one in (values, before[name]))
                yield ChangedInput(name, source, ids[of_source], *now_then)


def _source(entry: Mapping[str, Any]) -> Source:
    return Source.CLAIMS if entry["code"] == OF_CLAIMS else _SOURCES[entry["source"]]


def _shown(name: str, values: Sequence[int | bytes]) -> Ints:
    """Texts and ids say nothing in figures."""
    return _ints([value if isinstance(value, int) and name not in PLACES else NOTHING for value in values])


def _joined(parts: Sequence[Changes]) -> list[ChangedInput]:
    """The same input and source of all parts as one, in the order of the payslip."""
    found: dict[tuple[str, Source], list[ChangedInput]] = {}
    for part in parts:
        for one in part.inputs:
            found.setdefault((one.code, one.source), []).append(one)
    return [
        ChangedInput(
            code, source, *(np.concatenate(columns) for columns in zip(*(one[2:] for one in ones), strict=True))
        )
        for (code, source), ones in found.items()
    ]


def _nothing(count: int) -> tuple[Ints, Ints]:
    nothing = np.full(count, NOTHING, dtype=np.int64)
    return nothing, nothing


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


_LAYOUT = np.dtype(
    [
        ("fields", ">i2"),
        ("s1", ">i4"),
        ("id", ">i8"),
        ("s2", ">i4"),
        ("unit", ">i8"),
        ("s3", ">i4"),
        ("position", ">i8"),
    ]
)
_ARRAY = 4 + 20  # bytes before the elements of an array
_STORED = """
SELECT employee_id, unit_id, position_id, inputs, array_to_string(ARRAY[city::text] || texts, %(next)s, %(none)s)
FROM payroll_payslip
WHERE tenant_id = %(tenant)s AND employee_id BETWEEN %(first)s AND %(last)s AND run_id + 0 = %(run)s
"""
