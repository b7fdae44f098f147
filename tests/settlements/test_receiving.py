"""A file of bills from the upload to the accounts, and everything that may be wrong with it."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from assistance.entitlements.models import PersonYear
from assistance.files.models import StoredFile
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled
from assistance.settlements.models import BillImport, BillInDoubt, FeeLine, Settlement
from assistance.settlements.operations import (
    book_waiting,
    draft_source,
    purge_deliveries,
    receive_bills,
    release_source,
)
from assistance.settlements.operations.deliveries import deliver as delivering
from assistance.settlements.operations.deliveries import receive
from assistance.settlements.sources import national_text
from assistance.settlements.tasks import EXECUTORS
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.spreadsheets import UnreadableFile
from tests.factories.deliveries import (
    HEADER,
    Stopped,
    as_csv,
    as_xlsx,
    bill_row,
    deliver,
    make_source,
    receive_file,
    refund_of,
    work,
)
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db
State = BillImport.State
Reason = BillInDoubt.Reason


@pytest.fixture(autouse=True)
def english():
    """Sentences are told apart by their words."""
    with translation.override("en"):
        yield


@pytest.fixture
def source(cast):
    return make_source()


def test_an_upload_waits_for_its_worker_and_is_booked_by_it(source):
    person = make_person()
    delivery = receive_file(source, as_csv(bill_row(person), bill_row(None)))
    assert (delivery.state, Settlement.objects.count()) == (State.WAITING, 0)
    job = BackgroundJob.objects.get()
    assert (job.kind, job.target, job.owner) == (receive.KIND, delivery.pk, delivery.started_by)
    outcome = work(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.booked, delivery.in_doubt) == (State.BOOKED, 1, 1)
    assert outcome.result == {
        "rows": 2,
        "booked": 1,
        "refunded": 0,
        "known": 0,
        "supplements": 0,
        "fee_lines": 0,
        "in_doubt": 1,
    }
    bill = Settlement.objects.get()
    assert (bill.delivery, bill.line, bill.entered_by) == (delivery, 2, delivery.started_by)
    # Called again for work that was committed before, it only says what came out.
    assert EXECUTORS[job.kind](job, Stopped(after=99)).result == outcome.result


def test_a_workbook_and_a_csv_of_the_same_rows_are_the_same_bills(source):
    rows = [bill_row(make_person(), setl_id="20250001")]
    work(receive_file(source, as_xlsx(*rows), filename="五月.xlsx"))
    work(receive_file(source, as_csv(*rows, encoding="gb18030")))
    later = BillImport.objects.latest("id")
    assert (Settlement.objects.count(), later.known, later.booked) == (1, 1, 0)
    assert later.message


def test_the_very_same_file_is_refused_and_says_when_it_came(source):
    content = as_csv(bill_row(make_person()))
    work(receive_file(source, content))
    with pytest.raises(Refused):
        receive_file(source, content, filename="另一个名字.csv")
    assert BillImport.objects.count() == 1


def test_rows_in_doubt_that_come_again_are_in_doubt_once(source):
    rows = bill_row(None), bill_row(None, setl_time="昨天")
    deliver(source, *rows)
    again = deliver(source, *rows, bill_row(None))
    assert (again.known, again.in_doubt, again.rows) == (2, 1, 3)
    assert BillInDoubt.objects.count() == 3


def test_one_file_of_a_source_at_a_time(cast, source):
    receive_file(source, as_csv(bill_row(None)))
    with pytest.raises(Refused, match=r"bills\.csv"):
        receive_file(source, as_csv(bill_row(None)))
    assert receive_file(make_source(), as_csv(bill_row(None))).state == State.WAITING
    with pytest.raises(NotAllowed):
        receive_bills(source, content=b"x", filename="a.csv", actor=cast.clerk, at=timezone.now())


def test_work_that_is_stopped_leaves_nothing(source):
    delivery = receive_file(source, as_csv(bill_row(make_person())))
    with pytest.raises(Cancelled):
        work(delivery, Stopped(after=3))
    delivery.refresh_from_db()
    assert (delivery.state, Settlement.objects.count()) == (State.CANCELLED, 0)
    assert PersonYear.objects.count() == 0


def _bomb() -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(3):
            sheet.write(bytes(1024**2))
    return packed.getvalue()


def _wide() -> bytes:
    return as_csv(bill_row(None), header=[*HEADER, *(f"c{n}" for n in range(10_000))])


GOOD = as_csv(*[bill_row(None) for _ in range(40)])
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
# What the reader is given, under which name; a word of the sentence that refuses it.
UNREADABLE = {
    "empty": (b"", "a.csv", "empty"),
    "blank": (b"\n\n\n", "a.csv", "Missing"),
    "header alone": (",".join(HEADER).encode() + b"\n", "a.csv", "no rows"),
    "other columns": (b"a,b\n1,2\n", "a.csv", "setl_id"),
    "wrong ending": (GOOD, "a.xlsx", "csv"),
    "zip bomb": (_bomb, "a.xlsx", "unfolds"),
    "locked": (LOCKED, "a.xlsx", "password"),
    "ten thousand columns": (_wide, "a.csv", "columns"),
    "zero byte": (GOOD[:900] + b"\0" + GOOD[900:], "a.csv", "zero byte"),
    "two encodings": (GOOD + "甲,乙\n".encode("gbk"), "a.csv", "different encodings"),
    "cut off in a row": (GOOD[:-30], "a.csv", "breaks off"),
    "cut off in a quotation": (GOOD + b'"S1,V1', "a.csv", "quotation mark"),
    "broken workbook": (as_xlsx(bill_row(None))[:-200], "a.xlsx", "damaged"),
    "a column twice": (as_csv(bill_row(None), header=[*HEADER, "certno"]), "a.csv", "twice"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_true_books_nothing_and_says_why(source, case, monkeypatch):
    monkeypatch.setattr(receive, "UPLOADED", receive.Limits(unpacked=2 * 1024**2))
    made, name, word = UNREADABLE[case]
    content = made() if callable(made) else made
    with pytest.raises(Refused, match=word):
        work(receive_file(source, content, filename=name))
    assert Settlement.objects.count() == BillInDoubt.objects.count() == 0
    assert not BillImport.objects.filter(state__in=[State.BOOKED, State.WAITING]).exists()


def test_a_file_that_is_too_large_is_not_taken_in(source, monkeypatch):
    monkeypatch.setattr(receive, "UPLOADED", receive.Limits(size=100))
    with pytest.raises(UnreadableFile, match="larger"):
        receive_file(source, GOOD)
    assert StoredFile.objects.count() == 0


def test_a_full_disk_takes_nothing_in(source, settings, tmp_path):
    (tmp_path / "full").touch()
    storage = settings.STORAGES["papers"]
    options = storage.get("OPTIONS", {}) | {"location": tmp_path / "full" / "below"}
    settings.STORAGES = settings.STORAGES | {"papers": storage | {"OPTIONS": options}}
    with pytest.raises(Refused, match="disk"):
        receive_file(source, GOOD)


# Change of one good row, and a word of what is said about it.
BAD_ROWS = [
    ({"certno": "3.30902E+17"}, "rounded"),
    ({"setl_id": "1.23457E+19"}, "rounded"),
    ({"medfee_sumamt": "-10000.00"}, "negative"),
    ({"setl_time": "2999-01-01"}, "still to come"),
    ({"begndate": "2025-05-20", "enddate": "2025-05-19"}, "before the admission"),
    ({"fixmedins_name": "院" * 81}, "too long"),
    ({"medfee_sumamt": "=1+1"}, "no amount"),
    ({"medfee_sumamt": "10,000.00"}, "no amount"),
    ({"setl_time": "1890-01-01"}, "no rules"),
]


def test_bad_rows_stop_no_other_and_the_totals_are_true(source, monkeypatch):
    # As in a file of very many rows: read a chunk at a time, bad ones in each.
    monkeypatch.setattr(delivering, "CHUNK", 6)
    person = make_person()
    bad = [bill_row(person, **change) for change, _word in BAD_ROWS]
    good = [bill_row(person) for _ in range(20)]
    unseen = refund_of(bill_row(person))
    work(receive_file(source, as_csv(*good[:10], *bad, unseen, *good[10:])))
    delivery = BillImport.objects.get()
    assert (delivery.booked, delivery.in_doubt) == (20, len(bad) + 1)
    assert delivery.total == 200_000
    assert PersonYear.objects.get().own_total[11] == 20 * 400_000
    faults = BillInDoubt.objects.filter(reason=Reason.BAD_ROW).order_by("line")
    for (_change, word), doubt in zip(BAD_ROWS, faults, strict=True):
        assert word in doubt.fault
    assert BillInDoubt.objects.get(reason=Reason.NO_ORIGINAL).line == 12 + len(bad)


def test_rounded_numbers_of_a_workbook_are_no_numbers(source):
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        row = bill_row(make_person())
        for column, name in enumerate(HEADER):
            sheet.write(1, column, row.get(name, ""))
        sheet.write_number(1, HEADER.index("certno"), 330902199003071234)
        sheet.write_formula(1, HEADER.index("medfee_sumamt"), "=5000+5000", None, 10000)
    work(receive_file(source, book.getvalue(), filename="a.xlsx"))
    assert "rounded" in BillInDoubt.objects.get().fault


def test_a_file_on_the_disk_is_booked_by_the_command(source, tmp_path, capsys):
    path = tmp_path / "bills.csv"
    path.write_bytes(as_csv(bill_row(make_person()), bill_row(None), encoding="utf-8-sig"))
    call_command("import_bills", str(path), source=source.code)
    assert Settlement.objects.count() == BillInDoubt.objects.count() == 1
    assert BillImport.objects.get().started_by is None
    assert "1" in capsys.readouterr().out
    with pytest.raises(CommandError, match=source.code):
        call_command("import_bills", str(path), source="nobody")
    with pytest.raises(CommandError):
        call_command("import_bills", str(tmp_path / "none.csv"), source=source.code)


LINES = (
    "setl_id,feedetl_sn,fee_ocur_time,hilist_name,chrgitm_lv,cnt,det_item_fee_sumamt,fulamt_ownpay_amt\n"
    "{0},1,2025-05-19 08:00:00,床位费,01,3,150.00,0.00\n"
    "{0},2,2025-05-19,进口支架,03,1.0000,8000.00,2000.00\n"
)


def test_fee_lines_belong_to_their_bill_and_come_once(source):
    row = bill_row(make_person())
    work(receive_file(source, LINES.format(row["setl_id"]).encode(), filename="lines.csv"))
    assert (FeeLine.objects.count(), BillInDoubt.objects.count()) == (0, 2)
    deliver(source, row)
    assert book_waiting(source, actor=None, at=timezone.now()) == 2
    bill = Settlement.objects.get()
    lines = bill.fee_lines.order_by("number").values_list("name", "amount", "outside", "quantity")
    assert [tuple(map(str, line)) for line in lines] == [
        ("床位费", "150.00", "0.00", "3.0000"),
        ("进口支架", "8000.00", "2000.00", "1.0000"),
    ]
    again = LINES.format(row["setl_id"]).replace("150.00", "151.00")
    work(receive_file(source, again.encode(), filename="lines.csv"))
    newest = BillImport.objects.latest("id")
    assert (newest.known, newest.fee_lines, newest.in_doubt) == (1, 0, 1)


def test_a_definition_is_released_by_somebody_else(cast, source):
    text = national_text().replace(
        '"81" = "outpatient"', '"81" = "outpatient"\n"99" = "outpatient"'
    )
    row = bill_row(make_person(), med_type="99")
    assert deliver(source, row).in_doubt == 1
    at = timezone.now()
    draft_source(source, text=text, actor=cast.administrator, at=at)
    with pytest.raises(NotAllowed):
        release_source(source, actor=cast.administrator, at=at)
    with pytest.raises(NotAllowed):
        release_source(source, actor=cast.outside_approver, at=at)
    version = release_source(source, draft=text, actor=cast.approver, at=at)
    assert (version.number, version.released_by) == (2, cast.approver)
    assert book_waiting(source, actor=None, at=at) == 0
    assert book_waiting(source, actor=cast.reviewer, at=at) == 1
    assert work(receive_file(source, as_csv(row))).result["known"] == 1
    with pytest.raises(Refused):
        release_source(source, actor=cast.approver, at=at)
    with pytest.raises(NotAllowed):
        draft_source(source, text=text, actor=cast.reviewer, at=at)


def test_files_half_a_year_old_are_let_go(source):
    work(receive_file(source, as_csv(bill_row(None))))
    assert purge_deliveries(at=timezone.now()) == 0
    assert purge_deliveries(at=timezone.now() + timedelta(days=181)) == 1
    assert BillImport.objects.get().file is None


def test_a_person_registered_later_brings_his_waiting_rows(source):
    number = new_number()
    work(receive_file(source, as_csv(bill_row(None, certno=number))))
    make_person(id_number=number)
    assert book_waiting(source, actor=None, at=timezone.now()) == 1
    assert BillInDoubt.objects.get().settled_at is not None
