"""Whom somebody on the telephone may mean, and what was said to callers before."""

from __future__ import annotations

import re

from django.db.models import Prefetch, Q, QuerySet

from assistance.accounts.models import User
from assistance.cases.models import Application, CallNote
from assistance.cases.queries.lists import applications_visible_to
from assistance.registry.models import Person
from assistance.registry.numbers import phone_digest
from assistance.registry.queries import known_by, people_visible_to

MOST_WORDS = 5
SHORTEST_PHONE = 6
TAIL = 4  # the random characters that end a case number
RUNNING = re.compile(r"\d{5}")  # the running number in it
PART = re.compile(r"[0-9A-Za-z]+(-[0-9A-Za-z]+)+")


def reachable_people(user: User) -> QuerySet[Person]:
    """The people of the user's scope, and those who left it while a case of theirs stayed there."""
    own = people_visible_to(user).order_by().values("pk")
    theirs = applications_visible_to(user).order_by().values("person")
    people = Person.objects.filter(Q(pk__in=own) | Q(pk__in=theirs))
    return people.select_related("township", "agency").order_by("pinyin_key", "id")


def find_people(user: User, text: str) -> QuerySet[Person]:
    """People of whom every word is true: name, pinyin, number or its end, phone, or a case number.

    A case is also found by its applicant, who often is the one that calls. Without words: nobody.
    """
    words = text.split()[:MOST_WORDS]
    people = reachable_people(user)
    if not words:
        return people.none()
    for word in words:
        cases = applications_visible_to(user).order_by().filter(_of_case(word))
        people = people.filter(known_by(word) | Q(pk__in=cases.values("person")))
    return people


def with_cases(people: QuerySet[Person], user: User) -> QuerySet[Person]:
    """The people with the cases of theirs that the user sees, newest first, as `seen_cases`."""
    cases = applications_visible_to(user).select_related("township").order_by("-id")
    return people.prefetch_related(Prefetch("applications", cases, to_attr="seen_cases"))


def calls_about(user: User, person: Person) -> QuerySet[CallNote]:
    """What callers were told about the person, newest first: in general, and about cases the user sees."""
    seen = applications_visible_to(user).order_by().values("pk")
    notes = person.call_notes.filter(Q(application=None) | Q(application__in=seen))
    return notes.select_related("by", "application").order_by("-id")


def calls_of_case(application: Application) -> QuerySet[CallNote]:
    return application.call_notes.select_related("by", "application").order_by("-id")


def _of_case(word: str) -> Q:
    if not word.isascii():
        return Q(applicant_name__contains=word)
    meant = Q(pk__in=())
    if PART.fullmatch(word):
        meant |= Q(number__istartswith=word) | Q(number__iendswith=f"-{word}")
    if RUNNING.fullmatch(word):
        meant |= Q(number__contains=f"-{word}-")
    if len(word) == TAIL:
        meant |= Q(number__iendswith=f"-{word}")
    if sum(sign.isdigit() for sign in word) >= SHORTEST_PHONE:
        meant |= Q(applicant_phone_digest=phone_digest(word))
    return meant
