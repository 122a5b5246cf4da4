"""psycopg2 connection and cursor that send the tenant with the first statement of each transaction.

``SET LOCAL app.tenant_id='7';`` rides in front of the statement in the same message, so it costs no round trip and
ends with the transaction: a pooler in transaction mode can never hand the setting to somebody else. libpq's own
transaction status decides, not Django's bookkeeping, so raw BEGIN/ROLLBACK and reconnects are covered.
"""

from __future__ import annotations

from typing import Any

import psycopg2
from psycopg2.extensions import (
    TRANSACTION_STATUS_IDLE,
    TRANSACTION_STATUS_INTRANS,
)
from psycopg2.extensions import (
    connection as PsycopgConnection,
)
from psycopg2.extensions import (
    cursor as PsycopgCursor,
)
from psycopg2.sql import Composable

from hrsaas.tenancy.context import TenantSwitched, current_tenant_id


def set_local(tenant_id: int) -> str:
    """The statement that opens one tenant's rows until the transaction ends."""
    return f"SET LOCAL app.tenant_id='{int(tenant_id)}';"


class TenantCursor(PsycopgCursor):
    """Guards every way in: execute, executemany, COPY, procedures, server-side cursors."""

    connection: TenantConnection

    def execute(self, query: Any, vars: Any = None) -> None:
        prefix = self.connection.tenant_prefix()
        if prefix and self.name:  # DECLARE … cannot carry a second statement
            with self.connection.cursor() as plain:
                plain.execute("SELECT 1")
        elif prefix:
            query = prefix + self._as_text(query)
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        for row in vars_list:
            self.execute(query, row)

    def callproc(self, *args: Any, **kwargs: Any) -> Any:
        self.connection.require_guarded_transaction("callproc")
        return super().callproc(*args, **kwargs)

    def copy_expert(self, *args: Any, **kwargs: Any) -> None:
        self.connection.require_guarded_transaction("COPY")
        super().copy_expert(*args, **kwargs)

    def copy_from(self, *args: Any, **kwargs: Any) -> None:
        self.connection.require_guarded_transaction("COPY")
        super().copy_from(*args, **kwargs)

    def copy_to(self, *args: Any, **kwargs: Any) -> None:
        self.connection.require_guarded_transaction("COPY")
        super().copy_to(*args, **kwargs)

    def _as_text(self, query: Any) -> str:
        if isinstance(query, Composable):
            return query.as_string(self)
        return query.decode() if isinstance(query, bytes) else query


class TenantConnection(PsycopgConnection):
    """Remembers for which tenant the open transaction began."""

    # Tests run many tenants in one transaction that is rolled back: there, and only there, the setting is sent
    # again before each statement instead of refusing the switch.
    switch_in_transaction = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._transaction_tenant: int | None = None

    def tenant_prefix(self) -> str:
        """What to send in front of the next statement: '' inside a transaction that has its tenant."""
        status = self.get_transaction_status()
        tenant_id = current_tenant_id()
        if status == TRANSACTION_STATUS_IDLE:
            self._transaction_tenant = tenant_id
            return set_local(tenant_id) if tenant_id is not None else ""
        if self.switch_in_transaction:
            return self._switch_prefix(status, tenant_id)
        self._refuse_switch(tenant_id)
        return ""

    def require_guarded_transaction(self, what: str) -> None:
        """COPY and procedures cannot carry the setting: they need a transaction that already has it."""
        if self.get_transaction_status() == TRANSACTION_STATUS_IDLE:
            raise psycopg2.ProgrammingError(f"{what} outside a transaction would run without a tenant")
        if not self.switch_in_transaction:
            self._refuse_switch(current_tenant_id())

    def _switch_prefix(self, status: int, tenant_id: int | None) -> str:
        if status != TRANSACTION_STATUS_INTRANS:  # an aborted transaction takes nothing but ROLLBACK
            return ""
        return set_local(tenant_id) if tenant_id is not None else "SET LOCAL app.tenant_id='';"

    def _refuse_switch(self, tenant_id: int | None) -> None:
        if tenant_id != self._transaction_tenant:
            raise TenantSwitched(
                f"tenant {tenant_id} is active inside a transaction of tenant {self._transaction_tenant}"
            )
