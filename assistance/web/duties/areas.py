"""Recipients whose recognition comes from another agency of the city than the one that looks after them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from assistance.registry.models import Person
from assistance.registry.queries import people_visible_to
from assistance.screening.queries.areas import recognised_elsewhere
from assistance.shared.masking import mask_id
from assistance.web.lists import ListForm, day, link, list_page, text
from assistance.web.requests import StaffRequest


def _link(span: Any) -> str:
    return reverse("person", args=[span.root])


def _answering(span: Any) -> Person:
    person: Person = span.person
    return person.merged_into or person


class RecognisedElsewhere(ListForm):
    subject = "people recognised elsewhere"
    empty = _("Everybody is looked after by the agency of the area that recognised him.")
    orderings = {"since": (_("The longest first"), ("first_day", "id"))}
    columns = (
        link(_("Name"), lambda s: s.person.name, _link),
        text(_("Id number"), lambda s: mask_id(s.person.id_number), css="yz-nowrap"),
        text(_("Category"), lambda s: s.category.name),
        text(_("Recognised by"), lambda s: s.source.agency.name),
        day(_("Since"), lambda s: s.first_day),
        text(_("Looked after by"), lambda s: _answering(s).agency.name),
        text(_("Township"), lambda s: _answering(s).township.name, css="yz-nowrap"),
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows


@never_cache
def recognised_elsewhere_page(request: StaffRequest) -> HttpResponse:
    rows = recognised_elsewhere(people_visible_to(request.user), localdate())
    return list_page(request, RecognisedElsewhere, rows, "web/duties/areas.html")
