"""Writing many people at once, with the rows that the operations of the register would write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db.models import Model
from stdnum import luhn

from assistance.accounts.models import Division
from assistance.demo.days import Days, moment
from assistance.demo.names import BANKS
from assistance.demo.profiles import Bill, Card, Insurance, Profile, Recognition
from assistance.demo.staff import Staff
from assistance.registry.models import (
    AccountReason,
    BankAccount,
    Enrolment,
    Person,
    PersonChange,
    RecipientCategory,
    RecipientSpan,
    Residence,
)
from assistance.registry.numbers import account_digest, derive_keys
from assistance.registry.operations.changes import period
from assistance.registry.operations.residences import describe
from assistance.settlements.models import InvoiceUse, OtherAid, Settlement
from assistance.shared.masking import mask_account

CHUNK = 1000
# 62 is UnionPay; a bank 999 9 does not exist.
CARD_PREFIX = "629999"
REASONS = {Card.PASSBOOK: AccountReason.NO_CARD, Card.GUARDIAN: AccountReason.GUARDIAN}
CIVIL_AFFAIRS = "景宁畲族自治县民政局"
Change = PersonChange.Kind


@dataclass
class Rows:
    """Rows waiting to be written, in the order their foreign keys need."""

    people: list[Person] = field(default_factory=list)
    other: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Model) -> None:
        self.other.setdefault(type(row), []).append(row)

    def write(self) -> None:
        Person.objects.bulk_create(self.people, batch_size=CHUNK)
        for model, rows in self.other.items():
            model._default_manager.bulk_create(rows, batch_size=CHUNK)


class Register:
    """Turns profiles into rows. Numbers of accounts, invoices and bills run on from person to person."""

    def __init__(self, staff: Staff, days: Days) -> None:
        self.staff = staff
        self.rng = Random(f"rows:{days.today}")
        self.categories = {row.code: row for row in RecipientCategory.objects.all()}
        self.serial = 0

    def write(self, profiles: Iterable[Profile]) -> list[Person]:
        rows = Rows()
        for profile in profiles:
            self._person(rows, profile)
        rows.write()
        return rows.people

    def _person(self, rows: Rows, profile: Profile) -> None:
        person = derive_keys(
            Person(
                name=profile.name,
                sex=profile.sex,
                born_on=profile.born_on,
                id_number=profile.number,
                phone=profile.phone,
                died_on=profile.died_on,
                township=self._township(profile),
                agency=self.staff.agency,
                created_at=profile.created_at,
            )
        )
        rows.people.append(person)
        changes = [
            *self._homes(rows, person, profile),
            *self._status(rows, person, profile),
            *self._account(rows, person, profile),
        ]
        if profile.died_on is not None:
            died = moment(profile.died_on + timedelta(days=1), 9, 0)
            changes.append(_change(person, Change.DIED, died, profile.died_on.isoformat()))
        # The timeline is read in the order of the rows.
        for change in sorted(changes, key=lambda change: change.at):
            rows.add(change)
        for bill in profile.bills:
            self._bill(rows, person, bill)
        for aid in profile.aid:
            entered = moment(aid.given_on, 17, 0)
            rows.add(
                OtherAid(
                    person=person,
                    benefit_year=aid.year,
                    giver=aid.giver,
                    amount=aid.amount,
                    given_on=aid.given_on,
                    paper=aid.paper,
                    entered_at=entered,
                )
            )

    def _township(self, profile: Profile) -> Division:
        """As `registry.operations.residences` derives it: the registration first, where there is an office."""
        open_homes = [home for home in profile.homes if home.last_day is None]
        inside = [home.division for home in open_homes if home.division in self.staff.townships]
        return inside[0]

    def _homes(self, rows: Rows, person: Person, profile: Profile) -> Iterator[PersonChange]:
        yield _change(person, Change.REGISTERED, profile.created_at)
        kinds: set[str] = set()
        for home in profile.homes:
            row = Residence(
                person=person,
                kind=home.kind,
                division=home.division,
                village=home.village,
                first_day=home.first_day,
                last_day=home.last_day,
            )
            rows.add(row)
            if home.kind in kinds:
                yield _change(person, Change.MOVED, moment(home.first_day, 10, 0), describe(row))
            kinds.add(home.kind)

    def _status(self, rows: Rows, person: Person, profile: Profile) -> Iterator[PersonChange]:
        for span in profile.recognitions:
            yield self._recognise(rows, person, profile, span)
        for insurance in profile.insurances:
            yield self._enrol(rows, person, profile, insurance)

    def _recognise(
        self, rows: Rows, person: Person, profile: Profile, span: Recognition
    ) -> PersonChange:
        row = RecipientSpan(
            person=person,
            category=self.categories[span.category],
            recognised_by=CIVIL_AFFAIRS,
            first_day=span.first_day,
            last_day=span.last_day,
        )
        rows.add(row)
        subject = f"{row.category.name} · {period(row.first_day, row.last_day)}"
        known = max(profile.created_at, moment(span.first_day, 10, 0)) + timedelta(minutes=1)
        return _change(person, Change.RECOGNISED, known, subject)

    def _enrol(
        self, rows: Rows, person: Person, profile: Profile, insurance: Insurance
    ) -> PersonChange:
        row = Enrolment(
            person=person,
            kind=insurance.kind,
            county=self.staff.county,
            first_day=insurance.first_day,
            last_day=insurance.last_day,
        )
        rows.add(row)
        known = max(profile.created_at, moment(insurance.first_day, 7, 0)) + timedelta(minutes=2)
        return _change(
            person, Change.ENROLLED, known, f"{row} · {period(row.first_day, row.last_day)}"
        )

    def _account(self, rows: Rows, person: Person, profile: Profile) -> Iterator[PersonChange]:
        """Entered by the clerk of the township, checked by the leader within the hour."""
        if profile.card is Card.NONE:
            return
        rng, desk = self.rng, self.staff.desks[person.township_id]
        number = self._account_number(profile.card)
        foreign = profile.card is Card.GUARDIAN
        entered = profile.created_at + timedelta(minutes=15)
        row = BankAccount(
            person=person,
            holder_name=f"{profile.name[0]}长{rng.choice('福庆根')}" if foreign else profile.name,
            reason=REASONS.get(profile.card, ""),
            holder_reason="监护人代领，户口簿复印件已存档" if foreign else "",
            bank=BANKS[2] if profile.card is Card.PASSBOOK else rng.choice(BANKS[:2]),
            number=number,
            number_digest=account_digest(number),
            is_social_security_card=profile.card is not Card.PASSBOOK and not foreign,
            entered_by=desk.clerk,
            entered_at=entered,
        )
        rows.add(row)
        subject = f"{row.bank} · {row.holder_name} · {mask_account(number)}"
        yield _change(person, Change.ACCOUNT_ADDED, entered, subject, desk.clerk)
        if profile.card not in {Card.UNCHECKED, Card.MISTYPED}:
            row.checked_by, row.checked_at = desk.leader, entered + timedelta(minutes=40)
            yield _change(person, Change.ACCOUNT_CHECKED, row.checked_at, subject, desk.leader)

    def _account_number(self, card: Card) -> str:
        self.serial += 1
        if card is Card.PASSBOOK:
            return f"20{self.serial:010d}"  # twelve places: no card
        body = f"{CARD_PREFIX}{self.serial:012d}"
        right = luhn.calc_check_digit(body)
        return body + (right if card is not Card.MISTYPED else str((int(right) + 1) % 10))

    def _bill(self, rows: Rows, person: Person, bill: Bill) -> None:
        self.serial += 1
        row = Settlement(
            person=person,
            source=Settlement.Source.INSURANCE,
            source_id=f"DEMO-{bill.settled_on:%Y%m%d}-{self.serial:07d}",
            settled_on=bill.settled_on,
            service_from=bill.service_from,
            service_to=bill.settled_on if bill.service_from else None,
            setting=bill.setting,
            institution=bill.institution,
            designated=bill.designated,
            total=bill.total,
            in_scope=bill.in_scope,
            basic=bill.basic,
            supplementary=bill.supplementary,
            big_illness=bill.big_illness,
            assistance=bill.assistance,
            invoice_code=f"9933{bill.settled_on:%y}01",
            invoice_number=f"{self.serial:010d}",
            entered_at=moment(bill.settled_on, 23, 30),
        )
        rows.add(row)
        rows.add(InvoiceUse(code=row.invoice_code, number=row.invoice_number, settlement=row))


def _change(
    person: Person, kind: PersonChange.Kind, at: datetime, subject: str = "", by: Any = None
) -> PersonChange:
    return PersonChange(person=person, kind=kind, at=at, by=by, subject=subject)
