"""Forms of the admin's own pages, in unfold's clothes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from unfold.widgets import (
    CHECKBOX_CLASSES,
    INPUT_CLASSES,
    SELECT_CLASSES,
    TEXTAREA_CLASSES,
    UnfoldAdminAutocompleteModelChoiceFieldWidget,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminRadioSelectWidget,
)

# First match wins, so the special ones come first.
_CLASSES: tuple[tuple[type[forms.Widget], list[str]], ...] = (
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.Select, SELECT_CLASSES),
    (forms.Textarea, TEXTAREA_CLASSES),
    (forms.widgets.Input, INPUT_CLASSES),
)


_BROWSER_INPUTS: dict[type[forms.Widget], tuple[str, str]] = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.TimeInput: ("time", "%H:%M"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
}


class ServiceForm(forms.Form):
    """Base for what a ServiceAction asks. Plain Django fields; dates and times use the browser's own pickers.

    subject: the row that the action is about, or None; for fields whose choices depend on it.
    """

    def __init__(self, *args: Any, subject: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject = subject
        for field in self.fields.values():
            if type(field.widget) is forms.CheckboxSelectMultiple:  # unfold's templates go by the class
                field.widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=field.widget.choices)
            elif type(field.widget) is forms.RadioSelect:
                field.widget = UnfoldAdminRadioSelectWidget(choices=field.widget.choices)
            elif isinstance(field, forms.FileField):
                field.widget = UnfoldAdminFileFieldWidget()
                field.widget.is_required = field.required
            _dress(field.widget)


class RowSelect(UnfoldAdminAutocompleteModelChoiceFieldWidget):
    """A menu that asks the server while one types, and holds only what is chosen."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        meta = self.choices.queryset.model._meta
        url = reverse("admin:rows", args=[meta.app_label, meta.model_name])
        return {**super().build_attrs(base_attrs, extra_attrs), "data-ajax--url": url}

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = [one for one in value if one.isdecimal()]
        rows = self.choices.queryset.filter(pk__in=chosen) if chosen else ()
        options = [
            self.create_option(name, row.pk, str(row), selected=True, index=index) for index, row in enumerate(rows)
        ]
        empty = self.create_option(name, "", "", selected=not options, index=len(options))
        return [(None, [empty, *options], 0)]


class RowField(forms.ModelChoiceField):
    """One row out of many (people, say), found by the search of its change list, for those who may view that."""

    widget = RowSelect


def _dress(widget: forms.Widget) -> None:
    for kind, attribute in _BROWSER_INPUTS.items():
        if isinstance(widget, kind):
            widget.input_type, widget.format = attribute
    if type(widget) is forms.Select:
        widget.template_name = "unfold/widgets/select.html"
    for kind, classes in _CLASSES:
        if isinstance(widget, kind) and "class" not in widget.attrs:
            widget.attrs["class"] = " ".join(classes)
            return
