"""Families of the stories: who belongs to whose household, and who applies for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.cases.operations import file_for_member
from assistance.demo.cast import Story
from assistance.demo.profiles import Profile
from assistance.demo.twists import Twist
from assistance.registry.models import HouseholdMember, Person, Sex, StaffTie
from assistance.registry.numbers import id_digest
from assistance.registry.operations import add_household_member, declare_relative, found_household
from assistance.registry.queries import membership_on

Relation = Application.Relation
InHousehold = HouseholdMember.Relation
SINCE = date(2014, 1, 1)


def somebody(profile: Profile) -> Person:
    return Person.objects.get(id_digest=id_digest(profile.number))


def declared_by(user: User, person: Person, *, at: datetime) -> None:
    """The person is his relative: from now on every step of the case is refused to him."""
    declare_relative(
        user,
        relation=StaffTie.Relation.OTHER,
        name=person.name,
        number=person.id_number,
        at=at,
    )


def live_together(story: Story, person: Person, *, actor: User, at: datetime) -> None:
    """Enter the household of the relative, where it is new, and the person into it."""
    if story.relative is None:
        return
    head = somebody(story.relative)
    if membership_on(head, at.date()) is None:
        found_household(head, first_day=max(SINCE, head.born_on), actor=actor, at=at)
    is_child = story.plan.twist is Twist.MINOR
    add_household_member(
        head,
        member=person,
        relation=InHousehold.CHILD if is_child else InHousehold.SPOUSE,
        first_day=max(SINCE, person.born_on),
        actor=actor,
        at=at,
    )


def applicant_of(story: Story, person: Person) -> dict[str, Any]:
    """The patient himself; for a minor father or mother."""
    if story.plan.twist is not Twist.MINOR or story.relative is None:
        return {
            "applicant_name": person.name,
            "applicant_relation": Relation.SELF,
            "applicant_phone": person.phone,
        }
    parent = somebody(story.relative)
    return {
        "applicant_name": parent.name,
        "applicant_relation": Relation.GUARDIAN,
        "applicant_kinship": "父亲" if parent.sex == Sex.MALE else "母亲",
        "applicant_id_number": parent.id_number,
        "applicant_phone": parent.phone,
    }


def from_relatives_case(
    story: Story, person: Person, *, actor: User, at: datetime
) -> Application | None:
    """The draft opened out of the relative's case, in the story of two patients in one household."""
    if story.plan.twist is not Twist.HOUSEHOLD or story.relative is None:
        return None
    theirs = Application.objects.filter(person=somebody(story.relative)).latest("id")
    return file_for_member(
        theirs,
        member=person,
        received_on=story.received_on,
        applicant_relation=Relation.SELF,
        actor=actor,
        at=at,
    )
