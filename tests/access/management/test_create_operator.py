from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from hrsaas.access.models import Operator


def test_an_operator_is_made_from_the_command_line(live_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_PASSWORD", "correct horse battery")
    call_command("create_operator", "Ops@Example.com", "--name", "Ops")
    assert Operator.objects.get().check_password("correct horse battery")
    assert Operator.objects.get().email == "ops@example.com"


def test_a_weak_password_is_refused_in_both_languages(live_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATOR_PASSWORD", "short")
    with pytest.raises(CommandError, match=r"密码.*weak"):
        call_command("create_operator", "ops@example.com", "--name", "Ops")
    assert not Operator.objects.exists()
