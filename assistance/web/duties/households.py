"""Households in which some are recognised and some are not: recognition is of the household (WZ19 三(三))."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import Division
from assistance.registry.models import Household, HouseholdMember, RecipientSpan
from assistance.registry.queries import in_force, people_visible_to
from assistance.registry.queries.duties import ROOT
from assistance.web.choices import townships_in_scope
from assistance.web.lists import ListForm, list_page, number, text
from assistance.web.requests import StaffRequest

# Recognitions of somebody for himself; every other one, the county's own too, is of his household.
OF_ONE_PERSON = ("SANLAO", "YOUFU", "JINGJIAN", "TEKUN_ZHIGONG")


def _people(household: Any, *, recognised: bool) -> dict[int, str]:
    """Names by the record that answers: somebody entered twice is one."""
    found = [m for m in household.today if m.is_recognised == recognised]
    return {m.root: m.person.name for m in found}


def _names(household: Any, *, recognised: bool) -> str:
    return "、".join(_people(household, recognised=recognised).values())


def _links(household: Any) -> Any:
    found = _people(household, recognised=False)
    rows = ((reverse("person", args=[pk]), name) for pk, name in found.items())
    return format_html_join("、", '<a href="{}">{}</a>', rows)


class HouseholdCheck(ListForm):
    subject = "households recognised in part"
    empty = _("Every household is recognised as a whole or not at all.")
    orderings = {"number": (_("By household number"), ("number", "id"))}
    columns = (
        text(_("Household number"), lambda h: h.number, css="yz-nowrap"),
        text(_("Township"), lambda h: h.township.name, css="yz-nowrap"),
        number(_("Members"), lambda h: h.how_many),
        number(_("Recognised members"), lambda h: h.how_many_recognised),
        text(_("Who is recognised"), lambda h: _names(h, recognised=True)),
        text(_("Who is not"), lambda h: _names(h, recognised=False), _links),
    )

    township = forms.ModelChoiceField(
        label=_("Township"), required=False, queryset=Division.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        township = self.fields["township"]
        assert isinstance(township, forms.ModelChoiceField)
        township.queryset = townships_in_scope(self.user)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.cleaned_data["township"]:
            rows = rows.filter(township=self.cleaned_data["township"])
        return _in_part(rows)


def _in_part(rows: QuerySet[Household]) -> QuerySet[Household]:
    today = localdate()
    held = in_force(RecipientSpan.objects.exclude(category__code__in=OF_ONE_PERSON), today)
    held = held.annotate(root=ROOT)
    alive = Q(person__died_on__isnull=True, person__merged_into__died_on__isnull=True)
    members = in_force(HouseholdMember.objects.filter(alive), today).annotate(
        root=ROOT, is_recognised=Exists(held.filter(root=OuterRef("root")))
    )
    human = Coalesce("members__person__merged_into_id", "members__person_id")
    recognised = members.filter(is_recognised=True)
    rows = rows.annotate(
        how_many=Count(human, filter=Q(members__in=members.values("pk")), distinct=True),
        how_many_recognised=Count(
            human, filter=Q(members__in=recognised.values("pk")), distinct=True
        ),
    )
    people = members.select_related("person").order_by("id")
    return (
        rows.filter(how_many_recognised__gt=0, how_many_recognised__lt=F("how_many"))
        .select_related("township")
        .prefetch_related(Prefetch("members", queryset=people, to_attr="today"))
    )


@never_cache
def household_check(request: StaffRequest) -> HttpResponse:
    visible = HouseholdMember.objects.filter(
        person__in=people_visible_to(request.user).order_by().values("pk")
    )
    rows = Household.objects.filter(pk__in=visible.values("household"))
    return list_page(request, HouseholdCheck, rows, "web/duties/households.html")
