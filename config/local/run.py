"""`make run`: the database, the broker, the web server, the worker and the beat, from one terminal."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Sequence
from types import FrameType

from config.local.install import ROOT, Problem, explain, say
from config.local.processes import Child, end_leftovers, remember, wait_until
from config.local.servers import PostgreSQL, Valkey
from config.local.surroundings import (
    Address,
    build_environment,
    make_folders,
    only_one,
    read_address,
    require_port,
)

VAR = ROOT / "var"
LOGS = VAR / "log"
RECORD = VAR / "run" / "children"
ACCOUNTS = VAR / "run" / "accounts.txt"
RESTARTS, WITHIN = 5, 60.0  # so many new starts in so many seconds, then it gives up

Service = Child | PostgreSQL | Valkey


class Stopped(BaseException):
    """Somebody asked the launcher to stop."""


def main() -> int:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop_once)
    os.chdir(ROOT)
    try:
        launch(read_address())
    except Stopped:
        say("Yizhu has stopped. Its data is kept in var/; `make run` starts it again.")
        return 0
    except Problem as problem:
        return complain(problem)
    except OSError as error:
        return complain(explain(error))
    return 0


def stop_once(_sign: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut the stopping short, or the servers would be left to heal themselves.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    say("\nStopping …")
    raise Stopped


def complain(problem: Problem) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"\n{problem}\n")
    return 1


def launch(address: Address) -> None:
    """Start everything and watch over it until somebody stops it."""
    began = time.monotonic()
    make_folders(VAR)
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_one(VAR, address))
        if end_leftovers(RECORD):
            say("An earlier start had been cut short; what was left of it has been ended.")
        require_port(address)
        environment = build_environment(VAR, address)
        say("Yizhu 医助 is starting")
        services = start_servers(stack, environment)
        prepare(stack, environment)
        children = program(address, environment)
        stack.callback(stop_together, children)
        services += children
        for child in children:
            child.start()
            remember(services, RECORD)
            # First and alone: worker and beat would take the processor from it.
            if child.name == "web":
                wait_for_web(child, address)
        announce(address, time.monotonic() - began)
        watch(services)


def start_servers(stack: contextlib.ExitStack, environment: dict[str, str]) -> list[Service]:
    """Start the database and the broker that the environment does not name."""
    services: list[Service] = []
    for name, server in (
        ("DATABASE_URL", PostgreSQL(VAR / "postgres", log=LOGS / "database.log")),
        ("BROKER_URL", Valkey(VAR / "valkey", log=LOGS / "broker.log")),
    ):
        if environment.get(name):
            say(f"  The {server.name} is the one that {name} names")
            continue
        stack.callback(server.stop)
        server.start()
        environment[name] = server.url
        services.append(server)
    return services


def prepare(stack: contextlib.ExitStack, environment: dict[str, str]) -> None:
    """Migrate, collect static files and load the demo; a step that was cut short goes on at the next start."""
    ACCOUNTS.unlink(missing_ok=True)
    command = [sys.executable, "-m", "config.local.prepare", str(ACCOUNTS)]
    child = Child("prepare", command, log=LOGS / "prepare.log", env=environment, speaks=True)
    stack.callback(child.stop)
    child.start()
    if child.wait():
        raise child.failure("The database could not be prepared", lines=1)


def program(address: Address, environment: dict[str, str]) -> list[Child]:
    """Yizhu's own processes, in the order in which they start."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "config"]
    quiet = ["--without-gossip", "--without-mingle"]
    gunicorn = ["--bind", address.bind, "--workers", "2", "--threads", "4", "--preload"]
    gunicorn += ["--graceful-timeout", "10", "--no-control-socket"]
    if os.access("/dev/shm", os.W_OK):
        gunicorn += ["--worker-tmp-dir", "/dev/shm"]
    commands = {
        "web": [*python, "gunicorn", "config.wsgi", *gunicorn],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", *quiet],
        "beat": [*celery, "beat", "--pidfile", "", "--loglevel", "INFO"],
    }
    return [
        Child(name, command, log=LOGS / f"{name}.log", env=environment)
        for name, command in commands.items()
    ]


def wait_for_web(web: Child, address: Address) -> None:
    if not wait_until(lambda: not web.running() or answers(address), seconds=90, step=0.1):
        raise web.failure("The web server did not become ready within 90 seconds")
    if not web.running():
        raise web.failure("The web server did not start")


def answers(address: Address) -> bool:
    """Whether the readiness page answers; one that says "not yet" (503) does not count."""
    connection = http.client.HTTPConnection(address.reachable, address.port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status != http.HTTPStatus.SERVICE_UNAVAILABLE
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(address: Address, seconds: float) -> None:
    say(f"\nYizhu 医助 is ready after {seconds:.0f} s:  {address.url}\n")
    with contextlib.suppress(OSError):
        say(ACCOUNTS.read_text())
    say("Logs are in var/log, data in var. Ctrl-C stops everything.")


def watch(services: Sequence[Service]) -> None:
    """Start again whatever ends by itself; give up on something that keeps ending."""
    restarts: deque[float] = deque(maxlen=RESTARTS)
    while True:
        time.sleep(0.5)
        for service in services:
            if service.running():
                continue
            if len(restarts) == RESTARTS and time.monotonic() - restarts[0] < WITHIN:
                raise ended(service).failure(f"The {service.name} keeps ending by itself")
            restarts.append(time.monotonic())
            say(f"The {service.name} has ended by itself and is started again.")
            service.start()
            remember(services, RECORD)


def ended(service: Service) -> Child:
    child = service if isinstance(service, Child) else service.child
    if child is None:
        raise Problem(f"The {service.name} keeps ending by itself.")
    return child


def stop_together(children: Sequence[Child]) -> None:
    """All are asked at once, the web server first, so that nothing new comes in."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()
    RECORD.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
