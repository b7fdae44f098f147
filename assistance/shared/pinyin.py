"""Names as one types them: for sorting (no database here knows Chinese order) and for searching."""

from __future__ import annotations

from pypinyin import lazy_pinyin

# Readings a character has as a family name only; pypinyin gives the everyday one.
_SURNAMES = {
    "万俟": ("mo", "qi"),
    "尉迟": ("yu", "chi"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"),
    "亓官": ("qi", "guan"),
    "宿": ("su",),
    "仇": ("qiu",),
    "会": ("gui",),
    "便": ("pian",),
    "冼": ("xian",),
    "洗": ("xian",),
    "区": ("ou",),
    "单": ("shan",),
    "召": ("shao",),
    "句": ("gou",),
    "员": ("yun",),
    "尉": ("wei",),
    "幺": ("yao",),
    "么": ("yao",),
    "折": ("she",),
    "曾": ("zeng",),
    "朴": ("piao",),
    "查": ("zha",),
    "沈": ("shen",),
    "盖": ("ge",),
    "祭": ("zhai",),
    "种": ("chong",),
    "秘": ("bi",),
    "繁": ("po",),
    "缪": ("miao",),
    "翟": ("zhai",),
    "能": ("nai",),
    "莘": ("shen",),
    "覃": ("qin",),
    "解": ("xie",),
    "郗": ("chi",),
    "都": ("du",),
    "钭": ("tou",),
    "阚": ("kan",),
    "黑": ("he",),
    "乜": ("nie",),
    "乐": ("yue",),
    "任": ("ren",),
    "柏": ("bai",),
    "逄": ("pang",),
    "褚": ("chu",),
    "谌": ("chen",),
    "占": ("zhan",),
    "应": ("ying",),
    "干": ("gan",),
    "燕": ("yan",),
    "宁": ("ning",),
    "葛": ("ge",),
    "车": ("che",),
    "石": ("shi",),
    "车正": ("che", "zheng"),
}
_LONGEST = max(map(len, _SURNAMES))


def pinyin_key(name: str) -> str:
    """ "张三丰" → "zhangsanfeng zsf": sorts by sound, and holds what is typed in a search.

    Lower case; ü is written v, as on the keyboard. Letters and digits stay, other signs fall away.
    """
    name = "".join(character for character in name if character.isalnum())
    family = _family_name(name)
    syllables = [*_SURNAMES.get(family, ()), *_read(name[len(family) :])]
    initials = "".join(syllable[0] for syllable in syllables)
    return f"{''.join(syllables)} {initials}".strip()


def _family_name(name: str) -> str:
    """The family name if its reading is a special one, else nothing."""
    for length in range(_LONGEST, 0, -1):
        if name[:length] in _SURNAMES:
            return name[:length]
    return ""


def _read(text: str) -> list[str]:
    return [syllable.lower() for syllable in lazy_pinyin(text, v_to_u=False) if syllable]
