"""What the live database must look like for tenants to be apart, and who finds where it does not.

Inspects PostgreSQL's own catalog, not the models: a table made by hand is seen too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hrsaas.tenancy.backend.schema import POLICY
from hrsaas.tenancy.roles import APP_ROLE, MAINTENANCE_ROLE, OWNER_ROLE

# Tables that belong to no tenant, each with what the runtime role may do to it. Nothing here holds HR data.
GLOBAL_TABLES: dict[str, frozenset[str]] = {
    "tenancy_tenant": frozenset({"SELECT"}),
    "access_operator": frozenset({"SELECT"}),
    "django_migrations": frozenset({"SELECT"}),
    "django_content_type": frozenset({"SELECT"}),
}
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@dataclass(frozen=True)
class Finding:
    """One place where the floor has a hole. rule: stable word; place: table or object; text: what is wrong."""

    rule: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}: {self.text}"


def seal_global_tables(cursor: Any) -> None:
    """Give the runtime role exactly what GLOBAL_TABLES says (run as owner after each migration)."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in sorted({row[0] for row in cursor.fetchall()} & GLOBAL_TABLES.keys()):
        cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP_ROLE}')
        if GLOBAL_TABLES[table]:
            cursor.execute(f'GRANT {", ".join(sorted(GLOBAL_TABLES[table]))} ON "{table}" TO {APP_ROLE}')


def findings(cursor: Any) -> list[Finding]:
    """All holes, sorted; an empty list is the promise kept."""
    checks = (_tables, _policies, _keys, _foreign_keys, _views, _functions, _roles, _privileges)
    return sorted({found for check in checks for found in check(cursor)}, key=str)


