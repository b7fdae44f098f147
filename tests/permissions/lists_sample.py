"""Long work and recipient lists of Jingning's agency, in every stage that a path needs."""

from __future__ import annotations

from django.utils import timezone

from assistance.jobs.operations import queue_job
from tests.factories.accounts import Cast


class ListsSample:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.now = timezone.now()
        self.job = queue_job(
            "tests.wait",
            target=1,
            subject="十一月名单",
            agency=cast.agency,
            actor=cast.reviewer,
            at=self.now,
            task="tests.wait",
        )
