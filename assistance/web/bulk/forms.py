from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.cases.models import BulkRun
from assistance.cases.queries import bulk_kinds_for, reviewers_of
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import is_blank, read_rows, written
from assistance.web.forms.base import ScreenForm, text_area

AWARD_KINDS = frozenset({BulkRun.Kind.HOLD, BulkRun.Kind.RELEASE, BulkRun.Kind.BATCH})
LARGEST_FILE = 2 * 1024 * 1024
# Headings under which a list of our own, or of somebody else, keeps the numbers.
HEADINGS = (
    "受理编号",
    "案件编号",
    "编号",
    "申请编号",
    "救助金编号",
    "待遇编号",
    "Case number",
    "Award number",
    "Number",
)


class BulkForm(ScreenForm):
    """Numbers ticked in a list come as `number`; besides them, or instead, a file may hold them."""

    submit_label = _("Try it first")
    rows = (("kind", "file"), ("words", "reviewer"))

    kind = forms.ChoiceField(label=_("Step"))
    words = text_area(
        label=_("Opinion or reason"),
        max_length=500,
        required=False,
        help_text=_("The same for every row."),
    )
    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"),
        required=False,
        queryset=User.objects.none(),
        empty_label="—",
        help_text=_("To whom the cases are assigned."),
    )
    file = forms.FileField(
        label=_("List of numbers"),
        required=False,
        help_text=_(
            "xlsx, xls or csv; one number a row, in the first column or under its heading."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in bulk_kinds_for(user)]
        if BulkRun.Kind.ASSIGN not in bulk_kinds_for(user):
            del self.fields["reviewer"]
            return
        reviewer = self.fields["reviewer"]
        assert isinstance(reviewer, forms.ModelChoiceField)
        reviewer.queryset = reviewers_of(user)

    def clean_file(self) -> UploadedFile[Any] | None:
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and file.size is not None and file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        data["numbers"] = self.data.getlist("number") if hasattr(self.data, "getlist") else []
        if file is not None:
            try:
                data["numbers"] += numbers_of(file.read(), file.name or "")
            except Refused as error:
                self.add_error("file", str(error))
        return data


def bulk_form(user: User, *, of_awards: bool = False) -> BulkForm | None:
    """The form over a list of cases or awards, with the steps this user may take for them; None: no step."""
    form = BulkForm(user=user)
    field = form.fields["kind"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [
        (kind.value, kind.label)
        for kind in bulk_kinds_for(user)
        if (kind in AWARD_KINDS) == of_awards
    ]
    if of_awards:
        form.fields.pop("reviewer", None)
    return form if list(field.choices) else None


def numbers_of(content: bytes, filename: str) -> list[str]:
    """The numbers of an uploaded table. Raises Refused for what is no table."""
    found = [row for row in read_rows(content, filename=filename) if not all(map(is_blank, row))]
    for at, row in enumerate(found[:10]):
        cells = [written(cell) for cell in row]
        column = next((n for n, cell in enumerate(cells) if cell in HEADINGS), None)
        if column is not None:
            return _column(found[at + 1 :], column)
    return _column(found, 0)


def _column(rows: list[Any], column: int) -> list[str]:
    return [written(row[column]) for row in rows if len(row) > column and not is_blank(row[column])]
