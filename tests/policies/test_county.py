"""What a county sets itself under the framework of its city (WZ19-3.5, 4.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation

from assistance.policies.county import changes, examples
from assistance.policies.models import CountyPolicy, PolicyVersion
from assistance.policies.operations import draft_policy, release_policy
from assistance.policies.queries import books_of, pack_of
from assistance.screening.models import ListOffice
from assistance.screening.queries.documents import document_of
from assistance.screening.queries.indicators import indicators
from assistance.settlements.models import Settlement
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.county import OUTPATIENT, county_text, release_county
from tests.factories.deliveries import bill_row, deliver, make_source
from tests.factories.registry import make_person

NOW = timezone.now()
DAY = date(2025, 5, 20)


@pytest.fixture
def cast(db: None) -> Cast:
    call_command("load_policies", verbosity=0)
    return Cast()


def released(cast: Cast, text: str) -> PolicyVersion:
    return release_county(
        cast.agency, text, drafter=cast.administrator, releaser=cast.approver, at=NOW
    )


def test_a_county_with_outpatient_values_gets_figures_and_its_neighbour_none(cast):
    source = make_source(city="wenzhou")
    here, there = (
        make_person(category="DIBAO", township=township)
        for township in (cast.township, cast.outside_township)
    )
    outpatient = {"med_type": "11", "maf_pay": "1.00"}
    deliver(source, *(bill_row(person, **outpatient) for person in (here, there)))
    assert not Settlement.objects.filter(own_figure__isnull=False).exists()
    released(cast, county_text())
    deliver(source, *(bill_row(person, **outpatient) for person in (here, there)))
    figures = Settlement.objects.filter(own_figure__isnull=False)
    # 70 % of 3,000 would be 2,100; the county's limit of the year is 1,000, and 1.00 of it was used.
    assert [(bill.person, bill.own_figure) for bill in figures] == [(here, Decimal("999.00"))]
    assert figures.get().own_version.startswith("WC20-")


def test_a_ratio_below_the_floor_of_the_city_is_refused_by_name(cast):
    text = county_text(OUTPATIENT | {"ratio.DIBAO": "0.65"})
    with translation.override("en"), pytest.raises(Refused) as refused:
        draft_policy(cast.agency, text=text, actor=cast.administrator, at=NOW)
    assert str(refused.value) == (
        "ratio.DIBAO (ratio Low-income family): 65% is not what the city asks for, 70%"
        " (WZ19-3.5, from 2019-10-31)"
    )
    assert not CountyPolicy.objects.exists()


@pytest.mark.parametrize(
    ("values", "head", "said"),
    [
        ({"cap.inpatient": "90000.00"}, {}, "cap.inpatient"),
        ({"deductible.DIBAO": "1.00"}, {}, "deductible.DIBAO"),
        ({"deductible.YINBING": "50000.01", "income_per_head": "50000.00"}, {}, "50,000.01"),
        ({"tier_from.DIBAO.2": "20000.00", "tier_ratio.DIBAO.2": "0.60"}, {}, "tier_ratio.DIBAO.2"),
        ({}, {"jurisdiction": "zhoushan"}, "zhoushan"),
        ({}, {"code": "ZS22"}, "ZS22"),
        ({}, {"level": "framework"}, "level"),
    ],
)
def test_what_the_city_does_not_allow_is_refused(cast, values, head, said):
    with pytest.raises(Refused) as refused:
        draft_policy(cast.agency, text=county_text(OUTPATIENT | values, **head), actor=None, at=NOW)
    assert said in str(refused.value)


def test_a_limit_that_is_left_out_is_refused(cast):
    text = county_text()
    block = next(part for part in text.split("\n\n") if 'key = "cap.inpatient"' in part)
    with pytest.raises(Refused, match=r"cap\.inpatient"):
        draft_policy(cast.agency, text=text.replace(f"{block}\n\n", "", 1), actor=None, at=NOW)


def test_two_persons_release_it(cast):
    policy = draft_policy(cast.agency, text=county_text(), actor=cast.administrator, at=NOW)
    for nobody in (cast.administrator, cast.reviewer, cast.outside_approver):
        with pytest.raises(NotAllowed):
            release_policy(policy, actor=nobody, at=NOW)
    with pytest.raises(Refused):
        release_policy(policy, draft="another text", actor=cast.approver, at=NOW)
    with pytest.raises(NotAllowed):
        draft_policy(cast.agency, text=county_text(), actor=cast.approver, at=NOW)
    version = release_policy(policy, draft=policy.draft, actor=cast.approver, at=NOW)
    assert (version.code, version.number, version.agency) == ("WC20", 1, cast.agency)
    assert version.drafted_by == cast.administrator
    assert version.released_by == cast.approver
    with pytest.raises(Refused):
        release_policy(policy, actor=cast.approver, at=NOW)


def test_a_text_that_was_released_before_is_refused_by_its_version(cast):
    first, second = county_text(), county_text(OUTPATIENT | {"ratio.DIBAO": "0.75"})
    for text in (first, second):
        released(cast, text)
    with translation.override("en"), pytest.raises(Refused, match="WC20 v1"):
        draft_policy(cast.agency, text=first, actor=cast.administrator, at=NOW)
    # The text in force gives no draft, as ever.
    policy = draft_policy(cast.agency, text=second, actor=cast.administrator, at=NOW)
    assert policy.draft == ""


def test_only_a_framework_is_filled_in(cast):
    text = county_text().replace('framework = "WZ19"', 'framework = "ZS22"')
    with pytest.raises(Refused, match="ZS22"):
        draft_policy(cast.agency, text=text, actor=None, at=NOW)


def test_the_targets_of_several_counties_are_the_city_s(cast):
    for agency in (cast.agency, cast.outside_agency):
        ListOffice.objects.create(agency=agency, city="wenzhou", since=DAY)
    released(cast, county_text(OUTPATIENT | {"kpi.assistance_rate": "0.90"}))
    own, city = (
        {str(rate.metric): rate.target.clause for rate in indicators(agencies, DAY)}
        for agencies in ([cast.agency], [cast.agency, cast.outside_agency])
    )
    assert own["assistance_rate"] == "文医保发〔2019〕1号"
    assert city["assistance_rate"] == "WZ19-3.5"


def test_lists_of_the_county_are_drawn_up_by_its_own_version(cast):
    for agency in (cast.agency, cast.outside_agency):
        ListOffice.objects.update_or_create(
            agency=agency, defaults={"city": "wenzhou", "since": DAY}
        )
    version = released(cast, county_text())
    assert document_of(cast.agency, DAY) == version
    assert document_of(cast.outside_agency, DAY).code == "WZ19"
    books = books_of("wenzhou")
    found = [
        books.of(agency.pk).in_force("assist", DAY) for agency in (cast.agency, cast.outside_agency)
    ]
    assert [pack.code for pack in found if pack] == ["WC20", "WZ19"]
    assert [pack.code for pack in books_of("wencheng").of(cast.agency.pk).packs] == []


def test_a_later_version_keeps_the_values_of_earlier_days(cast):
    released(cast, county_text())
    later = county_text().replace("first_day = 2019-10-31", "first_day = 2026-01-01", 1)
    with pytest.raises(Refused, match="2019-10-31"):
        draft_policy(cast.agency, text=later, actor=None, at=NOW)


def test_what_it_changes_is_shown_by_clause_and_by_example(cast):
    pack = pack_of(released(cast, county_text(OUTPATIENT | {"ratio.DIBAO": "0.75"})))
    framework = pack_of(PolicyVersion.objects.get(code="WZ19"))
    rows = {row.key.split(" ")[0]: (row.before, row.after) for row in changes(pack, framework)}
    assert rows == {
        "outpatient.mode": ("—", "same_ratio"),
        "cap.outpatient": ("—", "1,000.00"),
        "ratio.DIBAO": ("70%", "75%"),
    }
    shown = {
        (row.burden, row.before, row.after)
        for row in examples(pack, framework, pack.first_day)
        if row.setting == "住院" or row.setting == "Inpatient"
    }
    assert (Decimal("10000.00"), Decimal("7000.00"), Decimal("7500.00")) in shown


def test_the_command_checks_says_and_releases(cast, tmp_path, capsys):
    file = tmp_path / "wc20.toml"
    file.write_text(county_text(OUTPATIENT | {"ratio.DIBAO": "0.65"}), encoding="utf-8")
    options = {"agency": cast.agency.code}
    with pytest.raises(CommandError, match=r"ratio\.DIBAO"):
        call_command("release_policy", str(file), **options)
    file.write_text(county_text(), encoding="utf-8")
    call_command("release_policy", str(file), **options)
    assert not PolicyVersion.objects.filter(code="WC20").exists()
    names = {"drafted_by": cast.administrator.username, "released_by": cast.approver.username}
    call_command("release_policy", str(file), **options, **names)
    assert PolicyVersion.objects.get(code="WC20").agency == cast.agency
    assert "cap.outpatient" in capsys.readouterr().out
