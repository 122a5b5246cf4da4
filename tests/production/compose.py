"""Reading docker-compose.yml the way the engine would, so that tests run what it runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PATH = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")


class Unset(LookupError):
    """A variable that must be given was not."""


def raw() -> dict[str, Any]:
    """The file with anchors resolved and variables as they are written."""
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text())
    return loaded


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = raw()["services"]
    return found


def interpolate(text: str, values: dict[str, str]) -> str:
    """``${NAME:-default}`` and ``${NAME:?message}`` as the engine reads them."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match["name"], "")
        if not found and match["kind"] == "?":
            raise Unset(f"{match['name']}: {match['rest']}")
        return found or (match["rest"] or "" if match["kind"] == "-" else "")

    return _VARIABLE.sub(value, text).replace("$$", "$")


def environment(service: str, values: dict[str, str]) -> dict[str, str]:
    """What the processes of one service find in their environment."""
    return {name: interpolate(str(text), values) for name, text in services()[service]["environment"].items()}


def variables() -> dict[str, str]:
    """Every variable that the file reads, with how it is read: '?' required, '-' with a default."""
    return {match["name"]: match["kind"] or "" for match in _VARIABLE.finditer(PATH.read_text())}
