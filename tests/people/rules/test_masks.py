"""Masks show enough to recognise, never enough to use."""

from __future__ import annotations

import pytest

from hrsaas.people.rules.masks import mask_account, mask_id, mask_phone


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, "13812345678", "138****5678"), (mask_phone, "1234567", "*******"), (mask_phone, "", ""),
        (mask_id, "110101199003070011", "1****************1"), (mask_id, "E1", "**"),
        (mask_account, "6222021234567890123", "***************0123"), (mask_account, "0123", "****"),
    ],
)  # fmt: skip
def test_masks(mask, text, shown):
    assert mask(text) == shown
