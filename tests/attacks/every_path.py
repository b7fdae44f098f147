"""Attacks that are tried on every path: what is posted beside the form, the wrong method, the headers of pages.

The paths and their valid answers are those of the permission tables, so a new path is attacked as it comes.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from assistance.accounts.models import User
from tests.attacks.headers import faults
from tests.factories.sizes import examples
from tests.permissions.answers import ANSWERS
from tests.permissions.sample import Sample
from tests.permissions.witness import TRACES, undone

SENTINEL = "7777771"
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE")
TRACED = (*TRACES, "django_session", "axes_")
# A quarter of the paths in `make test`, all of them in `make prove`.
QUARTER = 4
Paths = dict[str, tuple[str, set[str]]]


class Watched:
    """The statements that write, with their values."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def note(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if text.lstrip().upper().startswith(WRITES) and not any(name in text for name in TRACED):
            self.written.append(f"{text} {params!r}")
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Watched]:
    seen = Watched()
    with undone(), connection.execute_wrapper(seen.note):
        yield seen


@contextmanager
def forms_without(names: set[str]) -> Iterator[None]:
    """Every form gets its own fields as they were answered, without `names`; views get all."""
    clean = forms.BaseForm.full_clean

    def full_clean(form: forms.BaseForm) -> None:
        if isinstance(form.data, QueryDict):
            data = form.data.copy()
            for name in names & data.keys():
                del data[name]
            form.data = data
        clean(form)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms.BaseForm, "full_clean", full_clean)
        yield


