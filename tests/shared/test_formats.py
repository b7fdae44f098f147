from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.shared.masking import mask_account, mask_id, mask_name, mask_numbers_in, mask_phone
from assistance.shared.money import capital, from_fen, to_fen, yuan
from assistance.shared.pinyin import pinyin_key


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("张", "*"),
        ("张三", "张*"),
        ("张三丰", "张*丰"),
        ("欧阳震华", "欧**华"),
        ("𠅤三丰", "𠅤*丰"),
    ],
)
def test_mask_name(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("", ""),
        ("331127199003071239", "331***********1239"),
        ("330902900307123", "330********7123"),
        ("12345", "*****"),
    ],
)
def test_mask_id(number, masked):
    assert mask_id(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"), [("", ""), ("6217990000000000006", "**** 0006"), ("12345", "****")]
)
def test_mask_account(number, masked):
    assert mask_account(number) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("账号户名不符", "账号户名不符"),
        ("账号6217990000000000006已销户", "账号**** 0006已销户"),
        ("6217 9900 0000 0000 006 退回", "**** 0006 退回"),
        ("33112719900101123X", "**** 123X"),
        (
            "2026-03-02 金额 25000.00，批次 331127-P2026-0001",
            "2026-03-02 金额 25000.00，批次 331127-P2026-0001",
        ),
    ],
)
def test_mask_numbers_in_free_text(text, masked):
    assert mask_numbers_in(text) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("", ""), ("13812341234", "138****1234"), ("5081234", "****34"), ("110", "****")],
)
def test_mask_phone(number, masked):
    assert mask_phone(number) == masked


@given(st.text(alphabet="0123456789X", min_size=12, max_size=25))
def test_masks_keep_the_length_and_hide_the_birthday(number):
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert set(masked[3:-4]) == {"*"}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张三丰", "zhangsanfeng zsf"),
        ("单雄信", "shanxiongxin sxx"),
        ("曾国藩", "zengguofan zgf"),
        ("仇英", "qiuying qy"),
        ("解缙", "xiejin xj"),
        ("区大伟", "oudawei odw"),
        ("尉迟恭", "yuchigong ycg"),
        ("尉健行", "weijianxing wjx"),
        ("缪荃孙", "miaoquansun mqs"),
        ("查良镛", "zhaliangyong zly"),
        ("朴树", "piaoshu ps"),
        ("盖叫天", "gejiaotian gjt"),
        ("万俟卨", "moqixie mqx"),
        ("万里", "wanli wl"),
        ("长孙无忌", "zhangsunwuji zswj"),
        ("钭小明", "touxiaoming txm"),
        ("翟天临", "zhaitianlin ztl"),
        ("吕布", "lvbu lb"),
        ("蓝仇", "lanchou lc"),  # the special reading is a surname's alone
        ("阿依古丽·买买提", "ayigulimaimaiti ayglmmt"),
        ("张 三", "zhangsan zs"),
        ("张三A", "zhangsana zsa"),
        ("", ""),
    ],
)
def test_pinyin_key(name, key):
    assert pinyin_key(name) == key


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "0.00"), ("1234.5", "1,234.50"), ("-1234567.89", "-1,234,567.89")]
)
def test_yuan(amount, text):
    assert yuan(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("10", "壹拾元整"),
        ("1005.06", "壹仟零伍元零陆分"),
        ("1234.50", "壹仟贰佰叁拾肆元伍角"),
        ("100000.00", "壹拾万元整"),
        ("100000000.10", "壹亿元壹角"),
    ],
)
def test_capital(amount, text):
    assert capital(Decimal(amount)) == text


def test_capital_refuses_part_of_a_fen():
    with pytest.raises(ValueError, match="fen"):
        capital(Decimal("0.005"))


def test_to_fen_refuses_part_of_a_fen():
    with pytest.raises(ValueError, match="fen"):
        to_fen(Decimal("1.001"))


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_fen_and_back(fen):
    assert to_fen(from_fen(fen)) == fen
    assert from_fen(fen).as_tuple().exponent == -2
