"""Pytest plugin: a throw-away PostgreSQL and Valkey for one run of the suite.

Loaded with ``-p tests.servers`` so that the servers' addresses are in the environment before Django's settings
are read. The controller of pytest-xdist starts them once; each worker gets a database of its own from
pytest-django and a broker number of its own here. With YIZHU_NO_SERVERS=1 nothing is started.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
from collections.abc import Iterator

import pytest

from config.local.throwaway import throwaway_servers


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    if worker and "BROKER_URL" in os.environ:
        number = int(worker[1]) + 1
        os.environ["BROKER_URL"] = re.sub(r"/\d+$", f"/{number}", os.environ["BROKER_URL"])
    elif not worker and not os.environ.get("YIZHU_NO_SERVERS"):
        servers = contextlib.ExitStack()
        ours = "DATABASE_URL" not in os.environ
        servers.enter_context(throwaway_servers(migrated=ours))
        if ours:
            os.environ["MIGRATED_DATABASE"] = "app"
        # Not pytest_unconfigure: other plugins close their connections there, in an order nobody promises.
        atexit.register(servers.close)
    return (yield)
