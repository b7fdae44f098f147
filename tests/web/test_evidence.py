"""The page of papers: what it says, and that a paper leaves the house only as it should."""

from __future__ import annotations

import pytest
from django.urls import reverse

from assistance.registry.models import AccessLog
from tests.factories.cases import Desk
from tests.factories.files import pdf, picture, upload


@pytest.fixture
def desk(db) -> Desk:
    return Desk()


@pytest.fixture
def case(desk):
    return desk.draft()


def _address(name, case, row=None):
    return reverse(name, args=[case.number, *([row.pk] if row else [])])


def test_the_page_says_what_is_proved_and_what_is_there(desk, case, as_user):
    page = as_user(desk.cast.clerk).get(_address("evidence", case))
    needs = {need.kind.value: need for need in page.context["needs"]}
    assert needs["identity"].proof
    assert not needs["application"].is_missing
    assert page.context["missing"] == 0


def test_several_papers_are_added_at_once(desk, case, as_user):
    papers = [upload(picture(width=70)), upload(pdf(2), "a.pdf")]
    given = {"kind": "invoice", "papers": papers, "original": "kept"}
    response = as_user(desk.cast.clerk).post(_address("add_evidence", case), given)
    assert response.status_code == 302
    assert case.evidence.filter(kind="invoice", original="kept").count() == 2


@pytest.mark.parametrize("papers", [[], [upload(b"", "a.pdf")], [upload(b"<svg/>", "a.svg")]])
def test_a_paper_that_is_none_is_refused_at_the_form(desk, case, as_user, papers):
    given = {"kind": "other", "papers": papers}
    response = as_user(desk.cast.clerk).post(_address("add_evidence", case), given)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not case.evidence.filter(kind="other").exists()


def test_a_paper_is_sent_as_an_attachment_and_noted(desk, case, as_user):
    row = case.evidence.first()
    response = as_user(desk.cast.leader).get(_address("paper_file", case, row))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    noted = AccessLog.objects.get(user=desk.cast.leader)
    assert (noted.kind, noted.person) == (AccessLog.Kind.PAPER, case.person)


def test_a_preview_is_a_picture_in_the_page_and_noted(desk, case, as_user):
    row = case.evidence.first()
    response = as_user(desk.cast.leader).get(_address("paper_preview", case, row))
    assert (type(response["Content-Type"]), response["Content-Type"]) == (str, "image/jpeg")
    assert AccessLog.objects.filter(user=desk.cast.leader).count() == 1
    as_user(desk.cast.leader).get(_address("paper_thumbnail", case, row))
    assert AccessLog.objects.filter(user=desk.cast.leader).count() == 1


def test_a_paper_of_another_case_is_not_found_under_this_one(desk, case, as_user):
    other = desk.draft().evidence.first()
    for name in ("paper", "paper_file", "paper_preview", "paper_thumbnail"):
        assert as_user(desk.cast.clerk).get(_address(name, case, other)).status_code == 404


def test_nobody_of_another_township_sees_a_paper(desk, case, as_user):
    row = case.evidence.first()
    for user in (desk.cast.neighbour_clerk, desk.cast.outside_reviewer, desk.cast.partner):
        assert as_user(user).get(_address("paper_file", case, row)).status_code == 404


def test_a_lost_file_is_not_found(desk, case, as_user):
    row = case.evidence.first()
    row.file.sha256 = "0" * 64
    row.file.save()
    assert as_user(desk.cast.clerk).get(_address("paper_file", case, row)).status_code == 404


def test_the_page_asks_the_same_number_of_questions_for_one_paper_and_for_many(
    desk, case, as_user, django_assert_max_num_queries
):
    desk.cast.clerk  # noqa: B018  # made before the counting
    browser = as_user(desk.cast.clerk)
    with django_assert_max_num_queries(60) as few:
        browser.get(_address("evidence", case))
    count = len(few)
    papers = [upload() for _paper in range(12)]
    browser.post(_address("add_evidence", case), {"kind": "invoice", "papers": papers})
    with django_assert_max_num_queries(count):
        browser.get(_address("evidence", case))
