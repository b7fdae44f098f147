"""The forms of recipient lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division, User
from assistance.accounts.queries import townships_of
from assistance.registry.insured_words import fields_of, needed_of
from assistance.registry.models import Department, ListImport, ListSource, RecipientCategory
from assistance.registry.queries.lists import sources_visible_to
from assistance.web.forms.base import ScreenForm, date_field

ACCEPT = ".xlsx,.xls,.csv,.txt"


class UploadForm(ScreenForm):
    submit_label = _("Upload and compare")
    rows = (("source", "as_of"), ("file",), ("kind",))

    source = forms.ModelChoiceField(label=_("Source"), queryset=ListSource.objects.none())
    as_of = date_field(
        label=_("Holds from"),
        help_text=_("The first day on which this list tells how things stand."),
    )
    file = forms.FileField(
        label=_("File (xlsx, xls or csv)"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("Nothing is changed before you have looked at the comparison."),
        allow_empty_file=True,
    )
    kind = forms.ChoiceField(
        label=_("Kind of list"),
        choices=[
            ("", _("As the source says")),
            ("full", _("Full list: whoever is missing is ended")),
            ("changes", _("List of changes: nobody is ended for missing")),
        ],
        required=False,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = sources_visible_to(user).filter(agency=user.agency_id, is_active=True)
        self.fields["as_of"].initial = localdate().replace(day=1)

    @property
    def is_full(self) -> bool:
        kind = self.cleaned_data["kind"]
        return kind == "full" if kind else bool(self.cleaned_data["source"].is_full)


class SourceForm(ScreenForm):
    rows = (
        ("department", "name"),
        ("categories",),
        ("is_full", "end_meaning"),
        ("guard_percent", "due_day"),
        ("shared_since", "hukou_in"),
        ("township",),
        ("is_active",),
    )

    department = forms.ChoiceField(label=_("Department"), choices=Department.choices)
    name = forms.CharField(label=_("Name of the list"), max_length=60)
    categories = forms.ModelMultipleChoiceField(
        label=_("Categories it holds"),
        queryset=RecipientCategory.objects.order_by("order", "id"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The list of the medical insurance office holds none: it names the insured."),
    )
    is_full = forms.BooleanField(
        label=_("Full list: names everybody"),
        required=False,
        initial=True,
        help_text=_("Whoever is missing from a full list is ended."),
    )
    end_meaning = forms.ChoiceField(
        label=_("An end date means"), choices=ListSource.EndMeaning.choices
    )
    guard_percent = forms.DecimalField(
        label=_("Share of ends that needs a second person (%)"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        initial=5,
    )
    due_day = forms.IntegerField(
        label=_("Expected by this day of the month"), min_value=1, max_value=28, initial=10
    )
    shared_since = date_field(
        label=_("Data shared since"),
        required=False,
        help_text=_("Empty: the list is reconciled with the register every half-year."),
    )
    hukou_in = forms.ModelChoiceField(
        label=_("Only people registered in"),
        required=False,
        queryset=Division.objects.filter(
            level__in=[Division.Level.CITY, Division.Level.COUNTY]
        ).order_by("code"),
        empty_label=_("Not asked for"),
    )
    township = forms.ModelChoiceField(
        label=_("Township of people without one"),
        required=False,
        queryset=Division.objects.none(),
        empty_label=_("None: such a row waits"),
        help_text=_("Only for the insured: where new people belong whose row names no township."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(
        self, source: ListSource | None, agency: Agency, *args: Any, **kwargs: Any
    ) -> None:
        if source is not None:
            kwargs["initial"] = {
                field: getattr(source, field) for field in self.base_fields if field != "categories"
            } | {"categories": source.categories.all()}
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_of(agency)
        if source is not None:
            self.fields["department"].disabled = True


class ReconcileForm(ScreenForm):
    """Nothing to fill in."""

    submit_label = _("Keep the differences")


class ApplyForm(ScreenForm):
    """Nothing to say: what is left in is carried out."""

    submit_label = _("Apply the list")


class CompareForm(ScreenForm):
    submit_label = _("Compare again")


class ConfirmEndsForm(ScreenForm):
    """Carries the number of ends that was on screen, so that another one is refused."""

    submit_label = _("I looked at them: confirm the ends")

    ended = forms.IntegerField(widget=forms.HiddenInput)


class ColumnsForm(ScreenForm):
    """One choice of the file's headings for each field."""

    submit_label = _("Read the file with these columns")

    def __init__(self, listing: ListImport, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in listing.headings if name]
        known = listing.source.headings
        is_of_insured = listing.source.is_of_insured
        for field, label in fields_of(is_of_insured).items():
            self.fields[field] = forms.ChoiceField(
                label=str(label),
                required=field in needed_of(is_of_insured),
                choices=[("", "—"), *((name, name) for name in names)],
                initial=known.get(field, ""),
            )


class RowsForm(forms.Form):
    """The ticked rows of a page."""

    skip = forms.BooleanField(required=False)
    row = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        row = self.fields["row"]
        assert isinstance(row, forms.MultipleChoiceField)
        row.valid_value = lambda value: str(value).isdecimal()  # type: ignore[method-assign]
