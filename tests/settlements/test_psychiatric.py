from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from assistance.entitlements.models import Entry
from assistance.policies.operations import release_templates
from assistance.registry.models import AccessLog, Certificate
from assistance.registry.operations.certificates import certify
from assistance.settlements.models import PsychiatricMark, PsychiatricTerm, Settlement
from assistance.settlements.operations.psychiatric import decide_mark, propose_marks
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.deliveries import HEADER, bill_row, deliver, make_source, refund_of
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db
WITH_DIAGNOSIS = (*HEADER, "dise_codg", "dise_name")


@pytest.fixture(autouse=True)
def terms(db):
    """As they are seeded, and made anew in a database without them."""
    for kind, text, verdict in (
        ("code", "F2", "yes"),
        ("code", "F", "unclear"),
        ("name", "精神分裂", "yes"),
        ("name", "精神障碍", "unclear"),
    ):
        PsychiatricTerm.objects.get_or_create(
            kind=kind,
            text=text,
            first_day=date(2019, 1, 1),
            defaults={"verdict": verdict, "source": "ICD-10"},
        )


def send(person, *diagnoses: tuple[str, str]) -> list[Settlement]:
    rows = [bill_row(person, dise_codg=code, dise_name=name) for code, name in diagnoses]
    deliver(make_source(), *rows, header=WITH_DIAGNOSIS)
    return list(Settlement.objects.order_by("id"))


def test_the_list_proposes_by_the_longest_code_then_by_the_name(cast):
    bills = send(
        make_person(),
        ("F20.0", "偏执型精神分裂症"),
        ("F41.1", "广泛性焦虑障碍"),
        ("", "精神分裂症"),
        ("", "未特指的精神障碍"),
        ("G40.2", "癫痫"),
        ("", ""),
    )
    marks = {mark.settlement_id: mark for mark in PsychiatricMark.objects.all()}
    assert [marks[bill.pk].proposal for bill in bills[:4]] == ["yes", "unclear", "yes", "unclear"]
    assert [marks[bill.pk].counts for bill in bills[:4]] == [True, False, True, False]
    assert len(marks) == 4


def test_a_person_decides_and_the_list_does_not_undo_it(cast):
    (bill,) = send(make_person(), ("F41.1", "焦虑"))
    mark = PsychiatricMark.objects.get()
    now = timezone.now()
    with pytest.raises(Refused):
        decide_mark(mark, decided=True, reason=" ", actor=cast.reviewer, at=now)
    for user in (cast.clerk, cast.approver, cast.outside_reviewer):
        with pytest.raises(NotAllowed):
            decide_mark(mark, decided=True, reason="看过", actor=user, at=now)
    mark = decide_mark(mark, decided=True, reason="出院小结", actor=cast.reviewer, at=now)
    assert mark.counts
    PsychiatricTerm.objects.filter(text="F").update(verdict="yes")
    assert propose_marks() == 0
    mark.refresh_from_db()
    assert (mark.decided, mark.proposal, mark.settlement) == (True, "unclear", bill)


def test_a_changed_list_proposes_anew_what_nobody_decided(cast):
    send(make_person(), ("F41.1", "焦虑"))
    PsychiatricTerm.objects.filter(text="F").update(last_day=date(2024, 12, 31))
    assert propose_marks() == 0
    PsychiatricTerm.objects.create(
        kind="code", text="F41", verdict="yes", source="省清单", first_day=date(2025, 1, 1)
    )
    assert propose_marks() == 1
    assert PsychiatricMark.objects.get().counts


