"""Long work and recipient lists of Jingning's agency, in every stage that a path needs."""

from __future__ import annotations

from django.utils import timezone

from assistance.jobs.operations import queue_job
from assistance.registry.models import ListImport
from tests.factories.accounts import Cast
from tests.factories.lists import applied, make_source, previewed, row
from tests.factories.registry import new_number


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
        self.source = make_source("DIBAO")
        self.previewed = previewed(self.source, row(new_number()))
        self.applied = applied(
            make_source("YOUFU", department="veterans"), row(new_number(), category="YOUFU")
        )
        self.guarded = self._guarded("union")
        self.approvers = self._guarded("health")
        ListImport.objects.filter(pk=self.approvers.pk).update(uploaded_by=cast.approver)

    def _guarded(self, department: str) -> ListImport:
        """As if it ended more than its source lets pass."""
        listing = previewed(
            make_source("OTHER", department=department), row(new_number(), category="OTHER")
        )
        listing.counts |= {"guarded": True, "ended": 1}
        listing.save(update_fields=["counts"])
        return listing
