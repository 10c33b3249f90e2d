#!/bin/sh
# What `make test` runs: web unit tests, browser tests, then the Go tests on a
# private cluster, so that go test's own lines are the last to be read. A
# failure of an earlier part is kept for the exit code.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

failed=""

test_database start .data/test-database
sh deploy/dev/ensure.sh geo || : # without it, tests of geographic files say that they are skipped
sh deploy/dev/ensure.sh owslib || : # without it, the test that reads with it says so

npm --prefix web run --silent test || failed="$failed web"
npm --prefix web run --silent e2e || failed="$failed browser"
go test -timeout 25m -ldflags=-w ./... || failed="$failed go"

if [ -n "$failed" ]; then
	fail "Des tests ont échoué :$failed." "Tests failed:$failed."
fi
