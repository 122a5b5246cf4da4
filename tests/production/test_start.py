"""The entry commands of the compose file start the service, each with its own environment and nothing more."""

from __future__ import annotations

import http.client

import psycopg2
import pytest
from psycopg2.extras import DictCursor

from hrsaas.devservers import processes
from tests.production import compose
from tests.production.installation import DOMAIN, Installation
from tests.tools import require_tool


def _get(installation: Installation, path: str, host: str = DOMAIN, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", installation.ports["app"], timeout=20)
    connection.request("GET", path, headers={"Host": host, **headers})
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_preparing_and_migrating_again_changes_nothing(installation: Installation) -> None:
    again = installation.migrate()
    assert again.returncode == 0, again.stderr
    assert "database hrsaas: was there" in again.stdout
    assert "No migrations to apply" in again.stdout
    assert "Tenants are apart" in again.stdout


def test_web_is_ready_through_the_pooler_and_knows_its_hosts(web: Installation) -> None:
    assert _get(web, "/readyz").status == 200
    assert _get(web, "/healthz", host="nobody.example").status == 400
    assert _get(web, "/", host=f"unknown.{DOMAIN}").status == 404


def test_requests_share_the_poolers_connections_in_transaction_mode(web: Installation) -> None:
    if web.pooler is None:
        require_tool("pgbouncer", "/usr/sbin/pgbouncer")
    password, port = web.values["DATABASE_APP_PASSWORD"], web.ports["pgbouncer:6432"]
    console = psycopg2.connect(f"postgresql://hrsaas_app:{password}@127.0.0.1:{port}/pgbouncer")
    console.autocommit = True
    with console.cursor(cursor_factory=DictCursor) as cursor:
        cursor.execute("SHOW POOLS")
        (pool,) = [row for row in cursor.fetchall() if row["database"] == "hrsaas"]
    console.close()
    assert (pool["user"], pool["pool_mode"]) == ("hrsaas_app", "transaction")
    assert pool["cl_active"] >= 1


def test_metrics_need_the_token_even_inside(web: Installation) -> None:
    assert _get(web, "/metrics", host="web:8000").status == 403
    token = {"Authorization": f"Bearer {web.values['METRICS_TOKEN']}"}
    answer = _get(web, "/metrics", host="web:8000", **token)
    assert answer.status == 200
    assert "django_http_requests_total" in answer.text  # type: ignore[attr-defined]


def test_only_names_of_tenants_may_have_certificates(web: Installation) -> None:
    assert _get(web, f"/tls/allowed?domain={DOMAIN}").status == 200
    assert _get(web, f"/tls/allowed?domain=nobody.{DOMAIN}").status == 404
    assert _get(web, "/tls/allowed?domain=evil.example").status == 404


def test_worker_and_beat_are_healthy_and_work_together(installation: Installation) -> None:
    installation.start("worker")
    installation.start("beat", JOB_SWEEP_SECONDS="1")
    assert installation.becomes_healthy("beat"), installation.log("beat")
    assert installation.becomes_healthy("worker"), installation.log("worker")

    def swept() -> bool:
        stats = installation.run("worker", "celery", "-A", "hrsaas", "inspect", "stats", "--json")
        return "hrsaas.jobs.tasks.sweep_jobs" in stats.stdout

    assert processes.wait_until(swept, 20), installation.log("worker") + installation.log("beat")
    assert "ERROR" not in installation.log("worker")


@pytest.mark.parametrize(("service", "missing"), [("web", ["owner", "maintenance"]), ("worker", ["owner"])])
def test_a_role_that_a_process_does_not_hold_is_refused_by_name(
    installation: Installation, service: str, missing: list[str]
) -> None:
    done = installation.run(service, "python", "manage.py", "shell", "-v0", "-c", _TRY_ROLES)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"DATABASE_{alias.upper()}_URL is not set" for alias in missing]


_TRY_ROLES = """
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
for alias in ("default", "owner", "maintenance"):
    try:
        connections[alias].cursor().execute("SELECT 1")
    except ImproperlyConfigured as error:
        print(str(error).split(":")[0])
"""


def test_check_deploy_finds_nothing_to_say(installation: Installation) -> None:
    done = installation.run("web", "python", "manage.py", "check", "--deploy", "--fail-level", "ERROR")
    assert done.returncode == 0, done.stderr


def test_an_unknown_word_is_explained(installation: Installation) -> None:
    done = installation.run("web", "sh", "deploy/start.sh", "wbe")
    assert done.returncode == 64
    assert "usage:" in done.stderr


def test_every_command_of_the_compose_file_is_one_that_the_start_script_knows() -> None:
    script = (compose.ROOT / "deploy" / "start.sh").read_text()
    for name in ("migrate", "web", "operator", "worker", "beat"):
        (word,) = compose.services()[name]["command"]
        assert f"\n{word})\n" in script