def test_the_list_of_marks_asks_for_decisions_and_is_masked(cast, client):
    person = make_person()
    rows = [bill_row(person, dise_codg="F41.1"), bill_row(person, dise_codg="F20.1")]
    source = make_source()
    deliver(source, *rows, header=WITH_DIAGNOSIS)
    client.force_login(cast.reviewer)
    shown = client.get(reverse("marks")).content.decode()
    waiting = PsychiatricMark.objects.get(proposal="unclear")
    assert shown.count("F41.1") == 1
    assert "F20.1" not in shown
    assert person.id_number not in shown
    answer = client.post(
        reverse("decide_mark", args=[waiting.pk]), {"decided": "no", "reason": "门诊记录"}
    )
    assert answer.status_code == 302
    assert "F41.1" not in client.get(reverse("marks")).content.decode()
    assert "F41.1" in client.get(reverse("marks"), {"state": "no"}).content.decode()
    taken = client.get(reverse("marks"), {"state": "all", "format": "csv"}).content.decode()
    assert person.id_number not in taken
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT).count() == 1
    deliver(source, refund_of(rows[1]))
    assert "F20.1" not in client.get(reverse("marks"), {"state": "all"}).content.decode()


def test_our_figure_is_the_whole_burden_where_certificate_and_mark_meet(cast):
    release_templates(at=timezone.now())
    person = make_person(category="DIBAO")
    certify(
        person,
        kind=Certificate.Kind.MENTAL_DISABILITY,
        issued_by="县残联",
        first_day=date(2024, 1, 1),
        actor=None,
        at=timezone.now(),
    )
    plain = make_person(category="DIBAO")
    rows = [bill_row(who, dise_codg=code) for who in (person, plain) for code in ("F20.0", "F41.1")]
    deliver(make_source(city="zhoushan"), *rows, header=WITH_DIAGNOSIS)
    figures = Settlement.objects.order_by("id").values_list("own_figure", flat=True)
    # 3,000 is left of the in-scope cost: all of it, or the 80 % of any other bill (ZS22-2.1.4).
    assert [int(figure) for figure in figures] == [3000, 2400, 2400, 2400]


def test_a_later_decision_replaces_an_earlier_one(cast):
    (bill,) = send(make_person(), ("F41.1", "焦虑"))
    mark = PsychiatricMark.objects.get(settlement=bill)
    assert not mark.counts
    yes = decide_mark(mark, decided=True, reason="看过", actor=cast.reviewer, at=timezone.now())
    no = decide_mark(yes, decided=False, reason="再看", actor=cast.reviewer, at=timezone.now())
    assert (no.counts, no.reason) == (False, "再看")


def certified_with_anxiety(**source) -> PsychiatricMark:
    """A certificate holder whose bill the list leaves open."""
    release_templates(at=timezone.now())
    person = make_person(category="DIBAO")
    certify(
        person,
        kind=Certificate.Kind.MENTAL_DISABILITY,
        issued_by="县残联",
        first_day=date(2024, 1, 1),
        actor=None,
        at=timezone.now(),
    )
    row = bill_row(person, dise_codg="F41.1")
    deliver(make_source(city="zhoushan", **source), row, header=WITH_DIAGNOSIS)
    return PsychiatricMark.objects.get()


@pytest.mark.parametrize("meaning", ["recorded", "settled"])
def test_a_decision_computes_our_figure_anew_and_changes_no_money(cast, client, meaning):
    mark = certified_with_anxiety(meaning=meaning)
    granted, entries = mark.settlement.assistance, list(Entry.objects.values())
    decided = {"actor": cast.reviewer, "at": timezone.now()}
    yes = decide_mark(mark, decided=True, reason="出院小结", **decided)
    assert (int(yes.own_figure), yes.difference) == (3000, 3000 - granted)
    bill = Settlement.objects.get()
    assert (bill.assistance, list(Entry.objects.values())) == (granted, entries)
    client.force_login(cast.reviewer)
    assert "F41.1" in client.get(reverse("marks"), {"state": "differs"}).content.decode()
    assert "3,000.00" in client.get(reverse("bill", args=[bill.pk])).content.decode()
    no = decide_mark(yes, decided=False, reason="再看", **decided)
    assert int(no.own_figure) == 2400
