# Shared by the scripts of this folder: how they speak, and how they install.
# Each message is said in French, then in English.
# shellcheck shell=sh

say() {
	printf '→ %s\n  (%s)\n' "$1" "$2" >&2
}

fail() {
	printf '✗ %s\n  (%s)\n' "$1" "$2" >&2
	exit 1
}

has() {
	command -v "$1" >/dev/null 2>&1
}

# as_root runs a command with the rights to install, or fails when there are none.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
		sudo "$@"
	else
		return 1
	fi
}

can_install() {
	has apt-get && as_root true
}

# install_packages takes the packages' names; it refreshes the package lists
# only when apt does not know a package or cannot fetch the version it knows.
install_packages() {
	for package in "$@"; do
		if ! apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]'; then
			refresh_lists
			break
		fi
	done
	apt_install "$@" || { refresh_lists && apt_install "$@"; } || fail \
		"L’installation de $* a échoué : les lignes ci-dessus disent pourquoi." \
		"Installing $* failed: the lines above say why."
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install --yes --quiet --quiet --no-install-recommends "$@" </dev/null >/dev/null
}

refresh_lists() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get update --quiet --quiet </dev/null >/dev/null || fail \
		"Les listes de paquets n’ont pas pu être téléchargées : vérifiez le réseau, puis relancez." \
		"The package lists could not be fetched: check the network, then try again."
}

# throwaway names the folder of a cluster that nothing is kept of: in memory where
# there is plenty, since each test makes and drops a database of 800 files; else the
# folder given.
throwaway() {
	room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
	free=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null)
	if [ "${room:-0}" -ge 4000000 ] && [ "${free:-0}" -ge 8000000 ]; then
		printf '/dev/shm/acvdata-%s-%s' "$(id -u)" "$(pwd | cksum | cut -d ' ' -f 1)"
	else
		printf '%s' "$1"
	fi
}

# test_database starts a private cluster for the rest of the script, unless one
# is named already: test_database start|measure FOLDER
test_database() {
	[ -z "${ACV_TEST_DATABASE_URL:-}" ] || return 0
	sh deploy/dev/ensure.sh database || fail \
		"Il faut PostgreSQL 15 ou plus récent avec PostGIS : installez-les, ou relancez avec root ou sudo." \
		"PostgreSQL 15 or later with PostGIS is needed: install them, or run again as root or with sudo."
	mkdir -p .data
	go build -o bin/database ./deploy/dev/database
	folder=$2
	[ "$1" = measure ] || folder=$(throwaway "$2")
	ACV_TEST_DATABASE_URL=$(bin/database "$1" "$folder")
	export ACV_TEST_DATABASE_URL
	case $folder in
	/dev/shm/*) after="bin/database stop '$folder'; rm -rf '$folder'" ;;
	*) after="bin/database stop '$folder'" ;;
	esac
	# shellcheck disable=SC2064 # the folder of now
	trap "$after" EXIT
	trap 'exit 130' INT TERM
}
