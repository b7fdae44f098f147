"""Numbers in full are in no file of a list; that no page holds one is asked with every path."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.permissions.sample import Sample
from tests.permissions.test_paths import sample as sample
from tests.permissions.witness import all_numbers, in_full, undone

pytestmark = pytest.mark.django_db
LISTS = ("applications", "notices", "people", "awards", "batches", "fund", "pushes", "prospects")
READERS = ("clerk", "reviewer", "payer", "auditor", "partner")


def logged_in(sample: Sample, name: str) -> Client:
    client = Client()
    client.force_login(getattr(sample.cast, name))
    return client


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_number_in_full(sample, name, kind):
    with undone():
        for reader in READERS:
            response = logged_in(sample, reader).get(reverse(name), {"format": kind})
            content = b"".join(response) if response.streaming else response.content
            assert content
            assert in_full(plain(content, kind), all_numbers()) == ()


def plain(content: bytes, kind: str) -> str:
    if kind == "csv":
        return content.decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
