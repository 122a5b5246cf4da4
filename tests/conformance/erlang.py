"""The Erlang cases against `attendance.rules.erlang`: people exactly, probabilities and seconds to 1e-9."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from attendance.rules.erlang import Queue, agents_needed, impatient_service, scheduled, service_of

Case = dict[str, Any]
TOLERANCE = 1e-9


def run(cases: Iterable[Case]) -> Iterator[tuple[str, bool, str]]:
    """For each case: its id, whether every expected field came out, and what differed."""
    for case in cases:
        compute = MODELS.get(case["model"])
        if compute is None:
            yield case["id"], False, f"model not built: {case['model']}"
            continue
        got = compute(case)
        wrong = {key: (case[key], value) for key, value in got.items() if abs(case[key] - value) > TOLERANCE}
        yield case["id"], not wrong, f"expected and got {wrong}" if wrong else ""


def _sized(case: Case) -> dict[str, float]:
    queue = Queue(
        contacts=_exact(case["calls"]), slot_s=case["interval_s"], handling_s=_exact(case["aht_s"]),
        answer_within_s=_exact(case["answer_within_s"]), service_level=_exact(case["sl_target"]),
        most_occupancy=_exact(case["max_occupancy"] or 1),
    )  # fmt: skip
    found = agents_needed(queue)
    return {
        "load_erlangs": float(queue.load), "agents": found.agents,
        "scheduled": scheduled(found.agents, _exact(case["shrinkage"])), "occupancy": found.occupancy,
        "service_level": found.service_level, "p_wait": found.wait_probability, "asa_s": found.wait_s,
    }  # fmt: skip


def _staffed(case: Case) -> dict[str, float]:
    times = (_exact(case["aht_s"]), _exact(case["answer_within_s"]))
    found = service_of(case["agents"], _exact(case["load_erlangs"]), *times)
    return {
        "pwait": found.wait_probability, "sl": found.service_level, "asa_s": found.wait_s, "occ": found.occupancy,
    }  # fmt: skip


def _impatient(case: Case) -> dict[str, float]:
    rate, service, leaving = (_exact(case[key]) for key in ("lam_per_min", "mu_per_min", "theta_per_min"))
    found = impatient_service(case["agents"], rate / service, 60 / service, 60 / leaving)
    return {
        "p_wait": found.wait_probability, "p_abandon": found.abandon_probability, "mean_wait_s": found.wait_s,
        "occupancy": found.occupancy,
    }  # fmt: skip


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


MODELS: dict[str, Callable[[Case], dict[str, float]]] = {
    "erlang_c": _sized,
    "erlang_c_fixed_n": _staffed,
    "erlang_a": _impatient,
}
