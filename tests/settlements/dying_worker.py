"""A worker in a process of its own that stops in the middle of a delivery and waits to be killed.

    python -m tests.settlements.dying_worker STEPS FOLDER

FOLDER is where the papers of the test lie.
"""

from __future__ import annotations

import sys
from typing import Any

import django

from config import settings_test


class Pausing:
    """Says so and waits when its progress is told for the n-th time."""

    def __init__(self, after: int) -> None:
        self.left = after

    def tell(self, **progress: Any) -> None:
        self.left -= 1
        if self.left == 0:
            sys.stdout.write(f"here: {progress.get('message', '')}\n")
            sys.stdout.flush()
            sys.stdin.readline()


def main() -> None:
    settings_test.STORAGES["papers"]["OPTIONS"]["location"] = sys.argv[2]
    django.setup()
    from django.utils.timezone import now  # noqa: PLC0415 - the settings come first

    from assistance.jobs.operations import claim_job  # noqa: PLC0415
    from assistance.settlements.tasks import EXECUTORS  # noqa: PLC0415

    job = claim_job(EXECUTORS, worker="dying", at=now())
    assert job is not None
    EXECUTORS[job.kind](job, Pausing(int(sys.argv[1])))


if __name__ == "__main__":
    main()
