#!/bin/sh
# What `make bench` runs: every benchmark of the product, or those whose name
# holds $ONLY. Each prints its figure, its baseline of the same run and the ratio.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

folder=.data/bench-database
if [ -z "${ACV_TEST_DATABASE_URL:-}" ]; then
	sh deploy/dev/ensure.sh database || fail \
		"Les mesures ont besoin de PostgreSQL 15 ou plus récent avec PostGIS." \
		"The benchmarks need PostgreSQL 15 or later with PostGIS."
	mkdir -p .data
	go build -o bin/database ./deploy/dev/database
	ACV_TEST_DATABASE_URL=$(bin/database measure "$folder")
	export ACV_TEST_DATABASE_URL
	trap 'bin/database stop "$folder"' EXIT
	trap 'exit 130' INT TERM
fi

# Only the packages that have some, one after the other: two at once would
# measure each other.
packages=$(find cmd modules services tenants -name '*_test.go' -exec grep -l '^func Benchmark' {} + |
	while IFS= read -r file; do echo "./$(dirname "$file")"; done | sort -u)
# shellcheck disable=SC2086 # one word a package
go test -run '^$' -bench "(?i)${ONLY:-.}" -timeout 60m -p 1 $packages
