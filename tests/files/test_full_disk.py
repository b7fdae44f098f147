"""A disk that is really full: the upload is refused with that sentence, pages go on, nothing half-written stays."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from PIL import Image

from assistance.files.models import StoredFile
from assistance.jobs.queries import health_checks
from tests.factories.cases import Desk
from tests.factories.files import upload

ROOM = 64 * 1024


def noise() -> bytes:
    """A picture that no writing makes smaller than the room."""
    out = io.BytesIO()
    Image.effect_noise((400, 400), 100).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def small_disk(tmp_path, settings) -> Iterator[Path]:
    """Papers on a file system of their own with room for one or two."""
    place = tmp_path / "papers"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "yizhu-full-disk", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system of its own is mounted by root alone; .ci/run is root")
    papers = {**settings.STORAGES["papers"], "OPTIONS": {"location": place}}
    settings.STORAGES = {**settings.STORAGES, "papers": papers}
    settings.PAPERS_ROOT = place
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.django_db
def test_a_full_disk_refuses_the_upload_says_so_and_keeps_no_half_of_it(small_disk, client):
    desk = Desk(start=localdate())
    case = desk.draft()
    client.force_login(desk.cast.clerk)
    files = {path for path in small_disk.rglob("*") if path.is_file()}
    rows = set(StoredFile.objects.values_list("pk", flat=True))
    address = reverse("add_evidence", args=[case.number])
    large = upload(noise())
    page = client.post(address, {"kind": "other", "papers": [large]})
    assert page.status_code == 422
    assert "磁盘" in page.content.decode()
    assert {path for path in small_disk.rglob("*") if path.is_file()} == files
    assert set(StoredFile.objects.values_list("pk", flat=True)) == rows
    assert client.get(reverse("evidence", args=[case.number])).status_code == 200
    assert health_checks()[-1].ok is False
    # A small one still has room: nothing has to be mended.
    assert client.post(address, {"kind": "other", "papers": [upload()]}).status_code == 302
