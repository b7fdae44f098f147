"""Documents that say who somebody is: how each kind of number is written, and what it tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from assistance.registry.models import CertificateType
from assistance.registry.numbers import id_digest
from assistance.shared import identity_numbers
from assistance.shared.errors import Refused

# Issued on the system of GB 11643, so that the number tells day of birth and sex.
CITIZEN_LIKE = frozenset({CertificateType.RESIDENT_ID, CertificateType.RESIDENCE_PERMIT})
# Loose on purpose: issuers change their formats, and a clerk has the document before him.
SHAPES = {
    CertificateType.HONG_KONG_MACAU: re.compile(r"[HM]\d{8}(\d{2})?"),
    CertificateType.TAIWAN: re.compile(r"\d{8}(\d{2})?[A-Z]?"),
    CertificateType.PERMANENT_RESIDENCE: re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]"),
    CertificateType.FOREIGN_PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    CertificateType.PASSPORT: re.compile(r"[A-Z]{1,2}\d{7,8}"),
    CertificateType.PROVISIONAL: re.compile(r"LS\d{9,}"),
}
OLDEST_YEAR = 1900
# What may be typed for somebody; a provisional number is given out.
TYPED_TYPES = tuple(kind for kind in CertificateType if kind != CertificateType.PROVISIONAL)


@dataclass(frozen=True, slots=True)
class Document:
    """A document number in its written form, with the day of birth and sex of whoever holds it."""

    certificate_type: CertificateType
    number: str
    born_on: date
    sex: str

    @property
    def digest(self) -> bytes:
        return id_digest(self.number, self.certificate_type)


def read_document(
    text: str,
    certificate_type: str = CertificateType.RESIDENT_ID,
    *,
    born_on: date | None = None,
    sex: str = "",
    on: date,
) -> Document:
    """Read a typed number of a kind of document.

    A citizen's number tells day of birth and sex, for others both are typed. Raises InvalidIdNumber, or
    Refused for a number its kind never has, and where birth or sex is missing or impossible.
    """
    kind = CertificateType(certificate_type)
    if kind in CITIZEN_LIKE:
        parsed = identity_numbers.parse(text, on=on)
        return Document(kind, parsed.number, parsed.born_on, parsed.sex)
    number = number_of(text, kind, on=on)
    if born_on is None or sex not in {"1", "2"}:
        raise Refused(_("This document does not tell date of birth and sex: enter both."))
    if born_on.year < OLDEST_YEAR or born_on > on:
        raise Refused(_("The date of birth is impossible."))
    return Document(kind, number, born_on, sex)


def number_of(text: str, certificate_type: str, *, on: date) -> str:
    """The written form of a number of this kind of document. Raises Refused (InvalidIdNumber of citizens)."""
    kind = CertificateType(certificate_type)
    if kind in CITIZEN_LIKE:
        return identity_numbers.parse(text, on=on).number
    number = written_number(text)
    if not SHAPES[kind].fullmatch(number):
        raise Refused(
            _("A number of the kind “%(kind)s” is written differently.") % {"kind": kind.label}
        )
    return number


def written_number(text: str) -> str:
    """ASCII capitals and digits, without blanks, hyphens and brackets."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in text if sign.isascii() and sign.isalnum())


def possible_digests(text: str, *, on: date) -> list[bytes]:
    """Under what a typed number may be on record, whatever document it is of."""
    number = written_number(text)
    digests = [id_digest(number, kind) for kind, shape in SHAPES.items() if shape.fullmatch(number)]
    try:
        citizen = identity_numbers.parse(text, on=on).number
    except identity_numbers.InvalidIdNumber:
        return digests
    return digests + [id_digest(citizen, kind) for kind in sorted(CITIZEN_LIKE)]
