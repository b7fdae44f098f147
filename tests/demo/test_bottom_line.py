"""The named cases of the bottom line are in the demo, and each went as its name says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assistance.accounts.models import User
from assistance.calculation import Category
from assistance.demo.neighbours.bottom_line import tell_bottom_line
from assistance.demo.neighbours.listed import NAMED
from assistance.payments.models import Award, Recovery
from assistance.policies.operations import release_templates
from assistance.registry.models import Person
from assistance.screening.models import BottomLineCase, BottomLineList, Meeting
from tests.factories.bottom_line import departments
from tests.factories.registry import make_category

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_named_cases_are_told_once_and_end_as_they_should():
    for category in Category:
        make_category(category.value)
    departments()
    call_command("load_organisation", stdout=StringIO())
    release_templates(at=NOW)
    said: list[str] = []
    assert tell_bottom_line(at=NOW, say=said.append) is not None
    assert tell_bottom_line(at=NOW, say=said.append) is None
    assert len(said) == Meeting.objects.count() == 1
    found = {
        case.person.name: (case.finding, case.state, case.proposed)
        for case in BottomLineCase.objects.select_related("person")
    }
    assert set(NAMED.values()) <= set(found) | {"何终年", "徐晚赔"}
    assert found == {
        "夏定安": ("bottom_line", "awarded", Decimal("15000.00")),
        "沈普生": ("bottom_line", "awarded", Decimal("17000.00")),
        "乐又安": ("bottom_line", "awarded", Decimal("8000.00")),
        "汤恰好": ("at_limit", "off", Decimal("0.00")),
        "周迟报": ("bottom_line", "recheck", Decimal("11000.00")),
        "童多付": ("bottom_line", "awarded", Decimal("14000.00")),
    }
    states = sorted(Award.objects.values_list("agency__code", "state"))
    assert states == [*[("330902", "paid")] * 3, ("330903", "due")]
    assert {row.run.period.agency.code for row in BottomLineList.objects.all()} == {
        "330902",
        "330903",
    }
    recovery = Recovery.objects.get()
    assert (recovery.person.name, recovery.amount) == ("童多付", Decimal("5000.00"))
    _each_is_found_by_name_and_explained()


def _each_is_found_by_name_and_explained() -> None:
    """Who is on no list stands on the trial of the first days of January, which says why he is not."""
    shown = {
        "何终年": "2025-12-31",
        "徐晚赔": "49,000.00",
        "夏定安": "15,000.00",
        "乐又安": "8,000.00",
        "童多付": "5,000.00",
    }
    client = Client()
    client.force_login(User.objects.get(username="dinghai.reviewer"))
    for name, figure in shown.items():
        person = Person.objects.get(name=name)
        assert name in _text(client, reverse("people") + f"?q={name}")
        assert _text(client, reverse("person", args=[person.pk])).count("2025 年第 4 季度") >= 1
        case = person.bottom_line_cases.first()
        entry = person.list_entries.get(run__kind="trial")
        page = reverse("bottom_line_case", args=[case.number]) if case else ""
        assert figure in _text(client, page or reverse("list_entry", args=[entry.pk]))


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()
