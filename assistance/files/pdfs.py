"""PDF papers: looked through for what a scan does not have, and shown as pictures."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pypdfium2
from django.conf import settings
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from assistance.files.pictures import as_jpeg

# What acts by itself or carries other files; a scan has none of it.
ACTIVE_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/RichMedia", "/XFA", "/AA"}
)
ACTIVE_KINDS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/EmbeddedFile",
        "/RichMedia",
        "/Movie",
    }
)
MOST_OBJECTS = 50_000
END_MARK = b"%%EOF"
# pdfium keeps state of its own and is not safe in two threads.
_one_at_a_time = threading.Lock()
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it reports every harmless oddity of a scanner


class BadPdf(Exception):
    """The PDF cannot be kept; the message is the sentence for the person."""


def check(data: bytes) -> int:
    """The number of pages of a plain PDF; raises `BadPdf` for one that is locked, broken or active."""
    if data.rpartition(END_MARK)[2].strip(b"\r\n\t \0"):
        raise BadPdf(_("Something else is attached to the end of this PDF. Scan the paper again."))
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise BadPdf(_("The PDF is protected by a password. Save it without one."))
        pages = len(reader.pages)
        active = _is_active(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken() from error
    if active:
        raise BadPdf(
            _("The PDF contains a program or other files. Print the paper to a PDF without them.")
        )
    if pages > settings.PAPER_PAGES:
        raise BadPdf(
            _("The PDF has %(pages)s pages; at most %(limit)s are allowed.")
            % {"pages": pages, "limit": settings.PAPER_PAGES}
        )
    as_picture(data, page=1, width=100)
    return pages


def as_picture(data: bytes, *, page: int, width: int) -> bytes:
    """A page as a JPEG of at most `width` pixels on either side; `BadPdf` where it cannot be shown."""
    try:
        with _one_at_a_time:
            document = pypdfium2.PdfDocument(data)
            try:
                sheet = document[page - 1]
                scale = width / max(*sheet.get_size(), 1)
                picture = sheet.render(scale=scale).to_pil().convert("RGB")
            finally:
                document.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise _broken() from error
    return as_jpeg(picture, width=width)


def _is_active(reader: PdfReader) -> bool:
    """Whether any object reachable from the trailer acts or carries a file."""
    return any(_acts(found) for found in _dictionaries(reader))


def _acts(found: DictionaryObject) -> bool:
    kinds = {str(found.get(key)) for key in ("/S", "/Type", "/Subtype") if key in found}
    return not ACTIVE_KEYS.isdisjoint(found) or not ACTIVE_KINDS.isdisjoint(kinds)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            place = (found.idnum, found.generation)
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > MOST_OBJECTS:
                raise ValueError("too many objects")
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
            waiting.extend(found.raw_get(key) for key in found)
        elif isinstance(found, ArrayObject):
            waiting.extend(list.__iter__(found))


def _broken() -> BadPdf:
    return BadPdf(_("The PDF is broken and cannot be shown. Scan the paper again."))
