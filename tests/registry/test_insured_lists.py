"""Lists of the insured: who is new is registered and insured, who moves or leaves is, and nobody by mistake."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.accounts.models import Division
from assistance.registry.models import ListImport, ListRow, Person, PersonChange
from assistance.registry.operations import lists, rely_on
from assistance.registry.operations.reconciling import open_reconciliation
from assistance.registry.queries.lists import row_change, row_problems, row_what
from assistance.registry.queries.reconciliations import due
from assistance.screening.queries.sources import sources_of
from assistance.settlements.models import BillInDoubt, Settlement
from assistance.settlements.operations.doubts import book_all_waiting
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.deliveries import bill_row, deliver
from tests.factories.deliveries import make_source as bill_source
from tests.factories.identity import change_number, merge
from tests.factories.insured import HEAD, insured, insured_source, previewed, standing, upload
from tests.factories.lists import MONTH, apply, as_csv, make_source, outcomes, work
from tests.factories.lists import row as recipient
from tests.factories.registry import make_person, new_number
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
Outcome, Stage = ListRow.Outcome, ListImport.Stage
NEW_YEAR, BEFORE = date(2026, 1, 1), MONTH - timedelta(days=1)
OCTOBER = date(2026, 10, 1)


def applied(source, *rows, **options):
    return apply(previewed(source, *rows, **options))


def county(code: str = "331127") -> Division:
    return Division.objects.get(code=code)


def days(name: str) -> list[tuple[object, ...]]:
    return [(row[1], row[2], row[3], row[4]) for row in standing() if row[0] == name]


def test_who_is_new_is_registered_in_his_township_and_insured():
    source, number = insured_source(), new_number()
    listing = previewed(source, insured(number, "蓝新来"), insured(number, "蓝新来", kind="310"))
    assert outcomes(listing) == [(2, Outcome.NEW), (3, Outcome.NEW)]
    assert not Person.objects.filter(name="蓝新来").exists()
    apply(listing)
    person = Person.objects.get(name="蓝新来")
    assert (person.id_number, person.township, person.agency) == (
        number,
        Cast().township,
        Cast().agency,
    )
    assert days("蓝新来") == [
        ("310", "331127", NEW_YEAR, None),
        ("390", "331127", NEW_YEAR, None),
    ]
    kinds = PersonChange.objects.filter(person=person).values_list("kind", flat=True)
    assert sorted(kinds) == ["enrolled", "enrolled", "registered"]


@pytest.mark.parametrize(
    ("township", "otherwise", "outcome"),
    [
        ("红星街道", False, "new"),
        ("红星", False, "new"),
        ("331127001", False, "new"),
        ("331127001000", False, "new"),
        ("", False, "error"),
        ("", True, "new"),
        ("远方镇", True, "error"),
    ],
)
def test_where_somebody_new_belongs(township, otherwise, outcome):
    place = Cast().township
    source = insured_source(township=place if otherwise else None)
    written = township.replace("331127001", place.code)
    listing = previewed(source, insured(new_number(), township=written))
    assert outcomes(listing) == [(2, outcome)]
    if outcome == "new":
        apply(listing)
        assert Person.objects.get().township == place


def test_the_same_file_again_changes_nothing_and_an_insurance_typed_by_hand_is_taken_over():
    source, number = insured_source(), new_number()
    make_person("雷月桂", id_number=number, insured_on=NEW_YEAR)
    rows = [insured(number, "雷月桂"), insured(new_number()), insured(new_number(), "钟有田")]
    first = applied(source, *rows)
    assert first.counts["changed"] == 1
    assert [row[5] for row in standing()] == [source.pk] * 3
    before = standing()
    again = previewed(source, *rows)
    assert outcomes(again) == []
    assert (again.counts["rows"], again.counts["unchanged"]) == (3, 3)
    with pytest.raises(Refused):
        lists.apply_list(again, actor=Cast().reviewer, at=timezone.now())
    assert standing() == before


def test_a_full_list_ends_who_is_missing_of_the_kinds_it_has_alone():
    source = insured_source()
    goes, stays, works = new_number(), new_number(), new_number()
    applied(
        source,
        insured(goes, "雷月桂"),
        insured(stays, "钟有田"),
        insured(works, "林秋禾", kind="310"),
        as_of=OCTOBER,
    )
    listing = previewed(source, insured(stays, "钟有田"))
    assert outcomes(listing) == [(None, Outcome.ENDED)]
    apply(listing)
    assert days("雷月桂") == [("390", "331127", NEW_YEAR, BEFORE)]
    assert days("林秋禾") == [("310", "331127", NEW_YEAR, None)]
    changes = previewed(source, insured(new_number(), "蓝新来"), is_full=False)
    assert outcomes(changes) == [(2, Outcome.NEW)]


def test_suspended_and_ended_insurance_ends_and_begins_again():
    source, number = insured_source(is_full=False), new_number()
    applied(source, insured(number, "雷月桂"), as_of=OCTOBER)
    row = insured(number, "雷月桂", last="2026-09-30", state="2")
    ended = previewed(source, row)
    assert outcomes(ended) == [(2, Outcome.ENDED)]
    apply(ended)
    assert days("雷月桂") == [("390", "331127", NEW_YEAR, date(2026, 9, 30))]
    applied(source, insured(number, "雷月桂", first="2026-11-01"), as_of=MONTH)
    assert days("雷月桂") == [
        ("390", "331127", NEW_YEAR, date(2026, 9, 30)),
        ("390", "331127", MONTH, None),
    ]


def test_somebody_insured_elsewhere_before_moves_and_back_by_undo():
    source, number = insured_source(), new_number()
    there = Division.objects.exclude(pk=county().pk).filter(level="county").first()
    make_person("雷月桂", id_number=number, insured_on=NEW_YEAR, county=there)
    before = standing()
    listing = previewed(source, insured(number, "雷月桂", first="2026-07-01"))
    row = listing.rows.get()
    assert row.outcome == Outcome.MOVED
    assert row_change(row) == (f"{there} 2026-01-01 –", f"{county()} 2026-07-01 –")
    apply(listing)
    assert days("雷月桂") == [
        ("390", there.code, NEW_YEAR, date(2026, 6, 30)),
        ("390", "331127", date(2026, 7, 1), None),
    ]
    listing.refresh_from_db()
    lists.undo_list(listing, reason="传错", actor=Cast().reviewer, at=timezone.now())
    assert standing() == before


def test_what_another_agency_keeps_is_not_changed_but_by_a_later_beginning():
    number, other = new_number(), insured_source(agency=Cast().outside_agency)
    place = other.agency.areas.select_related("division").first().division
    make_person("雷月桂", id_number=number, enrolled=False)
    applied(other, insured(number, "雷月桂", county=place.code, first="2026-03-01"), as_of=OCTOBER)
    assert days("雷月桂") == [("390", place.code, date(2026, 3, 1), None)]
    mine = insured_source()
    row = previewed(mine, insured(number, "雷月桂", first="2026-03-01")).rows.get()
    assert (row.outcome, row.problems) == (Outcome.DOUBT, [["", "insured_elsewhere"]])


def test_an_older_file_overwrites_nothing():
    source, number = insured_source(), new_number()
    applied(source, insured(number, "雷月桂", first="2026-02-01"), as_of=MONTH)
    before = standing()
    older = previewed(
        source, insured(number, "雷月桂"), insured(new_number()), as_of=OCTOBER, is_full=True
    )
    assert [row.problems for row in older.rows.all()] == [[["", "older"]]] * 2
    with pytest.raises(Refused):
        lists.apply_list(older, actor=Cast().reviewer, at=timezone.now())
    assert standing() == before


@pytest.mark.parametrize(
    ("fields", "outcome", "sentence"),
    [
        ({"number": "99912719600229123X"}, "error", "Id number"),
        ({"kind": "999"}, "error", "“999” is no kind of insurance."),
        ({"county": "330902"}, "error", "“330902” is no place of insurance of this agency."),
        ({"state": "9"}, "error", "“9” is no state of an insurance."),
        ({"born": "1901-01-01"}, "error", "differs from that in the number"),
        ({"sex": "both"}, None, ""),
        ({"first": "2026-13-01"}, "error", "First day"),
        ({"last": "2025-06-30", "first": "2026-01-01"}, "error", "before it begins"),
        ({"last": "2020-06-30", "first": "2019-01-01"}, None, ""),
        ({"kind": "510"}, None, ""),
    ],
)
def test_a_broken_row_is_told_and_touches_nobody(fields, outcome, sentence):
    number = fields.pop("number", new_number())
    with translation.override("en"):
        listing = previewed(
            insured_source(), insured(new_number(), "钟有田"), insured(number, "雷月桂", **fields)
        )
        found = listing.rows.filter(line=3).first()
        if outcome is None:
            expected = Outcome.NEW if "sex" in fields else None
            assert (found.outcome if found else None) == expected
            return
        assert found.outcome == outcome
        assert sentence in " ".join(row_problems(found))


def test_one_number_under_two_names_or_twice_in_one_insurance_is_in_doubt():
    twice, names = new_number(), new_number()
    listing = previewed(
        insured_source(),
        insured(twice, "雷月桂"),
        insured(twice, "雷月桂", first="2025-01-01", last="2025-12-31"),
        insured(names, "钟有田"),
        insured(names, "林秋禾", kind="310"),
    )
    assert [row.problems for row in listing.rows.all()] == [[["", "twice"]]] * 4


def test_one_human_under_two_numbers_is_in_doubt_and_holds_up_nobody():
    source, numbers = insured_source(is_full=False), [new_number() for _n in range(4)]
    kept = make_person("雷月桂", id_number=numbers[0], enrolled=False)
    merge(make_person("雷月桂", id_number=numbers[1], enrolled=False), kept)
    renumbered = make_person("钟有田", id_number=numbers[2], enrolled=False)
    change_number(renumbered, numbers[3])
    names = ["雷月桂", "雷月桂", "钟有田", "钟有田"]
    rows = [insured(number, name) for number, name in zip(numbers, names, strict=True)]
    listing = previewed(
        source, *rows, insured(numbers[0], "雷月桂", kind="310"), insured(new_number(), "蓝新来")
    )
    doubts = listing.rows.filter(outcome=Outcome.DOUBT).order_by("line")
    assert [(one.line, one.problems) for one in doubts] == [
        (line, [["", "twice"]]) for line in (2, 3, 4, 5)
    ]
    assert apply(listing).counts["applied"] == 2


def without(heading: str, *rows: tuple[str, ...]) -> bytes:
    """A file that has no such column."""
    place = HEAD.index(heading)
    head, *body = [(*row[:place], *row[place + 1 :]) for row in (HEAD, *rows)]
    return as_csv(*body, head=head)


def test_next_years_insurance_of_a_list_without_ends_does_not_end_with_this_year():
    source, number = insured_source(is_full=False), new_number()
    applied(source, insured(number, "雷月桂", last="2026-12-31"), as_of=OCTOBER)
    content = without("paus_insu_date", insured(number, "雷月桂", first="2027-01-01"))
    listing = previewed(source, content=content)
    assert outcomes(listing) == [(2, Outcome.NEW)]
    apply(listing)
    assert days("雷月桂") == [
        ("390", "331127", NEW_YEAR, date(2026, 12, 31)),
        ("390", "331127", date(2027, 1, 1), None),
    ]


def test_an_end_before_the_day_of_the_list_begins_nothing():
    source, ended, known = insured_source(is_full=False), new_number(), new_number()
    make_person("雷月桂", id_number=ended, enrolled=False)
    make_person("钟有田", id_number=known, enrolled=False)
    over = insured(known, "钟有田", last="2026-08-31")
    applied(source, over, as_of=OCTOBER)
    rows = [
        insured(number, name, last="2026-09-30")
        for number, name in ((ended, "雷月桂"), (known, "钟有田"), (new_number(), "蓝新来"))
    ]
    rows = [(*row[:6], "", *row[7:]) for row in rows]
    listing = previewed(source, content=without("psn_insu_date", *rows))
    assert [row.problems for row in listing.rows.all()] == [[["", "earlier"]]] * 3


@pytest.mark.parametrize("state", ["0", "3", "未参保", "无效"])
def test_an_insurance_that_never_held_is_in_doubt_whatever_its_days(state):
    row = insured(new_number(), "雷月桂", first="2026-01-01", last="2026-06-30")
    listing = previewed(insured_source(), (*row[:6], state, *row[7:]))
    assert outcomes(listing) == [(2, Outcome.DOUBT)]
    (sentence,) = row_problems(listing.rows.get())
    assert "2026-01-01" in sentence
    assert "2026-06-30" in sentence


def test_nobody_is_ended_by_a_broken_file():
    source, number = insured_source(), new_number()
    applied(source, insured(number, "雷月桂"), insured(new_number(), "钟有田"), as_of=OCTOBER)
    before = standing()
    nameless = previewed(source, insured(new_number(), "蓝新来"), insured("", ""))
    assert {row.problems[0][1] for row in nameless.rows.filter(line=None)} == {"held"}
    lists.discard_list(nameless, reason="坏", actor=Cast().reviewer, at=timezone.now())
    faulty = previewed(source, insured("123", "雷月桂"), insured(new_number(), "蓝新来"))
    left = {row.person.name: row.outcome for row in faulty.rows.filter(line=None)}
    assert left == {"雷月桂": "doubt", "钟有田": "ended"}
    lists.discard_list(faulty, reason="坏", actor=Cast().reviewer, at=timezone.now())
    whole = as_csv(insured(number, "雷月桂"), head=HEAD)
    for content in (as_csv(head=HEAD), whole[:-20], whole.replace(number.encode(), b"1")):
        with pytest.raises(Refused):
            previewed(source, content=content)
    assert standing() == before


def test_more_ends_than_usual_wait_for_a_second_person():
    source, stays = insured_source(guard_percent=Decimal(5)), new_number()
    applied(source, insured(stays, "雷月桂"), insured(new_number(), "钟有田"), as_of=OCTOBER)
    listing = previewed(source, insured(stays, "雷月桂"))
    assert (listing.counts["standing"], listing.needs_second_person) == (2, True)
    with pytest.raises(Refused):
        lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
    with pytest.raises(NotAllowed):
        lists.confirm_ends(listing, ended=1, actor=Cast().reviewer, at=timezone.now())
    listing = lists.confirm_ends(listing, ended=1, actor=Cast().approver, at=timezone.now())
    apply(listing)
    assert days("钟有田") == [("390", "331127", NEW_YEAR, BEFORE)]


def test_another_list_of_the_insured_waits_for_the_first_and_recipient_lists_do_not():
    source = insured_source()
    upload(source, insured(new_number()))
    with pytest.raises(Refused):
        upload(source, insured(new_number()))
    work(upload_recipients := make_upload(make_source("DIBAO")))
    assert upload_recipients.pk


def make_upload(source):
    return lists.upload_list(
        source,
        content=as_csv(recipient(new_number())),
        filename="名单.csv",
        as_of=MONTH,
        is_full=True,
        actor=Cast().reviewer,
        at=timezone.now(),
    )


def test_who_was_assessed_since_keeps_his_insurance_from_being_undone():
    listing = applied(insured_source(), insured(new_number(), "雷月桂"))
    rely_on(Person.objects.get(), subject="assessment 2026", at=timezone.now())
    with pytest.raises(Refused):
        lists.undo_list(listing, reason="传错", actor=Cast().reviewer, at=timezone.now())


def test_insurances_are_not_reconciled_and_no_quarter_waits_for_them():
    source = insured_source()
    listing = applied(source, insured(new_number()))
    with pytest.raises(Refused):
        open_reconciliation(listing, actor=Cast().reviewer, at=timezone.now())
    assert due(type(source).objects.all(), MONTH) == []
    assert sources_of(source.agency) == []


@given(
    months=st.lists(
        st.lists(
            st.none()
            | st.tuples(
                st.sampled_from(["390", "310"]),
                st.sampled_from(["2026-01-01", "2026-03-01", "2026-06-15"]),
                st.sampled_from(["", "2026-12-31"]),
            ),
            min_size=3,
            max_size=3,
        ).filter(any),
        min_size=2,
        max_size=3,
    )
)
@settings(max_examples=examples(2), deadline=None, database=None)
def test_applied_and_undone_is_as_before_and_twice_is_once(months):
    with transaction.atomic():
        source, numbers = insured_source(), [new_number() for _n in range(3)]
        for month, rows in enumerate(months):
            as_of = date(2026, 8 + month, 1)
            said = [
                insured(number, kind=one[0], first=one[1], last=one[2])
                if not one[2]
                else (
                    *insured(number, kind=one[0], first=one[1])[:6],
                    "",
                    one[1],
                    one[2],
                    "331127",
                    "红星街道",
                )
                for number, one in zip(numbers, rows, strict=True)
                if one is not None
            ]
            before = standing()
            listing = previewed(source, *said, as_of=as_of)
            try:
                apply(listing)
            except Refused:
                lists.discard_list(
                    ListImport.objects.get(pk=listing.pk),
                    reason="无变化",
                    actor=Cast().reviewer,
                    at=timezone.now(),
                )
                assert standing() == before
                continue
            after = standing()
            lists.undo_list(listing, reason="试", actor=Cast().reviewer, at=timezone.now())
            assert standing() == before
            apply(previewed(source, *said, as_of=as_of))
            assert standing() == after
            again = previewed(source, *said, as_of=as_of)
            assert [again.counts[one] for one in ("new", "changed", "moved", "ended")] == [0] * 4
            lists.discard_list(again, reason="无变化", actor=Cast().reviewer, at=timezone.now())
        transaction.set_rollback(True)


def test_a_hundred_rows_cost_no_more_questions_than_ten():
    source = insured_source()

    def questions(count: int) -> int:
        listing = upload(source, *[insured(new_number()) for _n in range(count)], is_full=False)
        with CaptureQueriesContext(connection) as asked:
            listing = work(listing)
        lists.apply_list(listing, actor=Cast().reviewer, at=timezone.now())
        with CaptureQueriesContext(connection) as carried:
            work(listing)
        return len(asked) + len(carried)

    assert questions(10) == questions(100)


def test_what_a_row_is_about_is_said_in_words():
    with translation.override("en"):
        row = previewed(insured_source(), insured(new_number(), "钟有田", kind="310")).rows.get()
        assert row_what(row) == f"Employee insurance {county()}"


def test_bills_that_waited_for_somebody_unknown_are_booked_once_the_list_has_brought_him():
    source, number = bill_source(), new_number()
    deliver(source, bill_row(None, certno=number, psn_name="蓝新来"))
    assert BillInDoubt.objects.get(settled_at=None).reason == "unknown_person"
    assert book_all_waiting(at=timezone.now()) == 0
    applied(insured_source(), insured(number, "蓝新来", first="2024-01-01"))
    assert book_all_waiting(at=timezone.now()) == 1
    assert Settlement.objects.get().person == Person.objects.get(name="蓝新来")
