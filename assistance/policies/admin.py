"""What a county sets itself under a document of its city: drafted here, released by an approver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from assistance.accounts.console import ConsoleAdmin
from assistance.policies.models import CountyPolicy
from assistance.policies.operations import draft_policy, read_county_pack
from assistance.policies.queries import own_version_of
from assistance.shared.errors import Refused

if TYPE_CHECKING:
    CountyPolicyModelForm = forms.ModelForm[CountyPolicy]
else:
    CountyPolicyModelForm = forms.ModelForm


class CountyPolicyForm(CountyPolicyModelForm):
    text = forms.CharField(
        label=_("pack"),
        widget=forms.Textarea(attrs={"rows": 40, "cols": 110, "spellcheck": "false"}),
        strip=False,
        help_text=_(
            "The city's document with the county's values as TOML: code and jurisdiction of its own, level"
            " “county”, framework the code of the city's document. It takes effect when an approver of the"
            " agency has released it; until then the version before counts."
        ),
    )

    class Meta:
        model = CountyPolicy
        fields = ["agency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = own_version_of(self.instance.agency) if self.instance.pk else None
        self.fields["text"].initial = self.instance.draft or (last.pack if last else "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        agency = self.instance.agency if self.instance.pk else cleaned.get("agency")
        text = cleaned.get("text")
        if agency is not None and text:
            try:
                read_county_pack(str(text).replace("\r\n", "\n"), agency)
            except Refused as error:
                self.add_error("text", str(error))
        return cleaned


@admin.register(CountyPolicy)
class CountyPolicyAdmin(ConsoleAdmin):
    form = CountyPolicyForm
    can_delete = False
    list_display = ["agency", "drafted_by", "drafted_at"]
    list_select_related = ["agency", "drafted_by"]
    ordering = ["agency"]
    autocomplete_fields = ["agency"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: CountyPolicy | None = None
    ) -> list[str]:
        return ["agency"] if obj is not None else []

    def save_model(
        self, request: HttpRequest, obj: CountyPolicy, form: CountyPolicyForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        text = form.cleaned_data["text"]
        draft_policy(obj.agency, text=text, actor=request.user, at=now())  # type: ignore[arg-type]
