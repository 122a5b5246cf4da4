#!/bin/sh
# backup.sh FILE: dump the whole database, all tenants, into one file in PostgreSQL's custom format.
# Runs as the maintenance role: under forced row-level security the owner's dump would see no rows, and fails.
set -eu
file="${1:?usage: backup.sh FILE}"
umask 077
pg_dump --dbname "${DATABASE_MAINTENANCE_URL:?the address of the database as hrsaas_maintenance}" \
    --format custom --compress zstd:6 --file "$file.partial"
# A file that cannot be listed is no backup.
pg_restore --list "$file.partial" > /dev/null
mv "$file.partial" "$file"
echo "$file: $(wc -c < "$file") bytes"
