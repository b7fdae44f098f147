"""Starts Yizhu as a newcomer would, logs in, stops it with Ctrl-C, and does so again; needs no library."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

FIRST_SECONDS, SECOND_SECONDS = (
    900,
    90,
)  # the second takes seconds, on a machine that has nothing else to do


def main() -> int:
    port = free_port()
    first = start_and_stop(port, FIRST_SECONDS)
    second = start_and_stop(port, SECOND_SECONDS)
    print(f"First start {first:.0f} s, second start {second:.1f} s")
    return 0


def start_and_stop(port: int, patience: float) -> float:
    """One life of `make run`; returns the seconds until it was ready."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        # A process group of its own: Ctrl-C reaches make and the launcher together, as in a terminal.
        make = subprocess.Popen(
            ["make", "run"],
            env={**os.environ, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health/", make, patience)
            wait_for(f"http://127.0.0.1:{port}/health/ready", make, 60)
            seconds = time.monotonic() - began
            time.sleep(1)  # until the accounts are printed
            log_in(f"http://127.0.0.1:{port}")
        finally:
            stop(make)
            output.seek(0)
            said = output.read()
            print(said)
    require("Yizhu has stopped" in said, "The launcher did not say that it stopped")
    require("Traceback" not in said, "The launcher showed a traceback")
    require_nothing_left()
    return seconds


def wait_for(url: str, make: subprocess.Popen[bytes], patience: float) -> None:
    give_up = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                require(answer.status == 200, f"{url} answered {answer.status}")
                return
        except OSError:
            require(make.poll() is None, "make run ended by itself")
            require(time.monotonic() < give_up, f"No answer from {url} within {patience:.0f} s")
            time.sleep(0.1)


def log_in(site: str) -> None:
    """Log in as the first demo account that the launcher printed and open the start page."""
    rows = Path("var/run/accounts.txt").read_text().splitlines()
    _role, name, password, *_scope = re.split(r" {2,}", rows[1])
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    page = browser.open(f"{site}/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    require(token is not None, "The log-in page has no form")
    form = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
    with browser.open(f"{site}/login/", urllib.parse.urlencode(form).encode()) as answer:
        require(answer.status == 200 and "/login" not in answer.url, f"{name} could not log in")
        sheet = re.search(r'href="(/static/[^"]+\.css)"', answer.read().decode())
    require(sheet is not None, "The start page has no style sheet")
    with browser.open(site + sheet[1]) as answer:
        require(answer.status == 200, f"{sheet[1]} answered {answer.status}")
    print(f"{name} logged in and got the start page with its style sheet")


def stop(make: subprocess.Popen[bytes]) -> None:
    if make.poll() is None:
        os.killpg(make.pid, signal.SIGINT)
    try:
        make.wait(40)
    except subprocess.TimeoutExpired:
        os.killpg(make.pid, signal.SIGKILL)
        raise SystemExit("make run did not stop within 40 s of Ctrl-C") from None


def require_nothing_left() -> None:
    here = str(Path.cwd())
    time.sleep(0.5)
    left = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if here in words and int(entry.name) != os.getpid():
            left.append(words)
    require(not left, f"Processes are left: {left}")


def require(condition: bool, sentence: str) -> None:
    if not condition:
        raise SystemExit(sentence)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
