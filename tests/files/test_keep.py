from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.test import RequestFactory
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from assistance.accounts.models import Alarm
from assistance.files.checks import Unfit
from assistance.files.models import MediaType, StoredFile
from assistance.files.operations import keep, keep_table
from assistance.files.queries import Unreadable, content, preview
from assistance.files.storage import CHUNK_BYTES, Damaged
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.cases import RECEIVED, noon
from tests.factories.files import make_file, pdf, picture, upload, written

pytestmark = pytest.mark.django_db
NOW = noon(RECEIVED)


def _on_disk(stored: StoredFile) -> bytes:
    with open(storages["papers"].path(stored.name), "rb") as sealed:
        return sealed.read()


def _overwrite(stored: StoredFile, data: bytes) -> None:
    with open(storages["papers"].path(stored.name), "wb") as sealed:
        sealed.write(data)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (pdf(3), "身份证.pdf", MediaType.PDF),
        (picture("JPEG"), "IMG_1.JPEG", MediaType.JPEG),
        (picture("PNG"), "1.png", MediaType.PNG),
    ],
)
def test_keep_a_paper(data, name, media_type):
    stored = keep(upload(data, name), actor=None, at=NOW)
    kept = content(stored)
    assert stored.media_type == media_type
    assert (stored.size, stored.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert stored.pages == (3 if media_type == MediaType.PDF else 1)
    assert StoredFile.objects.get(pk=stored.pk).original_name == name


def test_one_person_uploads_so_much_a_day_and_the_last_file_rings(settings):
    cast, stored = Cast(), make_file(actor=Cast().clerk)
    settings.PAPERS_A_DAY = 3
    keep(upload(), actor=cast.clerk, at=stored.kept_at)
    assert not Alarm.objects.exists()
    keep_table(b"a", name="a.csv", actor=cast.clerk, at=stored.kept_at)
    assert [(row.kind, row.user) for row in Alarm.objects.all()] == [("uploads", cast.clerk)]
    with pytest.raises(Refused):
        keep(upload(), actor=cast.clerk, at=stored.kept_at)
    keep(upload(), actor=cast.leader, at=stored.kept_at)
    keep(upload(), actor=cast.clerk, at=stored.kept_at + timedelta(days=1))
    settings.PAPERS_A_DAY, settings.PAPER_BYTES_A_DAY = 100, stored.size + 1
    with pytest.raises(Refused):
        keep(upload(), actor=cast.leader, at=stored.kept_at)
    assert Alarm.objects.count() == 1


def test_keep_leaves_nothing_readable_on_the_disk():
    stored = make_file(data=pdf(), name="张三丰的身份证.pdf")
    sealed = _on_disk(stored)
    assert b"%PDF" not in sealed
    assert "张三丰" not in stored.name
    assert stored.key_version == 1 == sealed[4]


def test_keep_a_paper_of_several_chunks(monkeypatch):
    noise = Image.effect_noise((900, 900), 90)
    out = io.BytesIO()
    noise.save(out, "PNG")
    stored = make_file(data=out.getvalue())
    assert stored.size > 2 * CHUNK_BYTES
    assert Image.open(io.BytesIO(content(stored))).size == (900, 900)


@pytest.mark.parametrize("spoil", ["bit", "cut", "swapped", "other"])
def test_content_refuses_what_was_altered_on_the_disk(spoil):
    noise = io.BytesIO()
    Image.effect_noise((900, 900), 90).save(noise, "PNG")
    stored = make_file(data=noise.getvalue())
    sealed = _on_disk(stored)
    first = 4 + int.from_bytes(sealed[:4], "big")
    second = first + 4 + int.from_bytes(sealed[first : first + 4], "big")
    changed = {
        "bit": sealed[:-1] + bytes([sealed[-1] ^ 1]),
        "cut": sealed[:second],
        "swapped": sealed[first:second] + sealed[:first] + sealed[second:],
        "other": _on_disk(make_file()),
    }
    _overwrite(stored, changed[spoil])
    with pytest.raises(Damaged):
        storages["papers"].open(stored.name)
    with pytest.raises(Unreadable):
        content(stored)


def test_content_of_a_lost_file_says_so():
    stored = make_file()
    storages["papers"].delete(stored.name)
    with pytest.raises(Unreadable):
        content(stored)


def test_keep_strips_what_the_camera_noted():
    exif = Image.Exif()
    exif[0x010E] = "张三丰家"
    exif[0x0112] = 6  # lying on its side
    out = io.BytesIO()
    Image.new("RGB", (90, 60)).save(out, "JPEG", exif=exif, comment=b"secret")
    kept = content(make_file(data=out.getvalue() + b"<script>appended</script>", name="a.jpg"))
    again = Image.open(io.BytesIO(kept))
    assert not again.getexif()
    assert again.size == (60, 90)
    assert b"secret" not in kept
    assert b"script" not in kept


def _with_javascript() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_open_action(JavaScript("app.alert(1)"))
    return written(writer)


def _with_attachment() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.exe", b"MZ")
    return written(writer)


def _with_launch() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    action = {
        NameObject("/S"): NameObject("/Launch"),
        NameObject("/F"): TextStringObject("cmd.exe"),
    }
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    return written(writer)


def _locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret", algorithm="AES-256")
    return written(writer)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.pdf", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "no PDF, JPG, PNG"),
        (b"<html>%PDF-1.7", "a.pdf", "no PDF, JPG, PNG"),
        (b"GIF89a" + picture(), "a.gif", "no PDF, JPG, PNG"),
        (picture("JPEG"), "a.pdf", "ends in “.pdf”"),
        (pdf(), "a.png", "ends in “.png”"),
        (pdf()[: len(pdf()) // 2], "a.pdf", "attached|broken"),
        (b"%PDF-1.7\nnothing here\n%%EOF", "a.pdf", "broken"),
        (pdf() + b"<script>alert(1)</script>", "a.pdf", "attached to the end"),
        (_with_javascript(), "a.pdf", "program or other files"),
        (_with_attachment(), "a.pdf", "program or other files"),
        (_with_launch(), "a.pdf", "program or other files"),
        (_locked(), "a.pdf", "password"),
        (picture()[:50], "a.png", "broken"),
        (picture("JPEG")[:200], "a.jpg", "broken"),
    ],
)
def test_keep_refuses_what_is_no_scan(data, name, words):
    with pytest.raises(Unfit, match=words):
        keep(upload(data, name), actor=None, at=NOW)
    assert not StoredFile.objects.exists()


def test_keep_refuses_a_picture_bomb(settings):
    settings.PAPER_PIXELS = 5000
    with pytest.raises(Unfit, match="million pixels"):
        make_file(data=picture(width=100, height=51))


def test_keep_refuses_a_picture_pillow_calls_a_bomb():
    out = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(out, "PNG")
    with pytest.raises(Unfit, match="million pixels"):
        make_file(data=out.getvalue())


def test_keep_refuses_too_many_bytes_and_pages(settings):
    settings.PAPER_PAGES = 2
    with pytest.raises(Unfit, match="3 pages"):
        make_file(data=pdf(3), name="a.pdf")
    settings.PAPER_BYTES = 100
    with pytest.raises(Unfit, match="at most"):
        make_file(data=pdf(), name="a.pdf")


def test_keep_of_pdf_only_refuses_a_picture():
    with pytest.raises(Unfit, match="no PDF file"):
        keep(upload(), kinds=frozenset({MediaType.PDF}), actor=None, at=NOW)


def test_preview_is_a_small_jpeg_of_the_page():
    for stored in (make_file(data=pdf(2), name="a.pdf"), make_file()):
        shown = Image.open(io.BytesIO(preview(stored, width=50)))
        assert (shown.format, max(shown.size)) == ("JPEG", 50)


def test_preview_of_a_page_that_is_not_there():
    with pytest.raises(Unreadable):
        preview(make_file(data=pdf(), name="a.pdf"), 2)


def test_transparency_becomes_white_paper():
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(content(make_file(data=out.getvalue()))))
    assert kept.getpixel((5, 5)) == (255, 255, 255)


def test_a_big_upload_stays_in_memory():
    big = pdf() + b"\n" * 4_000_000
    request = RequestFactory().post("/", {"paper": upload(big, "a.pdf")})
    received = request.FILES["paper"]
    assert received.size == len(big)
    assert not hasattr(received, "temporary_file_path")


def test_an_upload_beyond_all_bounds_is_answered_with_400(client, settings):
    settings.UPLOAD_BYTES = 100
    response = client.post("/login/", {"paper": upload(pdf(), "a.pdf")})
    assert response.status_code == 400
