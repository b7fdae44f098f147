"""Papers of a case: who adds them when, what is asked for and why not, and what blocks submitting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from django.utils import translation

from assistance.cases import operations
from assistance.cases.models import Evidence, EvidenceKind, Original
from assistance.cases.operations.leaving import Incomplete
from assistance.cases.queries import evidence_of, missing_papers, papers_needed
from assistance.files.checks import Unfit
from assistance.files.operations import sweep_orphans
from assistance.settlements.models import Setting, Settlement
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.cases import COMMON_PAPERS, declared, hand_in_papers, other_ill
from tests.factories.files import make_file, pdf, upload
from tests.factories.registry import make_person

Kind = EvidenceKind


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def bare(desk, draft):
    """A draft without any paper."""
    Evidence.objects.filter(application=draft).delete()
    return draft


def _add(case, desk, kind=Kind.APPLICATION, papers=None, *, actor=None, **options):
    return operations.add_evidence(
        case,
        kind=kind,
        papers=papers or [upload()],
        actor=actor or desk.cast.clerk,
        at=desk.now,
        **options,
    )


def _needs(case, desk):
    found = papers_needed(case, declared(case), on=desk.now.date())
    return {need.kind: need for need in found}


def _missing(case, desk):
    return {need.kind for need in missing_papers(case, declared(case), on=desk.now.date())}


def test_add_evidence_several_at_once(desk, bare):
    rows = _add(bare, desk, Kind.INVOICE, [upload(), upload(pdf(2), "b.pdf")], note="第1-2页")
    assert [(row.kind, row.file.pages, row.note) for row in rows] == [
        (Kind.INVOICE, 1, "第1-2页"),
        (Kind.INVOICE, 2, "第1-2页"),
    ]
    assert list(evidence_of(bare)) == rows


def test_add_evidence_all_or_none_and_names_the_bad_file(desk, bare):
    with pytest.raises(Unfit, match=r"坏\.pdf: "):
        _add(bare, desk, papers=[upload(), upload(b"<html>", "坏.pdf")])
    assert not evidence_of(bare).exists()


def test_add_evidence_leaves_the_open_forms_of_others_alone(desk, bare):
    _add(bare, desk)
    bare.refresh_from_db()
    assert bare.version == 1


def test_add_evidence_by_stage(desk, draft):
    """The clerk before submitting and after a return, the reviewer in county review, nobody between."""
    case = operations.submit(draft, actor=desk.cast.clerk, at=desk.now, version=None)
    for actor in (desk.cast.clerk, desk.cast.reviewer, desk.cast.leader):
        with pytest.raises(NotAllowed):
            _add(case, desk, actor=actor)
    case = operations.sign_first_review(
        case, opinion="属实", actor=desk.cast.leader, at=desk.now, version=None
    )
    with pytest.raises(NotAllowed):
        _add(case, desk)
    assert _add(case, desk, actor=desk.cast.reviewer)
    case = operations.return_application(
        case, reason="缺件", actor=desk.cast.reviewer, at=desk.now, version=None
    )
    assert _add(case, desk)
    with pytest.raises(NotAllowed):
        _add(case, desk, actor=desk.cast.neighbour_clerk)


def test_add_evidence_makes_the_reviewer_a_reviewer(desk):
    """Who adds a paper in review has that part of the case: four eyes hold for papers too."""
    case = desk.reviewed_first()
    _add(case, desk, actor=desk.cast.reviewer)
    assert case.participations.filter(user=desk.cast.reviewer, part="county_review").exists()


def test_add_evidence_refuses_an_unknown_kind_and_no_file(desk, bare):
    with pytest.raises(Refused, match="no such kind"):
        _add(bare, desk, kind="tax")
    with pytest.raises(Refused, match="at least one"):
        operations.add_evidence(
            bare, kind=Kind.OTHER, papers=[], actor=desk.cast.clerk, at=desk.now
        )


def test_void_evidence_takes_it_out_and_keeps_it_readable(desk, bare):
    (row,) = _add(bare, desk)
    row = operations.void_evidence(row, reason="模糊", actor=desk.cast.clerk, at=desk.now)
    assert not evidence_of(bare).exists()
    assert storages["papers"].exists(row.file.name)
    with pytest.raises(Refused, match="already been voided"):
        operations.void_evidence(row, reason="模糊", actor=desk.cast.clerk, at=desk.now)


def test_record_original_seen_kept_returned_with_names(desk, bare):
    (row,) = _add(bare, desk, Kind.INVOICE, original=Original.SEEN)
    for original, actor in (
        (Original.KEPT, desk.cast.clerk),
        (Original.RETURNED, desk.cast.window),
    ):
        row = operations.record_original(row, original=original, actor=actor, at=desk.now)
    changes = row.originals.order_by("id").values_list("original", "by__username")
    assert list(changes) == [("seen", "clerk"), ("kept", "clerk"), ("returned", "window")]


@pytest.mark.parametrize("original", [Original.RETURNED, Original.NOT_SEEN, "lost"])
def test_record_original_in_its_order_only(desk, bare, original):
    (row,) = _add(bare, desk)
    with pytest.raises(Refused, match="cannot become"):
        operations.record_original(row, original=original, actor=desk.cast.clerk, at=desk.now)


def test_record_original_after_the_decision_by_the_desk_alone(desk):
    case = desk.proposed()
    row = case.evidence.first()
    with pytest.raises(NotAllowed):
        operations.record_original(
            row, original=Original.SEEN, actor=desk.cast.approver, at=desk.now
        )
    assert operations.record_original(
        row, original=Original.SEEN, actor=desk.cast.window, at=desk.now
    )


def test_papers_of_somebody_the_register_knows(desk, bare):
    """Recognised, registered and insured here with a typed bill: only the bill's papers are asked for."""
    needs = _needs(bare, desk)
    assert _missing(bare, desk) == {
        Kind.APPLICATION,
        Kind.INVOICE,
        Kind.FEE_LIST,
        Kind.DISCHARGE,
    }
    assert "household registration" in needs[Kind.IDENTITY].proof
    assert "since 2015-01-01" in needs[Kind.INSURANCE].proof
    assert "recognised as" in needs[Kind.CIVIL_AFFAIRS].proof


