"""Who is missed by the list of those that had no assistance."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from assistance.policies.operations import release_templates
from assistance.registry.models import Person, PersonChange
from assistance.settlements.models import LateFigure, Settlement
from assistance.settlements.operations import reverse_bill
from assistance.settlements.queries import unassisted
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db


def test_a_reversed_bill_without_a_right_takes_nobody_off_the_list():
    """Two outpatient bills our rule gives nothing for; one is taken back, the other turns out to be due."""
    release_templates(at=timezone.now())
    person = make_person("未救助", category="DIBIAN")
    when = {"setl_time": "2025-06-15 10:00:00", "med_type": "11"}
    deliver(make_source(city="lanxi"), bill_row(person, **when), bill_row(person, **when))
    wrong, right = Settlement.objects.order_by("pk")
    assert (wrong.own_figure, right.own_figure) == (0, 0)
    reverse_bill(wrong, reason="重复", actor=None, at=timezone.now())
    change = PersonChange.objects.filter(person=person).latest("id")
    LateFigure.objects.create(
        settlement=right, before=0, figure=500, change=change, at=timezone.now()
    )
    month, people = date(2025, 6, 1), Person.objects.all()
    assert unassisted(people, month).get() == person
