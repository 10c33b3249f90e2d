#!/bin/sh
# First start of the compose database: the runtime role gets its password here,
# since migrations never see one. Everything else is `acvdata migrate`.
set -eu
[ -n "${ACV_DB_PASSWORD:-}" ] || { echo "ACV_DB_PASSWORD is empty: fill in deploy/.env" >&2; exit 1; }
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set ON_ERROR_STOP=1 --set password="$ACV_DB_PASSWORD" <<'SQL'
CREATE ROLE acv_app LOGIN NOINHERIT PASSWORD :'password';
SQL
