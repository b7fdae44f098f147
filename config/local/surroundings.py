"""What `make run` finds and makes around itself: its folder, its lock, its port, its secrets, its environment."""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.local.install import Problem, read, require_room

SECRETS = ("SECRET_KEY", "DATA_KEYS", "DIGEST_KEY")
ROOM_FIRST, ROOM_LATER = 600, 150  # MB
LOG_LIMIT = 10_000_000
EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def reachable(self) -> str:
        """The host to type on this machine."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    @property
    def url(self) -> str:
        host = f"[{self.reachable}]" if ":" in self.reachable else self.reachable
        return f"http://{'localhost' if host == '127.0.0.1' else host}:{self.port}/"

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address() -> Address:
    """HOST and PORT of the environment."""
    port = os.environ.get("PORT") or "8000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(
            f"PORT={port} is not a port: say a number from 1 to 65535, for example PORT=8001 make run"
        )
    return Address(os.environ.get("HOST") or "127.0.0.1", int(port))


def require_port(address: Address) -> None:
    """Refuse an address that is taken or not ours, and name one that is free."""
    try:
        probe(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise Problem(f"HOST={address.host} is not an address of this machine.") from None
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"Port {address.port} is taken by another program. "
                f"Take another one: PORT={next_free(address)} make run"
            ) from None
        if error.errno == errno.EACCES:
            raise Problem(
                f"Port {address.port} is reserved for root. Take one above 1023: PORT=8000 make run"
            ) from None
        raise Problem(f"Nothing can listen on {address.bind}: {error.strerror}.") from None


def probe(address: Address) -> None:
    family, kind, protocol, _name, place = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()


def next_free(address: Address) -> int:
    for port in range(address.port + 1, min(address.port + 100, 65536)):
        with contextlib.suppress(OSError):
            probe(Address(address.host, port))
            return port
    return 8001


def make_folders(var: Path) -> None:
    """Make what is kept in ``var``. Others may pass through it, as the database's user must, but not look."""
    var.mkdir(exist_ok=True)
    with contextlib.suppress(PermissionError):
        var.chmod(0o711)
    for name in ("log", "run", "media"):
        (var / name).mkdir(mode=0o700, exist_ok=True)
    require_room(var, ROOM_LATER if (var / "postgres" / "data").exists() else ROOM_FIRST)
    for log in (var / "log").glob("*.log"):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))


@contextlib.contextmanager
def only_one(var: Path, address: Address) -> Iterator[None]:
    """Hold the folder's lock; the kernel frees it however the holder ends."""
    with (var / "run" / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Problem(
                f"Yizhu is already running in this folder: {lock.read().strip() or 'it is starting'}. "
                "Use that one, or stop it: Ctrl-C in its terminal, or kill with the number of the process."
            ) from None
        lock.truncate(0)
        lock.write(f"{address.url} (process {os.getpid()})")
        lock.flush()
        yield


def read_secrets(var: Path) -> dict[str, str]:
    """The keys of this installation, made once. Without them the encrypted numbers could never be read again."""
    path = var / "secrets.env"
    if all(os.environ.get(name) for name in SECRETS):
        return {}
    if not path.exists():
        if (var / "postgres" / "data").exists():
            raise Problem(
                f"{path} is missing, but the database that was encrypted with its keys is there. "
                f"Put the file back; or, to begin anew without the data, delete {var / 'postgres'}."
            )
        write_secrets(path)
    pairs = (line.split("=", 1) for line in read(path).splitlines() if "=" in line)
    found = {name: value for name, value in pairs if name in SECRETS}
    if lacking := [name for name in SECRETS if not found.get(name)]:
        raise Problem(
            f"{path} has no {', '.join(lacking)}. Put back the file that was made at the first start."
        )
    return found


def write_secrets(path: Path) -> None:
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATA_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DIGEST_KEY": secrets.token_urlsafe(32),
    }
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in made.items())
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def build_environment(var: Path, address: Address) -> dict[str, str]:
    """What web, worker and commands get. A value of the caller's environment wins over ours."""
    # Whoever opens a demo to the network reaches it by names that nobody can list beforehand.
    hosts = (
        "*"
        if address.host in EVERYWHERE
        else f"localhost,127.0.0.1,[::1],{address.host},{socket.gethostname()}"
    )
    ours = {"DEMO": "1", "ALLOWED_HOSTS": hosts, **read_secrets(var)}
    given = {name: value for name, value in os.environ.items() if value or name not in ours}
    return {**ours, **given, "DJANGO_SETTINGS_MODULE": "config.settings"}
