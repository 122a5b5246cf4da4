"""Names are read as people read them."""

from __future__ import annotations

import pytest

from hrsaas.people.rules.pinyin import read_name


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("张伟", "zhang wei"), ("单雄信", "shan xiong xin"), ("曾国藩", "zeng guo fan"), ("解缙", "xie jin"),
        ("仇英", "qiu ying"), ("区小明", "ou xiao ming"), ("查良镛", "zha liang yong"), ("朴正熙", "piao zheng xi"),
        ("盖叫天", "ge jiao tian"), ("翟志刚", "zhai zhi gang"), ("乐嘉", "yue jia"), ("覃海", "qin hai"),
        ("任远", "ren yuan"), ("华罗庚", "hua luo geng"), ("欧阳修", "ou yang xiu"), ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"), ("单于", "chan yu"), ("令狐冲", "ling hu chong"), ("吕布", "lv bu"), ("单", "shan"),
        ("李单", "li dan"),
    ],
)  # fmt: skip
def test_surnames_have_their_own_reading(name, spelled):
    assert read_name(name).spelled == spelled


def test_the_dictionarys_reading_is_kept_for_search():
    assert read_name("单雄信").plain == ("dan", "xiong", "xin")
    assert read_name("张伟").plain == read_name("张伟").syllables


@pytest.mark.parametrize(
    ("name", "initials"), [("张伟", "zw"), ("欧阳修", "oyx"), ("John Smith", "js"), ("买买提·艾力", "mmt·al"), ("", "")]
)
def test_initials(name, initials):
    assert read_name(name).initials == initials


def test_other_scripts_stay_words_in_lower_case():
    assert read_name("John Smith").spelled == "john smith"
