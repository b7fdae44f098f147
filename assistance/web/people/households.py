"""The household on a person's page, and what is done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import User
from assistance.registry import operations
from assistance.registry.models import Household, HouseholdMember, Person
from assistance.registry.permissions import may_edit, may_see
from assistance.registry.queries import (
    held_by,
    household_of,
    membership_on,
    same_human,
    search_people,
)
from assistance.shared import identity_numbers
from assistance.shared.errors import Refused
from assistance.web.acts import ActLink, links, plain
from assistance.web.forms.base import ScreenForm, date_field
from assistance.web.people.base import PersonAct
from assistance.web.people.forms import BecauseForm, EndForm

Relation = HouseholdMember.Relation


class FoundForm(ScreenForm):
    submit_label = _("Enter the household")
    rows = (("number", "relation", "first_day"),)

    number = forms.CharField(
        label=_("Household number"),
        max_length=40,
        required=False,
        help_text=_("As in the household book; empty: a running number."),
    )
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=Relation.choices)
    first_day = date_field(label=_("Since"), initial=localdate)


class MemberForm(ScreenForm):
    submit_label = _("Add the member")
    rows = (("id_number", "name"), ("relation", "first_day"))

    id_number = forms.CharField(label=_("Id number"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=60)
    relation = forms.ChoiceField(
        label=_("Relation to the head"),
        choices=[choice for choice in Relation.choices if choice[0] != Relation.HEAD],
    )
    first_day = date_field(label=_("Since"), initial=localdate)


def _memberships(person: Person) -> QuerySet[HouseholdMember]:
    return held_by(HouseholdMember.objects.select_related("household", "person"), person)


def _homeless(user: User, person: Person) -> bool:
    return may_edit(user, person) and membership_on(person, localdate()) is None


def _has_household(user: User, person: Person) -> bool:
    return may_edit(user, person) and membership_on(person, localdate()) is not None


def _standing(user: User, membership: HouseholdMember) -> bool:
    return membership.voided_at is None and may_edit(user, membership.person)


def _open(user: User, membership: HouseholdMember) -> bool:
    return membership.last_day is None and _standing(user, membership)


def _add(
    person: Person, *, id_number: str, name: str, actor: User, at: datetime, **given: Any
) -> object:
    number = identity_numbers.parse(id_number, on=localdate(at)).number
    member = search_people(actor, number).first()
    if member is None or member.name != name.strip():
        raise Refused(
            gettext("Nobody in your area has this number and name. Enter the person first.")
        )
    return operations.add_household_member(person, member=member, actor=actor, at=at, **given)


FOUNDING = PersonAct(
    url_name="found_household",
    path="household/found/",
    title=_("Enter the household"),
    done=_("The household is entered."),
    form=plain(FoundForm),
    may=_homeless,
    run=operations.found_household,
    hint=_("If a relative already has a household here, add the person on the relative's page."),
)
ADDING = PersonAct(
    url_name="add_household_member",
    path="household/add/",
    title=_("Add a household member"),
    done=_("The member is added."),
    form=plain(MemberForm),
    may=_has_household,
    run=_add,
)
MEMBER_ACTS = (
    PersonAct(
        url_name="leave_household",
        path="household/<int:row_id>/leave/",
        title=_("Leaves the household"),
        done=_("The last day is set."),
        form=plain(EndForm),
        may=_open,
        run=operations.leave_household,
        rows=_memberships,
    ),
    PersonAct(
        url_name="void_membership",
        path="household/<int:row_id>/void/",
        title=_("Void the membership"),
        done=_("The entry is voided."),
        form=plain(BecauseForm),
        may=_standing,
        run=operations.void_membership,
        rows=_memberships,
        hint=_("Only for an entry made by mistake; the right one is entered anew."),
        danger=True,
    ),
)
HOUSEHOLD_ACTS = (FOUNDING, ADDING, *MEMBER_ACTS)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the page of another shows him: with a link only for whoever may open his page."""

    row: HouseholdMember
    is_self: bool
    may_open: bool
    links: list[ActLink]


def household_card(user: User, person: Person) -> dict[str, Any]:
    """The household of today, its members, and what the person belonged to before."""
    members = [_member(user, person, row) for row in household_of(person)]
    current = {member.row.pk for member in members}
    household: Household | None = members[0].row.household if members else None
    earlier = _memberships(person).exclude(pk__in=current)
    return {
        "household": household,
        "members": members,
        "earlier_households": earlier.order_by("-first_day", "-id"),
        "household_links": links([FOUNDING, ADDING], user, person, person.pk),
    }


def _member(user: User, person: Person, row: HouseholdMember) -> Member:
    found = links(MEMBER_ACTS, user, row, row.person_id, row.pk)
    return Member(row, same_human(row.person, person), may_see(user, row.person), found)
