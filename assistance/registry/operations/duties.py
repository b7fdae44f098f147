"""To-do lists of recipients: who looks after whom, why nothing is to be done, and premiums that are paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.registry.models import Duty, DutyNote, Person, PersonChange, Subsidy
from assistance.registry.operations.changes import locked, record
from assistance.registry.permissions import check_may_note_duty, check_may_work_on_lists
from assistance.registry.queries import canonical, held_by
from assistance.registry.queries.duties import (
    counties_of,
    county_of_resident_insurance,
    digest_of,
    unsubsidised,
)
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused
from assistance.shared.money import yuan

Outcome = DutyNote.Outcome
AT_ONCE = 2000


@transaction.atomic
def note_duty(
    person: Person,
    *,
    duty: Duty,
    month: date,
    assigned_to: User | None,
    outcome: Outcome,
    note: str,
    actor: User,
    at: datetime,
) -> DutyNote:
    """Say who looks after somebody on the list of a month, or why nothing is to be done about him.

    It holds for that month: what is still so in the next one is on its list again. Raises NotAllowed,
    or Refused for somebody of another agency and for another reason without an explanation.
    """
    check_may_note_duty(actor, person)
    note = note.strip()
    if outcome == Outcome.OTHER and not note:
        raise Refused(_("Explain the reason."))
    if assigned_to is not None and assigned_to.agency_id != person.agency_id:
        raise Refused(_("%(user)s belongs to another agency.") % {"user": assigned_to})
    row, _made = DutyNote.objects.update_or_create(
        person=person,
        duty=duty,
        month=month.replace(day=1),
        defaults={
            "agency": person.agency,
            "assigned_to": assigned_to,
            "outcome": outcome,
            "note": note,
            "by": actor,
            "at": at,
        },
    )
    return row


@transaction.atomic
def subsidise(
    person: Person,
    *,
    year: int,
    basic: Decimal,
    big_illness: Decimal,
    paid_on: date,
    way: Subsidy.Way,
    actor: User,
    at: datetime,
) -> Subsidy:
    """Record that the public pays the premium of a year, in yuan; the place of insurance pays (ZS22-2.1.3).

    Raises NotAllowed, or Refused without resident insurance in that year and for a second subsidy of it.
    """
    _one_at_a_time(canonical(person).agency_id)
    person = locked(person, actor)
    county = county_of_resident_insurance(person, year)
    if county is None:
        raise Refused(_("There is no resident insurance on record for %(year)d.") % {"year": year})
    standing = Subsidy.objects.filter(year=year, voided_at__isnull=True)
    if held_by(standing, person).exists():
        raise Refused(_("The premium of %(year)d is subsidised already.") % {"year": year})
    row = Subsidy.objects.create(
        person=person,
        year=year,
        county=county,
        basic=basic,
        big_illness=big_illness,
        paid_on=paid_on,
        way=way,
        entered_by=actor,
        entered_at=at,
    )
    subject = _subject(year, basic + big_illness)
    record(person, PersonChange.Kind.SUBSIDISED, actor=actor, at=at, subject=subject)
    return row


@transaction.atomic
def void_subsidy(row: Subsidy, *, reason: str, actor: User, at: datetime) -> Subsidy:
    """Take back a subsidy recorded wrongly. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    person = locked(row.person, actor)
    row = Subsidy.objects.get(pk=row.pk)
    if row.voided_at is not None:
        raise Refused(_("This entry has already been voided."))
    row.voided_at = at
    row.save(update_fields=["voided_at"])
    subject = _subject(row.year, row.basic + row.big_illness)
    record(
        person, PersonChange.Kind.SUBSIDY_VOIDED, actor=actor, at=at, subject=subject, reason=reason
    )
    return row


@transaction.atomic
def subsidise_due(
    agency: Agency,
    *,
    seen: str,
    basic: Decimal,
    big_illness: Decimal,
    paid_on: date,
    way: Subsidy.Way,
    actor: User,
    at: datetime,
) -> int:
    """Record the premium of everybody on the list of `paid_on` as paid, in yuan each; how many.

    The list is the system's own: no township reports it (ZS19-3.2). `seen` is the digest of the list that
    was on screen; another one is refused, so a second sending pays nobody twice and nobody is paid
    unseen. Raises NotAllowed, or Refused for a day to come, too.
    """
    check_may_work_on_lists(actor, agency.pk)
    if paid_on > localdate(at):
        raise Refused(_("The day of payment lies in the future."))
    _one_at_a_time(agency.pk)
    due = list(unsubsidised(Person.objects.filter(agency=agency), paid_on).order_by("pk"))
    if digest_of(person.pk for person in due) != seen:
        raise Refused(
            _("The list has changed: %(people)d people now. Look at it again.")
            % {"people": len(due)}
        )
    premium: dict[str, Any] = {"basic": basic, "big_illness": big_illness, "way": way}
    for start in range(0, len(due), AT_ONCE):
        _pay(due[start : start + AT_ONCE], paid_on, premium, actor, at)
    return len(due)


def _one_at_a_time(agency_id: int) -> None:
    """Premiums of an agency are recorded one after the other, also those of two records of one human."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


def _pay(
    people: list[Person], paid_on: date, premium: dict[str, Any], actor: User, at: datetime
) -> None:
    counties = counties_of(people, paid_on)
    common = premium | {"year": paid_on.year, "paid_on": paid_on}
    Subsidy.objects.bulk_create(
        Subsidy(
            person=person,
            county_id=counties[person.pk],
            entered_by=actor,
            entered_at=at,
            **common,
        )
        for person in people
    )
    subject = _subject(paid_on.year, premium["basic"] + premium["big_illness"])
    kind = PersonChange.Kind.SUBSIDISED
    PersonChange.objects.bulk_create(
        PersonChange(person=person, kind=kind, at=at, by=actor, subject=subject)
        for person in people
    )


def _subject(year: int, amount: Decimal) -> str:
    return f"{year} · {yuan(amount)}"
