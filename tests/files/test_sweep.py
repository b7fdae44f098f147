from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from assistance.files.models import StoredFile
from assistance.files.operations import Swept, sweep_orphans
from assistance.jobs.models import Sweep
from assistance.jobs.tasks import sweep_orphaned_papers
from tests.factories.files import make_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_storage(settings, tmp_path):
    papers = settings.STORAGES["papers"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"papers": papers}


def test_sweep_orphans_leaves_a_file_of_today():
    stored = make_file()
    assert sweep_orphans(at=timezone.now()) == Swept(0, 0)
    assert StoredFile.objects.filter(pk=stored.pk).exists()


def test_sweep_orphans_removes_row_and_file_after_a_day():
    stored = make_file()
    assert sweep_orphans(at=timezone.now() + timedelta(hours=25)) == Swept(1, 0)
    assert not StoredFile.objects.exists()
    assert not storages["papers"].exists(stored.name)


def test_sweep_orphans_removes_a_file_without_a_row():
    papers = storages["papers"]
    papers.save("ab/stray", ContentFile(b"left by a failed transaction"))
    papers.save("ab/fresh", ContentFile(b"its row is being written"))
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(papers.path("ab/stray"), (yesterday, yesterday))
    assert sweep_orphans(at=timezone.now()) == Swept(1, 0)
    assert papers.listdir("ab")[1] == ["fresh"]


def test_the_task_records_its_sweep():
    sweep_orphaned_papers()
    assert Sweep.objects.get(name="files.sweep_orphans").failed == 0
