from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from assistance.registry.models import (
    BankAccount,
    CertificateType,
    Enrolment,
    Person,
    PersonChange,
    RecipientSpan,
    Residence,
)
from assistance.registry.queries.guardians import age_on, is_minor
from assistance.registry.queries.records import held_by
from assistance.registry.queries.status import in_force, recipient_on
from assistance.shared.identity_numbers import is_demo_area, parse
from assistance.shared.masking import mask_account, mask_id, mask_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    account: BankAccount
    number: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """A person at a glance on one day; numbers are masked, so it may be shown wherever the person may."""

    person: Person
    id_number: str
    phone: str
    age: int
    minor: bool
    number_doubt: str
    hukou: Residence | None
    living: Residence | None
    recognitions: list[RecipientSpan]
    is_hardship: bool
    enrolments: list[Enrolment]
    accounts: list[AccountLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    at: datetime
    by: str
    label: str
    subject: str
    reason: str


def person_card(person: Person, on: date) -> PersonCard:
    """The person's card on `on`, in four queries."""
    residences = held_by(Residence.objects.select_related("division"), person)
    # Of two records the later move is the true one.
    homes = {home.kind: home for home in in_force(residences, on).order_by("first_day", "id")}
    recognitions = list(recipient_on(person, on))
    enrolments = held_by(Enrolment.objects.select_related("county"), person)
    return PersonCard(
        person=person,
        id_number=mask_id(person.id_number),
        phone=mask_phone(person.phone),
        number_doubt=number_doubt(person, on),
        age=age_on(person.born_on, person.died_on or on),
        minor=is_minor(person, on),
        hukou=homes.get(Residence.Kind.HUKOU),
        living=homes.get(Residence.Kind.LIVING),
        recognitions=recognitions,
        is_hardship=any(span.category.is_hardship for span in recognitions),
        enrolments=list(in_force(enrolments, on).order_by("first_day")),
        accounts=_account_lines(person),
    )


def number_doubt(person: Person, on: date) -> str:
    """What to look at again in a number that is right in form, as a sentence; empty when nothing is.

    An unknown area code is no fault: codes are abolished and new ones made. The demo's own is known.
    """
    if person.certificate_type != CertificateType.RESIDENT_ID:
        return ""
    number = parse(person.id_number, on=on)
    if number.area_known or (settings.DEMO and is_demo_area(number.number)):
        return ""
    return _("The id number begins with an unknown area code: compare it with the card once more.")


def timeline(person: Person) -> list[TimelineLine]:
    """All changes of the person's record, newest first, in one query."""
    changes = held_by(PersonChange.objects.select_related("by"), person).order_by("-id")
    return [
        TimelineLine(
            at=change.at,
            by=str(change.by) if change.by else "",
            label=change.get_kind_display(),
            subject=change.subject,
            reason=change.reason,
        )
        for change in changes
    ]


def _account_lines(person: Person) -> list[AccountLine]:
    accounts = held_by(BankAccount.objects.filter(retired_at__isnull=True), person).order_by("-id")
    return [
        AccountLine(
            account=account,
            number=mask_account(account.number),
            checked=account.checked_at is not None,
        )
        for account in accounts
    ]
