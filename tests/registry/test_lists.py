"""Recipient lists: compared field by field, applied at once, and nobody ended by mistake."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.cases.queries.enquiries import find_people
from assistance.jobs.models import BackgroundJob
from assistance.registry.models import (
    ListImport,
    ListRow,
    ListSource,
    Person,
    PersonChange,
    RecipientSpan,
)
from assistance.registry.operations import end_recognition, lists, rely_on
from assistance.registry.queries.lists import row_change, row_identity, row_problems
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.identity import change_number, merge
from tests.factories.lists import (
    HEAD,
    MONTH,
    applied,
    apply,
    as_csv,
    make_source,
    outcomes,
    previewed,
    row,
    upload,
    work,
)
from tests.factories.registry import make_category, make_person, new_number

pytestmark = pytest.mark.django_db
Stage, Outcome = ListImport.Stage, ListRow.Outcome
NEW_YEAR = date(2026, 1, 1)
BEFORE = MONTH - timedelta(days=1)


def standing(person: Person) -> list[tuple[str, date, date | None]]:
    """What is recognised: category, first and last day, in order."""
    spans = person.recipient_spans.filter(voided_at__isnull=True).order_by("first_day", "id")
    return list(spans.values_list("category__code", "first_day", "last_day"))


def test_somebody_new_is_registered_where_the_list_says_and_recognised():
    source, number = make_source(), new_number()
    listing = previewed(source, row(number, "蓝新来"))
    assert outcomes(listing) == [(2, Outcome.NEW)]
    assert not Person.objects.filter(name="蓝新来").exists()
    apply(listing)
    person = Person.objects.get(name="蓝新来")
    assert (person.id_number, person.township, person.agency) == (
        number,
        Cast().township,
        Cast().agency,
    )
    assert standing(person) == [("DIBAO", NEW_YEAR, None)]
    assert person.recipient_spans.get().source == source
    assert [home.kind for home in person.residences.all()] == ["living"]
    kinds = person.changes.values_list("kind", flat=True)
    assert list(kinds) == [PersonChange.Kind.REGISTERED, PersonChange.Kind.RECOGNISED]


def test_one_new_person_in_two_categories_is_registered_once():
    number = new_number()
    applied(make_source(), row(number), row(number, category="低边"))
    person = Person.objects.get()
    assert {code for code, _first, _last in standing(person)} == {"DIBAO", "DIBIAN"}


def test_a_number_the_person_had_before_names_him_and_ends_nobody():
    source, old = make_source(), new_number()
    applied(source, row(old, "林秋禾"))
    person = change_number(Person.objects.get(), new_number())
    assert outcomes(previewed(source, row(old, "林秋禾"))) == []
    assert standing(person) == [("DIBAO", NEW_YEAR, None)]


def test_a_list_that_names_a_merged_record_ends_nobody():
    source, number = make_source(), new_number()
    applied(source, row(new_number(), "林秋禾"))
    kept = Person.objects.get()
    merge(make_person("林秋禾", id_number=number), kept)
    assert outcomes(previewed(source, row(number, "林秋禾"))) == []
    assert Person.objects.count() == 2


def test_one_human_under_two_numbers_is_in_doubt_and_holds_up_nobody():
    source, numbers = make_source(), [new_number() for _n in range(4)]
    kept = make_person("林秋禾", id_number=numbers[0])
    merge(make_person("林秋禾", id_number=numbers[1]), kept)
    applied(source, row(numbers[2], "钟有田"))
    change_number(Person.objects.get(name="钟有田"), numbers[3])
    listing = previewed(
        source,
        row(numbers[0], "林秋禾"),
        row(numbers[1], "林秋禾", first="2026-02-01"),
        row(numbers[2], "钟有田", first="2026-02-01"),
        row(numbers[3], "钟有田"),
        row(numbers[0], "林秋禾", category="低边"),
    )
    doubts = listing.rows.filter(outcome=Outcome.DOUBT).order_by("line")
    assert [(one.line, one.problems) for one in doubts] == [
        (line, [["", "twice"]]) for line in (2, 3, 4, 5)
    ]
    assert apply(listing).counts["applied"] == 1


def without(heading: str, *rows: tuple[str, ...]) -> bytes:
    """A file that has no such column."""
    place = HEAD.index(heading)
    head, *body = [(*one[:place], *one[place + 1 :]) for one in (HEAD, *rows)]
    return as_csv(*body, head=head)


def test_next_years_recognition_of_a_list_without_ends_does_not_end_with_this_year():
    source, number = make_source(), new_number()
    applied(source, row(number, last="2026-12-31"), as_of=date(2026, 10, 1))
    content = without("结束日期", row(number, first="2027-01-01"))
    apply(previewed(source, content=content, is_full=False))
    assert standing(Person.objects.get()) == [
        ("DIBAO", NEW_YEAR, date(2026, 12, 31)),
        ("DIBAO", date(2027, 1, 1), None),
    ]


def test_an_end_before_the_day_of_the_list_begins_nothing():
    source, known = make_source(), new_number()
    applied(source, row(known, "钟有田", last="2026-08-31"), as_of=date(2026, 7, 1))
    number = new_number()
    make_person("雷月桂", id_number=number)
    rows = [
        row(one, name, last="2026-09-30")
        for one, name in ((number, "雷月桂"), (known, "钟有田"), (new_number(), "蓝新来"))
    ]
    listing = previewed(source, content=without("认定日期", *rows), is_full=False)
    assert [one.problems for one in listing.rows.all()] == [[["", "earlier"]]] * 3


def test_somebody_new_is_found_by_the_last_places_of_his_number():
    number = new_number()
    applied(make_source(), row(number, "蓝新来"))
    assert list(find_people(Cast().clerk, number[-4:])) == [Person.objects.get()]


def test_the_same_file_again_changes_nothing():
    source, rows = make_source(), [row(new_number()), row(new_number(), "雷月桂")]
    applied(source, *rows)
    again = previewed(source, *rows)
    assert outcomes(again) == []
    assert (again.counts["rows"], again.counts["unchanged"]) == (2, 2)
    with pytest.raises(Refused):
        lists.apply_list(again, actor=Cast().reviewer, at=timezone.now())


def test_whoever_is_missing_from_a_full_list_is_ended_the_day_before_it():
    source, stays, goes = make_source(), row(new_number()), row(new_number(), "雷月桂")
    applied(source, stays, goes, as_of=date(2026, 10, 1))
    listing = previewed(source, stays)
    assert outcomes(listing) == [(None, Outcome.ENDED)]
    apply(listing)
    assert standing(Person.objects.get(name="雷月桂")) == [("DIBAO", NEW_YEAR, BEFORE)]


def test_a_list_of_changes_ends_nobody_who_is_missing():
    source = make_source()
    applied(source, row(new_number()), as_of=date(2026, 10, 1))
    listing = previewed(source, row(new_number(), "雷月桂"), is_full=False)
    assert outcomes(listing) == [(2, Outcome.NEW)]


def test_a_list_of_changes_ends_by_its_word():
    source, number = make_source(), new_number()
    applied(source, row(number), as_of=date(2026, 10, 1))
    head = (*HEAD, "身份变更")
    content = as_csv((*row(number), "取消"), head=head)
    listing = previewed(source, content=content, is_full=False)
    assert outcomes(listing) == [(2, Outcome.ENDED)]
    apply(listing)
    assert standing(Person.objects.get()) == [("DIBAO", NEW_YEAR, BEFORE)]


@pytest.mark.parametrize("other", ["department", "category", "agency", "by_hand"])
def test_a_full_list_ends_only_what_its_own_department_agency_and_category_keep(other):
    source, number = make_source("DIBAO"), new_number()
    if other == "by_hand":
        make_person("雷月桂", id_number=number, category="DIBAO", recognised_on=NEW_YEAR)
    else:
        values = {
            "department": {"department": "union"},
            "category": {"name": "低边名单"},
            "agency": {"agency": Cast().outside_agency},
        }[other]
        code = "DIBIAN" if other == "category" else "DIBAO"
        foreign = make_source(code, **values)
        where = "兰江街道" if other == "agency" else "红星街道"
        assert Cast().outside_township
        applied(foreign, row(number, "雷月桂", category=code, township=where))
    before = standing(Person.objects.get())
    listing = previewed(source, row(new_number(), "蓝青山"))
    doubts = {"by_hand": [(None, Outcome.DOUBT)]}.get(other, [])
    assert outcomes(listing) == [(2, Outcome.NEW), *doubts]
    apply(listing)
    assert standing(Person.objects.get(name="雷月桂")) == before


def test_changed_days_are_shown_old_and_new_and_the_old_row_is_voided():
    source, number = make_source(), new_number()
    applied(source, row(number), as_of=date(2026, 10, 1))
    listing = previewed(source, row(number, first="2026-02-01", last="2027-01-31"))
    found = listing.rows.get()
    assert found.outcome == Outcome.CHANGED
    assert row_change(found) == ("2026-01-01 –", "2026-02-01 – 2027-01-31")
    apply(listing)
    person = Person.objects.get()
    assert standing(person) == [("DIBAO", date(2026, 2, 1), date(2027, 1, 31))]
    assert person.recipient_spans.filter(voided_at__isnull=False).count() == 1


def test_what_was_entered_by_hand_on_the_same_days_is_taken_over_by_the_list():
    source, number = make_source(), new_number()
    person = make_person("蓝青山", id_number=number, category="DIBAO", recognised_on=NEW_YEAR)
    listing = previewed(source, row(number))
    assert outcomes(listing) == [(2, Outcome.CHANGED)]
    apply(listing)
    span = person.recipient_spans.get()
    assert (span.source, span.first_day, span.voided_at) == (source, NEW_YEAR, None)


@pytest.mark.parametrize(
    ("meaning", "last"), [("inside", date(2026, 12, 31)), ("outside", date(2026, 12, 30))]
)
def test_each_source_says_what_its_end_date_means(meaning, last):
    source = make_source(end_meaning=meaning)
    applied(source, row(new_number(), last="2026-12-31"))
    assert RecipientSpan.objects.get().last_day == last


@pytest.mark.parametrize("word", ["长期", "9999-12-31", "2099/12/31", ""])
def test_an_end_that_is_none_stays_open(word):
    applied(make_source(), row(new_number(), last=word))
    assert RecipientSpan.objects.get().last_day is None


def test_ended_in_one_category_and_new_in_another_leaves_no_gap():
    source, number = make_source(), new_number()
    applied(source, row(number), as_of=date(2026, 10, 1))
    listing = previewed(source, row(number, category="低边", first="2026-11-05"))
    assert outcomes(listing) == [(2, Outcome.NEW), (None, Outcome.MOVED)]
    apply(listing)
    assert standing(Person.objects.get()) == [
        ("DIBAO", NEW_YEAR, date(2026, 11, 4)),
        ("DIBIAN", date(2026, 11, 5), None),
    ]


@pytest.mark.parametrize("first_come", ["old", "new"])
def test_a_move_to_another_agency_leaves_no_gap_whichever_list_comes_first(first_come):
    cast, number = Cast(), new_number()
    assert cast.outside_township
    old, new = make_source("DIBAO"), make_source("DIBAO", agency=cast.outside_agency)
    applied(old, row(number), row(new_number(), "雷月桂"), as_of=date(2026, 9, 1))
    stays = row(new_number(), "钟有田")

    def old_list() -> ListImport:
        kept = row(Person.objects.get(name="雷月桂").id_number, "雷月桂")
        return previewed(old, kept, as_of=date(2026, 10, 1))

    def new_list() -> ListImport:
        come = row(number, first="2026-10-12", township="兰江街道")
        newcomer = (*stays[:2], "兰江街道", *stays[3:])
        return previewed(new, come, newcomer)

    steps = [old_list, new_list] if first_come == "old" else [new_list, old_list]
    for step in steps:
        listing = step()
        if listing.counts["unchanged"] != listing.counts["rows"]:
            apply(listing)
    assert standing(Person.objects.get(name="蓝青山")) == [
        ("DIBAO", NEW_YEAR, date(2026, 10, 11)),
        ("DIBAO", date(2026, 10, 12), None),
    ]


def test_an_older_month_applied_later_undoes_nothing_newer():
    source, number, gone = make_source(), new_number(), new_number()
    applied(source, row(number), row(gone, "雷月桂"), as_of=date(2026, 9, 1))
    applied(source, row(number, last="2026-12-31"), as_of=MONTH)
    older = previewed(source, row(number), row(gone, "雷月桂"), as_of=date(2026, 10, 1))
    assert {outcome for _line, outcome in outcomes(older)} == {Outcome.DOUBT}
    assert {tuple(row_problems(found)) for found in older.rows.all()} != {()}


def test_a_row_that_cannot_be_read_does_not_end_whoever_it_may_be():
    source, number = make_source(), new_number()
    applied(source, row(number, "雷月桂"), row(new_number()), as_of=date(2026, 10, 1))
    other = Person.objects.get(name="蓝青山").id_number
    listing = previewed(source, row("3.30902E+17", "雷月桂"), row(other))
    assert outcomes(listing) == [
        (2, Outcome.ERROR),
        (None, Outcome.DOUBT),
    ]
    assert "3.3" not in " ".join(row_problems(listing.rows.get(line=2)))


def test_a_row_without_number_and_name_holds_all_ends():
    source = make_source()
    applied(source, row(new_number()), row(new_number(), "雷月桂"), as_of=date(2026, 10, 1))
    kept = Person.objects.get(name="蓝青山").id_number
    listing = previewed(source, row(kept), row("", ""))
    assert (None, Outcome.DOUBT) in outcomes(listing)
    assert listing.ends_held_because != ""


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"number": "331127199003071230"}, "身份证"),
        ({"number": ""}, "身份证"),
        ({"name": ""}, "姓名"),
        ({"category": "五星"}, "类别"),
        ({"first": "2026年13月1日"}, "首日"),
        ({"first": "2026-05-01", "last": "2026-04-01"}, "结束"),
        ({"first": "2031-01-01"}, "首日"),
        ({"first": "1901-01-01"}, "首日"),
        ({"township": "不知名乡"}, ""),
        ({"township": ""}, ""),
    ],
)
def test_a_faulty_row_says_which_column_and_the_others_go_in(changes, column):
    values = {"number": new_number(), "name": "雷月桂", **changes}
    listing = previewed(make_source(), row(**values), row(new_number()))
    faulty = listing.rows.get(line=2)
    assert faulty.outcome == Outcome.ERROR
    assert len(row_problems(faulty)) == 1
    assert row_identity(faulty)[0] == values["name"]
    assert apply(listing).counts["applied"] == 1


def test_one_person_twice_and_under_two_names():
    number, other = new_number(), new_number()
    listing = previewed(
        make_source(),
        row(number),
        row(number),
        row(other, "雷月桂"),
        row(other, "雷月贵"),
    )
    assert outcomes(listing) == [
        (2, Outcome.NEW),
        (3, Outcome.ERROR),
        (4, Outcome.DOUBT),
        (5, Outcome.DOUBT),
    ]


def test_another_name_in_the_register_is_left_to_a_person():
    number = new_number()
    make_person("雷月桂", id_number=number)
    listing = previewed(make_source(), row(number, "雷月贵"))
    assert outcomes(listing) == [(2, Outcome.DOUBT)]


def test_the_dead_are_not_recognised_anew():
    number = new_number()
    person = make_person("雷月桂", id_number=number)
    Person.objects.filter(pk=person.pk).update(died_on=date(2026, 5, 1))
    listing = previewed(make_source(), row(number, "雷月桂"))
    assert outcomes(listing) == [(2, Outcome.DOUBT)]


@pytest.mark.parametrize(
    "content", [as_csv(), as_csv(row("1", "蓝")), b"", b"\0\0", b"PK\x03\x04x"]
)
def test_an_empty_or_broken_file_never_ends_anybody(content):
    source = make_source()
    applied(source, row(new_number()), as_of=date(2026, 10, 1))
    before = standing(Person.objects.get())
    with pytest.raises(Refused):
        previewed(source, content=content)
    assert ListImport.objects.filter(stage__in=ListImport.OPEN).count() == 0
    assert standing(Person.objects.get()) == before


def test_the_guard_waits_for_a_second_person():
    cast, source = Cast(), make_source(guard_percent=Decimal(40))
    people = [row(new_number(), "雷月桂"), row(new_number(), "钟有田")]
    applied(source, *people, as_of=date(2026, 10, 1))
    listing = previewed(source, people[0])
    at = timezone.now()
    assert listing.needs_second_person
    with pytest.raises(Refused):
        lists.apply_list(listing, actor=cast.reviewer, at=at)
    for nobody in (cast.reviewer, cast.second_reviewer, cast.outside_approver, cast.payer):
        with pytest.raises(NotAllowed):
            lists.confirm_ends(listing, ended=1, actor=nobody, at=at)
    with pytest.raises(Refused):
        lists.confirm_ends(listing, ended=2, actor=cast.approver, at=at)
    lists.confirm_ends(listing, ended=1, actor=cast.approver, at=at)
    assert apply(listing).stage == Stage.APPLIED
    assert standing(Person.objects.get(name="钟有田"))[0][2] == BEFORE


def test_whoever_uploaded_does_not_confirm_even_as_an_approver(django_user_model):
    listing = previewed(make_source(), row(new_number()))
    ListImport.objects.filter(pk=listing.pk).update(
        uploaded_by=Cast().approver, counts={"guarded": True, "ended": 1}
    )
    with pytest.raises(NotAllowed):
        lists.confirm_ends(listing, ended=1, actor=Cast().approver, at=timezone.now())


def test_rows_left_out_are_not_carried_out():
    source = make_source()
    listing = previewed(source, row(new_number(), "雷月桂"), row(new_number(), "钟有田"))
    left = listing.rows.get(line=2)
    at = timezone.now()
    assert lists.skip_rows(listing, rows=[left.pk], skip=True, actor=Cast().reviewer, at=at) == 1
    with pytest.raises(Refused):
        lists.skip_rows(listing, rows=[], skip=True, actor=Cast().reviewer, at=at)
    apply(listing)
    assert list(Person.objects.values_list("name", flat=True)) == ["钟有田"]


def test_what_changed_since_the_preview_sends_the_list_back():
    source, number = make_source(), new_number()
    applied(source, row(number), as_of=date(2026, 10, 1))
    listing = previewed(source, row(new_number(), "雷月桂"))
    span = RecipientSpan.objects.get()
    end_recognition(span, last_day=date(2026, 6, 30), actor=None, at=timezone.now())
    with pytest.raises(Refused):
        apply(listing)
    listing.refresh_from_db()
    assert listing.stage == Stage.PREVIEWED
    assert not Person.objects.filter(name="雷月桂").exists()
    again = work(lists.compare_again(listing, actor=Cast().reviewer, at=timezone.now()))
    assert outcomes(again) == [(2, Outcome.NEW)]


def test_somebody_registered_since_the_preview_sends_the_list_back():
    number = new_number()
    listing = previewed(make_source(), row(number))
    make_person("蓝青山", id_number=number)
    with pytest.raises(Refused):
        apply(listing)


def test_an_applied_list_is_undone_to_what_was_before():
    source, number, gone = make_source(), new_number(), new_number()
    applied(source, row(number), row(gone, "雷月桂"), as_of=date(2026, 10, 1))
    before = {person.name: standing(person) for person in Person.objects.all()}
    listing = applied(source, row(number, last="2026-12-31"), row(new_number(), "钟有田"))
    lists.undo_list(listing, reason="上传错了", actor=Cast().reviewer, at=timezone.now())
    after = {person.name: standing(person) for person in Person.objects.all()}
    assert after == before | {"钟有田": []}
    with pytest.raises(Refused):
        lists.undo_list(listing, reason="再撤", actor=Cast().reviewer, at=timezone.now())


@pytest.mark.parametrize("built", ["later", "assessed", "by_hand"])
def test_a_list_on_which_something_is_built_is_not_undone(built):
    source, number = make_source(), new_number()
    listing = applied(source, row(number), as_of=date(2026, 10, 1))
    person, at = Person.objects.get(), timezone.now()
    if built == "later":
        applied(source, row(number, last="2026-12-31"))
    elif built == "assessed":
        rely_on(person, subject="jn21 v1 2026", at=at)
    else:
        end_recognition(
            person.recipient_spans.get(), last_day=date(2026, 10, 31), actor=None, at=at
        )
    before = standing(person)
    with pytest.raises(Refused):
        lists.undo_list(listing, reason="上传错了", actor=Cast().reviewer, at=timezone.now())
    assert standing(person) == before


def test_one_list_of_a_department_at_a_time():
    source = make_source()
    first = upload(source, row(new_number()))
    with pytest.raises(Refused, match="reviewer"):
        upload(source, row(new_number()), actor=Cast().second_reviewer)
    other = make_source("YOUFU", name="优抚名单", department="veterans")
    assert upload(other, row(new_number(), category="YOUFU")).is_open
    lists.discard_list(first, reason="传错文件", actor=Cast().reviewer, at=timezone.now())
    assert upload(source, row(new_number())).is_open
    assert BackgroundJob.objects.filter(state="cancelled").count() == 1


def test_unknown_headings_are_named_once_and_remembered():
    source, number = make_source(), new_number()
    head = ("公民号", "谁", "地方", "村", "对象类别", "认定日期", "结束日期")
    listing = previewed(source, content=as_csv(row(number), head=head))
    assert (listing.stage, listing.headings[:2]) == (Stage.MAPPING, ["公民号", "谁"])
    at = timezone.now()
    with pytest.raises(Refused):
        lists.choose_columns(listing, headings={"number": "公民号"}, actor=Cast().reviewer, at=at)
    chosen = {"number": "公民号", "name": "谁", "township": "地方"}
    listing = work(lists.choose_columns(listing, headings=chosen, actor=Cast().reviewer, at=at))
    assert outcomes(listing) == [(2, Outcome.NEW)]
    apply(listing)
    assert ListSource.objects.get(pk=source.pk).headings == chosen
    again = previewed(source, content=as_csv(row(number), head=head))
    assert outcomes(again) == []


@pytest.mark.parametrize(
    "who", ["clerk", "approver", "outside_reviewer", "auditor", "city_supervisor"]
)
def test_lists_are_taken_in_by_the_reviewers_of_the_agency(who):
    source = make_source()
    with pytest.raises(NotAllowed):
        upload(source, row(new_number()), actor=getattr(Cast(), who))


def test_titles_above_and_sums_below_the_table_are_no_rows():
    number = new_number()
    content = as_csv(
        HEAD, row(number), ("合计", "1人"), ("", "", "", "", "", "", ""), head=["2026年11月名单"]
    )
    assert outcomes(previewed(make_source(), content=content)) == [(3, Outcome.NEW)]


def test_purging_drops_file_and_rows_of_lists_closed_long_ago():
    listing = previewed(make_source(), row("1", "蓝"), row(new_number(), "雷"))
    old = apply(listing)
    assert lists.purge_lists(at=timezone.now()) == 0
    ListImport.objects.update(uploaded_at=timezone.now() - timedelta(days=181))
    assert lists.purge_lists(at=timezone.now()) == 1
    old.refresh_from_db()
    assert old.file is None
    assert {row_identity(found)[1] for found in old.rows.filter(person__isnull=True)} == {""}


def test_a_category_the_list_does_not_own_is_a_fault():
    make_category("TEKUN")
    listing = previewed(
        make_source("DIBAO"), row(new_number(), category="TEKUN"), row(new_number())
    )
    assert outcomes(listing) == [(2, Outcome.ERROR), (3, Outcome.NEW)]
