"""The form every screen form starts from: its layout lives in the class, the template says `{% crispy form %}`."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Div, Layout, Row, Submit
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def date_field(**options: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **options)


def amount_field(**options: Any) -> forms.DecimalField:
    """Yuan with at most two places, zero or more."""
    widget = forms.NumberInput(attrs={"step": "0.01", "min": "0", "inputmode": "decimal"})
    return forms.DecimalField(
        max_digits=16,
        decimal_places=2,
        min_value=options.pop("min_value", 0),
        widget=widget,
        **options,
    )


def text_area(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), **options)


def _new_token() -> str:
    return secrets.token_urlsafe(18)


def once_field(**options: Any) -> forms.CharField:
    """The form's own mark, new each time it is shown: sent twice, it does its work once."""
    options = {"required": False} | options
    return forms.CharField(widget=forms.HiddenInput, max_length=40, initial=_new_token, **options)


class ScreenForm(forms.Form):
    """`rows` says which fields stand side by side: each tuple is one row, a text is a heading."""

    rows: ClassVar[tuple[tuple[str, ...] | str | Promise, ...]] = ()
    submit_label: ClassVar[str | Promise] = _("Save")
    submit_class: ClassVar[str] = "btn-primary"

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        # Several forms share a page: their fields need ids of their own.
        kwargs.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.attrs = {"autocomplete": "off"}
        if self.rows:
            self.helper.layout = Layout(*self._hidden(), *map(_line, self.rows))
        self.helper.add_input(Submit("", self.submit_label, css_class=self.submit_class))

    def _hidden(self) -> list[str]:
        return [field.name for field in self.hidden_fields()]


class VersionedForm(ScreenForm):
    """Carries the application's version out and back, so that an outdated form is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def renew(self, version: int) -> None:
        """Shown again with what was typed, beside the case as it is now: the next answer is to that."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["version"] = str(version)
            self.data = data


def _line(row: tuple[str, ...] | str | Promise) -> Row | Div:
    if not isinstance(row, tuple):
        return Div(HTML(row), css_class="h4 mt-3")
    width = {1: "col-12", 2: "col-md-6", 3: "col-md-4"}.get(len(row), "col-6 col-lg-3")
    return Row(*(Column(name, css_class=width) for name in row))
