#!/bin/sh
# What `make check` runs: everything that can be said of the sources without
# running the product. Each part is tried, the failures are named at the end.
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

failed=""

part() {
	name=$1
	shift
	begin=$(date +%s)
	mark=✓
	"$@" || {
		mark=✗
		failed="$failed $name"
	}
	printf '%s %s (%d s)\n' "$mark" "$name" $(($(date +%s) - begin)) >&2
}

# Templates are formatted and generated again in a copy, which must come out the
# same: a check changes nothing. Generated files are committed.
templates_are_fresh() {
	templ=$(go tool -modfile=deploy/tools/go.mod -n templ) || return 1
	copy=$(mktemp -d)
	views | tar --create --files-from=- | tar --extract --directory="$copy"
	find "$copy" -name '*_templ.go' -delete
	if (cd "$copy" && "$templ" fmt -log-level error . && "$templ" generate -log-level error) >/dev/null &&
		differences "$copy"; then
		rm -rf "$copy"
	else
		rm -rf "$copy"
		say "Des vues ne sont pas formatées ou générées : « make fmt generate », puis validez-les." \
			"Templates are not formatted or generated: \"make fmt generate\", then commit them."
		return 1
	fi
}

# differences names the files that are not the same here and in the copy, those
# that only one of the two has included.
differences() {
	stale=0
	for file in $({ views && (cd "$1" && views); } | sort -u); do
		cmp -s "$1/$file" "$file" || {
			echo "  $file" >&2
			stale=1
		}
	done
	return $stale
}

views() {
	find cmd modules services tenants web \( -name '*.templ' -o -name '*_templ.go' \) -not -path '*/node_modules/*' 2>/dev/null || true
}

# htmx 4 differs from the htmx of most examples; its own checker, a Python
# script, knows how.
htmx_is_version_4() {
	sh deploy/dev/ensure.sh python || return 1
	# shellcheck disable=SC2046 # no file of ours has a space in its name
	node web/node_modules/htmx.org/dist/scripts/upgrade-check.js --ext .templ \
		$(views | grep '\.templ$') web/islands
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
part templates templates_are_fresh
part lint go tool -modfile=deploy/tools/go.mod golangci-lint run --allow-parallel-runners
test_database start .data/test-database
part architecture go test ./services/archtest
part web-lint npm --prefix web run --silent lint
part web-types npm --prefix web run --silent typecheck
part web-budget npm --prefix web run --silent budget
part htmx htmx_is_version_4

if [ -n "$failed" ]; then
	fail "Des vérifications ont échoué :$failed." "Checks failed:$failed."
fi
