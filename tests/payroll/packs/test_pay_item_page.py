"""docs/pay_item_packs.md lists the packs of the folder and shows one that works."""

import re
from datetime import date
from pathlib import Path

import yaml

from payroll.packs.pay_items import INDUSTRIES, PayItemPack, pay_item_pack, with_tail
from tests.payroll.packs.test_pay_item_cases import check_case

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "pay_item_packs.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| (?!key)[a-z_]+ \| [^a-z]+ \|", line)
]


def test_the_page_lists_exactly_the_packs_of_the_folder() -> None:
    packs = [pay_item_pack(industry) for industry in INDUSTRIES]
    assert [row[:3] for row in ROWS] == [[pack.key, pack.name.zh, pack.name.en] for pack in packs]


def test_what_the_page_calls_special_is_in_the_pack() -> None:
    for key, _, _, special in ROWS:
        pack = pay_item_pack(key)
        known = {entry.name.zh for entry in pack.items} | {table.name for table in pack.tables}
        named = re.findall(r"`([^`]+)`", special)
        assert named, key
        assert set(named) - known == set(), key


def test_the_pack_of_the_page_compiles_and_its_case_comes_out() -> None:
    shown = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    pack = with_tail(PayItemPack.model_validate(yaml.safe_load(shown[1])))
    formulas = pack.compile(date(2026, 10, 31))
    assert formulas.notes == ()
    for case in pack.cases:
        check_case(pack, formulas, case)


def test_the_tests_that_the_page_names_exist() -> None:
    root = Path(__file__).resolve().parents[3]
    assert [
        path for path in re.findall(r"`((?:tests|payroll)/[^`<]+\.(?:py|yaml))`", PAGE) if not (root / path).is_file()
    ] == []
