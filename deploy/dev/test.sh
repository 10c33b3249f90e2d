#!/bin/sh
# What `make test` runs: web unit tests, browser tests, then the Go tests on a
# private cluster, so that go test's own lines are the last to be read. A
# failure of an earlier part is kept for the exit code.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

failed=""
folder=.data/test-database

if [ -z "${ACV_TEST_DATABASE_URL:-}" ]; then
	sh deploy/dev/ensure.sh database || fail \
		"Les tests ont besoin de PostgreSQL 15 ou plus récent avec PostGIS : installez-les, ou relancez avec root ou sudo." \
		"The tests need PostgreSQL 15 or later with PostGIS: install them, or run again as root or with sudo."
	mkdir -p .data
	go build -o bin/database ./deploy/dev/database
	ACV_TEST_DATABASE_URL=$(bin/database start "$folder")
	export ACV_TEST_DATABASE_URL
	trap 'bin/database stop "$folder"' EXIT
	trap 'exit 130' INT TERM
fi

# The official shapes of DCAT-AP are checked by a small package of their own.
npm --prefix modules/opendata/testdata/shacl ci --no-audit --no-fund --loglevel=error || failed="$failed shacl"

npm --prefix web run --silent test || failed="$failed web"
npm --prefix web run --silent e2e || failed="$failed browser"
go test -timeout 25m ./... || failed="$failed go"

if [ -n "$failed" ]; then
	fail "Des tests ont échoué :$failed." "Tests failed:$failed."
fi
