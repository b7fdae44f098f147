"""Printed papers: a Typst template and plain data in, the bytes of a PDF out.

Data never becomes source: it goes in as JSON and the template prints strings as strings, so a name with `#`
or `*` in it stays that name. The same data give the same bytes: no clock, no machine fonts, no random ids.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from assistance.shared.errors import Refused
from assistance.shared.fonts import font_problem, lacks

# The template finds its data under this name, and in the data what the font could not print.
INPUT, LACKING = "data", "lacking"
SPACES = {"\t": " ", "\r": "", "\u00a0": " ", "\u200b": "", "\ufeff": ""}


class CannotPrint(Refused):
    """The fonts are missing, so that no paper can be made."""


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """Print `data` (texts, numbers, lists and mappings of these) on `template` of templates/paper.

    A character that the font lacks becomes its code, 〔U+23236〕, and the paper says in its foot that it has
    to be written in by hand. Raises CannotPrint.
    """
    problem = font_problem()
    if problem:
        raise CannotPrint(problem)
    lacking: set[str] = set()
    shown = _printable(data, lacking)
    shown[LACKING] = sorted(lacking)
    root = settings.BASE_DIR / "templates" / "paper"
    made = typst.compile(
        str(root / f"{template}.typ"),
        root=str(root),
        font_paths=_fonts(Path(settings.FONTS_ROOT)),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={INPUT: json.dumps(shown, ensure_ascii=False, sort_keys=True)},
        timestamp=0,
    )
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )


def _printable(value: Any, lacking: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(_character(sign, lacking) for sign in value)
    if isinstance(value, Mapping):
        return {str(name): _printable(part, lacking) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(part, lacking) for part in value]
    return value


def _character(sign: str, lacking: set[str]) -> str:
    if sign in SPACES:
        return SPACES[sign]
    if sign == "\n" or not lacks(sign):
        return sign
    if unicodedata.name(sign, "").startswith("VARIATION SELECTOR"):
        return ""
    lacking.add(f"U+{ord(sign):04X}")
    return f"〔U+{ord(sign):04X}〕"
