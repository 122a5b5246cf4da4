"""One migrated installation for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.production.installation import Installation, new_installation


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """Prepared by the start script of the one-shot service, with web, worker and beat not yet started."""
    with ExitStack() as stack:
        made = new_installation(stack)
        first = made.migrate()
        assert first.returncode == 0, first.stderr
        made.start_pooler()
        yield made


@pytest.fixture(scope="session")
def web(installation: Installation) -> Installation:
    installation.start("web")
    assert installation.becomes_healthy("web"), installation.log("web")
    return installation
