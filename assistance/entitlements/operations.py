from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from assistance.accounts.models import User
from assistance.entitlements.models import MONTHS, Bucket, Entry, PersonYear
from assistance.registry.models import Person
from assistance.registry.operations import lock_canonical
from assistance.shared.money import to_fen


def lock_year(person: Person, year: int) -> PersonYear:
    """Open the account of `year` of the record that answers for the person, and lock its row until
    the transaction ends.

    The first lock of every transaction that computes or books: two of them for one person and year
    run one after the other, for two records of one human too. The record is locked before, so that
    nothing is merged or separated meanwhile. Must be called inside a transaction.
    """
    owner = lock_canonical(person)
    PersonYear.objects.get_or_create(person=owner, year=year)
    return PersonYear.objects.select_for_update().get(person=owner, year=year)


def lock_years(wanted: Collection[tuple[int, int]]) -> None:
    """`lock_year` for many people at once, given as the id of the record that answers and the year.

    People by id, then accounts by person and year: the order in which everybody else takes one of them.
    Must be called inside a transaction.
    """
    rows = Person.objects.select_for_update(no_key=True).order_by("pk")
    people = dict(_locked(rows, {person for person, _ in wanted}))
    # Whoever was merged since is answered for by another record.
    people |= dict(_locked(rows, set(people.values()) - people.keys()))
    pairs = sorted({(people[person], year) for person, year in wanted})
    accounts = [PersonYear(person_id=person, year=year) for person, year in pairs]
    PersonYear.objects.bulk_create(accounts, ignore_conflicts=True, batch_size=2_000)
    held = PersonYear.objects.filter(
        person__in={person for person, _ in pairs}, year__in={year for _, year in pairs}
    )
    list(held.select_for_update().order_by("person", "year").values_list("pk"))


def _locked(rows: QuerySet[Person], ids: Collection[int]) -> list[tuple[int, int]]:
    """The records with the one that answers for each."""
    found = rows.filter(pk__in=ids).values_list("pk", "merged_into")
    return [(person, into or person) for person, into in found]


def lock_record_year(person: Person, year: int) -> PersonYear:
    """`lock_year`, and then the account of this very record: bills, and what was granted on them, add up
    where they were entered, so that records which are separated again have their own sums.
    """
    account = lock_year(person, year)
    if account.person_id == person.pk:
        return account
    PersonYear.objects.get_or_create(person=person, year=year)
    return PersonYear.objects.select_for_update().get(person=person, year=year)


def add_cost(
    account: PersonYear, *, on: date, own_total: Decimal, own_in_scope: Decimal
) -> PersonYear:
    """Add what the person paid himself, in yuan, to the running totals from the month of `on` on.

    Of a bill or, with negative amounts and the day of the original, of its reversal. Call it with the
    account locked by `lock_record_year`.
    """
    for month in range(on.month - 1, MONTHS):
        account.own_total[month] += to_fen(own_total)
        account.own_in_scope[month] += to_fen(own_in_scope)
    account.save(update_fields=["own_total", "own_in_scope"])
    return account


@transaction.atomic
def grant(
    account: PersonYear,
    *,
    bucket: Bucket,
    amount: Decimal,
    source: str,
    actor: User | None,
    at: datetime,
) -> Entry:
    """Book `amount` yuan against the bucket; a second call with the same `source` books nothing more."""
    values = {
        "account": account,
        "bucket": bucket,
        "kind": Entry.Kind.GRANTED,
        "amount": amount,
        "at": at,
        "by": actor,
    }
    return Entry.objects.get_or_create(source=source, defaults=values)[0]


@transaction.atomic
def reverse(entry: Entry, *, actor: User | None, at: datetime) -> Entry:
    """Take a grant back by an entry of exactly the negative amount (specification 0.10); once only."""
    values = {
        "account": entry.account,
        "bucket": entry.bucket,
        "kind": Entry.Kind.REVERSED,
        "amount": -entry.amount,
        "reverses": entry,
        "at": at,
        "by": actor,
    }
    return Entry.objects.get_or_create(source=f"{entry.source}:reversed", defaults=values)[0]


@transaction.atomic
def recover(
    account: PersonYear,
    *,
    bucket: Bucket,
    amount: Decimal,
    source: str,
    actor: User | None,
    at: datetime,
) -> Entry:
    """Book `amount` yuan that came back from the person: it counts as granted no longer, so the year's
    maximum has room for it again (JN21 二(五)). The same `source` books once."""
    values = {
        "account": account,
        "bucket": bucket,
        "kind": Entry.Kind.RECOVERED,
        "amount": -amount,
        "at": at,
        "by": actor,
    }
    return Entry.objects.get_or_create(source=source, defaults=values)[0]
