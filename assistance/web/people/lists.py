"""The list of people: by name, sound and initials; numbers go by POST, to a page of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models import Person, RecipientCategory, RecipientSpan
from assistance.registry.queries import in_force, search_people
from assistance.shared.masking import mask_id
from assistance.web.choices import townships_in_scope
from assistance.web.lists import ListForm, day, link, text

LIVING, DEAD = "living", "died"


def _categories(person: Any) -> str:
    """Of the record and of those merged into it, each category once."""
    records = [person, *person.joined]
    names = [span.category.name for record in records for span in record.recognised]
    return "、".join(dict.fromkeys(names))


class PersonList(ListForm):
    subject = "people"
    empty = _("Nobody in your area matches.")
    orderings = {
        "name": (_("By name"), ("pinyin_key", "id")),
        "newest": (_("Newest first"), ("-id",)),
        "born": (_("Oldest person first"), ("born_on", "id")),
    }
    columns = (
        link(_("Name"), lambda p: p.name, lambda p: reverse("person", args=[p.pk])),
        text(_("Id number"), lambda p: mask_id(p.id_number)),
        text(_("Sex"), lambda p: p.get_sex_display()),
        # The whole day beside a masked number would give the number away.
        text(_("Year of birth"), lambda p: str(p.born_on.year)),
        text(_("Township"), lambda p: p.township.name),
        text(_("Recognised as"), _categories),
        day(_("Died on"), lambda p: p.died_on),
    )

    # The pattern keeps numbers out of the address before the form is sent.
    q = forms.CharField(
        label=_("Name, pinyin or initials"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"pattern": "[^0-9]*", "title": _("No digits here.")}),
    )
    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )
    category = forms.ModelChoiceField(
        label=_("Recognised as"),
        required=False,
        queryset=RecipientCategory.objects.order_by("order", "id"),
        empty_label=_("All"),
    )
    died = forms.ChoiceField(
        label=_("Living or dead"),
        required=False,
        choices=[("", _("All")), (LIVING, _("Living")), (DEAD, _("Dead"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if any(character.isdigit() for character in words):
            raise ValidationError(
                gettext("A number is looked for on its own page, “Find by id number”.")
            )
        return words

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted, today = self.cleaned_data, localdate()
        rows = search_people(self.user, wanted["q"])
        if wanted["township"]:
            rows = rows.filter(township=wanted["township"])
        if wanted["category"]:
            spans = in_force(RecipientSpan.objects.filter(category=wanted["category"]), today)
            own = Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk"))
            rows = rows.filter(Exists(spans.filter(own)))
        if wanted["died"]:
            rows = rows.filter(died_on__isnull=wanted["died"] == LIVING)
        return _with_categories(rows)


def _with_categories(people: QuerySet[Person]) -> QuerySet[Person]:
    spans = RecipientSpan.objects.select_related("category").order_by("category__order", "id")
    today = Prefetch("recipient_spans", queryset=in_force(spans, localdate()), to_attr="recognised")
    joined = Prefetch("merged_records", Person.objects.prefetch_related(today), "joined")
    return people.prefetch_related(today, joined)
