"""What stands on a PDF."""

from __future__ import annotations

import pypdfium2


def pages(pdf: bytes) -> list[str]:
    """The text of every page, without the line breaks that the layout makes."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        page.get_textpage()
        .get_text_range()
        .replace("\r", "")
        .replace("\n", "")
        .replace("\ufffe", "")
        for page in document
    ]


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


def bare(words: str) -> str:
    """Without blanks: the layout puts some between Chinese and figures."""
    return "".join(words.split())
