"""Who might be the same human as somebody: for a person to look at, never decided here."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assistance.accounts.models import User
from assistance.registry.models import BankAccount, Person, PersonNumber
from assistance.registry.queries.people import people_visible_to
from assistance.registry.queries.records import records


def likely_same(user: User, person: Person) -> QuerySet[Person]:
    """People of the user's scope of the same name, birthday and sex, account or once the same number."""
    group = records(person).values("pk")
    accounts = BankAccount.objects.filter(
        number_digest__in=BankAccount.objects.filter(person__in=group).values("number_digest")
    )
    alike = (
        Q(pinyin_key=person.pinyin_key)
        | Q(born_on=person.born_on, sex=person.sex, township=person.township_id)
        | Q(pk__in=accounts.values("person"))
        | Q(pk__in=_by_number(person))
    )
    people = people_visible_to(user).filter(alike, merged_into__isnull=True)
    return people.exclude(pk__in=group)


def shared_numbers(person: Person) -> QuerySet[Person]:
    """Others who have now the number this human had, or had the one he has now: numbers in doubt."""
    group = records(person).values("pk")
    return (
        Person.objects.select_related("township", "agency", "merged_into")
        .filter(pk__in=_by_number(person))
        .exclude(pk__in=group)
    )


def _by_number(person: Person) -> QuerySet[Person]:
    group = records(person)
    held = PersonNumber.objects.filter(digest__in=group.values("id_digest"))
    once = PersonNumber.objects.filter(person__in=group.values("pk"))
    both = PersonNumber.objects.filter(digest__in=once.values("digest"))
    return Person.objects.filter(
        Q(pk__in=held.values("person"))
        | Q(id_digest__in=once.values("digest"))
        | Q(pk__in=both.values("person"))
    ).values("pk")  # type: ignore[return-value]
