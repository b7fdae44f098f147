"""Which characters the printing font has: read from the font file itself, as a box on paper is a wrong name."""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

FAMILY = "Noto Serif SC"
FILES = ("NotoSerifSC_400Regular.ttf", "NotoSerifSC_700Bold.ttf")
# Platform and encoding of a table of all Unicode characters, and the format that lists them in groups.
WHOLE_UNICODE = frozenset({(0, 4), (0, 6), (3, 10)})
GROUPS = 12


def font_problem() -> str | None:
    """Why nothing can be printed as PDF, as a sentence; None when every font file is there."""
    lacking = [name for name in FILES if not (_folder() / name).is_file()]
    if not lacking:
        return None
    sentence = _(
        "The fonts for printed papers are missing (%(files)s in %(folder)s): run the set-up again."
    )
    return sentence % {"files": ", ".join(lacking), "folder": _folder().name}


def lacks(character: str) -> bool:
    """Whether one of the weights has no picture for this character."""
    return ord(character) not in _characters(_folder())


def _folder() -> Path:
    return Path(settings.FONTS_ROOT)


@lru_cache(maxsize=2)
def _characters(folder: Path) -> frozenset[int]:
    regular, bold = (_covered((folder / name).read_bytes()) for name in FILES)
    return regular & bold


def _covered(font: bytes) -> frozenset[int]:
    """The code points of an OpenType font's `cmap` (format 12), without those that lead to no glyph."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if (platform, encoding) in WHOLE_UNICODE:
            return _grouped(font, start + offset)
    raise ValueError("The font has no table of all Unicode characters.")


def _grouped(font: bytes, start: int) -> frozenset[int]:
    kind, _reserved, _length, _language, groups = struct.unpack_from(">HHLLL", font, start)
    if kind != GROUPS:
        raise ValueError("The font's table of characters is of an unknown format.")
    found: set[int] = set()
    for n in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", font, start + 16 + 12 * n)
        found.update(range(first + (glyph == 0), last + 1))
    return frozenset(found)


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for n in range(count):
        tag, _checksum, offset, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * n)
        if tag == name:
            return int(offset)
    raise ValueError("The font has no table of characters.")
