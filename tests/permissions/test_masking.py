"""Numbers in full are on no page, in no list and in no file of a list: every page of the table is read."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from assistance.registry.models import BankAccount, Person
from tests.permissions.answers import ANSWERS
from tests.permissions.sample import Sample
from tests.permissions.test_paths import _is_about_an_object as is_about_an_object
from tests.permissions.test_paths import rows
from tests.permissions.test_paths import sample as sample
from tests.permissions.witness import undone

pytestmark = pytest.mark.django_db
LISTS = ("applications", "notices", "people", "awards", "batches", "fund")
READERS = ("clerk", "reviewer", "payer", "auditor")
PAGES = sorted(
    name
    for name, (kind, _roles) in rows().items()
    if kind == "page" and (name in ANSWERS or not is_about_an_object(name))
)


def secrets() -> set[str]:
    numbers = {person.id_number for person in Person.objects.all()}
    numbers |= {person.phone for person in Person.objects.all()}
    numbers |= {account.number for account in BankAccount.objects.all()}
    return {number for number in numbers if len(number) >= 8}


def logged_in(sample: Sample, name: str) -> Client:
    client = Client()
    client.force_login(getattr(sample.cast, name))
    return client


def found(text: str) -> list[str]:
    return sorted(number for number in secrets() if number in text)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_a_number_in_full(sample, name):
    answer = ANSWERS.get(name)
    with undone():
        arguments = answer(sample)[0] if answer else []
        address = reverse(name, args=arguments)
        for reader in READERS:
            response = logged_in(sample, reader).get(address)
            if "html" in response.headers.get("Content-Type", ""):
                assert found(response.content.decode()) == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_number_in_full(sample, name, kind):
    with undone():
        for reader in READERS:
            response = logged_in(sample, reader).get(reverse(name), {"format": kind})
            content = b"".join(response) if response.streaming else response.content
            assert content
            assert found(plain(content, kind)) == []


def plain(content: bytes, kind: str) -> str:
    if kind == "csv":
        return content.decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
