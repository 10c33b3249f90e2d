#!/bin/sh
# What `make bench` runs: every benchmark of the product, or those whose name
# holds $ONLY. Each prints its figure, its baseline of the same run and the ratio.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

test_database measure .data/bench-database

# Only the packages that have some, one after the other: two at once would
# measure each other.
packages=$(find cmd modules services tenants -name '*_test.go' -exec grep -l '^func Benchmark' {} + |
	while IFS= read -r file; do echo "./$(dirname "$file")"; done | sort -u)
# shellcheck disable=SC2086 # one word a package
go test -run '^$' -bench "(?i)${ONLY:-.}" -timeout 60m -p 1 $packages
