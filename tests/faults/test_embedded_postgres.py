"""The embedded PostgreSQL after its own death."""

import os
import signal
import threading

import psycopg2
import pytest

from hrsaas.devservers import processes
from hrsaas.devservers.postgres import EmbeddedPostgres


@pytest.fixture
def postgres(tmp_path):
    server = EmbeddedPostgres(tmp_path / "postgres", processes.free_port(), "only-for-this-test", {"fsync": "off"})
    server.start()
    yield server
    server.stop()


def test_it_starts_again_while_a_child_of_the_killed_server_still_counts(postgres):
    counting = threading.Thread(target=_count_for_seconds, args=[postgres])
    counting.start()
    assert processes.wait_until(lambda: _is_counting(postgres), 10)
    os.kill(postgres.pid, signal.SIGKILL)
    assert processes.wait_until(lambda: postgres.pid is None, 5)
    postgres.start()
    assert postgres.answers()
    counting.join()


def _count_for_seconds(postgres):
    cursor = postgres.connect("postgres").cursor()
    with pytest.raises(psycopg2.OperationalError):
        # Busy, so that it does not notice the postmaster's death before it answers.
        cursor.execute("SELECT sum(sqrt(i)) FROM generate_series(1, 12000000) i")
        cursor.execute("SELECT pg_sleep(60)")


def _is_counting(postgres):
    connection = postgres.connect("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sqrt(i)%' AND pid <> pg_backend_pid()")
        found = cursor.fetchone()
    connection.close()
    return found is not None
