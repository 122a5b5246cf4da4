"""Both embedded servers as one thing that is up while somebody uses it.

Every user holds a shared lock; whoever leaves and finds nobody else stops the servers. Locks die with their
process, so a killed user never keeps them up: the next one adopts what still runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrsaas.devservers import processes
from hrsaas.devservers.postgres import EmbeddedPostgres
from hrsaas.devservers.valkey import EmbeddedValkey
from hrsaas.tenancy import roles

DATABASE = "hrsaas"


@dataclass(frozen=True)
class Cluster:
    """The servers of one state folder and how to reach them."""

    folder: Path
    secrets: dict[str, Any]
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey

    def environment(self, database: str = DATABASE) -> dict[str, str]:
        """What settings.py reads to find real servers."""
        return {
            "DATABASE_URL": self.url(roles.APP_ROLE, "app", database),
            "DATABASE_OWNER_URL": self.url(roles.OWNER_ROLE, "owner", database),
            "DATABASE_MAINTENANCE_URL": self.url(roles.MAINTENANCE_ROLE, "maintenance", database),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": self.secrets["secret_key"],
            "MASTER_KEYS": self.secrets["master_key"],
        }

    def url(self, role: str, secret: str, database: str) -> str:
        return self.postgres.url(role, self.secrets[secret], database)


def load_cluster(folder: Path) -> Cluster:
    """The cluster of a state folder; its ports and passwords are chosen once and kept."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _kept_secrets(folder / "servers.json")
    return Cluster(
        folder,
        kept,
        EmbeddedPostgres(folder / "postgres", kept["postgres_port"], kept["postgres"]),
        EmbeddedValkey(folder / "valkey", kept["valkey_port"], kept["valkey"]),
    )


@contextmanager
def running(folder: Path, **options: str) -> Iterator[Cluster]:
    """The servers are up inside the block, and stopped after it unless somebody else still uses them.

    options: settings of PostgreSQL beside or instead of ``postgres.OPTIONS``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "users.lock").open("w") as users:
        with _exclusive(folder / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster = load_cluster(folder)
            cluster.postgres.options.update(options)
            start(cluster)
        try:
            yield cluster
        finally:
            with _exclusive(folder / "start.lock"):
                stop_if_unused(cluster, users)


def start(cluster: Cluster) -> None:
    """Start both servers and make sure that roles and database are there."""
    cluster.valkey.start()
    cluster.postgres.start()
    _prepare(cluster, DATABASE)


def stop_if_unused(cluster: Cluster, users: Any) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster.postgres.stop()
    cluster.valkey.stop()


def _prepare(cluster: Cluster, database: str) -> None:
    kept = cluster.secrets
    admin = cluster.postgres.connect("postgres")
    with admin.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if cursor.fetchone():
            admin.close()
            return
        roles.create_roles(cursor, roles.RolePasswords(kept["owner"], kept["app"], kept["maintenance"]))
        roles.create_database(cursor, database)
    admin.close()
    inside = cluster.postgres.connect(database)
    with inside.cursor() as cursor:
        roles.grant_privileges(cursor)
    inside.close()


def _kept_secrets(path: Path) -> dict[str, Any]:
    if path.exists():
        return dict(json.loads(path.read_text()))
    from cryptography.fernet import Fernet

    words = ("postgres", "valkey", "owner", "app", "maintenance", "secret_key")
    kept: dict[str, Any] = {word: secrets.token_urlsafe(24) for word in words}
    kept["master_key"] = Fernet.generate_key().decode()
    kept["postgres_port"], kept["valkey_port"] = processes.free_port(), processes.free_port()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file, indent=1)
    return kept


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
