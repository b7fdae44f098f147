from __future__ import annotations

import hmac

from django.db.models import Q, QuerySet
from django.utils import timezone

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import CertificateType, Person
from assistance.registry.numbers import TAIL_PLACES, id_digest, phone_digest, tail_digest
from assistance.shared import identity_numbers

# Shorter pieces of pinyin occur inside almost every name.
SHORTEST_PIECE = 4
SHORTEST_PHONE = 6


def people_visible_to(user: User) -> QuerySet[Person]:
    """The people of the user's scope, by sound of name, with township and agency."""
    people = Person.objects.select_related("township", "agency")
    return scope_of(user).filter(people).order_by("pinyin_key", "id")


def search_people(user: User, text: str) -> QuerySet[Person]:
    """People of the user's scope by part of the name, pinyin, pinyin initials or full id number.

    A part of a number finds nobody: numbers are encrypted and found by digest alone. An empty text
    finds everybody.
    """
    people = people_visible_to(user)
    text = text.strip()
    if any(character.isdigit() for character in text):
        digest = _digest_of(text)
        return people.filter(id_digest=digest) if digest else people.none()
    if text.isascii():
        return people.filter(_sounds_like("".join(text.lower().split())))
    return people.filter(name__contains=text)


def known_by(word: str) -> Q:
    """Whom one word of an enquiry may mean: by number, its last four places, phone, name, pinyin or initials.

    It is a condition on people, not a scope. A part of a phone finds nobody: phones are encrypted.
    """
    digits = sum(character.isdigit() for character in word)
    if not digits:
        sound = word.lower().replace("'", "")
        return _sounds_like(sound) if word.isascii() else Q(name__contains=word)
    meant = Q(phone_digest=phone_digest(word)) if digits >= SHORTEST_PHONE else Q(pk__in=())
    if len(word) == TAIL_PLACES:
        meant |= Q(tail_digest=tail_digest(word))
    digest = _digest_of(word)
    return meant | Q(id_digest=digest) if digest else meant


def person_with_number(
    number: str, certificate_type: str = CertificateType.RESIDENT_ID
) -> Person | None:
    """Whoever holds this document, wherever he belongs: for operations, never for a screen."""
    held = Person.objects.filter(
        certificate_type=certificate_type, id_digest=id_digest(number, certificate_type)
    )
    return held.select_related("township", "agency").first()


def number_is(person: Person, text: str) -> bool:
    """Whether `text` is the person's id number: to compare by typing, without showing it."""
    digest = _digest_of(text)
    return digest is not None and hmac.compare_digest(digest, bytes(person.id_digest))


def _digest_of(text: str) -> bytes | None:
    try:
        number = identity_numbers.parse(text, on=timezone.localdate()).number
    except identity_numbers.InvalidIdNumber:
        return None
    return id_digest(number)


def _sounds_like(text: str) -> Q:
    """The key is "zhangsanfeng zsf": the whole from its beginning, or the initials."""
    sounds = Q(pinyin_key__startswith=text) | Q(pinyin_key__contains=f" {text}")
    if len(text) >= SHORTEST_PIECE:
        sounds |= Q(pinyin_key__contains=text)
    return sounds
