"""Papers for tests: small real pictures and PDFs, made on the spot."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from assistance.accounts.models import User
from assistance.files.models import StoredFile
from assistance.files.operations import keep


@cache
def picture(kind: str = "PNG", width: int = 60, height: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "lightyellow").save(out, kind)
    return out.getvalue()


@cache
def pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=300)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def upload(data: bytes | None = None, name: str = "纸.png") -> SimpleUploadedFile:
    """A file as the browser sends it; a small PNG unless told otherwise."""
    return SimpleUploadedFile(name, picture() if data is None else data)


def make_file(actor: User | None = None, **options: Any) -> StoredFile:
    return keep(upload(**options), actor=actor, at=timezone.now())
