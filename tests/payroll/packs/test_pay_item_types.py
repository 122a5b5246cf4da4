"""Packs declare inputs and items that are texts, conditions and dates; a tenant who installs one gets them as such."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from payroll.models import PayInput, PayItem
from payroll.packs import pay_items
from payroll.packs.pay_items import InputEntry, ItemEntry, pay_item_pack
from payroll.rules.formula import Type
from payroll.services import pay_schemes
from tests.payroll.conftest import JANUARY, Payroll
from tests.payroll.packs.test_pay_item_cases import ON, check_case

EMPTY = {"zh": "", "en": ""}
ROOTS = (
    ("rating", "评级", "text", "未评"),
    ("is_senior", "资深", "bool", False),
    ("began", "起算日", "date", "2020-01-31"),
)
ITEMS = (
    ("grade", "等级", "text", '如果(评级 = "未评", "C", 评级)'), ("is_top", "是否优秀", "bool", '等级 = "A" 并且 资深'),
    ("due_on", "到期日", "date", "加月(起算日, 1)"),
)  # fmt: skip


def text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The packs of the product in another folder, and one of a tenant's own beside them."""
    folder = tmp_path / "pay_items"
    shutil.copytree(pay_items.PACKS, folder)
    inputs = [
        {"key": key, "name": text(zh, key), "type": kind, "unit": EMPTY, "default": default, "source": "manual"}
        for key, zh, kind, default in ROOTS
    ]
    items: list[dict[str, Any]] = [
        {"key": key, "name": text(zh, key), "category": "info", "order": 100 + at, "type": kind, "formula": formula}
        for at, (key, zh, kind, formula) in enumerate(ITEMS)
    ]
    items.append({
        "key": "prize", "name": text("优秀奖", "prize"), "category": "earning", "order": 110,
        "formula": "如果(是否优秀 并且 到期日 < DATE(2026, 1, 1), 100, 0)",
    })  # fmt: skip
    case = {
        "name": text("优秀", "top"), "inputs": {"rating": "A", "is_senior": "true"}, "why": text("满足", "all hold"),
        "expect": {"grade": "A", "is_top": "true", "due_on": "2020-02-29", "prize": "100"},
    }  # fmt: skip
    pack = {"key": "graded", "name": text("等级", "graded"), "version": 1, "extends": "statutory",
            "inputs": inputs, "items": items, "cases": [case]}  # fmt: skip
    (folder / "graded.yaml").write_text(yaml.safe_dump(pack, allow_unicode=True), encoding="utf-8")
    monkeypatch.setattr(pay_items, "PACKS", folder)
    monkeypatch.setattr(pay_items, "INDUSTRIES", (*pay_items.INDUSTRIES, "graded"))
    return "graded"


def test_its_case_comes_out_in_both_engines(graded: str) -> None:
    pack = pay_item_pack(graded)
    check_case(pack, pack.compile(ON), pack.cases[0])


def test_installed_they_are_the_tenants_inputs_and_items(graded: str, shop: Payroll) -> None:
    by: dict[str, Any] = {"actor": shop.actor, "now": shop.now}
    scheme = pay_schemes.create_scheme(code="graded", name="等级", name_en="graded", pack=graded, **by)
    rows = PayInput.objects.filter(code__in=[root[0] for root in ROOTS]).values_list("code", "type", "default")
    assert {row[0]: row[1:] for row in rows} == {
        "rating": ("text", "未评"), "is_senior": ("bool", "false"), "began": ("date", "2020-01-31"),
    }  # fmt: skip
    kinds = dict(PayItem.objects.filter(scheme=scheme).exclude(type="number").values_list("code", "type"))
    assert kinds == {item[0]: item[2] for item in ITEMS}
    shop.hire("E1")
    shop.full_month("E1", JANUARY)
    assert shop.calculate(JANUARY).error_count == 0  # the other scheme has the inputs' defaults too


@pytest.mark.parametrize(
    ("kind", "default"), [("bool", "0"), ("date", "soon"), ("number", "many")]
)  # fmt: skip
def test_a_default_is_of_its_inputs_type(kind: str, default: str) -> None:
    with pytest.raises(ValidationError):
        InputEntry(key="x", name=EMPTY, type=kind, unit=EMPTY, default=default, source="manual")  # type: ignore[arg-type]


def test_what_is_no_number_is_information() -> None:
    with pytest.raises(ValidationError, match="information"):
        ItemEntry(key="x", name=EMPTY, category="earning", order=1, formula="1 = 1", type=Type.BOOL)  # type: ignore[arg-type]
