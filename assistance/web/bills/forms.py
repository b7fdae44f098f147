from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.settlements.models import BillInDoubt, BillSource
from assistance.settlements.queries import doubt_row, sources_visible_to
from assistance.web.bills.rows import masked_row, number_columns
from assistance.web.forms.base import ScreenForm

ACCEPT = ".csv,.txt,.xlsx,.xls"


class UploadForm(ScreenForm):
    submit_label = _("Upload and book")
    rows = (("source",), ("file",))

    source = forms.ModelChoiceField(label=_("Source of bills"), queryset=BillSource.objects.none())
    file = forms.FileField(
        label=_("File (csv or xlsx)"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "Bills or fee lines, at most 60 MB. Rows that cannot be booked are kept as rows in doubt;"
            " a bill that is here already changes nothing."
        ),
        allow_empty_file=True,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = sources_visible_to(user).filter(agency=user.agency_id)


class MendForm(ScreenForm):
    """A field for each column of the row. An id number is not shown: it stays unless typed anew."""

    submit_label = _("Book the row")

    def __init__(self, doubt: BillInDoubt, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers, shown = number_columns(doubt), masked_row(doubt)
        self.headings = list(shown)
        for place, heading in enumerate(self.headings):
            field = forms.CharField(label=heading, required=False, max_length=400)
            whole = doubt_row(doubt)[heading]
            if heading.lower() in numbers or shown[heading] != whole:
                field.help_text = _("Now %(number)s. Leave it empty to keep it.") % {
                    "number": shown[heading]
                }
            else:
                field.initial = whole
            self.fields[f"column_{place}"] = field
        cells = [Column(name, css_class="col-6 col-md-4") for name in self.fields]
        self.helper.layout = Layout(Row(*cells, css_class="g-2"))

    def clean(self) -> dict[str, Any]:
        """The changed columns by their headings, as the operation wants them."""
        typed = super().clean() or self.cleaned_data
        values = {}
        for place, heading in enumerate(self.headings):
            name = f"column_{place}"
            is_kept = self.fields[name].initial is None and not typed.get(name)
            if name in typed and not is_kept:
                values[heading] = typed[name]
        return {"values": values}


class ReleaseForm(ScreenForm):
    """Carries the draft that was on screen, so that another one is refused."""

    submit_label = _("Release")

    draft = forms.CharField(widget=forms.HiddenInput, strip=False)
