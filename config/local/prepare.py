"""What has to be done before Yizhu answers: migrate, collect static files, load the demo county.

One process does it all, because starting Django costs more than each of the steps does when nothing changed.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.local.install import ROOT, STAMP, read, say, write_stamp

STATIC_STAMP = ROOT / "var" / "static.stamp"


def main(accounts: Path) -> None:
    """Prepare everything and write the demo's accounts to ``accounts``."""
    django.setup()
    migrate()
    collect_static()
    if settings.DEMO:
        call_command("load_demo")
        call_command("load_neighbours")
        with os.fdopen(
            os.open(accounts, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as file:
            call_command("demo_accounts", stdout=file)


def migrate() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"  Migrating the database ({len(plan)} steps)")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    stamp = static_stamp()
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and read(STATIC_STAMP) == stamp:
        return
    say("  Collecting the static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=manifest.exists())
    write_stamp(STATIC_STAMP, stamp)


def static_stamp() -> str:
    """Changes with our own static files and, through the environment's stamp, with every package's."""
    seen = [read(STAMP)]
    for folder in map(Path, settings.STATICFILES_DIRS):
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            seen.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
