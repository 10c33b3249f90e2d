#!/bin/sh
# What `make run` starts once the binary is built: on DATABASE_URL, else on a
# private cluster (installing PostgreSQL if need be), else in Docker.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

if [ -n "${DATABASE_URL:-}" ] || sh deploy/dev/ensure.sh database; then
	sh deploy/dev/ensure.sh geo || : # only geographic files are refused without it
	exec bin/acvdata demo
fi

if has docker && docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
	say "PostgreSQL ne peut pas être installé ici : démarrage avec Docker." \
		"PostgreSQL cannot be installed here: starting with Docker."
	exec docker compose --file deploy/compose.yaml up --build demo
fi

fail "Il faut PostgreSQL 15 ou plus récent avec PostGIS. Trois façons : relancer avec root ou sudo (Debian, Ubuntu) ; installer Docker ; indiquer une base existante dans DATABASE_URL." \
	"PostgreSQL 15 or later with PostGIS is needed. Three ways: run again as root or with sudo (Debian, Ubuntu); install Docker; name an existing database in DATABASE_URL."
