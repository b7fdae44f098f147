"""PostgreSQL and Valkey from their wheels, in one folder each, for `make run` and the tests."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local.install import Problem
from config.local.processes import Child, processes_in, wait_until
from config.local.programs import (
    as_ordinary_user,
    give_to_server,
    postgres_binaries,
    valkey_binary,
)

SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
PLAIN_PATH = re.compile(r"[\w./ ~-]+")
PATIENCE = 10.0  # seconds for an earlier server to go away
ONCE = Retry(NoBackoff(), 0)
BUSY = ("lock file", "pre-existing shared memory", "could not bind Unix address")


class PostgreSQL:
    """A server that listens on a socket in a folder only its user may enter; its one user owns everything."""

    name = "database"

    def __init__(self, folder: Path, *, log: Path | None = None, fsync: bool = True) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = (log or self.folder / "log").absolute()
        self.fsync = fsync
        self.sockets = self.folder
        self.child: Child | None = None
        self._borrowed: tempfile.TemporaryDirectory[str] | None = None

    @property
    def url(self) -> str:
        return f"postgres://app@/{self.sockets}/app"

    @property
    def pid(self) -> int:
        if self.child is None:
            raise RuntimeError("the database was never started")
        return self.child.pid

    def start(self) -> None:
        """Make the database where there is none, start the server and wait until it answers."""
        self._make_folder()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        options = [
            f"unix_socket_directories={self.sockets}",
            "listen_addresses=",
            "logging_collector=off",
        ]
        if not self.fsync:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
            # Tests live in transactions that nobody else sees: autovacuum would note their tables as empty,
            # and plans made for empty tables run for minutes.
            options += ["autovacuum=off"]
        self.child = Child(
            "database",
            [
                str(postgres_binaries() / "postgres"),
                "-D",
                str(self.data),
                *(word for o in options for word in ("-c", o)),
            ],
            log=self.log,
            stop_signal=signal.SIGINT,
            patience=20,
            prefix=as_ordinary_user(),
        )
        self._start_patiently(self.child)
        self._make_database()

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()
        if self._borrowed is not None:
            self._borrowed.cleanup()
            self._borrowed = None

    def running(self) -> bool:
        return self.child is not None and self.child.running()

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.child is not None:
            self.child.kill()

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A socket's path holds 107 bytes, and a URL cannot carry every character.
        if len(os.fsencode(self.folder)) > SOCKET_PATH_LIMIT or not PLAIN_PATH.fullmatch(
            str(self.folder)
        ):
            self._borrowed = self._borrowed or tempfile.TemporaryDirectory(prefix="yizhu-socket-")
            self.sockets = Path(self._borrowed.name)
        give_to_server(self.folder, self.sockets)

    def _initialise(self) -> None:
        # Into a folder beside it first: a set-up cut short never looks like a database.
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["--username=app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [
            str(postgres_binaries() / "initdb"),
            "-D",
            str(fresh),
            *options,
            *([] if self.fsync else ["--no-sync"]),
        ]
        initdb = Child("initdb", command, log=self.log, prefix=as_ordinary_user())
        initdb.start()
        try:
            if not wait_until(lambda: not initdb.running(), seconds=120) or initdb.process is None:
                raise Problem("The database could not be made within two minutes.")
            if initdb.process.returncode:
                raise initdb.failure("The database could not be made")
        finally:
            initdb.stop()
        fresh.rename(self.data)

    def _start_patiently(self, child: Child) -> None:
        """Start, and go on trying while an earlier server is still on its way out."""
        give_up = time.monotonic() + PATIENCE
        while True:
            child.start()
            if (
                wait_until(lambda: not child.running() or self._answers(), seconds=120)
                and child.running()
            ):
                return
            if child.running() or not any(sign in child.said() for sign in BUSY):
                child.stop()
                raise child.failure("The database did not start")
            if time.monotonic() > give_up:
                self._end_earlier_server(child)
                give_up = time.monotonic() + PATIENCE
            time.sleep(0.3)

    def _end_earlier_server(self, child: Child) -> None:
        """End a server that still works in our data folder; only when there is none, its lock file is stale."""
        lock = self.data / "postmaster.pid"
        pids = processes_in(self.data)
        if not pids and lock.exists():
            # The number in the file belongs to some other program by now: nothing works in this folder.
            lock.unlink()
        elif not pids:
            raise child.failure("The database did not start")
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        wait_until(lambda: not processes_in(self.data), seconds=10)

    def _answers(self) -> bool:
        # An earlier server that nobody stopped would answer too: the lock file says whose socket it is.
        try:
            lock = (self.data / "postmaster.pid").read_text().split()
            if lock[:1] != [str(self.pid)]:
                return False
            self._connect().close()
        except (OSError, psycopg.OperationalError):
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets),
            user="app",
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _make_database(self) -> None:
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'app'").fetchone():
                connection.execute("CREATE DATABASE app")


class Valkey:
    """A broker on a loopback port with a password. It keeps nothing: messages only wake, rows are the queue."""

    name = "broker"

    def __init__(self, folder: Path, *, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.log = (log or self.folder / "log").absolute()
        self.password = secrets.token_hex(16)
        self.port = 0
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        if self.child is None:
            raise RuntimeError("the broker was never started")
        return self.child.pid

    def start(self) -> None:
        """Start on a free port, the same one when started again, and wait until it answers."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _attempt in range(5):
            self.port = self.port or free_port()
            command = [str(valkey_binary()), str(self._configuration())]
            child = self.child = Child("broker", command, log=self.log)
            child.start()
            if wait_until(self._answers_or_ended, seconds=20) and child.running():
                return
            child.stop()
            self.port = 0
        raise child.failure("The broker did not start")

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    def running(self) -> bool:
        return self.child is not None and self.child.running()

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()

    def _configuration(self) -> Path:
        # The password goes into a file: a command line can be read by everybody on the machine.
        path = self.folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            "databases 32",
            'save ""',
            "appendonly no",
            f'dir "{self.folder}"',
        ]
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n")
        return path

    def _answers_or_ended(self) -> bool:
        if self.child is None or not self.child.running():
            return True
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1, retry=ONCE) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@contextlib.contextmanager
def start_postgres(folder: Path, fsync: bool = True) -> Iterator[PostgreSQL]:
    """A server of one's own in ``folder``, stopped at the end."""
    server = PostgreSQL(folder, fsync=fsync)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def start_valkey(folder: Path) -> Iterator[Valkey]:
    """A broker of one's own in ``folder``, stopped at the end."""
    server = Valkey(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
