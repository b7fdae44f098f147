"""To-do lists of recipients: who looks after whom, why nothing is to be done, and premiums that are paid."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.registry.models import Duty, DutyNote, Person, PersonChange, Subsidy
from assistance.registry.operations.changes import locked, record
from assistance.registry.operations.premiums import (
    Premium,
    lock_premiums,
    record_premiums,
    subject_of,
)
from assistance.registry.permissions import check_may_note_duty, check_may_work_on_lists
from assistance.registry.queries import canonical, held_by
from assistance.registry.queries.duties import (
    counties_of,
    county_of_resident_insurance,
    digest_of,
    unsubsidised,
    years_of_premiums,
)
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused

Outcome = DutyNote.Outcome


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
    lock_premiums(canonical(person).agency_id)
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
    subject = subject_of(year, basic + big_illness)
    record(person, PersonChange.Kind.SUBSIDISED, actor=actor, at=at, subject=subject)
    return row


@transaction.atomic
def void_subsidy(row: Subsidy, *, reason: str, actor: User, at: datetime) -> Subsidy:
    """Take back a subsidy recorded wrongly. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    lock_premiums(canonical(row.person).agency_id)
    person = locked(row.person, actor)
    row = Subsidy.objects.select_for_update().get(pk=row.pk)
    if row.voided_at is not None:
        raise Refused(_("This entry has already been voided."))
    row.voided_at = at
    row.save(update_fields=["voided_at"])
    subject = subject_of(row.year, row.basic + row.big_illness)
    record(
        person, PersonChange.Kind.SUBSIDY_VOIDED, actor=actor, at=at, subject=subject, reason=reason
    )
    return row


@transaction.atomic
def subsidise_due(
    agency: Agency,
    *,
    seen: str,
    year: int,
    basic: Decimal,
    big_illness: Decimal,
    paid_on: date,
    way: Subsidy.Way,
    actor: User,
    at: datetime,
) -> int:
    """Record the premium of `year` of everybody on its list of `paid_on` as paid, in yuan each; how many.

    The list is the system's own: no township reports it (ZS19-3.2). `seen` is the digest of the list that
    was on screen; another one is refused, so a second sending pays nobody twice and nobody is paid
    unseen. Raises NotAllowed, or Refused for a day to come and a year not collected on that day, too.
    """
    check_may_work_on_lists(actor, agency.pk)
    if paid_on > localdate(at):
        raise Refused(_("The day of payment lies in the future."))
    if year not in years_of_premiums(paid_on):
        raise Refused(
            _("The premium of %(year)d is not collected on %(day)s.")
            % {"year": year, "day": paid_on.isoformat()}
        )
    lock_premiums(agency.pk)
    due = list(unsubsidised(Person.objects.filter(agency=agency), paid_on, year).order_by("pk"))
    if digest_of(person.pk for person in due) != seen:
        raise Refused(
            _("The list has changed: %(people)d people now. Look at it again.")
            % {"people": len(due)}
        )
    counties = counties_of(due, paid_on, year)
    premiums = [
        Premium(person.pk, year, counties[person.pk], basic, big_illness, paid_on) for person in due
    ]
    record_premiums(premiums, way=way, actor=actor, at=at)
    return len(due)
