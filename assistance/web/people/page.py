"""What the pages of a person show, put together from the questions the apps answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.timezone import localdate

from assistance.accounts.models import User
from assistance.cases.queries import applications_visible_to, calls_about
from assistance.entitlements.models import Entry
from assistance.registry.models import BankAccount, Person
from assistance.registry.queries import account_warnings, held_by, person_card, records
from assistance.settlements.models import Institution, OtherAid, Settlement
from assistance.settlements.queries import aid_history, bill_history, bill_warnings
from assistance.settlements.queries.institutions import institutions_of
from assistance.settlements.queries.payers import later_payments_of
from assistance.settlements.queries.statement import account_years, entry_number
from assistance.shared.money import ZERO
from assistance.web.acts import ActLink, links
from assistance.web.doubles import Doubt, doubts_of_person
from assistance.web.people import acts
from assistance.web.people.base import PersonAct
from assistance.web.people.households import household_card
from assistance.web.people.identity import identity
from assistance.web.people.screened import screened
from assistance.web.people.status_acts import status_cards


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table with what may be done to it."""

    row: Any
    links: list[ActLink]
    warnings: list[str]
    place: Institution | None = None


@dataclass(frozen=True, slots=True)
class BillYear:
    """The bills of a year; the sums leave out reversed bills, since their twins do."""

    year: int
    lines: list[Line]
    total: Decimal
    insurance: Decimal
    assistance: Decimal


@dataclass(frozen=True, slots=True)
class EntryLine:
    entry: Entry
    balance: Decimal

    @property
    def number(self) -> str:
        return entry_number(self.entry.source)


def record(user: User, person: Person) -> dict[str, Any]:
    """The first page: who it is, where, in what status, with which accounts and cases."""
    cases = held_by(applications_visible_to(user), person).select_related("township")
    accounts = held_by(BankAccount.objects.select_related("person"), person).order_by("-id")
    return {
        "person": person,
        "card": person_card(person, localdate()),
        "person_links": links(acts.PERSON_ACTS, user, person, person.pk),
        "residences": _spans(user, person, acts.RESIDENCE_ACTS),
        "recognitions": _spans(user, person, acts.RECOGNITION_ACTS),
        "enrolments": _spans(user, person, acts.ENROLMENT_ACTS),
        "accounts": [_account(user, person, a) for a in accounts],
        "add_residence": links([acts.ADDING_RESIDENCE], user, person, person.pk),
        "add_recognition": links([acts.ADDING_RECOGNITION], user, person, person.pk),
        "add_enrolment": links([acts.ADDING_ENROLMENT], user, person, person.pk),
        "add_account": links([acts.ADDING_ACCOUNT], user, person, person.pk),
        "cases": cases.order_by("-received_on", "-id"),
        "doubts": _doubts(user, person),
        **status_cards(user, person),
        **household_card(user, person),
        "calls": calls_about(user, person),
        **identity(user, person),
        **screened(user, person),
    }


def _doubts(user: User, person: Person) -> list[Doubt]:
    """For the two years that can be applied for."""
    this_year = localdate().year
    return [
        doubt
        for year in (this_year - 1, this_year)
        for doubt in doubts_of_person(user, person, year)
    ]


def costs(user: User, person: Person) -> dict[str, Any]:
    """The second page: bills by year, other aid, and the account of each year."""
    return {
        "person": person,
        "years": _bill_years(user, person),
        "aid": [_aid(user, person, aid) for aid in aid_history(person)],
        "later": later_payments_of(person),
        "entries": _entries(person),
        "account_years": account_years(person),
        "add_bill": links([acts.ADDING_BILL], user, person, person.pk),
        "add_aid": links([acts.ADDING_AID], user, person, person.pk),
    }


def _spans(user: User, person: Person, span_acts: Iterable[PersonAct]) -> list[Line]:
    span_acts = list(span_acts)
    assert span_acts[0].rows is not None
    rows = span_acts[0].rows(person).order_by("-first_day", "-id")
    return [Line(row, links(span_acts, user, row, person.pk, row.pk), []) for row in rows]


def _account(user: User, person: Person, account: BankAccount) -> Line:
    """With its warnings for whoever checks it."""
    to_check = account.checked_at is None and account.retired_at is None
    warnings = account_warnings(account, user) if to_check else []
    return Line(account, links(acts.ACCOUNT_ACTS, user, account, person.pk, account.pk), warnings)


def _aid(user: User, person: Person, aid: OtherAid) -> Line:
    return Line(aid, links(acts.AID_ACTS, user, aid, person.pk, aid.pk), [])


def _bill_years(user: User, person: Person) -> list[BillYear]:
    bills = bill_history(person).order_by("-benefit_year", "-settled_on", "-id")
    return [
        _bill_year(user, person, year, list(group))
        for year, group in groupby(bills, key=lambda bill: bill.benefit_year)
    ]


def _bill_year(user: User, person: Person, year: int, bills: list[Settlement]) -> BillYear:
    warnings, places = bill_warnings(person, year), institutions_of(bills) or {}
    lines = []
    for bill in bills:
        found = links(acts.BILL_ACTS, user, bill, person.pk, bill.pk)
        lines.append(Line(bill, found, warnings.get(bill.pk, []), places.get(bill.pk)))
    return BillYear(
        year,
        lines,
        sum((bill.total for bill in bills), ZERO),
        sum((bill.insurance for bill in bills), ZERO),
        sum((bill.assistance for bill in bills), ZERO),
    )


def _entries(person: Person) -> list[EntryLine]:
    """The person-year accounts as booked, each with its sum so far."""
    of_all_records = records(person).values("pk")
    entries = Entry.objects.filter(account__person__in=of_all_records)
    entries = entries.select_related("account", "by")
    sums: defaultdict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    found = []
    for entry in entries.order_by("account__year", "id"):
        key = (entry.account_id, entry.bucket)
        sums[key] += entry.amount
        found.append(EntryLine(entry, sums[key]))
    return found[::-1]
