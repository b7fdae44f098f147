"""Whatever the months bring: the same file again changes nothing, undone is as before, and a full list
leaves its department with just the people it names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assistance.registry.models import ListImport, ListRow, RecipientSpan
from assistance.registry.operations import lists
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.lists import apply, make_source, previewed, row
from tests.factories.registry import new_number
from tests.factories.sizes import examples

PEOPLE = 5
FIRSTS = [date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 15)]
LASTS = ["", "2026-12-31", "2027-06-30"]
# What a month's list says of one person: nothing, or category, first day and end date.
STATEMENT = st.none() | st.tuples(
    st.sampled_from(["DIBAO", "DIBIAN"]), st.sampled_from(FIRSTS), st.sampled_from(LASTS)
)
MONTHS = st.lists(
    st.lists(STATEMENT, min_size=PEOPLE, max_size=PEOPLE).filter(any), min_size=2, max_size=4
)


def state() -> list[tuple[Any, ...]]:
    """All recognitions that count, with who keeps them."""
    spans = RecipientSpan.objects.filter(voided_at__isnull=True)
    return sorted(
        spans.values_list(
            "person_id", "category_id", "first_day", "last_day", "source_id", "as_of"
        ),
        key=str,
    )


def rows_of(month: list[Any], numbers: list[str]) -> list[tuple[str, ...]]:
    return [
        row(number, category=said[0], first=said[1], last=said[2])
        for number, said in zip(numbers, month, strict=True)
        if said is not None
    ]


def applied_or_put_away(listing: ListImport) -> bool:
    try:
        apply(listing)
    except Refused:
        lists.discard_list(
            ListImport.objects.get(pk=listing.pk),
            reason="无变化",
            actor=Cast().reviewer,
            at=timezone.now(),
        )
        return False
    return True


def check_months(months: list[list[Any]], numbers: list[str]) -> None:
    source, reviewer = make_source(), Cast().reviewer
    for number, month in enumerate(months):
        as_of, rows = date(2026, 7 + number, 1), rows_of(month, numbers)
        before = state()
        listing = previewed(source, *rows, as_of=as_of)
        if not applied_or_put_away(listing):
            assert state() == before
            continue
        after = state()
        lists.undo_list(listing, reason="试", actor=reviewer, at=timezone.now())
        assert state() == before
        apply(previewed(source, *rows, as_of=as_of))
        assert [line[:4] for line in state()] == [line[:4] for line in after]
        again = previewed(source, *rows, as_of=as_of)
        assert not again.rows.filter(
            outcome__in=[ListRow.Outcome.NEW, ListRow.Outcome.CHANGED, ListRow.Outcome.ENDED]
        ).exists()
        assert not applied_or_put_away(again)
        named = {(said[0], i) for i, said in enumerate(month) if said}
        assert len(standing(as_of)) <= len(named) + in_doubt(again)


def standing(day: date) -> set[Any]:
    return {line[:2] for line in state() if line[3] is None or line[3] >= day}


def in_doubt(listing: ListImport) -> int:
    return listing.rows.filter(outcome=ListRow.Outcome.DOUBT).count()


@pytest.mark.prove
@pytest.mark.django_db
def test_apply_then_undo_is_before_and_the_same_file_twice_is_nothing():
    numbers = [new_number() for _ in range(PEOPLE)]

    @settings(
        max_examples=examples(5),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(MONTHS)
    def whatever_comes(months: list[list[Any]]) -> None:
        with transaction.atomic():
            check_months(months, numbers)
            transaction.set_rollback(True)

    whatever_comes()
    assert not connection.needs_rollback
