"""Child processes that end with their parent, and the healing of those that did not."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from config.local.install import Problem

TAIL = 4000
NO_ROOM = 5_000_000


class Child:
    """One process with its log. It gets ``stop_signal`` when it is to stop, and when its parent dies.

    One that ``speaks`` writes its standard output to the terminal and only its errors to the log.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 15,
        prefix: Sequence[str] = (),
        speaks: bool = False,
    ) -> None:
        self.name = name
        self.command = [*prefix, *dying_with_parent(stop_signal), *command]
        self.log = log
        self.env = dict(env) if env is not None else None
        self.stop_signal = stop_signal
        self.patience = patience
        self.speaks = speaks
        self.process: subprocess.Popen[bytes] | None = None
        self.log_start = 0

    @property
    def pid(self) -> int:
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process.pid

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches the launcher only, which stops its children in order.
        with self.log.open("ab") as output:
            self.log_start = output.tell()
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=None if self.speaks else output,
                stderr=output,
                env=self.env,
                start_new_session=True,
            )

    def wait(self) -> int:
        """Wait for its end and return its exit code."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process.wait()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask, wait for ``patience`` seconds, then insist. Nothing happens to a process that has ended."""
        if self.process is None:
            return
        for sign, seconds in ((self.stop_signal, self.patience), (signal.SIGKILL, 10.0)):
            if self.process.poll() is None:
                signal_group(self.process.pid, sign, whole_group=sign == signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                return

    def kill(self) -> None:
        """End the process as a crash would, without its children."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def said(self) -> str:
        """What this run of the process wrote into its log last."""
        with contextlib.suppress(OSError), self.log.open("rb") as lines:
            lines.seek(max(self.log_start, self.log.stat().st_size - TAIL))
            return lines.read().decode(errors="replace")
        return ""

    def failure(self, what: str, *, lines: int = 8) -> Problem:
        """A sentence for a process that ended by itself, with its last words."""
        said = self.said()
        full = any(words in said for words in ("No space left on device", "Disk quota exceeded"))
        # On a full disk the log itself may have got nothing.
        if full or shutil.disk_usage(self.log.parent).free < NO_ROOM:
            return Problem(
                f"{what}: the disk is full. Make room and start again; nothing needs to be repaired."
            )
        words = "\n".join(f"    {line}" for line in said.strip().splitlines()[-lines:])
        code = self.process.poll() if self.process is not None else None
        return Problem(f"{what} (exit code {code}). The end of {self.log}:\n{words}")


@cache
def dying_with_parent(sign: signal.Signals) -> tuple[str, ...]:
    """The command that makes the kernel send ``sign`` when the parent dies, kill -9 included."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    command = (setpriv, "--pdeathsig", sign.name.removeprefix("SIG"), "--")
    works = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if works else ()


def signal_group(pid: int, sign: signal.Signals, *, whole_group: bool) -> None:
    with contextlib.suppress(ProcessLookupError):
        if whole_group:
            os.killpg(pid, sign)
        else:
            os.kill(pid, sign)


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.05) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def started_at(pid: int) -> str | None:
    """The kernel's start time of a process: with the id it names one process for good, ids alone are reused."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


class Running(Protocol):
    @property
    def pid(self) -> int: ...
    def running(self) -> bool: ...


def remember(children: Sequence[Running], record: Path) -> None:
    lines = [f"{child.pid} {started_at(child.pid)}" for child in children if child.running()]
    record.write_text("\n".join(lines))


def end_leftovers(record: Path) -> int:
    """End what an earlier launcher left behind when it was killed; returns how many there were."""
    if not record.exists():
        return 0
    pairs = [line.split() for line in record.read_text().splitlines()]
    left = [int(pid) for pid, start in pairs if started_at(int(pid)) == start]
    # The first signal is SIGINT, because PostgreSQL would wait for its clients after a SIGTERM.
    for sign, seconds in ((signal.SIGINT, 10), (signal.SIGKILL, 5)):
        for pid in left:
            signal_group(pid, sign, whole_group=False)
        if wait_until(lambda: all(started_at(pid) is None for pid in left), seconds=seconds):
            break
    record.unlink()
    return len(left)


def processes_in(folder: Path) -> list[int]:
    """The processes whose working directory is ``folder``: a PostgreSQL server works in its data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found
