"""prepare_database says what it needs, and can be run again to bring a server in line."""

from __future__ import annotations

import psycopg2
import pytest

from tests.production.installation import Installation


def test_without_an_administrators_address_it_says_what_to_give(installation: Installation) -> None:
    done = installation.run("migrate", "python", "manage.py", "prepare_database", DATABASE_ADMIN_URL="")
    assert done.returncode == 1
    assert "DATABASE_ADMIN_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unreachable_server_is_named_and_no_password_is_shown(installation: Installation) -> None:
    address = "postgresql://postgres:hidden-word@127.0.0.1:1/postgres"
    done = installation.run("migrate", "python", "manage.py", "prepare_database", DATABASE_ADMIN_URL=address)
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "hidden-word" not in done.stderr + done.stdout


@pytest.mark.parametrize("user", ["postgres", "hrsaas_owner"])
def test_each_address_must_name_its_own_role(installation: Installation, user: str) -> None:
    """One role for two purposes would be a hole in the floor."""
    wrong = installation.environment("migrate")["DATABASE_URL"].replace("//hrsaas_app:", f"//{user}:")
    done = installation.run("migrate", "python", "manage.py", "prepare_database", DATABASE_URL=wrong)
    assert done.returncode == 1
    assert "DATABASE_URL must name the user hrsaas_app" in done.stderr


def test_run_again_with_another_password_it_changes_the_password(installation: Installation) -> None:
    """On a database of its own, but roles belong to the whole server: the old password comes back at the end."""
    found = installation.environment("migrate")
    changed = found["DATABASE_MAINTENANCE_URL"].replace(installation.values["DATABASE_MAINTENANCE_PASSWORD"], "another")
    prepare = ("python", "manage.py", "prepare_database")
    done = installation.run("migrate", *prepare, DATABASE_MAINTENANCE_URL=changed)
    assert "role hrsaas_maintenance: password and attributes set again" in done.stdout
    psycopg2.connect(changed).close()
    assert installation.run("migrate", *prepare).returncode == 0
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(changed)
    psycopg2.connect(found["DATABASE_MAINTENANCE_URL"]).close()
