"""The test of the leak test: a planted number is found in every medium, in every shape."""

from __future__ import annotations

import io
import zipfile

import pytest
import typst
from django.conf import settings

from assistance.shared.export import csv_response, xlsx_response
from tests.leaks.media import leaked, numbers_in

NUMBER, PHONE = "331127199003071239", "13805780578"
SHAPES = [
    "331127199003071239",
    "331127 19900307 1239",
    "3311-2719-9003-0712-39",
    "331127\u300019900307\u00a01239",
    "<b>331127</b><span>19900307</span>1239",
    "331127&nbsp;19900307&#8203;1239",
    '<a href="/x/331127199003071239/">x</a>',
    "331127\n19900307\n1239",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_number_is_found_in_every_shape(shape):
    assert numbers_in(f"<td>{shape}</td>", [NUMBER, PHONE]) == {NUMBER}


def test_a_masked_number_and_another_one_are_not_found():
    assert numbers_in("331127********1239 331127199003071240", [NUMBER]) == set()


def zipped() -> bytes:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", f"姓名,{NUMBER}")
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b.zip", inner.getvalue())
    return outer.getvalue()


MEDIA = {
    "csv": lambda: csv_response("a.csv", ["号"], [[NUMBER]]).content,
    "xlsx": lambda: xlsx_response("a.xlsx", ["号"], [[NUMBER]]).content,
    "zip in a zip": zipped,
    "utf-16": lambda: f"号 {NUMBER}".encode("utf-16"),
}


@pytest.mark.parametrize("medium", MEDIA)
def test_a_planted_number_is_found_in_a_file(medium):
    assert leaked(MEDIA[medium](), [NUMBER, PHONE]) == {NUMBER}


def test_a_planted_number_is_found_on_a_printed_paper():
    """A real template with the sheet's fonts: what is looked for is the text, not the bytes."""
    paper = typst.compile(
        b'#set text(font: "Noto Serif SC")\n#table(columns: 2, [331127 1990], [#h(2em) 0307 1239])',
        format="pdf",
        font_paths=[str(settings.FONTS_ROOT)],
    )
    assert NUMBER.encode() not in paper
    assert leaked(paper, [NUMBER, PHONE]) == {NUMBER}
