#!/bin/sh
# Writes PgBouncer's configuration from the environment into a temporary folder and becomes PgBouncer.
# Transaction mode is safe: the tenant is set by SET LOCAL and ends with the transaction (docs/tenancy.md).
set -eu
folder="${TMPDIR:-/tmp}/pgbouncer"
umask 077
mkdir -p "$folder"
quoted=$(printf %s "${DATABASE_APP_PASSWORD:?the password of hrsaas_app}" | sed 's/"/""/g')
printf '"hrsaas_app" "%s"\n' "$quoted" > "$folder/users.txt"
cat > "$folder/pgbouncer.ini" <<INI
[databases]
${DATABASE_NAME:=hrsaas} = host=${DATABASE_HOST:=postgres} port=${DATABASE_PORT:=5432} dbname=$DATABASE_NAME

[pgbouncer]
listen_addr = ${LISTEN_ADDRESS:=0.0.0.0}
listen_port = ${LISTEN_PORT:=6432}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users.txt
stats_users = hrsaas_app
pool_mode = transaction
max_client_conn = ${POOL_CLIENTS:=500}
default_pool_size = ${POOL_SIZE:=20}
; Seconds. A request that waits longer for a server fails, and says so, instead of piling up.
query_wait_timeout = 30
server_idle_timeout = 300
log_connections = 0
log_disconnections = 0
INI
exec pgbouncer "$folder/pgbouncer.ini"
