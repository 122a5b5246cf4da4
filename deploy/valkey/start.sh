#!/bin/sh
# Writes Valkey's configuration from the environment and becomes Valkey. In a file, since everybody on a machine can
# read command lines. It keeps queued messages and sessions: appended to disk every second, never evicted.
set -eu
file="${TMPDIR:-/tmp}/valkey.conf"
umask 077
cat > "$file" <<CONF
bind ${LISTEN_ADDRESS:-*}
port ${LISTEN_PORT:-6379}
requirepass "${VALKEY_PASSWORD:?the password of Valkey}"
dir ${DATA_FOLDER:-/data}
appendonly yes
appendfsync everysec
save ""
maxmemory ${VALKEY_MEMORY:-384mb}
maxmemory-policy noeviction
CONF
exec valkey-server "$file"
