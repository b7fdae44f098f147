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
from assistance.trail.queries.keys import keys_fit
from config.local.programs import postgres_binaries
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

OTHER, OWNER = "restored_elsewhere", "restoring_owner"


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
    """The connection leads to a second, empty database, as its owner, as soon as this is called."""
    usual, superuser = (connection.settings_dict[name] for name in ("NAME", "USER"))

    def go(name: str, user: str) -> None:
        connection.close()
        connection.settings_dict.update(NAME=name, USER=user)

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    gone = (f"DROP DATABASE IF EXISTS {OTHER} WITH (FORCE)", f"DROP ROLE IF EXISTS {OWNER}")
    run(*gone, f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER PASSWORD 'x'")
    connection.settings_dict["PASSWORD"] = connection.settings_dict["PASSWORD"] or "x"
    run(f"CREATE DATABASE {OTHER} OWNER {OWNER} TEMPLATE template0")
    # As deploy/database_roles.sql does: the extensions belong to the superuser.
    go(OTHER, superuser)
    run(f"ALTER SCHEMA public OWNER TO {OWNER}")
    run("CREATE EXTENSION btree_gist", "CREATE EXTENSION pg_trgm")
    go(usual, superuser)
    yield lambda: go(OTHER, OWNER)
    go(usual, superuser)
    run(*gone)


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


@pytest.mark.django_db(transaction=True)
def test_papers_that_went_or_were_exchanged_are_named(
    papers, elsewhere, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("POSTGRES_BIN", str(postgres_binaries()))
    place, folder = papers("here"), tmp_path / "backup"
    whole, lost, one, other = (
        keep_table(b"%d\n" % n, name="x.csv", actor=None, at=now()).name for n in range(4)
    )
    (place / lost).unlink()
    # As if the sweep took it between the listing and the copying.
    (place / "swept").symlink_to(place / "nowhere")
    first, second = (place / one).read_bytes(), (place / other).read_bytes()
    (place / one).write_bytes(second)
    (place / other).write_bytes(first)
    call_command("backup", str(folder))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["papers"], manifest["lost"], manifest["gone"]) == (3, [lost], [])
    assert lost in capsys.readouterr().err
    elsewhere()
    papers("there")
    with pytest.raises(CommandError, match="not what the backup describes"):
        call_command("restore", str(folder))
    said = capsys.readouterr().err
    assert [name in said for name in (whole, lost, one, other)] == [False, True, True, True]


@pytest.mark.django_db
def test_a_key_that_is_missing_is_found_whichever_it_is(settings):
    first, second = settings.DATA_KEYS[0], "2:" + "B" * 43 + "="
    make_person()
    settings.DATA_KEYS = [second, first]
    make_person()
    assert keys_fit() == []
    for left in (first, second):
        settings.DATA_KEYS = [left]
        assert "registry.person.id_number" in keys_fit()
