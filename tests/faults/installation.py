"""An installation of its own, as a county has it: database, broker, web server and worker, each a process to kill.

The commands are those of the systemd units. Nothing here needs Django: its settings read `environment` first.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.local.install import ROOT
from config.local.migrated import put_migrated
from config.local.processes import Child, wait_until
from config.local.servers import PostgreSQL, Valkey, free_port

HOST = "yizhu.test"
UNITS = ROOT / "deploy" / "systemd"
# nginx stands before it in a county, and waits so long for an answer.
PATIENCE = 120
AGAIN = 60


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = PostgreSQL(folder / "postgres")
        self.broker = Valkey(folder / "valkey")
        self.broker.port = free_port()
        self.port = free_port()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.database.url,
            "BROKER_URL": self.broker.url,
            "SECRET_KEY": "faults-only-" + "x" * 50,
            "DATA_KEYS": "1:" + "A" * 43 + "=",
            "DIGEST_KEY": "faults-only",
            "ALLOWED_HOSTS": HOST,
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "WEB_PROCESSES": "2",
            "PAPERS_ROOT": str(folder / "papers"),
            "DEMO": "0",
            "HTTPS": "1",
            "TRUSTED_PROXIES": "1",
        }
        self.web = self._program("web")
        self.worker = self._program("worker")

    def _program(self, name: str) -> Child:
        unit = (UNITS / f"yizhu-{name}.service").read_text(encoding="utf-8")
        line = re.search(r"^ExecStart=/opt/yizhu/.venv/bin/python (.+)$", unit, re.MULTILINE)
        assert line is not None
        command = [sys.executable, *line[1].split()]
        env = {**os.environ, **self.environment, "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"}
        return Child(name, command, log=self.folder / f"{name}.log", env=env)

    def start(self) -> None:
        put_migrated(self.database)
        # What was committed is with the kernel and outlives the server; a power cut is not tried here, and without
        # this a crashed server waits for the disk of everybody else on the machine.
        with (self.database.data / "postgresql.auto.conf").open("a") as own:
            own.write("fsync = off\n")
        (self.folder / "papers").mkdir()
        self.database.start()
        self.broker.start()
        self.web.start()
        self.worker.start()

    def stop(self) -> None:
        for child in (self.web, self.worker):
            end_group(child)
        self.broker.stop()
        self.database.stop()

    def ask(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer | None:
        """What nginx would pass on; None where the answer broke off, for which nginx has a page of its own."""
        said = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.7"}
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            client.request(method, path, body or None, {**said, **(headers or {})})
            got = client.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            client.close()

    def victims(self) -> dict[str, Callable[[], list[int]]]:
        return {
            "a process of the web server": lambda: children_of(self.web.pid),
            "the web server": lambda: [self.web.pid],
            "a process of the worker": lambda: children_of(self.worker.pid),
            "the worker": lambda: [self.worker.pid],
            "the broker": lambda: [self.broker.pid],
            "a process of the database": self._backends,
            "the database": lambda: [self.database.pid],
        }

    def _backends(self) -> list[int]:
        """Of the processes that serve the program those at work, else any of the server's."""
        titles = {pid: title_of(pid) for pid in children_of(self.database.pid)}
        serving = [pid for pid, title in titles.items() if ": app app" in title]
        busy = [pid for pid in serving if not titles[pid].endswith("idle")]
        return busy or serving or list(titles)

    def strike(self, victim: str, dice: random.Random) -> None:
        """Kill it as a crash would."""
        pids = self.victims()[victim]()
        if pids:
            pid = dice.choice(pids)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda: gone(pid), seconds=5)

    def mend(self) -> None:
        """Start again what ended, and wait until the monitor says that the pages are ready."""
        self.keep_up()
        ready = wait_until(self.is_ready, seconds=AGAIN)
        assert ready, self.web.failure("The web server did not come back")

    def keep_up(self) -> None:
        """Start again what ended, as systemd does all the time."""
        for server in (self.database, self.broker):
            if gone(server.pid):
                server.stop()
                server.start()
        for child in (self.web, self.worker):
            if gone(child.pid):
                # systemd ends what is left of a unit before it starts it again.
                end_group(child)
                child.start()

    def is_ready(self) -> bool:
        answer = self.ask("GET", "/health/ready")
        return answer is not None and answer.status == http.HTTPStatus.OK


def end_group(child: Child) -> None:
    if child.process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.process.wait(10)


def gone(pid: int) -> bool:
    """Whether it has ended, also where nobody asked for its end yet."""
    return state_of(pid) in ("", "Z")


def state_of(pid: int) -> str:
    return (stat_of(pid) or [""])[0]


def stat_of(pid: int) -> list[str]:
    """What stands behind the name in the kernel's line of a process: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def children_of(pid: int) -> list[int]:
    others = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [other for other in others if stat_of(other)[1:2] == [str(pid)]]


def title_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").strip("\0 ")
    return ""
