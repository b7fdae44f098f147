"""Specimens of papers: a page that says what it stands for, one for each kind."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.timezone import localdate
from PIL import Image, ImageDraw, ImageFont

from assistance.accounts.models import User
from assistance.cases.models import Application, Evidence, EvidenceKind, FactSheet, Original
from assistance.cases.operations import add_evidence
from assistance.cases.queries import missing_papers
from assistance.files.models import StoredFile
from assistance.files.operations import keep

FONT = "NotoSerifSC_400Regular.ttf"
SIZE = (620, 877)


def hand_in(
    case: Application,
    *,
    actor: User,
    at: datetime,
) -> None:
    """Bring every paper the declared facts still ask for, as specimens; invoices are kept in the file."""
    sheet = case.fact_sheets.get(kind=FactSheet.Kind.DECLARED)
    for need in missing_papers(case, sheet, on=localdate(at)):
        original = Original.KEPT if need.kind is EvidenceKind.INVOICE else Original.NOT_SEEN
        add_evidence(
            case,
            kind=need.kind,
            papers=[specimen(need.kind, actor=actor, at=at)],
            original=original,
            actor=actor,
            at=at,
        )


def specimen(kind: EvidenceKind, *, actor: User, at: datetime) -> StoredFile:
    """The one stored file that stands for this kind of paper throughout the demo."""
    used = Evidence.objects.filter(kind=kind).select_related("file").order_by("id").first()
    if used is not None:
        return used.file
    drawn = ContentFile(page(str(kind.label)), name=f"{kind.label}.png")
    return keep(drawn, actor=actor, at=at)


def page(title: str) -> bytes:
    """A specimen as PNG, with its title and that it is none of a real case."""
    picture = Image.new("L", SIZE, 250)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, SIZE[0] - 30, SIZE[1] - 30), outline=120, width=2)
    for line in range(14):
        draw.line((70, 260 + 38 * line, SIZE[0] - 70, 260 + 38 * line), fill=215)
    font = Path(settings.FONTS_ROOT) / FONT
    if font.is_file():
        for text, size, height in ((title, 34, 120), ("演示样张，非真实材料", 24, 190)):
            letters = ImageFont.truetype(str(font), size)
            draw.text((SIZE[0] / 2, height), text, font=letters, fill=30, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
