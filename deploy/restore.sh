#!/bin/sh
# restore.sh FILE: fill an empty database, made by prepare_database, from a dump of backup.sh.
# Runs as the administrator of the server, who alone may hand tables to the owner role.
set -eu
file="${1:?usage: restore.sh FILE}"
target="${RESTORE_URL:?the address of the empty database as an administrator}"
tables=$(psql "$target" -Atqc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [ "$tables" != 0 ]; then
    echo "The target has $tables tables already. Restore only into an empty database." >&2
    exit 1
fi
pg_restore --dbname "$target" --exit-on-error --jobs "${RESTORE_JOBS:-2}" "$file"
psql "$target" -Atqc "ANALYZE"
echo "Restored. Now: check_tenancy, verify_audit, and compare the counts."
