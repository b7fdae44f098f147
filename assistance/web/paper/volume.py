"""The case file as one PDF: a list of contents, and page numbers stamped through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.utils import translation
from pypdf import PageObject, PdfReader, PdfWriter

from assistance.accounts.models import User
from assistance.cases.models import Application
from assistance.shared.typeset import typeset
from assistance.web.paper import case_data
from assistance.web.paper.papers import PAPER_LANGUAGE
from assistance.web.paper.parts import PARTS, Part
from assistance.web.paper.words import short_day


def case_volume(application: Application, user: User, on: date) -> bytes:
    """卷内目录 and everything it lists; page 1 is the first page after the list."""
    with translation.override(PAPER_LANGUAGE):
        parts = [part for found in PARTS for part in found(application, user, on)]
        readers = [PdfReader(BytesIO(part.content)) for part in parts]
        data = _contents(application, parts, [len(reader.pages) for reader in readers])
        listed = PdfReader(BytesIO(typeset("contents", data)))
        pages = [_upright(page) for reader in readers for page in reader.pages]
        stamps = _stamps(pages)
    writer = PdfWriter()
    for page in listed.pages:
        writer.add_page(page)
    for page, stamp in zip(pages, stamps, strict=True):
        writer.add_page(page).merge_page(stamp)
    return written(writer)


def merged(papers: Sequence[bytes]) -> bytes:
    """Several papers one after the other, each with its own page numbers."""
    writer = PdfWriter()
    for paper in papers:
        for page in PdfReader(BytesIO(paper)).pages:
            writer.add_page(page)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.compress_identical_objects()
    writer.write(out)
    return out.getvalue()


def _upright(page: PageObject) -> PageObject:
    """A page turned by a flag is turned in fact, so that its stamp stands upright."""
    if page.rotation:
        page.transfer_rotation_to_content()
    return page


def _stamps(pages: Sequence[PageObject]) -> Sequence[PageObject]:
    sizes = [
        {"width": float(page.mediabox.width), "height": float(page.mediabox.height)}
        for page in pages
    ]
    return PdfReader(BytesIO(typeset("stamps", {"title": "页码", "pages": sizes}))).pages


def _contents(
    application: Application, parts: Sequence[Part], lengths: Sequence[int]
) -> dict[str, Any]:
    rows, first = [], 1
    for n, (part, length) in enumerate(zip(parts, lengths, strict=True), start=1):
        last = first + length - 1
        where = str(first) if length == 1 else f"{first}-{last}"
        rows.append(
            [str(n), part.number, part.author, part.title, short_day(part.on), where, part.note]
        )
        first = last + 1
    return {
        "title": "卷内目录",
        **case_data.head(application),
        "patient": application.person.name,
        "state": str(application.get_state_display()),
        "rows": rows,
        "count": first - 1,
        "foot": f"{application.number}　目录",
    }
