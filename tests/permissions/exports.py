"""Numbers in full are in no file of a list; that no page holds one is asked with every path."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.leaks.media import leaked
from tests.permissions.sample import Sample
from tests.permissions.witness import all_numbers, undone

LISTS = ("applications", "notices", "people", "awards", "batches", "fund", "pushes", "prospects")
READERS = ("clerk", "reviewer", "payer", "city_supervisor", "partner")


def logged_in(sample: Sample, name: str) -> Client:
    client = Client()
    client.force_login(getattr(sample.cast, name))
    return client


@pytest.mark.parametrize("name", LISTS)
def test_no_export_holds_a_number_in_full(sample, name):
    numbers, found = all_numbers(), {}
    with undone():
        for reader in READERS:
            client = logged_in(sample, reader)
            for kind in ("csv", "xlsx"):
                response = client.get(reverse(name), {"format": kind})
                content = b"".join(response) if response.streaming else response.content
                assert content
                found[reader, kind] = leaked(content, numbers)
    assert set().union(*found.values()) == set(), found
