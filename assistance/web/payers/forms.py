"""The forms of further payers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.settlements.models import FILE_SENDERS, PayerDoubt, PayerSource
from assistance.settlements.payers import FIELDS
from assistance.settlements.queries.payers import doubt_fields, payers_visible_to
from assistance.shared.masking import mask_id
from assistance.web.forms.base import ScreenForm

ACCEPT = ".xlsx,.xls,.csv,.txt"


class UploadPaymentsForm(ScreenForm):
    submit_label = _("Upload and look at it")
    rows = (("source",), ("file",))

    source = forms.ModelChoiceField(label=_("Payer"), queryset=PayerSource.objects.none())
    file = forms.FileField(
        label=_("File (xlsx, xls or csv)"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "You see what would be booked and what is in doubt before anything is. The same file again "
            "changes nothing."
        ),
        allow_empty_file=True,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = payers_visible_to(user).filter(agency=user.agency_id, is_active=True)


class PayerForm(ScreenForm):
    rows = (("name", "payer"), ("is_active",))

    name = forms.CharField(label=_("Name of the payer"), max_length=60)
    payer = forms.ChoiceField(
        label=_("Kind of payer"), choices=[(payer.value, payer.label) for payer in FILE_SENDERS]
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, source: PayerSource | None, *args: Any, **kwargs: Any) -> None:
        if source is not None:
            kwargs["initial"] = {field: getattr(source, field) for field in self.base_fields}
        super().__init__(*args, **kwargs)
        if source is not None:
            self.fields["payer"].disabled = True


class DefinitionForm(ScreenForm):
    submit_label = _("Release as the next version")

    text = forms.CharField(
        label=_("Columns and codes"),
        widget=forms.Textarea(attrs={"rows": 24, "class": "font-monospace", "spellcheck": "false"}),
        help_text=_(
            "Payments are read by the rules of their own day; what is booked stays as it is."
        ),
    )


class MendForm(ScreenForm):
    """The row's fields as they came; the number of the person is not shown, only replaced."""

    submit_label = _("Mend and book")

    def __init__(self, doubt: PayerDoubt, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = doubt_fields(doubt)
        for field, label in FIELDS.items():
            if field not in row:
                continue
            if field == "id_number":
                self.fields[field] = forms.CharField(
                    label=_("Id number"),
                    required=False,
                    max_length=30,
                    help_text=_("Leave it empty to keep %(number)s.")
                    % {"number": mask_id(row[field])},
                )
            else:
                self.fields[field] = forms.CharField(
                    label=str(label), required=False, max_length=120, initial=row[field]
                )


class KeepAtYearForm(ScreenForm):
    submit_label = _("Keep at person and year")


class BookForm(ScreenForm):
    submit_label = _("Book the file")
