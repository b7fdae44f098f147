"""Who sends bills, and the definition by which they are read: drafted here, released by an approver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import ConsoleAdmin
from assistance.policies.queries import book_of
from assistance.settlements.models import BillSource
from assistance.settlements.operations import draft_source
from assistance.settlements.queries import why_no_figures
from assistance.settlements.sources import national_text, read_definition
from assistance.shared.errors import Refused

if TYPE_CHECKING:
    SourceModelForm = forms.ModelForm[BillSource]
else:
    SourceModelForm = forms.ModelForm


class BillSourceForm(SourceModelForm):
    definition = forms.CharField(
        label=_("definition"),
        widget=forms.Textarea(attrs={"rows": 40, "cols": 110, "spellcheck": "false"}),
        strip=False,
        help_text=_(
            "Columns, codes and formula as TOML. It takes effect when an approver of the agency has"
            " released it; until then deliveries are read by the version before."
        ),
    )

    class Meta:
        model = BillSource
        fields = ["code", "name", "agency", "meaning", "city"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.instance
        last = source.versions.order_by("number").last() if source.pk else None
        shipped = national_text() if last is None else last.text
        self.fields["definition"].initial = source.draft or shipped

    def clean(self) -> dict[str, Any]:
        """Whoever grants here needs a document to grant by; and a place of no document is a slip of the pen."""
        cleaned = super().clean() or self.cleaned_data
        place = cleaned.get("city", "")
        settled = cleaned.get("meaning", self.instance.meaning) == BillSource.Meaning.SETTLED
        why = why_no_figures(place)
        if why and (settled or (place and not book_of(place))):
            self.add_error("city", why)
        return cleaned

    def clean_definition(self) -> str:
        text = str(self.cleaned_data["definition"]).replace("\r\n", "\n")
        try:
            read_definition(text)
        except Refused as error:
            raise forms.ValidationError(str(error)) from error
        return text


@admin.register(BillSource)
class BillSourceAdmin(ConsoleAdmin):
    form = BillSourceForm
    can_delete = False
    list_display = ["name", "code", "agency", "meaning", "drafted_at"]
    list_select_related = ["agency"]
    autocomplete_fields = ["agency"]
    search_fields = ["name", "code"]
    ordering = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: BillSource | None = None) -> list[str]:
        """What the bills that came were booked by does not change any more."""
        came = obj is not None and obj.deliveries.exists()
        return ["code", "agency", "meaning"] if came else []

    def save_model(
        self, request: HttpRequest, obj: BillSource, form: BillSourceForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        text = form.cleaned_data["definition"]
        draft_source(obj, text=text, actor=request.user, at=now())  # type: ignore[arg-type]
