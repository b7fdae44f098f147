"""What the lists led to: listed, verified, recognised, by the rule they were drawn up under."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.policies.models import PolicyVersion
from assistance.screening.models import ListEntry, ListRun, PushAnswer
from assistance.screening.queries.pushes import pushes_visible_to
from assistance.screening.states import PUSHED, ListKind, PushState, RunKind, RunState
from assistance.shared.money import ZERO, from_fen

RECOGNISED = Q(state__in=[PushState.RECOGNISED, PushState.MOVED])
VERIFIED = RECOGNISED | Q(
    state__in=[PushState.NOT_RECOGNISED, PushState.AIDED, PushState.NOT_AIDED]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleYield:
    """People, each counted once however many months he stood on the list; aid in yuan."""

    list: ListKind
    version: PolicyVersion
    threshold: Decimal
    first: date
    last: date
    listed: int
    pushed: int
    verified: int
    recognised: int
    aided: int
    aid: Decimal

    @property
    def percent(self) -> Decimal | None:
        """Recognised of those verified, in percent; None where nobody was."""
        if not self.verified:
            return None
        return (Decimal(100) * self.recognised / self.verified).quantize(Decimal("0.1"))


def yields(user: User) -> list[RuleYield]:
    """A row for each list, version and threshold of the agencies the user sees, the newest first."""
    groups: dict[tuple[str, int, int], list[ListRun]] = defaultdict(list)
    for run in _runs(user):
        kind = ListKind(run.period.kind)
        threshold = int(run.parameters["limit"])
        groups[kind, run.version_id, threshold].append(run)
    return [_yield(user, runs, key[2]) for key, runs in groups.items()]


def _runs(user: User) -> QuerySet[ListRun]:
    rows = ListRun.objects.filter(state=RunState.DONE, period__kind__in=sorted(PUSHED))
    rows = rows.exclude(kind=RunKind.TRIAL).select_related("period", "version")
    return (
        scope_of(user)
        .filter(rows, agency="period__agency", township=None)
        .order_by("-as_of", "-id")
    )


def _yield(user: User, runs: list[ListRun], threshold: int) -> RuleYield:
    pks = [run.pk for run in runs]
    listed = ListEntry.objects.filter(run__in=pks).aggregate(n=Count("person", distinct=True))
    pushes = pushes_visible_to(user).order_by().filter(hand_out__run__in=pks)
    counts = pushes.aggregate(
        pushed=Count("person", distinct=True),
        verified=Count("person", filter=VERIFIED, distinct=True),
        recognised=Count("person", filter=RECOGNISED, distinct=True),
        aided=Count("person", filter=Q(state=PushState.AIDED), distinct=True),
    )
    given = PushAnswer.objects.filter(
        push__in=pushes.filter(state=PushState.AIDED).values("pk"), answer=PushState.AIDED
    )
    newest = given.order_by("push", "-id").distinct("push").values("pk")
    aid = PushAnswer.objects.filter(pk__in=newest).aggregate(sum=Sum("amount"))["sum"]
    return RuleYield(
        list=ListKind(runs[0].period.kind),
        version=runs[0].version,
        threshold=from_fen(threshold),
        first=min(run.as_of for run in runs),
        last=max(run.as_of for run in runs),
        listed=listed["n"],
        aid=aid or ZERO,
        **counts,
    )
