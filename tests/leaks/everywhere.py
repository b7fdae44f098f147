"""Where a number must not stand: lists taken out, public pages, rows, files, messages, logs, error pages.

The pages, papers and answers of every path are looked through where they are asked (`permissions/witness.py`).
Every test plants a number in its medium and finds it, before it looks for those of the county.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from assistance.registry.models import Person
from assistance.shared.requests import JsonFormatter
from config import celery_app
from tests.factories.cases import noon
from tests.factories.sizes import examples
from tests.leaks.media import leaked, numbers_in
from tests.permissions.sample import Sample
from tests.permissions.witness import all_numbers, undone

PLANTED = "331127199003071239"
READERS = ("reviewer", "city_supervisor", "auditor")
EXPORTS = [(reader, kind) for kind in ("csv", "xlsx") for reader in range(len(READERS))]
TABLES = """SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"""


def lists(paths: dict[str, tuple[str, set[str]]]) -> Iterator[str]:
    """The addresses of pages that name no object."""
    for name, (kind, _roles) in paths.items():
        if kind == "page":
            try:
                yield reverse(name)
            except NoReverseMatch:
                continue


def browser(sample: Sample, name: str) -> Client:
    client = Client()
    client.force_login(getattr(sample.cast, name))
    return client


@pytest.mark.prove
def test_no_list_taken_out_holds_a_number(sample, paths):
    """One reader and one kind of file for each list, all of them in `make prove`."""
    numbers, found, taken = all_numbers(), {}, 0
    every = len(EXPORTS) if examples(1) == 1 else 1
    with undone():
        clients = [browser(sample, name) for name in READERS]
        for place, address in enumerate(lists(paths)):
            for client, kind in EXPORTS[place % every :: every]:
                answer = clients[client].get(address, {"format": kind})
                taken += "attachment" in answer.headers.get("Content-Disposition", "")
                if leaks := leaked(answer.content, numbers):
                    found[READERS[client], address, kind] = leaks
    assert found == {}
    assert taken > 15


def test_what_anybody_sees_holds_no_number(sample):
    token = sample.notice.token
    addresses = [
        reverse("public_notice", args=[token]),
        reverse("object_publicly", args=[token]),
        reverse("public_progress"),
        reverse("objection_status"),
        reverse("login"),
    ]
    with time_machine.travel(noon(sample.notice.posted_on), tick=False):
        answers = {address: Client().get(address) for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    name = sample.notice.lines.order_by("id")[0].masked_name
    assert name in answers[addresses[0]].content.decode()
    numbers = all_numbers()
    assert [a for a, page in answers.items() if leaked(page.content, numbers)] == []
    ended = [Client().get(address) for address in addresses[:2]]
    assert [(page.status_code, name in page.content.decode()) for page in ended] == [
        (410, False),
        (410, False),
    ]


def rows_in_the_clear(numbers: Iterable[str]) -> dict[str, set[str]]:
    """The tables in whose rows a number stands, as text, in bytes or in a session."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            text = "\n".join(row for (row,) in cursor.fetchall())
            # Bytes are written in hexadecimal.
            wanted = {n.encode().hex(): n for n in numbers}
            leaks = numbers_in(text, numbers) | {wanted[n] for n in wanted if n in text}
            if leaks:
                found[table] = leaks
    sessions = json.dumps([row.get_decoded() for row in Session.objects.all()])
    if leaks := numbers_in(sessions, numbers):
        found["sessions"] = leaks
    return found


def test_no_row_holds_a_number_in_the_clear(sample):
    numbers = all_numbers()
    assert len(numbers) > 50
    assert rows_in_the_clear(numbers) == {}
    with undone():
        Person.objects.filter(pk=sample.draft.person_id).update(name="331127 19900307 1239")
        assert rows_in_the_clear([PLANTED])["registry_person"] == {PLANTED}


def files_in_the_clear(numbers: Iterable[str]) -> dict[str, set[str]]:
    place = Path(storages["papers"].base_location)
    files = [path for path in place.rglob("*") if path.is_file()]
    assert files
    return {path.name: leaks for path in files if (leaks := leaked(path.read_bytes(), numbers))}


def test_no_file_that_is_kept_holds_a_number_in_the_clear(sample):
    """Papers, lists of other offices and lists taken out: all in one folder, encrypted."""
    assert files_in_the_clear(all_numbers()) == {}
    planted = Path(storages["papers"].base_location) / "planted"
    planted.write_text("号,3311-2719-9003-0712-39\n")
    try:
        assert files_in_the_clear([PLANTED]) == {"planted": {PLANTED}}
    finally:
        planted.unlink()


def messages(numbers: Iterable[str]) -> tuple[int, set[str]]:
    """How many keys the broker holds, and the numbers in them, whatever their kind."""
    found: set[str] = set()
    with redis.Redis.from_url(settings.CELERY_BROKER_URL) as broker:
        keys = list(broker.scan_iter())
        for key in keys:
            found |= leaked(key + b"\n" + (broker.dump(key) or b""), numbers)
            if broker.type(key) == b"list":
                found |= leaked(b"\n".join(broker.lrange(key, 0, -1)), numbers)
    return len(keys), found


def test_no_message_to_a_worker_holds_a_number(sample):
    """What the sample's operations would send after their commit is sent here."""
    waiting = [entry[1] for entry in connection.run_on_commit]
    assert waiting
    for send in waiting:
        send()
    keys, found = messages(all_numbers())
    assert (keys > 0, found) == (True, set())
    celery_app.send_task("tests.planted", args=[PLANTED], queue="planted")
    assert messages([PLANTED])[1] == {PLANTED}


@contextmanager
def log_lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield stream
    finally:
        root.removeHandler(handler)


def test_no_log_and_no_error_page_holds_a_number(sample, monkeypatch):
    person = sample.draft.person
    client = browser(sample, "clerk")
    client.raise_request_exception = False

    def fail(*_args: object, **_options: object) -> None:
        raise ValueError(f"{person.name} {person.id_number} {person.phone}")

    monkeypatch.setattr("assistance.web.views.workbench.search_people", fail)
    with log_lines() as stream:
        page = client.post(reverse("search"), {"q": person.id_number})
        client.get(f"/people/{person.id_number}/{person.id_number}/")
        logging.getLogger("yizhu").warning("plain %s", "x")
    said = stream.getvalue()
    assert page.status_code == 500
    assert "ValueError" in said
    assert "Not Found" in said
    numbers = {person.id_number, *all_numbers()}
    assert (leaked(page.content, numbers), numbers_in(said, numbers)) == (set(), set())
    with log_lines() as plain:
        logging.getLogger().handlers[-1].setFormatter(logging.Formatter())
        logging.getLogger("yizhu").warning("number %s", PLANTED)
    assert numbers_in(plain.getvalue(), [PLANTED]) == {PLANTED}
