"""Who somebody is, as the pages of a person show it; the papers of changes; what waits for a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assistance.accounts.models import User
from assistance.cases.queries import PassedCap, merged_people, passed_caps
from assistance.entitlements.models import Entry
from assistance.registry.models import IdentityChange, Merge, Person
from assistance.registry.permissions import may_read_paper, may_see
from assistance.registry.queries import (
    former_names_of,
    guardianships_of,
    people_visible_to,
    records,
    root_id,
    shared_numbers,
    wards_of,
)
from assistance.shared.masking import mask_id
from assistance.shared.money import yuan
from assistance.web.acts import ActLink, links
from assistance.web.files import respond, respond_preview
from assistance.web.people import identity_acts as acts
from assistance.web.requests import StaffRequest

State = Merge.State
WAITING = (State.PROPOSED, State.SPLITTING)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """Something about who a person is, with what may be done to it."""

    row: Any
    links: list[ActLink]


def identity(user: User, person: Person) -> dict[str, Any]:
    """What the record page shows about names, numbers, guardians and merged records."""
    merged = list(records(person).exclude(pk=root_id(person)).select_related("township"))
    merges = acts.merges_of(person).exclude(state__in=(State.REFUSED, State.SPLIT))
    return {
        "former_names": former_names_of(person),
        "merged_records": merged,
        "changes_waiting": _lines(
            user, person, acts.changes_of(person).filter(outcome=""), acts.DECIDING
        ),
        "merges": _lines(user, person, merges, acts.MERGE_ACTS),
        "guardians": _lines(user, person, guardianships_of(person), acts.GUARDIAN_ACTS),
        "wards": wards_of(person, localdate()),
        "number_doubts": [_doubt(user, other) for other in shared_numbers(person)],
        "passed_caps": passed_caps(person) if merged else [],
        "reads_papers": may_read_paper(user, person),
        "identity_links": links(
            (*acts.CHANGING, acts.ADDING_NEWBORN, acts.PROPOSING_MERGE), user, person, person.pk
        ),
        "add_guardian": links([acts.ADDING_GUARDIAN], user, person, person.pk),
    }


def _lines(user: User, person: Person, rows: Iterable[Any], of: Iterable[Any]) -> list[Line]:
    of = list(of)
    return [Line(row, links(of, user, row, person.pk, row.pk)) for row in rows]


def _doubt(user: User, other: Person) -> tuple[Person | None, str]:
    """Who else had or has the number; by name only within the scope."""
    if may_see(user, other):
        sentence = _(
            "%(name)s in %(township)s has, or had, the same number: one human, or a number given twice?"
        )
        return other, sentence % {"name": other.name, "township": other.township}
    return None, _("Somebody outside your area has, or had, the same number.")


def merge_shown(merge: Merge) -> dict[str, Any]:
    """The two records side by side, for whoever decides, and what does not agree."""
    record, into = merge.record, merge.into
    rows = [(label, tell(record), tell(into)) for label, tell in _compared()]
    warnings = [
        _("The two records differ: %(what)s. Make sure that this is one human.") % {"what": label}
        for label, one, other in rows[:4]
        if one != other
    ]
    if record.born_on != into.born_on and record.born_on.year == into.born_on.year:
        warnings.append(
            _("The two records differ in the day of birth. Make sure that this is one human.")
        )
    return {"compared": rows, "record": record, "into": into, "warnings": warnings}


def _compared() -> list[tuple[str, Callable[[Person], Any]]]:
    return [
        (_("Name"), lambda person: person.name),
        # The whole day beside a masked number would give the number away.
        (_("Year of birth"), lambda person: str(person.born_on.year)),
        (_("Sex"), lambda person: person.get_sex_display()),
        (_("Died on"), lambda person: person.died_on.isoformat() if person.died_on else "—"),
        (_("Id number"), lambda person: mask_id(person.id_number)),
        (_("Township"), lambda person: person.township.name),
        (_("Entered"), lambda person: localdate(person.created_at).isoformat()),
        (_("Bills"), lambda person: person.settlements.filter(reverses=None).count()),
        (_("Applications"), lambda person: person.applications.count()),
        (_("Granted (yuan)"), _granted),
    ]


def _granted(person: Person) -> str:
    """By year; the maximum is one for both."""
    sums = Entry.objects.filter(account__person=person).order_by("account__year")
    years = sums.values_list("account__year").annotate(total=Sum("amount"))
    return "、".join(f"{year}: {yuan(total)}" for year, total in years) or "—"


@never_cache
def waiting(request: StaffRequest) -> HttpResponse:
    """The register's checks: what waits for a second person, and maxima passed by merged records."""
    people = people_visible_to(request.user)
    changes, merges = waiting_among(people)
    shown = {
        "changes": changes.select_related("person__township", "entered_by").order_by("id")[:SHOWN],
        "merges": merges.select_related(
            "record__township", "into__township", "proposed_by", "split_proposed_by"
        ).order_by("id")[:SHOWN],
        "caps": passed_among(people),
    }
    return render(request, "web/people/waiting.html", shown)


def waiting_among(
    people: QuerySet[Person],
) -> tuple[QuerySet[IdentityChange], QuerySet[Merge]]:
    """New names and numbers, and merges or separations, that nobody has confirmed yet."""
    own = people.order_by().values("pk")
    changes = IdentityChange.objects.filter(outcome="", person__in=own)
    return changes, Merge.objects.filter(state__in=WAITING, record__in=own, into__in=own)


def passed_among(people: Any) -> list[PassedCap]:
    return [passed for person in merged_people(people) for passed in passed_caps(person)]


@never_cache
def paper(request: StaffRequest, person_id: int, row_id: int) -> HttpResponse:
    change = _change(request, person_id, row_id)
    subject = _("paper of a change of name or number")
    return respond(request, change.paper, subject=subject, person=change.person)


@never_cache
def paper_preview(request: StaffRequest, person_id: int, row_id: int) -> HttpResponse:
    change = _change(request, person_id, row_id)
    subject = _("paper of a change of name or number")
    return respond_preview(request, change.paper, subject=subject, person=change.person)


def _change(request: StaffRequest, person_id: int, row_id: int) -> IdentityChange:
    person = get_object_or_404(people_visible_to(request.user), pk=person_id)
    change = get_object_or_404(acts.changes_of(person), pk=row_id)
    if not may_read_paper(request.user, person):
        raise PermissionDenied
    return change
