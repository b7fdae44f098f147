"""Who sees which page of the payment road, and what the lists show."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from assistance.payments.models import Award, Batch, FundYear, LedgerTransaction
from assistance.payments.operations import hold_award
from assistance.registry.models import AccessLog
from assistance.shared.masking import mask_account, mask_id
from assistance.web.payments.lists import paper
from tests.factories.accounts import Cast
from tests.factories.payments import AT, make_award, make_batch, make_fund_year
from tests.factories.registry import make_person

TOWNSHIP = ["clerk", "leader"]
DESK = ["window", "reviewer", "approver"]
MONEY = ["payer", "fund", "city_supervisor"]
OUTSIDE = ["neighbour_clerk", "outside_payer", "outside_fund", "partner", "auditor"]
AWARD_READERS = [*TOWNSHIP, *DESK, *MONEY]
FUND_READERS = ["reviewer", "approver", *MONEY]


@pytest.fixture
def cast(db) -> Cast:
    cast = Cast()
    assert cast.agency.pk != cast.outside_agency.pk
    return cast


@pytest.fixture
def fund_year(cast) -> FundYear:
    return make_fund_year(cast, year=localdate().year)


@pytest.fixture
def award(cast, fund_year) -> Award:
    return make_award(cast, fund_year, person=make_person("蓝青山"))


@pytest.fixture
def batch(cast, award) -> Batch:
    return make_batch(cast, [award])


def rows(response) -> list[object]:
    return list(response.context["page"].rows)


def queries(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("who", AWARD_READERS)
def test_an_award_opens_inside_the_scope(cast, as_user, award, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/awards/")) == [award]
    assert browser.get(reverse("award", args=[award.number])).status_code == 200


@pytest.mark.parametrize("who", OUTSIDE)
def test_an_award_does_not_exist_outside(cast, as_user, award, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/awards/")) == []
    assert browser.get(reverse("award", args=[award.number])).status_code == 404


@pytest.mark.parametrize("who", MONEY)
def test_a_batch_opens_inside_the_scope(cast, as_user, batch, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/batches/")) == [batch]
    for page in ("batch", "batch_roster"):
        assert browser.get(reverse(page, args=[batch.number])).status_code == 200


@pytest.mark.parametrize("who", [*TOWNSHIP, *DESK, *OUTSIDE])
def test_a_batch_does_not_exist_for_others(cast, as_user, batch, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/batches/")) == []
    for page in ("batch", "batch_roster"):
        assert browser.get(reverse(page, args=[batch.number])).status_code == 404


@pytest.mark.parametrize("who", FUND_READERS)
def test_the_fund_opens_inside_the_scope(cast, as_user, fund_year, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/fund/")) == [fund_year]
    for page in ("fund_year", "check_ledger"):
        assert browser.get(reverse(page, args=[fund_year.pk])).status_code == 200


@pytest.mark.parametrize("who", ["clerk", "window", *OUTSIDE])
def test_the_fund_does_not_exist_for_others(cast, as_user, fund_year, who):
    browser = as_user(getattr(cast, who))
    assert rows(browser.get("/fund/")) == []
    for page in ("fund_year", "check_ledger"):
        assert browser.get(reverse(page, args=[fund_year.pk])).status_code == 404


def test_no_number_is_shown_in_full(cast, as_user, award, fund_year):
    waiting = make_award(cast, fund_year)
    batch = make_batch(cast, [award], confirmed=True)
    browser = as_user(cast.second_payer)
    addresses = [
        reverse("awards"),
        reverse("award", args=[award.number]),
        reverse("award", args=[waiting.number]),
        reverse("change_award_account", args=[waiting.number]),
        reverse("draw_up_batch"),
        reverse("batch", args=[batch.number]),
        reverse("batch_roster", args=[batch.number]),
    ]
    for address in addresses:
        response = browser.get(address)
        assert response.status_code == 200
        for shown in (award, waiting):
            assert shown.person.id_number not in response.content.decode()
            assert shown.account.number not in response.content.decode()


def test_the_roster_is_internal_and_logged(cast, as_user, batch):
    page = as_user(cast.payer).get(reverse("batch_roster", args=[batch.number])).content.decode()
    assert page.count("柒仟伍佰元整") == 1
    log = AccessLog.objects.get()
    assert (log.kind, log.subject) == ("print", f"roster of batch {batch.number}")


def test_awards_are_filtered_and_summed(cast, as_user, award, fund_year):
    held = make_award(cast, fund_year, "1200.50", person=make_person("吴满仓"))
    hold_award(held, reason="等待核实", actor=cast.payer, at=AT)
    browser = as_user(cast.payer)
    both = browser.get("/awards/")
    assert both.context["form"].total == Decimal("8700.50")
    assert both.context["form"].totals == [
        ("due", 1, Decimal("7500.00")),
        ("held", 1, Decimal("1200.50")),
    ]
    for wanted in ({"state": "held"}, {"reason": "核实"}, {"q": held.number}):
        assert rows(browser.get("/awards/", wanted)) == [held]
    assert rows(browser.get("/awards/", {"q": "lanqing"})) == [award]
    assert rows(browser.get("/awards/", {"township": cast.township.pk, "state": "paid"})) == []


def test_awards_are_taken_out_masked_and_logged(cast, as_user, award):
    response = as_user(cast.payer).get("/awards/", {"format": "csv"})
    text = response.content.decode("utf-8-sig")
    assert award.account.number not in text
    assert award.person.id_number not in text
    assert text.count(mask_id(award.person.id_number)) == 1
    assert text.count(mask_account(award.account.number)) == 1
    assert AccessLog.objects.get().subject == "awards, 1 rows, csv"


def test_the_lists_ask_the_database_as_often_for_three_as_for_one(cast, as_user, fund_year):
    browser = as_user(cast.payer)

    def add() -> None:
        make_batch(cast, [make_award(cast, fund_year)])
        make_award(cast, fund_year)

    addresses = ["/awards/", "/batches/", "/batches/draw-up/", f"/fund/{fund_year.pk}/", "/fund/"]
    add()
    one = {address: queries(browser, address) for address in addresses}
    add()
    add()
    make_fund_year(cast, year=localdate().year - 1)
    make_fund_year(cast, year=localdate().year + 1)
    assert {address: queries(browser, address) for address in addresses} == one


def test_a_batch_asks_as_often_for_three_lines_as_for_one(cast, as_user, fund_year):
    browser = as_user(cast.payer)
    small = make_batch(cast, [make_award(cast, fund_year)])
    big = make_batch(cast, [make_award(cast, fund_year) for _line in range(3)])
    for page in ("batch", "batch_roster"):
        one, three = (queries(browser, reverse(page, args=[b.number])) for b in (small, big))
        assert one == three


def test_the_statement_shows_what_each_entry_moved(cast, as_user, award, fund_year):
    response = as_user(cast.fund).get(f"/fund/{fund_year.pk}/", {"order": "oldest"})
    shown = [[cell for _column, cell in cells][5:] for cells in response.context["table"]]
    assert shown == [
        ["1,000,000.00", "", "", "", ""],
        ["-7,500.00", "7,500.00", "", "", ""],
    ]
    assert [amount for _label, amount in response.context["balances"]] == [
        Decimal("1000000.00"),
        Decimal("992500.00"),
        Decimal("7500.00"),
        *[Decimal("0.00")] * (len(response.context["balances"]) - 3),
    ]


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("budget:12:景财社〔2026〕3号", "景财社〔2026〕3号"),
        ("carry_over:12:结转1号:out:back", "结转1号"),
        ("331127-2026-00012-K7QM/2:reserve", "331127-2026-00012-K7QM/2"),
        ("331127-2026-00012-K7QM/2:moved-in:2027", "331127-2026-00012-K7QM/2"),
        ("PC-331127-2026-00003:send", "PC-331127-2026-00003"),
        ("return:0123456789abcdef0123456789abcdef01234567:pay", "01234567"),
    ],
)
def test_a_reference_is_shown_without_its_marks(reference, shown):
    assert paper(LedgerTransaction(reference=reference)) == shown
