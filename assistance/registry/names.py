"""Names and telephone numbers of people in the one form they are kept and compared in."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

LONGEST_NAME = 60
PHONE = re.compile(r"\+?[0-9][0-9-]{4,18}[0-9]")


def written_name(text: str) -> str:
    """Without blanks around or inside a Chinese name; blanks inside a Latin name become one.

    Raises Refused for an empty name, one that is too long, and one with a digit.
    """
    parts = unicodedata.normalize("NFC", text).split()
    name = (" " if all(part.isascii() for part in parts) else "").join(parts)
    if not name:
        raise Refused(_("Give the name."))
    if len(name) > LONGEST_NAME:
        raise Refused(_("The name has more than %(limit)d characters.") % {"limit": LONGEST_NAME})
    if any(character.isdigit() for character in name):
        raise Refused(_("A name holds no digits."))
    return name


def written_phone(text: str) -> str:
    """ASCII digits and hyphens without blanks; empty stays empty. Raises Refused otherwise."""
    phone = "".join(unicodedata.normalize("NFKC", text).split())
    if phone and not PHONE.fullmatch(phone):
        raise Refused(_("A telephone number consists of 6 to 20 digits and hyphens."))
    return phone
