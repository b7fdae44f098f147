"""A process that has Django ready and forks a worker for each order; a worker dies where its order says.

    python -m tests.faults.zygote PAPERS

Orders come as lines of JSON: operation, arguments, actor, moment, and before which statement what is killed. The
answer is a line with the end of the worker and how many statements it came to.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django

from config import settings_test

Order = dict[str, Any]


class Fate:
    """Counts the statements and strikes before the n-th: the process, or the database under it."""

    def __init__(self, strikes: int, victim: str) -> None:
        self.strikes, self.victim, self.count = strikes, victim, 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, *rest: Any) -> Any:
        self.count += 1
        if self.count == self.strikes:
            if self.victim == "process":
                os.kill(os.getpid(), signal.SIGKILL)
            execute("SELECT pg_terminate_backend(pg_backend_pid())", None, *rest)
        return execute(sql, params, *rest)


def run(order: Order) -> None:
    from django.db import DatabaseError, connection  # noqa: PLC0415 - the settings come first

    from assistance.shared.errors import Refused  # noqa: PLC0415
    from tests.faults.orders import ORDERS  # noqa: PLC0415

    fate, end = Fate(order["strikes"], order["victim"]), "done"
    try:
        with connection.execute_wrapper(fate):
            ORDERS[order["what"]](order["of"], datetime.fromisoformat(order["at"]))
    except DatabaseError:
        end = "database away"
    except Refused as error:
        end = f"refused: {error}"
    answer(end, fate.count)


def answer(end: str, statements: int) -> None:
    sys.stdout.write(json.dumps([end, statements]) + "\n")
    sys.stdout.flush()


def main() -> None:
    settings_test.STORAGES["papers"]["OPTIONS"]["location"] = sys.argv[1]
    django.setup()
    answer("ready", 0)
    for line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            run(json.loads(line))
            os._exit(0)
        _pid, status = os.waitpid(worker, 0)
        if os.WIFSIGNALED(status):
            answer("killed", 0)


if __name__ == "__main__":
    main()
