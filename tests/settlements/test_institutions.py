from __future__ import annotations

import csv
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from assistance.settlements.models import Institution, Settlement
from assistance.settlements.operations.institutions import import_institutions
from assistance.settlements.queries import bill_warnings
from assistance.settlements.queries.institutions import institutions_of, not_designated
from assistance.shared.errors import Refused
from tests.factories.deliveries import HEADER, bill_row, deliver, make_source
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db
HEAD = ["机构编码", "机构名称", "机构类别", "机构等级", "所在地", "开始日期", "结束日期"]
COUNTY = ["H331127", "县人民医院", "医院", "二级甲等", "景宁", "2020-01-01", ""]


def test_a_table_is_taken_over_once_and_a_new_level_ends_the_old_one():
    rows = [
        ["定点医药机构名录"],
        HEAD,
        COUNTY,
        ["P1", "大药房", "药店", "", "景宁", "20210301", ""],
    ]
    assert import_institutions(rows) == (2, 0, 0)
    assert import_institutions(rows) == (0, 0, 2)
    risen = [*COUNTY[:3], "三级", "景宁", "2025-03-01", ""]
    assert import_institutions([HEAD, risen]) == (1, 0, 0)
    old, new = Institution.objects.filter(code="H331127").order_by("first_day")
    assert (old.level, old.last_day) == ("2", date(2025, 2, 28))
    assert (new.level, new.last_day) == ("3", None)


@pytest.mark.parametrize(
    "row",
    [
        ["H1", "县医院", "修车铺", "", "景宁", "2020-01-01", ""],
        ["H1", "县医院", "医院", "", "景宁", "", ""],
        ["H1", "县医院", "医院", "", "景宁", "2020-13-01", ""],
        ["H1", "县医院", "医院", "", "景宁", "2020-05-01", "2020-04-01"],
        ["H331127", "县人民医院", "医院", "", "景宁", "2019-01-01", ""],
        ["", "县医院", "医院", "", "景宁", "2020-01-01", ""],
    ],
)
def test_a_row_that_cannot_be_taken_over_stops_the_table(row):
    with pytest.raises(Refused):
        import_institutions([HEAD, COUNTY, row])
    assert not Institution.objects.exists()


def test_the_command_reads_a_file(tmp_path, capsys):
    path = tmp_path / "名录.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEAD, COUNTY])
    call_command("import_institutions", path)
    assert Institution.objects.get().kind == "hospital"
    with pytest.raises(CommandError):
        call_command("import_institutions", tmp_path / "nothing.csv")


def test_a_bill_of_an_unknown_hospital_counts_with_a_warning(cast):
    person = make_person()
    inside = make_bill(person, "100.00", settled_on=date(2025, 5, 20), institution="县人民医院")
    assert bill_warnings(person, 2025) == {}  # nothing is registered: nobody can say
    import_institutions([HEAD, [*COUNTY[:-1], "2025-06-30"]])
    outside = make_bill(person, "90.00", settled_on=date(2025, 7, 1), institution="县人民医院")
    assert bill_warnings(person, 2025) == {outside.pk: [not_designated()]}
    places = institutions_of([inside, outside])
    assert {pk: place.level for pk, place in places.items()} == {inside.pk: "2"}


def test_the_code_of_a_sent_bill_goes_before_its_name(cast):
    import_institutions([HEAD, COUNTY, ["H2", "分院", "医院", "一级", "景宁", "2020-01-01", ""]])
    person = make_person()
    header = (*HEADER, "fixmedins_code")
    deliver(make_source(), bill_row(person, fixmedins_code="H2"), header=header)
    bill = Settlement.objects.get()
    assert institutions_of([bill])[bill.pk].level == "1"
