#!/bin/sh
# What `make check` runs: everything that can be said of the sources without
# running the product. Each part is tried, the failures are named at the end.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

failed=""

tool() {
	go tool -modfile=deploy/tools/go.mod "$@"
}

part() {
	name=$1
	shift
	begin=$(date +%s)
	if "$@"; then
		printf '✓ %s (%d s)\n' "$name" $(($(date +%s) - begin)) >&2
	else
		printf '✗ %s\n' "$name" >&2
		failed="$failed $name"
	fi
}

# Generated files are committed: generating again must change nothing.
generated_is_fresh() {
	before=$(generated_sums)
	tool templ generate >/dev/null 2>&1 || return 1
	[ "$before" = "$(generated_sums)" ] || {
		git --no-pager diff --stat -- '*_templ.go' >&2 || true
		say "Des fichiers générés ne sont pas à jour : « make generate », puis validez-les." \
			"Generated files are stale: \"make generate\", then commit them."
		return 1
	}
}

generated_sums() {
	find . -name '*_templ.go' -not -path './web/node_modules/*' -exec cksum {} + | sort
}

# htmx 4 differs from the htmx of most examples; its own checker, a Python
# script, knows how.
htmx_is_version_4() {
	sh deploy/dev/ensure.sh python || return 1
	node web/node_modules/htmx.org/dist/scripts/upgrade-check.js --ext .templ \
		web/layout web/components web/gallery web/islands modules tenants services
}

scripts_parse() {
	for script in deploy/dev/*.sh deploy/backup/*.sh; do
		sh -n "$script" || return 1
	done
	if has shellcheck; then
		shellcheck --external-sources deploy/dev/*.sh deploy/backup/*.sh
	fi
}

part scripts scripts_parse
part templ-format tool templ fmt -fail web modules tenants services
part generated generated_is_fresh
part lint tool golangci-lint run
part architecture go test ./services/archtest
part web-lint npm --prefix web run --silent lint
part web-types npm --prefix web run --silent typecheck
part web-budget npm --prefix web run --silent budget
part htmx htmx_is_version_4

if [ -n "$failed" ]; then
	fail "Des vérifications ont échoué :$failed." "Checks failed:$failed."
fi