def _rows(cursor: Any, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    cursor.execute(sql, params)
    return list(cursor.fetchall())


_TENANT_TABLES = """
    SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_t%%' AND c.relname <> ALL (%s)
"""


def _tables(cursor: Any) -> Iterator[Finding]:
    """Every table is forced under row-level security, has a tenant for each row, and belongs to the owner."""
    sql = f"""
        SELECT t.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
               EXISTS (SELECT 1 FROM pg_attribute a
                       WHERE a.attrelid = t.oid AND a.attname = 'tenant_id' AND a.attnotnull)
        FROM ({_TENANT_TABLES}) t JOIN pg_class c ON c.oid = t.oid
    """
    for table, enabled, forced, owner, has_tenant in _rows(cursor, sql, list(GLOBAL_TABLES)):
        if not has_tenant:
            yield Finding("table", table, "has no tenant_id NOT NULL")
        if not (enabled and forced):
            yield Finding("table", table, "row-level security is not enabled and forced")
        if owner != OWNER_ROLE:
            yield Finding("table", table, f"belongs to {owner}, not to {OWNER_ROLE}")


def _policies(cursor: Any) -> Iterator[Finding]:
    """One fail-closed policy per table, for all commands and roles, in the exact words of the schema editor."""
    sql = f"""
        SELECT t.relname, array_agg(ARRAY[p.polname::text, p.polcmd::text, p.polpermissive::text, p.polroles::text,
               pg_get_expr(p.polqual, t.oid), pg_get_expr(p.polwithcheck, t.oid)]) FILTER (WHERE p.oid IS NOT NULL)
        FROM ({_TENANT_TABLES}) t LEFT JOIN pg_policy p ON p.polrelid = t.oid GROUP BY t.relname
    """
    for table, policies in _rows(cursor, sql, list(GLOBAL_TABLES)):
        if not policies:
            yield Finding("policy", table, "has no policy")
            continue
        for name, command, permissive, roles, using, check in policies:
            right = _plain(using) == _plain(check) == _plain(POLICY)
            if not right or (command, permissive, roles) != ("*", "true", "{0}"):
                yield Finding("policy", table, f"policy {name} is not the fail-closed one")


def _plain(expression: str | None) -> str:
    """An expression without the casts and brackets that PostgreSQL adds when it prints it."""
    text = (expression or "").replace("::text", "").replace("(", "").replace(")", "")
    return "".join(text.split())


def _keys(cursor: Any) -> Iterator[Finding]:
    """Every index, and so every primary key, unique and exclusion constraint, begins with the tenant."""
    sql = f"""
        SELECT t.relname, i.relname, COALESCE(a.attname, '')
        FROM ({_TENANT_TABLES}) t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
        LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
        WHERE COALESCE(a.attname, '') <> 'tenant_id'
    """
    for table, index, first in _rows(cursor, sql, list(GLOBAL_TABLES)):
        yield Finding("key", table, f"index {index} begins with {first or 'an expression'}, not with tenant_id")


def _foreign_keys(cursor: Any) -> Iterator[Finding]:
    """References between tenant tables pair tenant_id with tenant_id."""
    sql = f"""
        SELECT t.relname, k.conname FROM ({_TENANT_TABLES}) t
        JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' JOIN pg_class r ON r.oid = k.confrelid
        WHERE r.relname <> ALL (%s) AND NOT EXISTS (
            SELECT 1 FROM unnest(k.conkey, k.confkey) AS pair (here, there)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.here AND a.attname = 'tenant_id'
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = pair.there AND b.attname = 'tenant_id')
    """
    for table, constraint in _rows(cursor, sql, list(GLOBAL_TABLES), list(GLOBAL_TABLES)):
        yield Finding("foreign key", table, f"{constraint} does not carry the tenant")


def _views(cursor: Any) -> Iterator[Finding]:
    """Views ask with the reader's rights; materialised views and foreign tables know no policies."""
    sql = """
        SELECT c.relname, c.relkind::text, 'security_invoker=true' = ANY (COALESCE(c.reloptions, '{}'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm', 'f')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    """
    for name, kind, invoker in _rows(cursor, sql):
        if kind != "v" or not invoker:
            yield Finding("view", name, "is not a view with security_invoker")


def _functions(cursor: Any) -> Iterator[Finding]:
    sql = """
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    """
    for (name,) in _rows(cursor, sql):
        yield Finding("function", name, "is SECURITY DEFINER")


def _roles(cursor: Any) -> Iterator[Finding]:
    """The runtime role is nobody special and can become nobody special; only maintenance may pass the policies."""
    sql = "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY (%s)"
    found = {row[0]: row[1:] for row in _rows(cursor, sql, [APP_ROLE, OWNER_ROLE, MAINTENANCE_ROLE])}
    expected = {APP_ROLE: False, OWNER_ROLE: False, MAINTENANCE_ROLE: True}
    for role, bypasses in expected.items():
        if role not in found:
            yield Finding("role", role, "does not exist")
        elif found[role] != (False, bypasses, False, False):
            yield Finding("role", role, "is not as promised (superuser, BYPASSRLS, CREATEROLE, CREATEDB)")
    members = "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid"
    for (role,) in _rows(cursor, members + " JOIN pg_roles u ON u.oid = m.member WHERE u.rolname = %s", APP_ROLE):
        yield Finding("role", APP_ROLE, f"is a member of {role}")
    if _rows(cursor, "SELECT 1 WHERE has_function_privilege(%s, 'set_config(text,text,boolean)', 'EXECUTE')", APP_ROLE):
        yield Finding("role", APP_ROLE, "may call set_config()")


def _privileges(cursor: Any) -> Iterator[Finding]:
    """The runtime role may not TRUNCATE, and on global tables only what GLOBAL_TABLES says."""
    sql = """
        SELECT c.relname, p.privilege FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
               unnest(%s::text[]) AS p (privilege)
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND has_table_privilege(%s, c.oid, p.privilege)
    """
    for table, privilege in _rows(cursor, sql, list(PRIVILEGES), APP_ROLE):
        allowed = GLOBAL_TABLES.get(table, frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"}))
        if privilege not in allowed:
            yield Finding("privilege", table, f"{APP_ROLE} may {privilege}")
