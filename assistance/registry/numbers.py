"""Numbers of documents and bank accounts: one written form each, and the digest to find them by."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _
from stdnum import luhn

from assistance.registry.models import CertificateType, Person
from assistance.shared import crypto
from assistance.shared.errors import Refused
from assistance.shared.pinyin import pinyin_key

SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 6, 30
TAIL_PLACES = 4
CHINA = "86"
MOBILE_PLACES = 11
CARD_LENGTHS = range(13, 20)


def id_digest(number: str, certificate_type: str = CertificateType.RESIDENT_ID) -> bytes:
    """By what a document number is found; the same digits of another kind of document differ."""
    return crypto.digest(number, label=f"registry.person.id_number.{certificate_type}")


def tail_digest(number: str) -> bytes:
    """By what the last four places of a document number are found; a number or just its end."""
    tail = unicodedata.normalize("NFKC", number).strip().upper()[-TAIL_PLACES:]
    return crypto.digest(tail, label="registry.person.id_number.tail")


def phone_digest(phone: str) -> bytes:
    """By what a telephone number is found, with or without hyphens and 86 before it; empty for none."""
    places = "".join(sign for sign in unicodedata.normalize("NFKC", phone) if sign.isdigit())
    if places.startswith(CHINA) and len(places) == len(CHINA) + MOBILE_PLACES:
        places = places.removeprefix(CHINA)
    return crypto.digest(places, label="registry.person.phone") if places else b""


def derive_keys(person: Person) -> Person:
    """Put on the person, unsaved, all he is found by: from his name, his number and his phone."""
    person.pinyin_key = pinyin_key(person.name)
    person.id_digest = id_digest(person.id_number, person.certificate_type)
    person.tail_digest = tail_digest(person.id_number)
    person.phone_digest = phone_digest(person.phone)
    return person


def account_digest(number: str) -> bytes:
    """By what a bank account is found; `number` in its written form."""
    return crypto.digest(number, label="registry.bankaccount.number")


def account_number(text: str) -> str:
    """The written form: no blanks, ASCII, capitals. Raises Refused for what no bank gives out."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if not (number.isascii() and number.isalnum()):
        raise Refused(_("An account number consists of digits and letters."))
    if not SHORTEST_ACCOUNT <= len(number) <= LONGEST_ACCOUNT:
        raise Refused(
            _("An account number has %(shortest)d to %(longest)d places; this one has %(places)d.")
            % {
                "shortest": SHORTEST_ACCOUNT,
                "longest": LONGEST_ACCOUNT,
                "places": len(number),
            }
        )
    return number


def is_card(number: str) -> bool:
    """Whether the number looks like a bank card (ISO/IEC 7812): 13 to 19 digits."""
    return number.isdigit() and len(number) in CARD_LENGTHS


def card_is_mistyped(number: str) -> bool:
    """Whether a card number fails its check digit. Passbook accounts of the same length may, too."""
    return is_card(number) and not luhn.is_valid(number)
