"""How a Chinese name is read: pypinyin, plus the surnames that are read differently as surnames."""

from __future__ import annotations

from typing import NamedTuple

from pypinyin import lazy_pinyin

# Where a rare reading and a common one compete for the same surname (覃 qin/tan, 牟 mu/mou, 郇 xun/huan, 隗 wei/kui),
# the first is the one more bearers use; search knows the dictionary's reading as well.
_SINGLE = """
    单shan 曾zeng 解xie 仇qiu 区ou 乐yue 翟zhai 覃qin 缪miao 繁po 召shao 盖ge 朴piao 查zha 员yun 贠yun 牟mu 秘bi 折she
    黑he 种chong 重chong 洗xian 祭zhai 郇xun 隗wei 句gou 能nai 佴nai 阚kan 乜nie 么yao 都du 粘nian 适kuo 被pi 角jue
    六lu 炅gui 蔚yu 薄bo 会gui 卜bu 藏zang 奇ji 弹tan 吁yu 冼xian 任ren 华hua 葛ge 宁ning 尉wei 褚chu 晁chao 车che
    逄pang 谌chen 纪ji 应ying 过guo 相xiang 哈ha 那na 盛sheng 曲qu 莘shen 强qiang 降jiang 万wan 柏bai 费fei
"""
_COMPOUND = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "单于": ("chan", "yu"), "长孙": ("zhang", "sun"),
    "澹台": ("tan", "tai"), "乐正": ("yue", "zheng"), "子车": ("zi", "ju"), "令狐": ("ling", "hu"),
    "亓官": ("qi", "guan"), "中行": ("zhong", "hang"), "拓跋": ("tuo", "ba"), "夹谷": ("jia", "gu"),
}  # fmt: skip
_SURNAMES: dict[str, tuple[str, ...]] = {**{entry[0]: (entry[1:],) for entry in _SINGLE.split()}, **_COMPOUND}


class Reading(NamedTuple):
    """syllables: one per character, one per word of other scripts, lower case. plain: the dictionary's reading."""

    syllables: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def spelled(self) -> str:
        """For sorting: ``shan xiong xin``."""
        return " ".join(self.syllables)

    @property
    def initials(self) -> str:
        return "".join(syllable[0] for syllable in self.syllables)


def read_name(name: str) -> Reading:
    """The reading of a personal name; ü is written v, as people type it."""
    plain = _read(name)
    surname = _surname(name)
    if surname is None:
        return Reading(plain, plain)
    return Reading(_SURNAMES[surname] + _read(name[len(surname) :]), plain)


def _surname(name: str) -> str | None:
    """The surname at the beginning, if it is one with a reading of its own. A lone character counts too."""
    return next((start for start in (name[:2], name[:1]) if start in _SURNAMES), None)


def _read(text: str) -> tuple[str, ...]:
    return tuple(word for chunk in lazy_pinyin(text) for word in chunk.lower().split())
