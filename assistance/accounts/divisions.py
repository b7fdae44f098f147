"""How division codes are built (GB/T 2260, and three more digits for a township)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assistance.accounts.models import Division

Level = Division.Level
# Level of the division above, and how many digits of its code the lower code repeats.
_ABOVE = {
    Level.CITY: (Level.PROVINCE, 2),
    Level.COUNTY: (Level.CITY, 4),
    Level.TOWNSHIP: (Level.COUNTY, 6),
}
_LENGTHS = {Level.PROVINCE: 6, Level.CITY: 6, Level.COUNTY: 6, Level.TOWNSHIP: 9}
_ENDINGS = {Level.PROVINCE: "0000", Level.CITY: "00"}


def code_problem(code: str, level: str) -> str | None:
    """What is wrong with a division's code at this level, as a sentence."""
    if level not in Level.values:
        return _("“%(level)s” is not a level; there are province, city, county and township.") % {
            "level": level
        }
    length = _LENGTHS[Level(level)]
    if len(code) != length or not (code.isascii() and code.isdigit()):
        return _("the code “%(code)s” must have %(length)d digits at this level.") % {
            "code": code,
            "length": length,
        }
    if not code.endswith(_ENDINGS.get(Level(level), "")):
        return _("the code “%(code)s” does not belong to this level.") % {"code": code}
    return None


def parent_problem(code: str, level: str, parent: tuple[str, str] | None) -> str | None:
    """What is wrong with a division's place under `parent` (its code and level), as a sentence."""
    above = _ABOVE.get(Level(level))
    if above is None:
        return _("a province is part of nothing else.") if parent else None
    level_above, digits = above
    if parent is None:
        return _("the division that “%(code)s” is part of is missing.") % {"code": code}
    parent_code, parent_level = parent
    if parent_level != level_above or parent_code[:digits] != code[:digits]:
        return _("“%(code)s” cannot be part of “%(parent)s”.") % {
            "code": code,
            "parent": parent_code,
        }
    return None
