"""A valid answer to every path about people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistance.registry.models import Enrolment, Merge, Person, Residence
from assistance.registry.queries.duties import digest_of, unsubsidised
from assistance.screening.queries.huimin import without_huimin
from assistance.settlements.models import Setting
from tests.factories.files import upload
from tests.factories.registry import make_category, new_account_number, new_number
from tests.permissions.sample import Answer, Row, Sample


def _do(sample: Sample, **data: Any) -> tuple[list[Any], Row]:
    return [sample.people.person.pk], data


def _do_to(row: Any, **data: Any) -> tuple[list[Any], Row]:
    return [row.person_id, row.pk], data


def _merge(merge: Merge, **data: Any) -> tuple[list[Any], Row]:
    return [merge.into_id, merge.pk], data


def _first_of_last_year(sample: Sample) -> date:
    return date(sample.people.last_year, 1, 1)


def _newcomer(sample: Sample) -> Row:
    return {
        "id_number": new_number(),
        "name": "钟有田",
        "since": "2020-01-01",
        "hukou_township": sample.cast.township.pk,
        "hukou_village": "二村",
    }


def _move(sample: Sample) -> tuple[list[Any], Row]:
    # Away to the neighbours, which whoever moves him may do though he may not follow.
    return _do(
        sample,
        kind=Residence.Kind.HUKOU,
        first_day=_first_of_last_year(sample),
        township=sample.cast.other_township.pk,
    )


def _recognise(sample: Sample) -> tuple[list[Any], Row]:
    return _do(
        sample,
        category=make_category("TEKUN").pk,
        recognised_by="景宁民政局",
        first_day=_first_of_last_year(sample),
    )


def _enrol(sample: Sample) -> tuple[list[Any], Row]:
    return _do(
        sample,
        kind=Enrolment.Kind.EMPLOYEE,
        county=sample.cast.county.pk,
        first_day=_first_of_last_year(sample),
    )


def _premiums(sample: Sample) -> tuple[list[Any], Row]:
    due = unsubsidised(Person.objects.filter(agency=sample.cast.agency), sample.people.today)
    return [], {
        "seen": digest_of(due.values_list("pk", flat=True)),
        "paid_on": sample.people.today,
        "year": sample.people.today.year,
        "basic": "400",
        "big_illness": "80",
        "way": "paid_for",
    }


def _huimin(sample: Sample) -> Row:
    today = sample.people.today
    return {"year": today.year, "paid_on": today, "policy": "HMB-2", "premium": "100"}


def _without_huimin(sample: Sample) -> str:
    people = Person.objects.filter(agency=sample.cast.agency)
    due = without_huimin(people, sample.people.today)
    return digest_of(due.values_list("pk", flat=True))


def _bill(sample: Sample) -> tuple[list[Any], Row]:
    return _do(
        sample,
        token="p1",
        settled_on=date(sample.people.last_year, 6, 20),
        setting=Setting.INPATIENT,
        institution="县医院",
        total="800",
        in_scope="700",
        basic="0",
        supplementary="0",
        big_illness="0",
        assistance="0",
        designated="on",
    )


def _aid(sample: Sample) -> tuple[list[Any], Row]:
    return _do(
        sample,
        benefit_year=sample.people.last_year,
        giver="union",
        amount="500",
        given_on=date(sample.people.last_year, 8, 1),
        paper="工会1号",
    )


def _outsider(sample: Sample) -> Row:
    """Somebody of another county, whom nobody here has in a list of his own."""
    return {
        "id_number": sample.people.outsider.id_number,
        "name": sample.people.outsider.name,
    }


def _household(sample: Sample) -> tuple[list[Any], Row]:
    return _do(sample, relation="head", first_day=sample.people.today)


def _member(sample: Sample) -> tuple[list[Any], Row]:
    member = sample.people.dead
    return [sample.people.head.pk], {
        "id_number": member.id_number,
        "name": member.name,
        "relation": "parent",
        "first_day": _first_of_last_year(sample),
    }


PEOPLE: Mapping[str, Answer] = {
    "found_household": _household,
    "add_household_member": _member,
    "leave_household": lambda s: _do_to(s.people.head.memberships.get(), last_day=s.people.today),
    "void_membership": lambda s: _do_to(s.people.head.memberships.get(), reason="录错"),
    "find_person": lambda s: ([], _outsider(s)),
    "new_person": lambda s: ([], _newcomer(s)),
    "person": _do,
    "person_costs": _do,
    "person_history": _do,
    "person_number": lambda s: ([s.people.person.pk, "id_number"], {}),
    "reveal_number": lambda s: ([s.people.person.pk, "id_number"], {"reason": "paper"}),
    "compare_number": lambda s: ([s.people.person.pk, "id_number"], {"typed": new_number()}),
    "applicant_phone": lambda s: ([s.draft.number], {}),
    "reveal_applicant_phone": lambda s: ([s.draft.number], {"reason": "call"}),
    "compare_applicant_phone": lambda s: ([s.draft.number], {"typed": "13800000000"}),
    "change_phone": lambda s: _do(s, phone="13800000000"),
    "change_name": lambda s: _do(
        s, name="蓝青善", reason="renamed", first_day=s.people.today, paper=upload()
    ),
    "change_number": lambda s: _do(
        s, number=new_number(), reason="reissued", first_day=s.people.today, paper=upload()
    ),
    "confirm_identity": lambda s: _do_to(s.people.renaming, typed=s.people.renaming.name),
    "refuse_identity": lambda s: _do_to(s.people.renaming, reason="证明不符"),
    "identity_paper": lambda s: _do_to(s.people.renaming),
    "identity_paper_preview": lambda s: _do_to(s.people.renaming),
    "add_guardian": lambda s: _do(
        s,
        number=s.people.guardian.id_number,
        name=s.people.guardian.name,
        relation="sibling",
        first_day=s.people.today,
    ),
    "register_newborn": lambda s: _do(
        s, name="蓝小宝", born_on=s.people.today, sex="2", relation="parent"
    ),
    "end_guardianship": lambda s: _do_to(s.people.guardianship, last_day=s.people.today),
    "void_guardianship": lambda s: _do_to(s.people.guardianship, reason="录错"),
    "propose_merge": lambda s: _do(
        s, number=s.people.alone.id_number, keep="this", reason="重复建档"
    ),
    "confirm_merge": lambda s: _merge(s.people.proposed),
    "refuse_merge": lambda s: _merge(s.people.proposed, reason="并非同一人"),
    "propose_split": lambda s: _merge(s.people.merged, reason="并非同一人"),
    "confirm_split": lambda s: _merge(s.people.splitting),
    "refuse_split": lambda s: _merge(s.people.splitting),
    "record_death": lambda s: _do(s, died_on=s.people.today),
    "revoke_death": lambda s: ([s.people.dead.pk], {"reason": "同名"}),
    "move_person": _move,
    "end_residence": lambda s: _do_to(s.people.person.residences.get(), last_day=s.people.today),
    "void_residence": lambda s: _do_to(s.people.person.residences.get(), reason="录错"),
    "recognise_person": _recognise,
    "end_recognition": lambda s: _do_to(
        s.people.person.recipient_spans.get(), last_day=s.people.today
    ),
    "void_recognition": lambda s: _do_to(s.people.person.recipient_spans.get(), reason="录错"),
    "enrol_person": _enrol,
    "end_enrolment": lambda s: _do_to(s.people.person.enrolments.get(), last_day=s.people.today),
    "void_enrolment": lambda s: _do_to(s.people.person.enrolments.get(), reason="录错"),
    "certify_person": lambda s: _do(
        s,
        kind="special_disease",
        disease="尿毒症",
        issued_by="县医院",
        first_day=_first_of_last_year(s),
    ),
    "end_certificate": lambda s: _do_to(s.people.certificate, last_day=s.people.today),
    "void_certificate": lambda s: _do_to(s.people.certificate, reason="录错"),
    "subsidise_person": lambda s: _do(
        s,
        year=s.people.today.year,
        paid_on=s.people.today,
        basic="400",
        big_illness="80",
        way="paid_for",
    ),
    "void_subsidy": lambda s: _do_to(s.people.subsidy, reason="录错"),
    "duty_note": lambda s: (
        ["insure", s.people.person.pk, f"{s.people.today:%Y-%m}"],
        {"outcome": "employee"},
    ),
    "subsidise_all": _premiums,
    "insure_huimin": lambda s: ([s.people.person.pk], _huimin(s)),
    "insure_huimin_due": lambda s: ([], _huimin(s) | {"seen": _without_huimin(s)}),
    "void_huimin": lambda s: ([s.people.huimin.pk], {"reason": "录错"}),
    "add_person_account": lambda s: _do(
        s, bank="农商银行", number=new_account_number(), is_social_security_card="on"
    ),
    "account_paper": lambda s: _do_to(s.people.passbook),
    "check_account": lambda s: _do_to(s.people.account, number=s.people.account.number),
    "retire_account": lambda s: _do_to(s.people.account, reason="销户"),
    "type_bill": _bill,
    "reverse_bill": lambda s: _do_to(s.people.bill, reason="重复录入"),
    "record_aid": _aid,
    "void_aid": lambda s: _do_to(s.people.aid, reason="录错"),
}
