"""The partner's desk, the agency's view of it, and people to phone, on screen."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from assistance.registry.models import AccessLog
from assistance.screening.models import Prospect, Push
from assistance.screening.operations import push_run
from assistance.screening.states import PartnerKind
from tests.factories.accounts import Cast
from tests.factories.registry import make_person
from tests.factories.screening import make_entry, make_office, make_run, seat

pytestmark = pytest.mark.django_db


def queries_for(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_a_partner_sees_what_was_pushed_and_no_other_page(as_user):
    civil, cross = make_office(), make_office(PartnerKind.UNION, recognises=True)
    person = make_person("蓝致贫", phone="13905780001")
    push_run(make_run(None, person, burden="34567.89"), at=now())
    push, other = Push.objects.get(office=civil), Push.objects.get(office=cross)
    browser = as_user(seat(civil, "member"))
    for page in (
        browser.get(reverse("pushes")).content.decode(),
        browser.get(reverse("push", args=[push.pk])).content.decode(),
        browser.get(reverse("pushes"), {"format": "csv"}).content.decode("utf-8-sig"),
    ):
        assert "蓝致贫" in page
        for hidden in (person.id_number, person.phone, "34,567.89", "34567.89"):
            assert hidden not in page
    for address in (
        reverse("push", args=[other.pk]),
        reverse("answer_push", args=[other.pk]),
        reverse("person", args=[person.pk]),
    ):
        assert browser.get(address).status_code == 404
    assert browser.post(reverse("push_number", args=[other.pk])).status_code == 404
    kinds = list(AccessLog.objects.order_by("id").values_list("kind", "person"))
    assert kinds == [("pushed", None), ("pushed", person.pk), ("pushed", None), ("export", None)]


def test_many_answers_are_refused_or_sent_as_a_whole(as_user):
    office = make_office()
    push_run(make_run(None, make_person(), make_person()), at=now())
    browser, rows = as_user(seat(office, "member")), list(Push.objects.values_list("pk", flat=True))
    address = reverse("answer_pushes")
    browser.post(address, {"number": rows, "answer": "not_recognised"})
    assert not Push.objects.exclude(state="open").exists()
    browser.post(address, {"number": rows, "answer": "not_recognised", "note": "收入超标"})
    assert Push.objects.filter(state="not_recognised").count() == 2
    assert (
        browser.post(address, {"number": [*rows, 10**9], "answer": "recognised"}).status_code == 403
    )


def test_lists_cost_the_same_queries_however_long(as_user):
    office, cast = make_office(), Cast()
    member, reviewer, clerk = (
        as_user(seat(office, "member")),
        as_user(cast.reviewer),
        as_user(cast.clerk),
    )
    run = make_run(None, make_person())
    push_run(run, at=now())

    def prospect(person):
        Prospect.objects.create(
            person=person,
            agency=cast.agency,
            township=cast.township,
            year=localdate().year,
            why=Prospect.Why.HIGH_COST,
            made_at=now(),
        )

    prospect(make_person())
    pages = [
        (member, "pushes"),
        (reviewer, "pushes"),
        (reviewer, "hand_outs"),
        (clerk, "prospects"),
    ]
    few = [queries_for(browser, reverse(name)) for browser, name in pages]
    people = [make_person() for _n in range(6)]
    first = Push.objects.get()
    for person in people:
        entry = make_entry(run, person)
        Push.objects.create(
            **{
                name: getattr(first, name)
                for name in (
                    [
                        "hand_out",
                        "office",
                        "agency",
                        "township",
                        "list",
                        "month",
                        "band",
                        "fields",
                        "due_on",
                        "pushed_at",
                    ]
                )
            },
            person=person,
            entry=entry,
        )
        prospect(person)
    assert [queries_for(browser, reverse(name)) for browser, name in pages] == few


def test_a_call_that_agrees_leads_to_the_draft(as_user, desk):
    person = desk.person()
    row = Prospect.objects.create(
        person=person,
        agency=desk.cast.agency,
        township=desk.cast.township,
        year=localdate().year,
        why=Prospect.Why.HIGH_COST,
        made_at=now(),
    )
    browser, address = as_user(desk.cast.clerk), reverse("call_prospect", args=[row.pk])
    page = browser.get(reverse("prospect", args=[row.pk])).content.decode()
    assert "60,000" not in page
    assert f'"{address}"' in page
    response = browser.post(address, {"outcome": "agreed"})
    row.refresh_from_db()
    assert row.application is not None
    assert response.url == reverse("application", args=[row.application.number])


def test_the_workbench_tells_what_waits(as_user):
    office, cast = make_office(), Cast()
    push_run(make_run(None, make_person()), at=now())
    assert "待本部门反馈" in as_user(seat(office, "member")).get("/").content.decode()
    Push.objects.update(escalated_at=now(), due_on="2026-01-05")
    assert "协同部门反馈逾期" in as_user(cast.reviewer).get("/").content.decode()
