"""A PostgreSQL and a Valkey for one command, gone afterwards.

    python -m config.local.throwaway COMMAND...

sets DATABASE_URL and BROKER_URL for the command where they are not set already. The tests' plugin uses the same
servers. POSTGRES_BIN names the programs of another PostgreSQL.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.local.install import Problem, say
from config.local.migrated import put_migrated
from config.local.servers import PostgreSQL, Valkey

PREFIX = f"yizhu-test-{os.geteuid()}-"


@contextlib.contextmanager
def throwaway_servers(*, migrated: bool = False) -> Iterator[None]:
    """Start what the environment does not name, and name it there as long as the context lasts."""
    missing = {"DATABASE_URL", "BROKER_URL"} - os.environ.keys()
    with contextlib.ExitStack() as stack:
        if missing:
            folder = stack.enter_context(own_folder())
            postgresql = PostgreSQL(folder / "postgres", fsync=False)
            servers: dict[str, PostgreSQL | Valkey] = {
                "DATABASE_URL": postgresql,
                "BROKER_URL": Valkey(folder / "valkey"),
            }
            if migrated and "DATABASE_URL" in missing:
                put_migrated(postgresql)
            for name in sorted(missing):
                stack.callback(servers[name].stop)
                servers[name].start()
                os.environ[name] = servers[name].url
                stack.callback(os.environ.pop, name, None)
        yield


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that is removed at the end, or by the next run when this one is killed: its lock is free then."""
    sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> None:
    """Remove the folders of runs that were killed."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    try:
        with throwaway_servers():
            return subprocess.run(command, check=False).returncode
    except Problem as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
