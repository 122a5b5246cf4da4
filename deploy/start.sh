#!/bin/sh
# Entry point of the image, and of any other place that runs the service: one word says which process this is.
set -eu
cd "$(dirname "$0")/.."
scratch="${TMPDIR:-/tmp}"

case "${1:-}" in
web)
    # Each gunicorn process counts for itself; /metrics adds them up. Counts of the last life must not join in.
    export PROMETHEUS_MULTIPROC_DIR="$scratch/metrics"
    mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
    rm -f "$PROMETHEUS_MULTIPROC_DIR"/*.db
    exec gunicorn hrsaas.wsgi --config deploy/gunicorn.conf.py
    ;;
worker)
    exec celery -A hrsaas worker --hostname "worker@%h" --concurrency "${WORKER_PROCESSES:-2}" \
        --loglevel "${LOG_LEVEL:-INFO}" --without-gossip --without-mingle
    ;;
beat)
    exec celery -A hrsaas beat --schedule "$scratch/beat" --pidfile= --loglevel "${LOG_LEVEL:-INFO}"
    ;;
migrate)
    # Without an administrator's address the roles and the database are somebody else's to make.
    if [ -n "${DATABASE_ADMIN_URL:-}" ]; then
        python manage.py prepare_database
    fi
    python manage.py migrate --noinput
    exec python manage.py check_tenancy
    ;;
manage)
    shift
    exec python manage.py "$@"
    ;;
*)
    echo "usage: $0 web | worker | beat | migrate | manage COMMAND ..." >&2
    exit 64
    ;;
esac
