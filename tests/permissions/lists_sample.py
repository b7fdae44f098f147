"""Long work and recipient lists of Jingning's agency, in every stage that a path needs."""

from __future__ import annotations

from django.utils import timezone

from assistance.jobs.models import ListExport
from assistance.jobs.operations import keep_export, order_export, queue_job
from assistance.registry.models import ListImport, Reconciliation
from assistance.registry.operations.reconciling import decide_differences, open_reconciliation
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
        self.export = self._export()
        self.source = make_source("DIBAO")
        self.previewed = previewed(self.source, row(new_number()))
        self.applied = applied(
            make_source("YOUFU", department="veterans"), row(new_number(), category="YOUFU")
        )
        self.reconciliation = open_reconciliation(self.applied, actor=cast.reviewer, at=self.now)
        self.decided = self._decided()
        self.guarded = self._guarded("union")
        self.approvers = self._guarded("health")
        ListImport.objects.filter(pk=self.approvers.pk).update(uploaded_by=cast.approver)

    def _export(self) -> ListExport:
        job = order_export(
            address="/people/",
            subject="people, csv",
            language="zh-hans",
            actor=self.cast.reviewer,
            at=self.now,
        )
        return keep_export(
            ListExport.objects.get(pk=job.target),
            content=b"x",
            filename="people.csv",
            media_type="text/csv",
            rows=1,
            at=self.now,
        )

    def _decided(self) -> Reconciliation:
        listing = applied(
            make_source("SANLAO", department="other"), row(new_number(), category="SANLAO")
        )
        made = open_reconciliation(listing, actor=self.cast.reviewer, at=self.now)
        decide_differences(
            made,
            rows=[made.differences.get().pk],
            decision="theirs",
            note="",
            actor=self.cast.reviewer,
            at=self.now,
        )
        return made

    def _guarded(self, department: str) -> ListImport:
        """As if it ended more than its source lets pass."""
        listing = previewed(
            make_source("OTHER", department=department), row(new_number(), category="OTHER")
        )
        listing.counts |= {"guarded": True, "ended": 1}
        listing.save(update_fields=["counts"])
        return listing