class Attacked:
    """Each path with somebody who may use it, logged in once, and the address of a valid answer."""

    def __init__(self, sample: Sample, rows: Paths) -> None:
        self.sample, self.rows = sample, rows
        self.browsers: dict[User, Client] = {}
        self.roles = sample.cast.of_each_role()

    def paths(
        self, *kinds: str, only: Collection[str] = ()
    ) -> Iterator[tuple[str, Client, str, dict[str, Any]]]:
        """Of these kinds, some or all; a block in which everything is undone afterwards."""
        names = sorted(name for name, (kind, _roles) in self.rows.items() if kind in kinds)
        some = names[:: max(1, QUARTER // examples(1))]
        for name in sorted(only) or some:
            wanted = self.rows[name][1]
            users = [u for role, u in self.roles.items() if wanted == {"*"} or role.value in wanted]
            client = self.browser(users[0])
            with undone():
                answer = ANSWERS.get(name)
                arguments, data = answer(self.sample) if answer else ([], {})
                yield name, client, reverse(name, args=arguments), data

    def browser(self, user: User) -> Client:
        if user not in self.browsers:
            self.browsers[user] = Client()
            self.browsers[user].force_login(user)
        return self.browsers[user]


def everything_a_row_holds() -> set[str]:
    """Every column of ours and its form with `_id`: what an attacker would name."""
    columns = {
        name
        for model in apps.get_models()
        if model.__module__.startswith("assistance.")
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    return columns | {"actor", "at", "user", "role", "roles", "groups", "is_superuser", "is_staff"}


@pytest.mark.prove
def test_what_is_posted_beside_the_form_is_written_nowhere(sample, paths):
    names, wrote, taken = everything_a_row_holds(), 0, {}
    for name, client, address, data in Attacked(sample, paths).paths("write", "act"):
        extra = names - data.keys()
        with watched() as seen, forms_without(extra):
            client.post(address, {**dict.fromkeys(extra, SENTINEL), **data})
        wrote += bool(seen.written)
        if lines := [line[:200] for line in seen.written if SENTINEL in line]:
            taken[name] = lines
    assert taken == {}
    assert wrote > 25  # the attack went through the forms, it was not turned away before them


@pytest.mark.prove
def test_what_is_only_sent_is_not_done_by_following_its_address_or_by_an_odd_method(
    sample, paths, monkeypatch
):
    calls: list[Any] = []
    connect = socket.socket.connect
    monkeypatch.setattr(
        socket.socket, "connect", lambda self, to: calls.append(to) or connect(self, to)
    )
    wrong = {}
    for name, client, address, data in Attacked(sample, paths).paths("act", "ask", "write"):
        plain = {key: value for key, value in data.items() if not hasattr(value, "read")}
        with watched() as seen:
            asked = client.get(address, plain)
            put = client.put(address)
        if seen.written or faults(asked) or max(asked.status_code, put.status_code) >= 500:
            wrong[name] = [seen.written, faults(asked), asked.status_code, put.status_code]
    assert wrong == {}
    # Nothing is fetched from anywhere on the way; what was queued went to the broker of this machine.
    assert {to[0] for to in calls} <= {"127.0.0.1", "localhost"}


def test_every_page_of_the_console_carries_them_too(sample):
    client = Attacked(sample, {}).browser(sample.cast.administrator)
    index = client.get("/console/")
    links = set(re.findall(r'href="(/console/[a-z]+/[a-z]+/(?:add/)?)"', index.content.decode()))
    assert len(links) > 15
    answers = {address: client.get(address) for address in ["/console/", *sorted(links)]}
    assert {address for address, page in answers.items() if page.status_code != 200} == set()
    assert {address: found for address, page in answers.items() if (found := faults(page))} == {}


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
# What is kept of these is nothing, whatever they are called.
NOT_PAPERS = {"../../纸.png": SVG, "纸.pdf": b"MZ\x90\0" + b"\0" * 60, "空.png": b""}
NOT_TABLES = {
    "../../名单.xlsx": b"PK\x03\x04" + SVG,
    "名单.csv": b"MZ\x90\0\xff" * 9,
    "空.csv": b"",
}
# Every field that takes a file, by the path of its form.
DOORS = {
    "add_evidence": ("papers", NOT_PAPERS),
    "new_account": ("paper", NOT_PAPERS),
    "record_objection": ("scan", NOT_PAPERS),
    "register": ("late_proof", NOT_PAPERS),
    "claim_earlier_receipt": ("proof", NOT_PAPERS),
    "file_employer_review": ("scan", NOT_PAPERS),
    "enter_claim": ("death", NOT_PAPERS),
    "change_name": ("paper", NOT_PAPERS),
    "change_number": ("paper", NOT_PAPERS),
    "answer_push": ("paper", NOT_PAPERS),
    "add_bottom_line_aid": ("scan", NOT_PAPERS),
    "file_minutes": ("scan", NOT_PAPERS),
    "prepare_bulk": ("file", NOT_TABLES),
    "upload_bills": ("file", NOT_TABLES),
    "upload_list": ("file", NOT_TABLES),
    "upload_payer_file": ("file", NOT_TABLES),
    "read_return": ("file", NOT_TABLES),
    "read_bounces": ("file", NOT_TABLES),
}


def forms_with_files(form: type[forms.BaseForm] = forms.BaseForm) -> set[str]:
    found = {
        f"{form.__module__}.{form.__name__}"
        for field in getattr(form, "base_fields", {}).values()
        if isinstance(field, forms.FileField) and form.__module__.startswith("assistance.web.")
    }
    return found.union(*(forms_with_files(kind) for kind in form.__subclasses__()))


def test_no_door_keeps_a_program_a_drawing_or_nothing_as_a_paper(sample, paths):
    let_in = {}
    attacked = Attacked(sample, paths)
    for door, client, address, data in attacked.paths("write", "act", only=DOORS):
        field, files = DOORS[door]
        for name, content in files.items():
            again = {key: value for key, value in data.items() if not hasattr(value, "read")}
            with watched() as seen:
                answer = client.post(address, again | {field: SimpleUploadedFile(name, content)})
            kept = [line for line in seen.written if "files_storedfile" in line]
            # A table waits encrypted for the worker, who tells what is wrong with it.
            if (kept and files is NOT_PAPERS) or answer.status_code >= 500:
                let_in[door, name] = (answer.status_code, kept)
    assert let_in == {}


def test_every_form_with_a_file_is_one_of_the_doors():
    """BankFileForm is the door of two files of the bank, ReturnForm one of them."""
    assert len(forms_with_files()) == len(DOORS)
