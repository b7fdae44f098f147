from __future__ import annotations

import hmac

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.documents import possible_digests
from assistance.registry.models import CertificateType, Person, PersonName, PersonNumber
from assistance.registry.numbers import TAIL_PLACES, id_digest, phone_digest, tail_digest
from assistance.registry.queries.records import canonical, records, root_id

# Shorter pieces of pinyin occur inside almost every name.
SHORTEST_PIECE = 4
SHORTEST_PHONE = 6


def people_visible_to(user: User) -> QuerySet[Person]:
    """The people of the user's scope, by sound of name, with township and agency."""
    people = Person.objects.select_related("township", "agency", "merged_into")
    return scope_of(user).filter(people).order_by("pinyin_key", "id")


def each_once(user: User, people: QuerySet[Person]) -> QuerySet[Person]:
    """Without records that were merged into one the user may see as well."""
    merged = Person.objects.filter(merged_into__isnull=False)
    where = {"agency": "merged_into__agency", "township": "merged_into__township"}
    return people.exclude(pk__in=scope_of(user).filter(merged, **where).values("pk"))


def search_people(user: User, text: str) -> QuerySet[Person]:
    """People of the user's scope by part of the name, pinyin, initials or full document number.

    Names and numbers somebody had before find him, too, and those of records merged into his. A part
    of a number finds nobody: numbers are encrypted and found by digest alone. An empty text finds
    everybody.
    """
    people = each_once(user, people_visible_to(user))
    text = text.strip()
    if not text:
        return people
    found = _matches(text)
    through_merged = Person.objects.filter(found, merged_into__isnull=False)
    return people.filter(found | Q(pk__in=through_merged.values("merged_into")))


def former_names_of(person: Person) -> list[str]:
    """The names of all records of this human that are not his present one, newest first."""
    group = records(person)
    once = PersonName.objects.filter(person__in=group.values("pk")).order_by("-id")
    others = group.exclude(pk=root_id(person)).order_by("pk")
    names = [*once.values_list("name", flat=True), *others.values_list("name", flat=True)]
    return [name for name in dict.fromkeys(names) if name != canonical(person).name]


def how_found(person: Person, text: str) -> str:
    """A sentence when `text` is not the person's present name or number but one of before."""
    text = text.strip()
    if any(character.isdigit() for character in text):
        return (
            "" if number_is(person, text) else _("Found by a number on record for an earlier time.")
        )
    if text.isascii():
        key = "".join(text.lower().split())
        known = key in person.pinyin_key
    else:
        known = text in person.name
    return "" if known else _("Found by a name on record for an earlier time.")


def known_by(word: str) -> Q:
    """Whom one word of an enquiry may mean: by number, its last four places, phone, name, pinyin or initials.

    It is a condition on people, not a scope. A part of a phone finds nobody: phones are encrypted.
    """
    digits = sum(character.isdigit() for character in word)
    if not digits:
        return _named(word.replace("'", ""))
    meant = Q(phone_digest=phone_digest(word)) if digits >= SHORTEST_PHONE else Q(pk__in=())
    if len(word) == TAIL_PLACES:
        meant |= Q(tail_digest=tail_digest(word))
    return meant | _numbered(word)


def person_with_number(
    number: str, certificate_type: str = CertificateType.RESIDENT_ID
) -> Person | None:
    """Whoever holds this document, wherever he belongs: for operations, never for a screen."""
    held = Person.objects.filter(
        certificate_type=certificate_type, id_digest=id_digest(number, certificate_type)
    )
    return held.select_related("township", "agency", "merged_into").first()


def once_with_number(
    number: str, certificate_type: str = CertificateType.RESIDENT_ID
) -> Person | None:
    """Whoever held this document once and no more: for operations, never for a screen."""
    digest = id_digest(number, certificate_type)
    once = PersonNumber.objects.filter(digest=digest).order_by("-id")
    row = once.select_related("person__township", "person__agency").first()
    return row.person if row is not None else None


def number_is(person: Person, text: str) -> bool:
    """Whether `text` is the person's document number: to compare by typing, without showing it."""
    held = bytes(person.id_digest)
    return any(hmac.compare_digest(digest, held) for digest in _digests_of(text))


def _matches(text: str) -> Q:
    return _numbered(text) if any(sign.isdigit() for sign in text) else _named(text)


def _numbered(text: str) -> Q:
    digests = _digests_of(text)
    before = PersonNumber.objects.filter(digest__in=digests)
    return Q(id_digest__in=digests) | Q(pk__in=before.values("person"))


def _named(text: str) -> Q:
    if text.isascii():
        sounds = _sounds_like("".join(text.lower().split()))
        before_sounding = PersonName.objects.filter(sounds)
        return sounds | Q(pk__in=before_sounding.values("person"))
    before_named = PersonName.objects.filter(name__contains=text)
    return Q(name__contains=text) | Q(pk__in=before_named.values("person"))


def _digests_of(text: str) -> list[bytes]:
    return possible_digests(text, on=timezone.localdate())


def _sounds_like(text: str) -> Q:
    """The key is "zhangsanfeng zsf": the whole from its beginning, or the initials."""
    sounds = Q(pinyin_key__startswith=text) | Q(pinyin_key__contains=f" {text}")
    if len(text) >= SHORTEST_PIECE:
        sounds |= Q(pinyin_key__contains=text)
    return sounds
