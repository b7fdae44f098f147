"""Invented names. Nobody of the demo county exists, and its villages are on no map."""

from __future__ import annotations

from random import Random

# 蓝, 雷, 钟 and 盘 are the names of the She people; the last line is read otherwise than it is written.
SURNAMES = (
    ("蓝", 90), ("雷", 80), ("钟", 70), ("盘", 6),
    ("陈", 60), ("林", 55), ("吴", 50), ("叶", 45), ("潘", 40), ("刘", 38), ("梅", 34), ("柳", 30),
    ("李", 30), ("王", 30), ("张", 28), ("周", 24), ("徐", 22), ("朱", 20), ("胡", 18), ("何", 18),
    ("夏", 16), ("毛", 15), ("季", 15), ("项", 12), ("沈", 10), ("严", 10), ("汤", 9), ("包", 8),
    ("单", 6), ("仇", 6), ("区", 5), ("解", 5), ("查", 4), ("缪", 4), ("曾", 4), ("尉迟", 3), ("欧阳", 3),
)  # fmt: skip
MALE = "松柏樟杉槐岩峰岭川涛溪潮钧锐铭昊晟旭朗辰恒毅勇刚坚诚信礼智德福寿康泰根土水火木金宝仁义"
FEMALE = "兰菊梅莲荷桂芝芸苗茶竹月星霞云雪雨露霜凤燕莺鹃蝶珠玉翠翡琴瑶琳婷娟秀丽美巧慧静淑贞"
RARE = "榧栎桤筠萤蕨苔鹨"
MIDDLE = "大小长永世国建志文明光成庆运启兴本林春秋晓新海山石田雨启元正良友有来延景振学家益"

VILLAGE_FIRST = "枫鹿鹭霞桐筠萤藤梨柚荻苇榧栎雀鸢鲤蕨苔"
VILLAGE_SECOND = ("鸣", "影", "露", "栖", "啼", "照", "隐", "眠", "渡", "井")
HOSPITALS = ("县人民医院", "县中医医院", "县妇幼保健院", "市中心医院", "市第二医院")
FAR_HOSPITALS = ("省城第一医院", "省城肿瘤专科医院", "省城心血管病医院")
PHARMACIES = ("百草堂药店", "溪山大药房", "仁和里药店")
BANKS = ("演示农村商业银行", "演示邮政储蓄支行", "演示信用社")


def person_name(rng: Random, sex: str) -> str:
    """A surname by its weight and two signs, or one so rare that no namesake is well known."""
    surname = rng.choices([name for name, _weight in SURNAMES], [w for _name, w in SURNAMES])[0]
    if rng.random() < 0.05:
        return surname + rng.choice(RARE)
    return surname + rng.choice(MIDDLE) + rng.choice(MALE if sex == "1" else FEMALE)


def villages(rng: Random, township: str) -> list[str]:
    """Seven villages of a township; a 街道 has communities."""
    ending = "社区" if township.endswith("街道") else "村"
    pairs = [first + second for first in VILLAGE_FIRST for second in VILLAGE_SECOND]
    return [f"{pair}{ending}" for pair in rng.sample(pairs, 7)]
