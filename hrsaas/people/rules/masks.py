"""What people without the right see of sensitive text: enough to recognise their own, not enough to use it."""

from __future__ import annotations


def mask_phone(text: str) -> str:
    """``13812345678`` → ``138****5678``; anything of seven characters or fewer is hidden whole."""
    return _keep(text, first=3, last=4)


def mask_id(text: str) -> str:
    """``110101199003070011`` → ``1****************1``: the middle would tell home and birthday."""
    return _keep(text, first=1, last=1)


def mask_account(text: str) -> str:
    """``6222021234567890123`` → ``***************0123``."""
    return _keep(text, first=0, last=4)


def _keep(text: str, *, first: int, last: int) -> str:
    hidden = len(text) - first - last
    if hidden <= 0:
        return "*" * len(text)
    return text[:first] + "*" * hidden + text[len(text) - last :]
