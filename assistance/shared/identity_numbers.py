"""Citizen identity numbers (GB 11643-1999): reading, checking, and numbers for the demo county.

The area code is where the number was first issued, for life: it says nothing about where somebody is
registered today, so nothing is derived from it, and an unknown one is only worth a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from stdnum import numdb
from stdnum.cn import ric

from assistance.shared.errors import Refused

# Never issued: no region's code begins with 999.
DEMO_AREA = "999127"
OLDEST_YEAR = 1900
_FULL_WIDTH = str.maketrans("０１２３４５６７８９ｘＸx", "0123456789XXX")
_DIGITS = frozenset("0123456789")


class InvalidIdNumber(Refused):
    """The text is not an identity number; the sentence names what is wrong with it."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """`number` has 18 places; `sex` is "1" male or "2" female, as the national interface has it."""

    number: str
    born_on: date
    sex: str
    area: str
    area_known: bool


def parse(text: str, *, on: date) -> IdNumber:
    """Read an identity number of 18 or (old) 15 digits.

    Surrounding blanks are ignored, full-width characters and a small x accepted; a number of 15
    digits is converted. Raises InvalidIdNumber for a wrong length, a character that is no digit,
    an impossible date of birth or one after `on`, and a wrong check digit.
    """
    number = text.strip().translate(_FULL_WIDTH)
    _check_shape(number)
    if len(number) == 15:
        number = _converted(number)
    born_on = _birth_date(number, on)
    if number[-1] != ric.calc_check_digit(number):
        raise InvalidIdNumber(
            _("The check digit of the id number is wrong: one or more digits are mistyped.")
        )
    return IdNumber(
        number=number,
        born_on=born_on,
        sex="1" if int(number[16]) % 2 else "2",
        area=number[:6],
        area_known=_is_known(number[:6]),
    )


def demo_number(*, born_on: date, sex: str, serial: int) -> str:
    """A number no real person can hold: a never-issued area code and the right check digit.

    `sex` is "1" or "2"; `serial` runs from 0 to 499 for each birthday and sex. Raises ValueError.
    """
    if sex not in {"1", "2"} or not 0 <= serial <= 499:
        raise ValueError("sex must be '1' or '2' and serial between 0 and 499")
    sequence = serial * 2 + (1 if sex == "1" else 0)
    return _with_check_digit(f"{DEMO_AREA}{born_on:%Y%m%d}{sequence:03d}")


def is_demo_area(number: str) -> bool:
    """Whether the number can only be one of the demo county's."""
    return number.startswith(DEMO_AREA)


def _check_shape(number: str) -> None:
    if len(number) not in {15, 18}:
        raise InvalidIdNumber(
            _("An id number has 18 places (old ones 15); this one has %(places)d.")
            % {"places": len(number)}
        )
    body = number if len(number) == 15 else number[:-1]
    if not _DIGITS.issuperset(body):
        raise InvalidIdNumber(
            _("An id number consists of digits; only the last of 18 places may be an X.")
        )
    if number[-1] not in _DIGITS and number[-1] != "X":
        raise InvalidIdNumber(_("The last place of an id number is a digit or an X."))


def _converted(number: str) -> str:
    """Old numbers were given to people born in the 1900s: put the century in, add the check digit."""
    return _with_check_digit(f"{number[:6]}19{number[6:]}")


def _with_check_digit(body: str) -> str:
    return body + ric.calc_check_digit(body + "0")


def _birth_date(number: str, on: date) -> date:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise InvalidIdNumber(
            _("The id number contains a date of birth that does not exist.")
        ) from None
    if born_on.year < OLDEST_YEAR:
        raise InvalidIdNumber(
            _("The id number contains a date of birth before %(year)d.") % {"year": OLDEST_YEAR}
        )
    if born_on > on:
        raise InvalidIdNumber(_("The id number contains a date of birth in the future."))
    return born_on


def _is_known(area: str) -> bool:
    """Whether the county code was ever issued, abolished ones included."""
    return any("county" in found for _part, found in numdb.get("cn/loc").info(area))
