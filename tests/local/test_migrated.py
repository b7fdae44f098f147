from __future__ import annotations

from pathlib import Path

import pytest

from config.local import migrated


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "assistance" / "cases" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("tables = 1")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("django==5.2")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "changed", ["assistance/cases/migrations/0001_initial.py", "requirements/dev.txt"]
)
def test_a_kept_database_is_not_used_once_what_made_it_changed(house: Path, changed: str):
    before = migrated._key()
    assert migrated._key() == before
    (house / changed).write_text("something else")
    assert migrated._key() != before
