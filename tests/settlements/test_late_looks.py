"""A look for later knowledge that somebody is in the way of, and what it may not lose."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from assistance.registry.models import RecipientSpan
from assistance.registry.operations import record_death
from assistance.settlements.models import BillWarning, LateFigure, LateLook, Settlement
from assistance.settlements.operations import late
from assistance.settlements.operations.deliveries.deliver import ONE_AT_A_TIME
from assistance.settlements.operations.late import look_again
from tests.factories.deliveries import bill_row
from tests.factories.registry import make_person
from tests.settlements.test_late_knowledge import (
    KNOWN,
    NIGHT,
    bill,
    differing,
    documents,
    recognised,
    send,
)

pytestmark = pytest.mark.django_db
__all__ = ["documents"]


def test_a_history_that_is_refused_as_such_ends():
    """A recognition to a day that the calculation does not take refuses every bill; nobody waits for ever."""
    person = make_person(category="DIBAO")
    RecipientSpan.objects.update(last_day=date(9999, 12, 31))
    send("settled", bill_row(person, setl_time="2026-05-25"))
    sent = Settlement.objects.get()
    assert (sent.assistance, sent.own_figure) == (0, None)
    assert BillWarning.objects.get().kind == BillWarning.Kind.NO_FIGURE
    assert look_again(at=NIGHT) == (0, 0)


def test_a_look_while_a_delivery_is_open_is_made_again():
    """The delivery asked for recognitions before this one came, and its bills are not seen yet."""
    recognised(make_person(), date(2026, 5, 1))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME)
        look_again(at=KNOWN)
        assert LateLook.objects.latest("id").last_change == 0
        other.rollback()
        look_again(at=NIGHT)
        assert LateLook.objects.latest("id").last_change > 0
    finally:
        other.close()


def test_a_slice_that_fails_stops_no_other(monkeypatch, caplog):
    people = [make_person() for _ in range(3)]
    send("recorded", *(bill(person, 30_000, "2026-05-20") for person in people))
    look_again(at=KNOWN)
    before = LateLook.objects.latest("id")
    for person in people:
        recognised(person, date(2026, 8, 15))
    monkeypatch.setattr(late, "AT_ONCE", 1)
    first = Settlement.objects.get(person=people[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE settlements_latefigure ADD CONSTRAINT in_the_way"
            f" CHECK (settlement_id <> {first.pk})"
        )
    assert look_again(at=NIGHT) == (2, 1)
    kept = LateLook.objects.latest("id")
    assert kept.pk != before.pk
    assert (kept.last_change, kept.last_bill) == (before.last_change, before.last_bill)
    assert "IntegrityError" in caplog.text
    assert "settlements_latefigure" not in caplog.text
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE settlements_latefigure DROP CONSTRAINT in_the_way")
    assert look_again(at=NIGHT) == (1, 0)
    assert LateFigure.objects.latest("id").settlement == first
    assert LateLook.objects.latest("id").last_change > before.last_change


def test_what_was_granted_after_the_death_fills_the_limit_while_it_is_out():
    """80,000 of 120,000 went to a stay that began after the death: until it is back the other has 40,000."""
    person = make_person(category="DIBAO")
    after = {"begndate": "2026-05-20", "enddate": "2026-05-25"}
    in_life = {"begndate": "2026-04-20", "enddate": "2026-05-02"}
    send(
        "settled",
        bill(person, 100_000, "2026-05-25", **after),
        bill(person, 100_000, "2026-05-26", **in_life),
    )
    granted = Settlement.objects.order_by("settled_on").values_list("assistance", flat=True)
    assert list(granted) == [80_000, 40_000]
    record_death(person, died_on=date(2026, 5, 10), actor=None, at=KNOWN)
    assert look_again(at=NIGHT) == (1, 0)
    assert differing() == [(80_000, 80_000, 0)]
