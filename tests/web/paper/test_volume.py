"""The case file as one PDF: every part listed with its pages, every page numbered."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

from pypdf import PdfReader

from assistance.cases import operations
from assistance.cases.models import Application
from assistance.cases.models.evidence import EvidenceKind
from assistance.cases.operations.evidence import add_evidence, void_evidence
from assistance.web.paper.volume import case_volume
from tests.factories.cases import Desk
from tests.factories.files import pdf, upload
from tests.factories.letters import correction_letter, refusal_letter, refused, returned
from tests.web.paper.read import bare, pages

ON = date(2026, 3, 30)


def volume(desk: Desk, case: Application) -> list[str]:
    related = ("person", "agency", "township", "account", "award", "entered_by")
    found = Application.objects.select_related(*related).get(pk=case.pk)
    return [bare(page) for page in pages(case_volume(found, desk.cast.clerk, ON))]


def test_the_contents_name_every_part_with_its_pages(desk):
    case = desk.approved()
    listed, *rest = volume(desk, case)
    assert "卷内目录" in listed
    assert f"本卷共{len(rest)}页（不含目录）" in listed
    titles = ("医疗救助申请审批表", "受理回执", "医疗救助对象公示", "医疗救助结算单", "办理经过")
    places = [listed.index(title) for title in titles]
    assert places == sorted(places)
    for title in titles:
        first = next(n for n, page in enumerate(rest, start=1) if title in page[:60])
        after = listed[listed.index(title) + len(title) :]
        assert after[len("2026-03-02") :].startswith(str(first)), (title, first)


def test_every_page_after_the_contents_bears_its_number(desk):
    case = desk.approved()
    _listed, *rest = volume(desk, case)
    for n, page in enumerate(rest, start=1):
        assert page.endswith(str(n)), (n, page[-40:])


def test_letters_are_in_the_file_with_number_and_service(desk):
    case = refused(desk)
    letter = refusal_letter(desk, case)
    listed = volume(desk, case)[0]
    assert letter.number in listed
    assert "未送达" in listed
    operations.record_service(
        letter,
        served_on=desk.now.date(),
        how="in_person",
        received_by="本人",
        actor=desk.cast.clerk,
        at=desk.now,
    )
    assert "2026年3月2日送达" in volume(desk, case)[0]


def test_the_course_of_the_case_is_in_the_file(desk):
    case = returned(desk)
    correction_letter(desk, case)
    course = volume(desk, case)[-1]
    assert "办理经过" in course
    assert "出院记录缺页" in course


def test_the_same_file_has_the_same_bytes(desk):
    case = Application.objects.select_related("person", "agency", "township").get(
        pk=desk.draft().pk
    )
    first = case_volume(case, desk.cast.clerk, ON)
    assert case_volume(case, desk.cast.clerk, ON) == first
    assert len(PdfReader(BytesIO(first)).pages) >= 4


def test_scans_are_in_the_file_as_pages_and_voided_ones_are_not(desk):
    case = desk.draft()
    added = {"actor": desk.cast.clerk, "at": desk.now}
    kept = [upload(), upload(pdf(2), "出院记录.pdf")]
    add_evidence(case, kind="guardianship", papers=kept, note="含清单", **added)
    (wrong,) = add_evidence(case, kind="other", papers=[upload()], **added)
    before = len(volume(desk, case))
    void_evidence(wrong, reason="传错", **added)
    listed, *rest = volume(desk, case)
    assert len(rest) + 2 == before
    title = EvidenceKind.GUARDIANSHIP.label
    assert listed.count(bare(title)) == 2
    assert "含清单" in listed
    first = int(re.match(r"2026-03-02(\d+)含清单", listed.split(bare(title))[1])[1])
    assert [rest[n - 1] for n in range(first, first + 3)] == [
        str(n) for n in range(first, first + 3)
    ]
