"""Dumped, destroyed, brought back elsewhere: the same counts, the same chain, nothing legible on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from assistance.files.models import StoredFile
from assistance.files.operations import keep_table
from assistance.files.queries import content
from assistance.registry.models import Person
from assistance.registry.models.logs import AccessLog
from assistance.registry.operations.access import log_access
from config.local.programs import postgres_binaries
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

OTHER = "restored_elsewhere"


@pytest.fixture
def papers(settings, tmp_path):
    def move(name: str) -> Path:
        place = tmp_path / name
        storage = {**settings.STORAGES["papers"], "OPTIONS": {"location": place}}
        settings.STORAGES = {**settings.STORAGES, "papers": storage}
        return place

    return move


@pytest.fixture
def elsewhere(monkeypatch):
    """The connection leads to a second, empty database as soon as this is called."""
    usual = connection.settings_dict["NAME"]

    def go(name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    def drop() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)")

    drop()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {OTHER} TEMPLATE template0")
    yield lambda: go(OTHER)
    go(usual)
    drop()


@pytest.mark.django_db(transaction=True)
def test_a_backup_comes_back_elsewhere_and_what_differs_is_named(
    papers, elsewhere, tmp_path, monkeypatch, capsys, settings
):
    monkeypatch.setenv("POSTGRES_BIN", str(postgres_binaries()))
    place, folder = papers("here"), tmp_path / "backup"
    person = make_person("蓝青山", phone="13800001234")
    stored = keep_table(b"a,b\n1,2\n", name="x.csv", actor=None, at=now())
    log_access(Cast().clerk, AccessLog.Kind.PRINT, "a sheet", person, at=now())
    call_command("backup", str(folder))
    head = json.loads((folder / "manifest.json").read_text())["head"]
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    secrets = [settings.DATA_KEYS[0], settings.DIGEST_KEY, person.id_number, "13800001234"]
    assert [secret for secret in secrets if secret.encode() in whole] == []
    with pytest.raises(CommandError, match="not empty"):
        call_command("backup", str(folder))

    for path in place.rglob("*"):
        if path.is_file():
            path.unlink()
    elsewhere()
    papers("there")
    call_command("restore", str(folder))
    out = capsys.readouterr().out
    assert f"last link {head}" in out
    assert Person.objects.get(pk=person.pk).phone == "13800001234"
    assert content(StoredFile.objects.get(pk=stored.pk)) == b"a,b\n1,2\n"
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(folder))
