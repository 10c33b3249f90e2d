#!/bin/sh
# What `make test` runs: web unit tests, then browser tests beside the Go tests
# on a private cluster. A browser alone leaves half a core idle: the Go tests
# take what it leaves, and their lines are the last to be read. A failure of an
# earlier part is kept for the exit code.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

failed=""

test_database start .data/test-database

npm --prefix web run --silent test || failed="$failed web"
nice -n 10 go test -timeout 40m ./... >.data/go-test.log 2>&1 &
go_tests=$!
npm --prefix web run --silent e2e || failed="$failed browser"
wait "$go_tests" || failed="$failed go"
cat .data/go-test.log

if [ -n "$failed" ]; then
	fail "Des tests ont échoué :$failed." "Tests failed:$failed."
fi
