#!/bin/sh
# Makes the files in deploy/secrets that are not there yet; git ignores them.
#   sh deploy/make_secrets.sh            keys between the containers
#   sh deploy/make_secrets.sh metrics    a new key for Prometheus; needs the image
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# The folder keeps others out; the files must be readable for the users inside the containers.
chmod 700 secrets

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep() {
    [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
    chmod 644 "secrets/$1"
}

case "${1:-}" in
"")
    for name in qdrant_api_key qdrant_read_key grafana_password; do
        keep "$name" "$(random)"
    done
    # The model's endpoint: write your own key into it.
    keep llm_api_key none
    echo "The secrets are in deploy/secrets."
    ;;
metrics)
    # In a group that no document has: it reads counts and nothing else.
    shown=$(cd .. && docker compose run --rm --no-deps -T api keys create prometheus --groups metrics)
    printf '%s' "$shown" | tail -n 1 | tr -d '\r\n' >secrets/metrics_key
    chmod 644 secrets/metrics_key
    echo "Prometheus' key is in deploy/secrets/metrics_key; an older one: rag keys revoke ID"
    ;;
*)
    echo "usage: sh deploy/make_secrets.sh [metrics]" >&2
    exit 2
    ;;
esac
