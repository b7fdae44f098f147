"""Papers: data stays data, the same data give the same bytes, and no name becomes a box."""

from __future__ import annotations

import pytest

from assistance.shared.fonts import font_problem, lacks
from assistance.shared.typeset import CannotPrint, typeset
from tests.web.paper.read import bare, text

LETTER = {
    "title": "一次性补正告知书",
    "authority": "景宁畲族自治县医疗保障局",
    "number": "景医保补正〔2026〕1号",
    "to": "蓝青山",
    "patient": "蓝青山",
    "received_on": "2026年3月2日",
    "programme": "困难群众高额医疗费补助",
    "year": 2025,
    "case": "331127-2026-00001",
    "items": ["出院记录"],
    "days": 30,
    "township": "红星街道",
    "address": "",
    "earlier": [],
    "telephone": "",
    "on": "2026年3月9日",
    "foot": "",
}
# Names that offices meet and old systems print as boxes.
RARE = ("䶮", "㛃", "𠅤", "㼆", "𬱖", "喆", "堃", "犇", "赟", "𫖯", "𬘭", "㭎")


def print_to(name: str) -> str:
    return bare(text(typeset("correction", LETTER | {"to": name})))


@pytest.mark.parametrize("sign", RARE)
def test_a_rare_name_is_printed_as_it_is(sign):
    shown = print_to(f"蓝{sign}山")
    assert f"蓝{sign}山：" in shown
    assert "字库未收录" not in shown


def test_a_character_without_a_picture_is_named_by_its_code_and_in_the_foot():
    assert lacks("𣈶")
    shown = print_to("蓝𣈶")
    assert "蓝〔U+23236〕：" in shown
    assert "字库未收录的字以编码代替（U+23236），请按证件手写补正。" in shown


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*粗*_斜_",
        "$x^2$",
        "#[块]",
        "@ref<label>",
        "// 注释",
        '"]#sys.inputs',
        "\\u{41}",
        "= 标题",
        "- 列表",
    ],
)
def test_what_looks_like_source_is_printed_literally(name):
    assert bare(name) + "：" in print_to(name)


def test_control_and_direction_marks_do_not_reach_the_paper():
    assert "山〔U+202E〕〔U+0000〕：" in print_to("山\u202e\x00")


def test_the_same_data_give_the_same_bytes_and_other_data_others():
    first = typeset("correction", LETTER)
    assert typeset("correction", LETTER) == first
    assert typeset("correction", LETTER | {"days": 31}) != first


def test_without_the_fonts_nothing_is_printed_and_a_sentence_says_why(settings, tmp_path):
    settings.FONTS_ROOT = tmp_path
    problem = font_problem()
    assert problem is not None
    assert "NotoSerifSC_700Bold.ttf" in problem
    with pytest.raises(CannotPrint, match=r"NotoSerifSC_400Regular\.ttf"):
        typeset("correction", LETTER)