def test_papers_of_bills_from_the_insurance_system_are_not_asked_for(desk):
    person = desk.person(own_cost="0")
    Settlement.objects.create(
        person=person,
        source=Settlement.Source.INSURANCE,
        source_id="S1",
        settled_on=date(desk.year, 5, 20),
        setting=Setting.INPATIENT,
        institution="景宁畲族自治县人民医院",
        total=60000,
        in_scope=60000,
        entered_at=desk.now,
    )
    bare = desk.draft(person)
    Evidence.objects.filter(application=bare).delete()
    needs = _needs(bare, desk)
    assert _missing(bare, desk) == {Kind.APPLICATION}
    assert "all 1 come from the insurance system" in needs[Kind.INVOICE].proof
    assert needs[Kind.DISCHARGE].proof == needs[Kind.INVOICE].proof


def test_papers_of_somebody_the_register_does_not_know(desk):
    person = make_person(enrolled=False, at=desk.now)
    case = desk.draft(person)
    Evidence.objects.filter(application=case).delete()
    values = other_ill(person) | {"insured_in_county": True}
    operations.save_facts(
        case, declared(case).kind, values=values, actor=desk.cast.clerk, at=desk.now, version=None
    )
    assert _missing(case, desk) == {
        Kind.APPLICATION,
        Kind.INSURANCE,
        Kind.CIVIL_AFFAIRS,
        Kind.COMMITMENT,
    }


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [
        ("self", set()),
        ("agent", {Kind.AUTHORITY}),
        ("guardian", {Kind.GUARDIANSHIP}),
        ("heir", {Kind.INHERITANCE, Kind.DEATH}),
    ],
)
def test_papers_of_whoever_files_for_somebody_else(desk, draft, relation, wanted):
    draft.applicant_relation = relation
    assert _missing(draft, desk) == wanted


def test_submit_says_which_papers_are_missing(desk, bare):
    with pytest.raises(Incomplete, match=r"Missing paper: Application, signed\."):
        operations.submit(bare, actor=desk.cast.clerk, at=desk.now, version=None)
    hand_in_papers(bare)
    assert operations.submit(bare, actor=desk.cast.clerk, at=desk.now, version=None)


def test_submit_needs_a_paper_that_stands(desk, draft):
    for row in draft.evidence.filter(kind=Kind.APPLICATION):
        operations.void_evidence(row, reason="无签字", actor=desk.cast.clerk, at=desk.now)
    assert _missing(draft, desk) == {Kind.APPLICATION}
    assert len(COMMON_PAPERS) == draft.evidence.count()


def test_a_file_that_is_evidence_is_no_orphan(desk, bare):
    """The reference has no name on the side of the file, and counts all the same, voided or not."""
    (row,) = _add(bare, desk)
    operations.void_evidence(row, reason="模糊", actor=desk.cast.clerk, at=desk.now)
    orphan = make_file()
    sweep_orphans(at=orphan.kept_at + timedelta(days=30))
    assert storages["papers"].exists(row.file.name)
    assert not storages["papers"].exists(orphan.name)
    assert row.added_at.date() > date(2020, 1, 1)
