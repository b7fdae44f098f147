"""A scanned picture as a page of A4."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

DPI = 150
# A4 in pixels, and the margin in which the page number stands.
PAGE = (1240, 1754)
MARGIN = 90


def as_pdf(scan: bytes, *, picture: bool) -> bytes:
    """A PDF stays one; a picture is set upright on a page, smaller where it must be and never larger."""
    if not picture:
        return scan
    with Image.open(BytesIO(scan)) as opened:
        shown = opened.convert("RGB")
    size = PAGE if shown.height >= shown.width else PAGE[::-1]
    shown.thumbnail((size[0] - 2 * MARGIN, size[1] - 2 * MARGIN))
    page = Image.new("RGB", size, "white")
    page.paste(shown, ((size[0] - shown.width) // 2, (size[1] - shown.height) // 2))
    out = BytesIO()
    page.save(out, format="PDF", resolution=DPI, creationDate=None, modDate=None)
    return out.getvalue()
