from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assistance.accounts.models import Agency, Division
from assistance.accounts.operations import ImportRefused, import_agencies, import_divisions
from assistance.accounts.queries import agency_for, townships_of
from tests.factories import stock
from tests.factories.accounts import Cast, agency

pytestmark = pytest.mark.django_db
# National codes: how many townships each county has. Longgang has none of its own.
TOWNSHIPS = {
    "330302": 14,
    "330303": 10,
    "330304": 13,
    "330305": 8,
    "330324": 25,
    "330326": 17,
    "330327": 18,
    "330328": 17,
    "330329": 20,
    "330381": 23,
    "330382": 25,
    "330383": 0,
    "330781": 16,
    "330902": 13,
    "330903": 9,
    "330921": 7,
    "330922": 7,
    "331127": 21,
}


@pytest.fixture(autouse=True)
def empty_tables(db) -> Iterator[None]:
    with stock.nothing():
        yield


def load():
    call_command("load_organisation", stdout=StringIO())


def test_load_organisation_has_every_county_with_its_townships():
    load()
    counties = Division.objects.filter(level="county")
    below = Counter(
        Division.objects.filter(level="township").values_list("parent__code", flat=True)
    )
    assert {county.code: below[county.code] for county in counties} == TOWNSHIPS
    cities = Division.objects.filter(level="city").order_by("code")
    assert [city.name for city in cities] == ["温州市", "金华市", "舟山市", "丽水市"]


def test_load_organisation_again_keeps_what_was_edited():
    load()
    Division.objects.filter(code="331127001").update(name="红星新街道")
    Agency.objects.filter(code="331127").update(name="景宁医保中心", parent=None)
    load()
    assert Division.objects.get(code="331127001").name == "红星新街道"
    found = Agency.objects.get(code="331127")
    assert (found.name, found.parent) == ("景宁医保中心", None)
    assert (Division.objects.count(), Agency.objects.count()) == (286, 22)


@pytest.mark.parametrize(
    ("place", "office"),
    [
        ("330902006", "330900"),  # 新城 and 普陀山 are run by the city
        ("330902050", "330900"),
        ("330903106", "330900"),
        ("330902002", "330902"),
        ("330903001", "330903"),
        ("331127202", "331127"),
        ("330383", "330383"),
        ("331100", None),
    ],
)
def test_agency_for_takes_the_nearest_upwards(place, office):
    load()
    found = agency_for(Division.objects.get(code=place))
    assert (found.code if found else None) == office


def test_townships_of_agrees_with_agency_for():
    load()
    answered = {
        place.code: found.code
        for place in Division.objects.filter(level__in=["township", "county"])
        if (found := agency_for(place)) and not place.children.exists()
    }
    listed = {
        place.code: office.code for office in Agency.objects.all() for place in townships_of(office)
    }
    assert listed == answered
    assert len(listed) == 263 + 1


def test_townships_of_a_county_without_townships_is_the_county():
    load()
    (place,) = townships_of(Agency.objects.get(code="330383"))
    assert place.name == "龙港市"


HEADER = ("code", "name", "level", "parent")
GOOD = [
    ("331127001", "红星街道", "township", "331127"),
    ("330000", "浙江省", "province", ""),
    ("331127", "景宁畲族自治县", "county", "331100"),
    ("331100", "丽水市", "city", "330000"),
]


def rows(*lines):
    return [dict(zip(HEADER, line, strict=True)) for line in lines]


def test_import_divisions_in_any_order_and_twice():
    first, again = import_divisions(rows(*GOOD)), import_divisions(rows(*GOOD))
    assert [(done.created, done.updated) for done in (first, again)] == [(4, 0), (0, 0)]
    assert Division.objects.get(code="331127001").parent.parent.parent.name == "浙江省"


def test_import_divisions_renames():
    import_divisions(rows(*GOOD))
    done = import_divisions(rows(("331127001", "红星镇", "township", "331127")))
    assert (done.created, done.updated) == (0, 1)
    assert Division.objects.get(code="331127001").name == "红星镇"


BAD = {
    "short code": ("33112720", "梅岐乡", "township", "331127"),
    "letters": ("33112720A", "梅岐乡", "township", "331127"),
    "full-width": ("３３１１２７２０３", "梅岐乡", "township", "331127"),
    "no code": ("", "梅岐乡", "township", "331127"),
    "no name": ("331127203", "", "township", "331127"),
    "long name": ("331127203", "乡" * 61, "township", "331127"),
    "no such level": ("331127203", "梅岐乡", "village", "331127"),
    "no parent": ("331127203", "梅岐乡", "township", ""),
    "unknown parent": ("331127203", "梅岐乡", "township", "339999"),
    "another county's": ("331128203", "梅岐乡", "township", "331127"),
    "under a city": ("331127203", "梅岐乡", "township", "331100"),
    "province below": ("340000", "安徽省", "province", "330000"),
    "county's code for a city": ("331199", "景宁", "city", "330000"),
    "twice": ("331127001", "红星", "township", "331127"),
    "twice at another level": ("331127", "景宁", "city", "330000"),
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_import_divisions_refuses_a_bad_row_by_number_and_changes_nothing(line):
    with pytest.raises(ImportRefused) as refused:
        import_divisions(rows(*GOOD, line))
    (sentence,) = refused.value.sentences
    assert "6" in sentence.split(":")[0].split("：")[0]
    assert Division.objects.count() == 0


def test_import_divisions_names_every_bad_row():
    with pytest.raises(ImportRefused) as refused:
        import_divisions(rows(*BAD.values()))
    assert len(refused.value.sentences) == len(BAD)


def test_import_divisions_refuses_a_file_without_a_column():
    with pytest.raises(ImportRefused) as refused:
        import_divisions([{"code": "330000", "name": "浙江省", "level": "province"}])
    assert "parent" in str(refused.value)


def test_import_divisions_command(tmp_path):
    file = tmp_path / "divisions.csv"
    lines = [",".join(line) for line in (HEADER, *GOOD)]
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    out = StringIO()
    call_command("import_divisions", str(file), stdout=out)
    assert Division.objects.count() == 4
    file.write_text("code,name,level,parent\n1,x,city,\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_divisions", str(file))
    file.write_bytes("code,name,level,parent\n330000,浙江省,province,\n".encode("gb18030"))
    with pytest.raises(CommandError):
        call_command("import_divisions", str(file))
    with pytest.raises(CommandError):
        call_command("import_divisions", str(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    "row",
    [
        {"code": "x", "name": "", "parent": "", "areas": ""},
        {"code": "x", "name": "经办", "parent": "none", "areas": ""},
        {"code": "x", "name": "经办", "parent": "", "areas": "331127 999999"},
        {"code": "", "name": "经办", "parent": "", "areas": ""},
    ],
)
def test_import_agencies_refuses_a_bad_row_and_changes_nothing(row):
    assert Cast().county.code == "331127"
    good = {"code": "top", "name": "市", "parent": "", "areas": ""}
    with pytest.raises(ImportRefused):
        import_agencies([good, row])
    assert Agency.objects.count() == 0


def test_import_agencies_leaves_an_area_where_it_was_moved_to():
    cast = Cast()
    other = agency("other", "另一经办", cast.county)
    import_agencies([{"code": "331127", "name": "景宁", "parent": "", "areas": "331127"}])
    assert agency_for(cast.township) == other
