"""Forms of the admin's own pages, in unfold's clothes."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import (
    CHECKBOX_CLASSES,
    FILE_CLASSES,
    INPUT_CLASSES,
    RADIO_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
)

# First match wins, so the special ones come first.
_CLASSES: tuple[tuple[type[forms.Widget], list[str]], ...] = (
    (forms.CheckboxSelectMultiple, CHECKBOX_CLASSES),
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.RadioSelect, RADIO_CLASSES),
    (forms.Select, SELECT_CLASSES),
    (forms.Textarea, TEXTAREA_CLASSES),
    (forms.FileInput, FILE_CLASSES),
    (forms.widgets.Input, INPUT_CLASSES),
)


class ServiceForm(forms.Form):
    """Base for what a ServiceAction asks. Plain Django fields; dates and times use the browser's own pickers.

    subject: the row that the action is about, or None; for fields whose choices depend on it.
    """

    def __init__(self, *args: Any, subject: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        for field in self.fields.values():
            _dress(field.widget)


def _dress(widget: forms.Widget) -> None:
    if isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.TimeInput):
        widget.input_type, widget.format = "time", "%H:%M"
    elif isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    for kind, classes in _CLASSES:
        if isinstance(widget, kind) and "class" not in widget.attrs:
            widget.attrs["class"] = " ".join(classes)
            return
