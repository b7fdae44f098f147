"""Letters: one per decision, numbered, told once, served once, and the terms they start."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import Error, transaction

from assistance.cases import operations
from assistance.cases.models import Letter, LetterHead, Service
from assistance.cases.queries import (
    cases_without_letter,
    correction_due,
    items_to_complete,
    letter_todo,
    paper_of,
    remedies_of,
)
from assistance.cases.queries.letters import months_after
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.at_once import at_once
from tests.factories.cases import Desk
from tests.factories.letters import (
    correction_letter,
    make_head,
    refusal_letter,
    refused,
    returned,
)
from tests.web.paper.read import bare, text

How = Service.How


def serve(desk: Desk, letter: Letter, **changed):
    values = {
        "served_on": desk.now.date(),
        "how": How.IN_PERSON,
        "received_by": "林秋禾",
        "actor": desk.cast.clerk,
        "at": desk.now,
    }
    return operations.record_service(letter, **(values | changed))


def test_refusal_names_facts_clause_reasons_and_remedies(desk):
    case = refused(desk)
    letter = refusal_letter(desk, case)
    shown = bare(text(paper_of(letter)))
    assert letter.number == "景医保不补〔2026〕1号"
    for words in (
        "不予补助决定书",
        letter.number,
        f"{case.applicant_name}：",
        "自付费用未超过起付标准。",
        "（景政办发〔2021〕29号）",
        "二（二）2：“困难人员起付标准为10000元”。",
        "起60日内向景宁畲族自治县人民政府申请行政复议",
        "起6个月内依法向景宁畲族自治县人民法院提起行政诉讼",
        "2026年3月2日",
        "（盖章）",
        "第1页共1页",
    ):
        assert words in shown
    assert case.person.id_number not in shown


def test_remedies_come_from_the_letterhead(desk):
    case = refused(desk)
    head = make_head(desk.cast.agency)
    LetterHead.objects.filter(pk=head.pk).update(reconsideration_days=90, court="莲都区人民法院")
    shown = bare(text(paper_of(refusal_letter(desk, case))))
    assert "起90日内" in shown
    assert "莲都区人民法院" in shown


def test_refusal_without_a_letterhead_is_refused(desk):
    with pytest.raises(Refused, match=r"letterhead|抬头"):
        operations.issue_refusal(
            refused(desk),
            facts="经审核",
            grounds=["people"],
            reasons="未参保",
            actor=desk.reviewer,
            at=desk.now,
        )


@pytest.mark.parametrize(
    "missing", [{"facts": " "}, {"reasons": ""}, {"grounds": []}, {"grounds": ["none"]}]
)
def test_refusal_without_facts_grounds_or_reasons_is_refused(desk, missing):
    case = refused(desk)
    make_head(desk.cast.agency)
    given = {"facts": "经审核", "grounds": ["people"], "reasons": "未参保"} | missing
    with pytest.raises(Refused):
        operations.issue_refusal(case, **given, actor=desk.reviewer, at=desk.now)
    assert not case.letters.exists()


def test_asked_for_twice_the_first_letter_comes_back(desk):
    case = refused(desk)
    first = refusal_letter(desk, case)
    assert refusal_letter(desk, case) == first
    assert case.letters.count() == 1


def test_a_reprint_has_the_same_bytes(desk):
    letter = refusal_letter(desk, refused(desk))
    stored = Letter.objects.get(pk=letter.pk)
    assert hashlib.sha256(paper_of(stored)).hexdigest() == letter.digest


def test_correction_names_everything_once_with_the_term_and_the_day_received(desk):
    case = returned(desk)
    letter = correction_letter(desk, case)
    shown = bare(text(paper_of(letter)))
    for words in (
        "一次性补正告知书",
        "1.出院记录",
        "2.户口簿",
        "之日起30日内",
        "补正期间不计入办理时限",
        "受理日期仍为2026年3月2日",
    ):
        assert words in shown
    assert "此前已于" not in shown


def test_a_second_return_has_a_letter_of_its_own_that_names_the_first(desk):
    case = returned(desk)
    first = correction_letter(desk, case)
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    operations.return_application(
        case, reason="仍缺", actor=desk.cast.leader, at=desk.now, version=None
    )
    second = correction_letter(desk, case)
    assert second.number == "景医保补正〔2026〕2号"
    assert f"此前已于{first.number}告知补正" in bare(text(paper_of(second)))


def test_the_notice_starts_from_the_reason_and_the_gaps(desk):
    case = returned(desk)
    case.fact_sheets.update(hukou_in_county=None)
    items = items_to_complete(case, on=desk.now.date())
    assert items[0] == "出院记录缺页"
    assert len(items) == 2


def test_a_letter_belongs_to_its_stage_and_office(desk):
    make_head(desk.cast.agency)
    open_case, case = desk.submitted(), refused(desk)
    given = {"facts": "经审核", "grounds": ["people"], "reasons": "未参保", "at": desk.now}
    with pytest.raises(NotAllowed):
        operations.issue_refusal(open_case, **given, actor=desk.reviewer)
    with pytest.raises(NotAllowed):
        operations.issue_refusal(case, **given, actor=desk.cast.clerk)
    with pytest.raises(NotAllowed):
        operations.issue_refusal(case, **given, actor=desk.cast.outside_reviewer)


def test_terms_of_a_refusal_run_from_its_service_and_over_rest_days(desk):
    letter = refusal_letter(desk, refused(desk))
    assert remedies_of(letter) is None
    serve(desk, letter)
    remedies = remedies_of(letter)
    assert remedies is not None
    # 60 days from 2 March 2026 is Friday 1 May, a holiday wherever the calendar knows it.
    assert remedies.reconsideration >= date(2026, 5, 1)
    assert remedies.lawsuit == date(2026, 9, 2)


def test_term_of_a_correction_runs_from_its_service(desk):
    letter = correction_letter(desk, returned(desk))
    assert correction_due(letter) is None
    serve(desk, letter)
    assert correction_due(letter) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 2), 6, date(2026, 9, 2)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 7, 15), 6, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day, months, then):
    assert months_after(day, months) == then


def test_service_is_recorded_once(desk):
    letter = refusal_letter(desk, refused(desk))
    serve(desk, letter)
    with pytest.raises(NotAllowed):
        serve(desk, letter, received_by="别人")
    assert Service.objects.get(letter=letter).received_by == "林秋禾"


@pytest.mark.parametrize(
    "wrong",
    [{"served_on": date(2026, 3, 1)}, {"served_on": date(2026, 3, 3)}, {"received_by": " "}],
)
def test_service_before_the_letter_after_today_or_to_nobody_is_refused(desk, wrong):
    letter = refusal_letter(desk, refused(desk))
    with pytest.raises(Refused):
        serve(desk, letter, **wrong)
    assert not Service.objects.exists()


def test_by_post_nobody_needs_to_be_named(desk):
    letter = refusal_letter(desk, refused(desk))
    assert serve(desk, letter, how=How.POST, received_by="").how == How.POST


def test_a_refused_case_waits_for_its_letter_and_then_for_its_service(desk):
    case = refused(desk)
    todo = letter_todo(case)
    assert todo is not None
    assert todo.letter is None
    assert list(cases_without_letter(desk.cast.clerk)) == [case]
    letter = refusal_letter(desk, case)
    todo = letter_todo(case)
    assert todo is not None
    assert todo.letter == letter
    assert not cases_without_letter(desk.cast.clerk).exists()
    serve(desk, letter)
    assert letter_todo(case) is None


def test_a_second_return_waits_for_a_letter_again(desk):
    case = returned(desk)
    correction_letter(desk, case)
    operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    assert (
        letter_todo(
            operations.return_application(
                case, reason="仍缺", actor=desk.cast.leader, at=desk.now, version=None
            )
        )
        is not None
    )
    assert list(cases_without_letter(desk.cast.clerk)) == [case]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_letter_and_service_are_written_once(desk, change):
    letter = refusal_letter(desk, refused(desk))
    service = serve(desk, letter)
    for row, values in ((letter, {"number": "x"}), (service, {"note": "x"})):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(Error), transaction.atomic():
            rows.update(**values) if change == "update" else rows.delete()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_letter_and_note_one_service():
    desk = Desk()
    case = refused(desk)
    make_head(desk.cast.agency)
    letters = at_once(*[lambda: refusal_letter(desk, case)] * 3)
    assert len(set(letters)) == 1
    found = at_once(*[lambda: serve(desk, letters[0])] * 3)
    assert sorted(isinstance(one, Service) for one in found) == [False, False, True]
    assert Service.objects.count() == 1
