"""Households: founding one, and who joins and leaves it when."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.operations import next_number
from assistance.registry.models import Household, HouseholdMember, Person, PersonChange
from assistance.registry.operations import spans
from assistance.registry.operations.changes import locked, period, record
from assistance.registry.queries import held_by, membership_on
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused

Relation = HouseholdMember.Relation


@transaction.atomic
def found_household(
    person: Person,
    *,
    first_day: date,
    number: str = "",
    relation: str = Relation.HEAD,
    actor: User | None,
    at: datetime,
) -> HouseholdMember:
    """Enter a household with its first member; the number is that of the household book, or a running one.

    Raises NotAllowed, or Refused where the person already has a household or the number is taken.
    """
    person = locked(person, actor)
    number = number.strip() or _running_number(person, localdate(at).year)
    try:
        with transaction.atomic():
            household = Household.objects.create(
                number=number, township=person.township, created_at=at, created_by=actor
            )
    except IntegrityError as error:
        raise Refused(
            _("%(township)s already has a household %(number)s: add the person there.")
            % {"township": person.township, "number": number}
        ) from error
    return _join(household, person, relation=relation, first_day=first_day, actor=actor, at=at)


@transaction.atomic
def add_household_member(
    person: Person,
    *,
    member: Person,
    relation: str,
    first_day: date,
    actor: User | None,
    at: datetime,
) -> HouseholdMember:
    """Add `member` to the household of `person`, from `first_day` on.

    Raises NotAllowed unless the actor enters data for both, or Refused: no household, a household
    already, a second head.
    """
    both = sorted({person, member}, key=lambda one: one.pk)
    rows = {one.pk: locked(one, actor) for one in both}
    own = membership_on(rows[person.pk], localdate(at))
    if own is None:
        raise Refused(_("%(name)s has no household yet: enter it first.") % {"name": person.name})
    return _join(
        own.household,
        rows[member.pk],
        relation=relation,
        first_day=first_day,
        actor=actor,
        at=at,
    )


@transaction.atomic
def leave_household(
    membership: HouseholdMember, *, last_day: date, actor: User | None, at: datetime
) -> HouseholdMember:
    """Set the last day of a membership, which is inside it. Raises NotAllowed or Refused."""
    membership = _locked(membership, actor)
    spans.end(membership, last_day)
    _record(membership, PersonChange.Kind.LEFT_HOUSEHOLD, actor=actor, at=at)
    return membership


@transaction.atomic
def void_membership(
    membership: HouseholdMember, *, reason: str, actor: User | None, at: datetime
) -> HouseholdMember:
    """Take back a membership entered wrongly. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    membership = _locked(membership, actor)
    spans.void(membership, at)
    _record(membership, PersonChange.Kind.HOUSEHOLD_VOIDED, actor=actor, at=at, reason=reason)
    return membership


def _join(
    household: Household,
    person: Person,
    *,
    relation: str,
    first_day: date,
    actor: User | None,
    at: datetime,
) -> HouseholdMember:
    if first_day > localdate(at):
        raise Refused(_("The first day lies in the future."))
    spans.check_days(person, first_day, None)
    rows = held_by(HouseholdMember.objects.select_related("household"), person)
    spans.refuse_overlap(rows, first_day, None)
    # Two heads at once meet here; behind it stands the exclusion constraint.
    Household.objects.select_for_update().get(pk=household.pk)
    if relation == Relation.HEAD:
        _refuse_second_head(household, first_day)
    membership = HouseholdMember.objects.create(
        household=household, person=person, relation=relation, first_day=first_day
    )
    _record(membership, PersonChange.Kind.JOINED_HOUSEHOLD, actor=actor, at=at)
    return membership


def _refuse_second_head(household: Household, first_day: date) -> None:
    heads = household.members.filter(relation=Relation.HEAD).select_related("person")
    other = spans.overlapping(heads, first_day, None)
    if other is not None:
        raise Refused(
            _("%(name)s is the head of this household; end that first.")
            % {"name": other.person.name}
        )


def _running_number(person: Person, year: int) -> str:
    running = next_number(f"household:{person.township.code}", year)
    return f"{person.township.code}-{year}-{running:04d}"


def _locked(membership: HouseholdMember, actor: User | None) -> HouseholdMember:
    locked(membership.person, actor)
    rows = HouseholdMember.objects.select_related("person", "household")
    return rows.get(pk=membership.pk)


def _record(
    membership: HouseholdMember,
    kind: PersonChange.Kind,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    subject = f"{membership} · {period(membership.first_day, membership.last_day)}"
    record(membership.person, kind, actor=actor, at=at, subject=subject, reason=reason)
