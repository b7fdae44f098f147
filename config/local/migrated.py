"""A database that carries every migration, kept for the tests: they begin with a copy of it.

Migrating takes most of the time that a short run of the tests takes, and its result changes with the migrations
alone. What is kept is a whole folder of the server; it is named after everything that it depends on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.local.install import ROOT
from config.local.programs import postgres_binaries
from config.local.servers import PostgreSQL

KEPT = ROOT / "var" / "migrated"


def put_migrated(server: PostgreSQL) -> None:
    """Give a server that was never started its database, with every migration in it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / _key()
        if not kept.exists():
            _make(kept)
        server.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(kept, server.data)


def _key() -> str:
    """Of the migrations, what else writes rows when they ran, the libraries' versions and the server."""
    digest = hashlib.sha256(str(postgres_binaries()).encode())
    code = [*ROOT.glob("assistance/*/migrations/*.py"), *ROOT.glob("assistance/*/models/*.py")]
    code += ROOT.glob("assistance/*/models.py")
    seeds = [path for path in ROOT.glob("assistance/*/data/*") if path.is_file()]
    for path in sorted([*code, *seeds, ROOT / "requirements" / "dev.txt"]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(kept: Path) -> None:
    for older in KEPT.iterdir():
        if older.is_dir():
            shutil.rmtree(older)
    server = PostgreSQL(KEPT / "server", fsync=False)
    try:
        server.start()
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        settings = {"DATABASE_URL": server.url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, **settings}, check=True)
    finally:
        server.stop()
    server.data.rename(kept)
    shutil.rmtree(server.folder)


def _copy(folder: Path, to: Path) -> None:
    # Not shutil: it gives what root copies to root, and the server may run as somebody else.
    subprocess.run(["cp", "--archive", "--reflink=auto", str(folder), str(to)], check=True)
