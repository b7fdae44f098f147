"""Filing for another member of the household, and applicants who are not the patient."""

from __future__ import annotations

import pytest
from django.utils import translation

from assistance.cases import operations
from assistance.cases.models import Application, EvidenceKind
from assistance.cases.queries import missing_papers
from assistance.registry.operations import add_household_member, found_household
from assistance.shared.errors import NotAllowed, Refused, Stale
from assistance.shared.identity_numbers import InvalidIdNumber
from tests.factories.cases import declared, hand_in_papers, noon, other_ill
from tests.factories.registry import SINCE, make_aid, make_bill, make_person, new_number

Relation = Application.Relation


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def head(desk):
    person = desk.person(category="")
    found_household(person, first_day=SINCE, actor=desk.cast.clerk, at=desk.now)
    return person


@pytest.fixture
def wife(desk, head):
    return _joins(desk, head, "spouse", make_person("雷月桂", sex="2", at=desk.now))


def _joins(desk, head, relation, person):
    add_household_member(
        head,
        member=person,
        relation=relation,
        first_day=person.born_on if person.born_on > SINCE else SINCE,
        actor=desk.cast.clerk,
        at=desk.now,
    )
    return person


@pytest.fixture
def case(desk, head):
    """A case of somebody whom civil affairs has turned down, with bills, aid and all papers."""
    case = desk.draft(head)
    operations.save_facts(
        case,
        declared(case).kind,
        values=other_ill(head),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    return case


def _file(case, member, desk, relation=Relation.AGENT, **options):
    return operations.file_for_member(
        case,
        member=member,
        received_on=desk.now.date(),
        applicant_relation=relation,
        applicant_kinship="配偶",
        actor=options.pop("actor", desk.cast.clerk),
        at=desk.now,
    )


def test_file_for_member_brings_papers_of_the_household_and_the_gate(desk, case, head, wife):
    made = _file(case, wife, desk)
    rows = made.evidence.order_by("kind")
    assert {row.kind for row in rows} == {"identity", "civil_affairs", "commitment"}
    assert {row.file for row in rows} <= {row.file for row in case.evidence.all()}
    assert all(row.copied_from.application == case for row in rows)
    assert declared(made).gate_paper == declared(case).gate_paper
    assert declared(made).group == "OTHER_ILL"


def test_file_for_member_brings_the_applicant_with_his_number(desk, case, head, wife):
    made = _file(case, wife, desk)
    assert (made.applicant_name, made.applicant_kinship) == (head.name, "配偶")
    assert made.applicant_id_number == head.id_number
    assert made.applicant_person == head


def test_file_for_member_brings_no_bills_no_money_no_account(desk, case, head, wife):
    make_aid(head, at=desk.now)
    made = _file(case, wife, desk)
    sheet = declared(made)
    assert (sheet.items.count(), sheet.other_aid, made.account, made.amount) == (0, 0, None, None)


def test_file_for_member_who_is_on_the_register_needs_no_gate(desk, case, head):
    mother = _joins(desk, head, "parent", make_person(category="DIBAO", at=desk.now))
    made = _file(case, mother, desk)
    assert (declared(made).group, declared(made).gate_paper) == ("HARDSHIP", "")


def test_file_for_member_himself(desk, case, wife):
    made = _file(case, wife, desk, Relation.SELF)
    assert (made.applicant_name, made.applicant_id_number) == (wife.name, "")


def test_file_for_member_refuses_strangers_and_the_patient(desk, case, head, wife):
    with pytest.raises(Refused, match="does not belong"):
        _file(case, make_person(), desk)
    with pytest.raises(Refused, match="another member"):
        _file(case, head, desk)
    with pytest.raises(NotAllowed):
        _file(case, wife, desk, actor=desk.cast.neighbour_clerk)


def test_guardianship_in_the_register_is_not_asked_for(desk, head):
    """The father as head of the household, his child the patient: the register shows what the paper would."""
    child = make_person("钟小满", born_on=noon(desk.now.date()).date().replace(2016), at=desk.now)
    make_bill(child, "30000", at=desk.now)
    _joins(desk, head, "child", child)
    case = desk.draft(child)
    name = {"actor": desk.cast.clerk, "at": desk.now, "version": None}
    stranger = operations.name_applicant(
        case, name="吴某某", relation="guardian", kinship="叔父", id_number=new_number(), **name
    )
    assert [need.kind for need in _missing(stranger, desk)] == [EvidenceKind.GUARDIANSHIP]
    father = operations.name_applicant(
        case,
        name=head.name,
        relation="guardian",
        kinship="父亲",
        id_number=head.id_number,
        **name,
    )
    assert father.applicant_person == head
    assert _missing(father, desk) == []


def _missing(case, desk):
    sheet = declared(case)
    sheet.group = "HARDSHIP" if not sheet.group else sheet.group
    needs = missing_papers(case, sheet, on=desk.now.date())
    return [need for need in needs if need.kind != EvidenceKind.CIVIL_AFFAIRS]


def test_submit_asks_for_the_relation_and_number_of_an_agent(desk):
    case = desk.draft()
    case.applicant_relation = Relation.AGENT
    case.save(update_fields=["applicant_relation"])
    hand_in_papers(case, EvidenceKind.AUTHORITY)
    with pytest.raises(Refused, match=r"related to the patient.*id number of the applicant"):
        operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)
    case = operations.name_applicant(
        case,
        name="吴某某",
        relation="agent",
        kinship="女儿",
        id_number=new_number(),
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    assert operations.submit(case, actor=desk.cast.clerk, at=desk.now, version=None)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"relation": "self", "name": "别人"}, Refused),
        ({"relation": "agent", "name": " "}, Refused),
        ({"relation": "agent", "name": "别人", "id_number": "123"}, InvalidIdNumber),
        ({"relation": "agent", "name": "别人", "version": 99}, Stale),
    ],
)
def test_name_applicant_refuses(desk, draft, given, error):
    given = {"version": None, **given}
    with pytest.raises(error):
        operations.name_applicant(draft, **given, actor=desk.cast.clerk, at=desk.now)


def test_name_applicant_refuses_the_number_of_the_patient(desk, draft):
    with pytest.raises(Refused, match="number of the patient"):
        operations.name_applicant(
            draft,
            name=draft.person.name,
            relation="agent",
            id_number=draft.person.id_number,
            actor=desk.cast.clerk,
            at=desk.now,
            version=None,
        )


def test_name_applicant_again_keeps_number_and_phone(desk, draft):
    given = {"actor": desk.cast.clerk, "at": desk.now, "version": None}
    number = new_number()
    operations.name_applicant(
        draft, name="吴某某", relation="agent", id_number=number, phone="13812345678", **given
    )
    case = operations.name_applicant(draft, name="吴某", relation="agent", kinship="女儿", **given)
    assert (case.applicant_id_number, case.applicant_phone) == (number, "13812345678")


def test_a_number_in_the_applicant_is_not_readable_in_the_table(desk, draft):
    from_table = Application.objects.filter(pk=draft.pk).extra(
        select={"raw": "encode(applicant_id_number, 'escape')"}
    )
    number = new_number()
    operations.name_applicant(
        draft,
        name="吴某某",
        relation="agent",
        id_number=number,
        actor=desk.cast.clerk,
        at=desk.now,
        version=None,
    )
    assert number not in from_table.get().raw
