"""A backup is a folder: the dump, the papers as they lie encrypted, and a manifest. No key is in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from assistance.files.models import StoredFile
from assistance.files.queries import Unreadable, content
from assistance.shared.errors import Refused
from assistance.trail.classes import our_models
from assistance.trail.operations.sealing import seal
from assistance.trail.queries.chain import Checked, chain_head, check_chain
from assistance.trail.queries.keys import keys_fit

DUMP, PAPERS, MANIFEST = "database.dump", "papers", "manifest.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what does not agree with the manifest, one sentence each."""

    rows: int
    papers: int
    checked: Checked
    problems: list[str]


def make_backup(folder: Path, *, at: datetime) -> dict[str, Any]:
    """Write a backup into the new or empty `folder`; the manifest.

    Counts and dump see the same moment: the dump is taken from the snapshot in which is counted.
    Papers are copied after it, since a paper is there before the row that names it is committed; those
    that are removed while it copies are "gone" in the manifest, those whose row stands are "lost".
    Raises Refused for a folder with something in it and when pg_dump fails.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Refused(f"{folder} is not empty.")
    seal(at=at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        manifest: dict[str, Any] = {
            "made_at": at.isoformat(),
            "counts": _counts(),
            "head": str(chain_head() or ""),
        }
        named = set(StoredFile.objects.values_list("name", flat=True))
        manifest["migrations"] = sorted(
            ".".join(key) for key in MigrationRecorder(connection).applied_migrations()
        )
        # A comment on an extension may be set by the extension's owner alone: restoring would fail.
        options = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
        _run("pg_dump", *options, f"--snapshot={snapshot}", f"--file={folder / DUMP}")
    copied = _copy(_papers_root(), folder / PAPERS)
    manifest["papers"] = len(copied)
    # Whose row went meanwhile was removed by the program; whose row stands has lost its paper.
    lost = set(StoredFile.objects.filter(name__in=named - copied).values_list("name", flat=True))
    manifest["gone"], manifest["lost"] = sorted(named - copied - lost), sorted(lost)
    manifest["sha256"] = _sha256(folder / DUMP)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def restore_backup(folder: Path) -> Restored:
    """Bring a backup back into an empty database and an empty papers folder, then prove it.

    Counts and every link of the chain are compared with the manifest, every paper is opened and compared
    with its row, and a value of each encrypted column under each key is opened. Raises Refused before anything is
    changed: a database with tables, papers that are there, a dump that is not the manifest's.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    root = _papers_root()
    if connection.introspection.table_names():
        raise Refused("The database that DATABASE_URL names is not empty.")
    if root.exists() and any(root.iterdir()):
        raise Refused(f"{root} is not empty.")
    if _sha256(folder / DUMP) != manifest["sha256"]:
        raise Refused("The dump is not the one that the manifest describes.")
    connection.close()
    options = ["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error"]
    _run("pg_restore", *options, "--single-transaction", str(folder / DUMP))
    papers = len(_copy(folder / PAPERS, root))
    return _compared(manifest, papers)


def _compared(manifest: dict[str, Any], papers: int) -> Restored:
    counts = _counts()
    checked = check_chain(anchors=[manifest["head"]] if manifest["head"] else [])
    problems = [
        f"{table}: {counts.get(table, 0)} rows instead of {count}"
        for table, count in manifest["counts"].items()
        if counts.get(table, 0) != count
    ]
    problems += [str(finding) for finding in checked.findings]
    if papers != manifest["papers"]:
        problems.append(f"{papers} papers instead of {manifest['papers']}")
    problems += _bad_papers(set(manifest["gone"]))
    problems += [f"{place}: no key of DATA_KEYS opens it" for place in keys_fit()]
    return Restored(sum(counts.values()), papers, checked, problems)


def _bad_papers(gone: set[str]) -> Iterator[str]:
    """The papers that do not open or are not those that their rows describe."""
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        if stored.name in gone:
            continue
        try:
            content(stored)
        except Unreadable:
            yield f"paper {stored.name} is missing, or is not the one that was stored"


def _papers_root() -> Path:
    return Path(storages["papers"].path(""))


def _counts() -> dict[str, int]:
    return {model._meta.db_table: model._base_manager.count() for model in our_models()}


def _copy(source: Path, target: Path) -> set[str]:
    """Copy a folder of papers; their names. What is removed meanwhile is left out."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    copied = set()
    for path in sorted(source.rglob("*")) if source.exists() else []:
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True, mode=0o700)
        elif not path.name.endswith(".anew"):
            with suppress(FileNotFoundError):
                shutil.copy2(path, place)
                copied.add(path.relative_to(source).as_posix())
    return copied


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(program: str, *options: str) -> None:
    """Where and who goes by the environment of libpq: no password stands in the list of processes."""
    database = connection.settings_dict
    named = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    environment = os.environ | {name: str(value) for name, value in named.items() if value}
    folder = os.environ.get("POSTGRES_BIN")
    command = str(Path(folder) / program) if folder else program
    target = ["--dbname", str(named["PGDATABASE"])] if program == "pg_restore" else []
    try:
        done = subprocess.run(
            [command, *options, *target], env=environment, capture_output=True, check=False
        )
    except OSError as error:
        raise Refused(f"{program} cannot be started: {error}.") from error
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.decode(errors='replace').strip()}")
