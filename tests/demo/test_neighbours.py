"""The counties beside the demo county came in by files alone, and by the product's own imports."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from assistance.accounts.models import Agency
from assistance.calculation import Category
from assistance.demo.models import DemoCounty
from assistance.demo.neighbours.load import load_neighbours
from assistance.demo.neighbours.people import PLACES
from assistance.demo.neighbours.registered import VILLAGE
from assistance.policies.operations import release_templates
from assistance.registry.models import ListImport, Person, RecipientSpan
from assistance.registry.queries import registered_elsewhere
from assistance.screening.models import ListEntry, ListRun, PartnerOffice, Push
from assistance.screening.states import PUSHED
from assistance.settlements.models import (
    BillImport,
    BillInDoubt,
    LaterPayment,
    PayerDoubt,
    PsychiatricMark,
    Settlement,
)
from assistance.settlements.queries import differing_bills
from assistance.settlements.recount import account_differences
from tests.factories.registry import make_category

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_every_neighbour_comes_in_by_its_files():
    for category in Category:
        make_category(category.value)
    call_command("load_organisation", stdout=StringIO())
    release_templates(at=NOW)
    said: list[str] = []
    # One of Zhoushan's five, Lanxi and Wencheng; `make run` loads them all.
    places = PLACES[-3:]
    assert [place.city for place in PLACES] == ["zhoushan"] * 5 + ["lanxi", "wenzhou"]
    load_neighbours(at=NOW, people=18, months=3, places=places, say=said.append)
    assert len(said) == len(places)
    for place in places:
        agency = Agency.objects.get(code=place.agency)
        lists = ListImport.objects.filter(agency=agency)
        assert lists.filter(stage="applied").count() >= 2, place
        assert not lists.filter(stage__in=ListImport.OPEN).exists()
        assert RecipientSpan.objects.filter(person__agency=agency, last_day=None).exists()
        # Whom no department names comes in with the insured, and his bills with him.
        others = Person.objects.filter(agency=agency, recipient_spans=None)
        assert others.filter(enrolments__source__department="insurance").exists()
        assert Settlement.objects.filter(person__agency=agency).exists()
        files = [file.file_name for file in BillImport.objects.filter(source__agency=agency)]
        # The other one is of the rows that waited for their people.
        assert len([name for name in files if name.startswith("结算")]) == 1
    assert BillInDoubt.objects.filter(reason="unknown_person").exists()
    assert LaterPayment.objects.exists() or PayerDoubt.objects.exists()
    assert PsychiatricMark.objects.exists()
    assert differing_bills(Settlement.objects.all()).exists()
    left = RecipientSpan.objects.filter(person__residences__village=VILLAGE).first()
    assert left is not None
    assert registered_elsewhere(left.person, NOW.date()) is not None
    assert list(account_differences()) == []
    done = ListRun.objects.filter(state="done").values_list("period__kind", "period__agency__code")
    assert {kind for kind, code in done if code == "330922"} >= {"zhipin", "fanpin", "watch"}
    assert {kind for kind, code in done if code != "330922"} == {"alarm"}
    assert ListEntry.objects.exists()
    desks = PartnerOffice.objects.filter(agency__code="330922")
    assert [desk.members.count() for desk in desks] == [1, 1, 1]
    # Where there are only warnings of large costs, civil affairs is told of them.
    others = PartnerOffice.objects.exclude(pk__in=desks).values_list("kind", flat=True)
    assert list(others) == ["civil_affairs"] * 2
    listed = ListEntry.objects.filter(run__period__kind__in=sorted(PUSHED))
    assert set(Push.objects.values_list("person", flat=True)) == set(
        listed.values_list("person", flat=True)
    )
    counted = Settlement.objects.count(), ListImport.objects.count()
    load_neighbours(at=NOW, people=18, months=3, places=places, say=said.append)
    assert (Settlement.objects.count(), ListImport.objects.count()) == counted
    assert DemoCounty.objects.count() == len(places)
