"""What the home dashboard shows. Apps register their cards and charts; each needs a permission."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle
from typing import Any, Literal

from hrsaas.access.actors import Actor

COLOURS = ("var(--color-primary-600)", "var(--color-primary-300)", "var(--color-base-400)")


@dataclass(frozen=True)
class Number:
    """One figure. text: as shown, e.g. "4,312" or "98.2 %". note: one line below it. link: where the card leads."""

    text: str
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Bar:
    """Progress towards 100. percent: 0..100."""

    percent: float
    text: str
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Series:
    """A chart. lines: (name, one value per label); a None leaves a gap."""

    labels: Sequence[str]
    lines: Sequence[tuple[str, Sequence[float | None]]]

    @property
    def is_empty(self) -> bool:
        return not any(value for _name, values in self.lines for value in values)

    @property
    def legend(self) -> list[tuple[str, str]]:
        """(name, colour) of each line."""
        return [(name, colour) for (name, _values), colour in zip(self.lines, cycle(COLOURS), strict=False)]

    def as_chart(self) -> str:
        """Chart.js data in unfold's colours."""
        datasets = [
            {
                "label": str(name),
                "data": list(values),
                "backgroundColor": colour,
                "borderColor": colour,
                "displayYAxis": True,
                # unfold's own bars are hairlines, and hide each other where there are several.
                "grouped": True,
                "maxBarThickness": 32,
                "borderRadius": 4,
            }
            for (name, values), colour in zip(self.lines, cycle(COLOURS), strict=False)
        ]
        return json.dumps({"labels": [str(label) for label in self.labels], "datasets": datasets})


@dataclass(frozen=True)
class Widget:
    """One place on the dashboard.

    code: stable name. title: lazy translation. permission: who sees it. compute(actor, now): a few queries at most,
    None for an empty state. kind: how it is drawn. order: small first. empty: what to say when there is nothing yet.
    """

    code: str
    title: Any
    permission: str
    compute: Callable[[Actor, datetime], Number | Bar | Series | None]
    kind: Literal["number", "bar", "bar_chart", "line_chart"] = "number"
    order: int = 100
    empty: Any = ""


@dataclass(frozen=True)
class Drawn:
    """A widget with its figures, for the template."""

    widget: Widget
    data: Number | Bar | Series | None
    chart: str = field(default="")


_registry: dict[str, Widget] = {}


def register(widget: Widget) -> None:
    """Called from the app's ``AppConfig.ready``."""
    _registry[widget.code] = widget


def drawn_for(actor: Actor, now: datetime) -> list[Drawn]:
    """The actor's widgets with their figures, in order."""
    allowed = sorted((one for one in _registry.values() if actor.may(one.permission)), key=lambda one: one.order)
    return [_draw(widget, widget.compute(actor, now)) for widget in allowed]


def _draw(widget: Widget, data: Number | Bar | Series | None) -> Drawn:
    if isinstance(data, Series):
        return Drawn(widget, None) if data.is_empty else Drawn(widget, data, data.as_chart())
    return Drawn(widget, data)
