#!/bin/sh
# Makes sure that what the make targets need is there, installing it through apt
# where that is possible: ensure.sh toolchain | database | geo | owslib | browser | python
set -eu
cd "$(dirname "$0")/../.."
. deploy/dev/lib.sh

# Vite's own minimum.
node_major=20
node_minor=19

toolchain() {
	has go || fail \
		"Go est introuvable : installez Go 1.26 ou plus récent (https://go.dev/dl/)." \
		"Go is missing: install Go 1.26 or later (https://go.dev/dl/)."
	{ has node && has npm; } || fail \
		"Node.js est introuvable : installez Node.js $node_major.$node_minor ou plus récent, avec npm." \
		"Node.js is missing: install Node.js $node_major.$node_minor or later, with npm."
	node -e "const [a, b] = process.versions.node.split('.').map(Number);
		process.exit(a > $node_major || (a === $node_major && b >= $node_minor) ? 0 : 1)" || fail \
		"Node.js $(node --version) est trop ancien : il faut la version $node_major.$node_minor ou une plus récente." \
		"Node.js $(node --version) is too old: version $node_major.$node_minor or later is needed."
	go mod download >&2 || fail \
		"Les modules Go n’ont pas pu être téléchargés : vérifiez le réseau (ou GOPROXY), puis relancez." \
		"The Go modules could not be fetched: check the network (or GOPROXY), then try again."
}

database() {
	packages=$(go run ./deploy/dev/database missing)
	[ -n "$packages" ] || return 0
	can_install || return 1
	say "PostgreSQL et PostGIS manquent : installation par apt ($packages)." \
		"PostgreSQL and PostGIS are missing: installing through apt ($packages)."
	# shellcheck disable=SC2086 # one word a package
	install_packages $packages
	packages=$(go run ./deploy/dev/database missing)
	[ -z "$packages" ] || fail \
		"Le PostgreSQL de cette distribution est trop ancien : il faut la version 15 ou une plus récente, avec PostGIS." \
		"This distribution's PostgreSQL is too old: version 15 or later is needed, with PostGIS."
}

# geo is for files of geographic software, which are refused without it.
geo() {
	if has ogr2ogr && has ogrinfo; then return 0; fi
	can_install || {
		say "gdal-bin manque : les Shapefile, GeoPackage et FlatGeobuf ne seront pas lus." \
			"gdal-bin is missing: shapefiles, GeoPackages and FlatGeobuf will not be read."
		return 0
	}
	say "gdal-bin manque pour lire les fichiers de cartographie : installation par apt." \
		"gdal-bin is missing to read geographic files: installing through apt."
	install_packages gdal-bin
}

# owslib is for the test that reads the API with it, which is skipped without it.
owslib() {
	if /usr/bin/python3 -c 'import owslib' 2>/dev/null; then return 0; fi # the distribution's own
	can_install || return 0
	say "python3-owslib manque pour lire l’API comme le font les programmes Python : installation par apt." \
		"python3-owslib is missing to read the API as Python programs do: installing through apt."
	install_packages python3-owslib
}

browser() {
	for name in chromium chromium-browser google-chrome google-chrome-stable; do
		if has "$name"; then return 0; fi
	done
	can_install || fail \
		"Chromium manque pour les tests de navigateur : installez-le, ou relancez avec root ou sudo." \
		"Chromium is missing for the browser tests: install it, or run again as root or with sudo."
	say "Chromium manque pour les tests de navigateur : installation par apt." \
		"Chromium is missing for the browser tests: installing through apt."
	install_packages chromium
}

python() {
	if has python3 && python3 -c 'import html.parser' 2>/dev/null; then return 0; fi
	can_install || fail \
		"Python 3 manque pour la vérification de htmx : installez-le, ou relancez avec root ou sudo." \
		"Python 3 is missing for the check of htmx: install it, or run again as root or with sudo."
	say "Python 3 manque pour la vérification de htmx : installation par apt." \
		"Python 3 is missing for the check of htmx: installing through apt."
	install_packages python3
}

case "${1:-}" in
toolchain | database | geo | owslib | browser | python) "$1" ;;
*)
	echo "usage: ensure.sh toolchain | database | geo | owslib | browser | python" >&2
	exit 2
	;;
esac
