#!/bin/sh
# Puts a backup back: restore.sh FOLDER [--force]
#
#   RESTORE_URL    PostgreSQL URL of an administrator, of an existing database
#                  (default: ACV_MIGRATE_URL, then DATABASE_URL)
#   RESTORE_BLOBS  folder of the files (default: that of a file:// ACV_BLOB_URL)
#
# A database or a folder that holds something is refused; with --force the
# database's contents are replaced and the folder's files put aside. The database
# changes in one transaction: wholly, or not at all. Stop the platform first.
# Roles come back without their passwords: on a new server, set acv_app's again.
set -eu

fail() {
	printf '✗ %s\n  (%s)\n' "$1" "$2" >&2
	exit 1
}

folder=${1:-}
force=${2:-}
url=${RESTORE_URL:-${ACV_MIGRATE_URL:-${DATABASE_URL:-}}}
blobs=${RESTORE_BLOBS:-}
case ${ACV_BLOB_URL:-} in file://*) blobs=${blobs:-${ACV_BLOB_URL#file://}} ;; esac
case $force in '' | --force) ;; *) folder="" ;; esac
[ -n "$folder" ] || fail "Usage : restore.sh DOSSIER [--force]" "Usage: restore.sh FOLDER [--force]"
[ -n "$url" ] || fail "Indiquez RESTORE_URL, l’adresse de la base." "Set RESTORE_URL, the address of the database."
[ -f "$folder/SHA256SUMS" ] || fail "$folder n’est pas une sauvegarde complète." "$folder is not a complete backup."
(cd "$folder" && sha256sum --check --quiet --strict SHA256SUMS) >&2 || fail \
	"La sauvegarde est abîmée : rien n’a été changé." "The backup is damaged: nothing was changed."

query() {
	psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"
}

# Schemas that hold something of ours: neither the system's nor an extension's.
schemas=$(query <<'SQL'
SELECT quote_ident(n.nspname)
  FROM pg_namespace n
 WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
 ORDER BY 1;
SQL
)
if [ -z "$force" ]; then
	[ -z "$schemas" ] || fail \
		"La base n’est pas vide : relancez avec --force pour remplacer son contenu." \
		"The database is not empty: run again with --force to replace its contents."
fi
if [ -f "$folder/blobs.tar" ]; then
	[ -n "$blobs" ] || fail "Indiquez RESTORE_BLOBS, le dossier des fichiers." "Set RESTORE_BLOBS, the folder of the files."
	if [ -n "$(ls -A "$blobs" 2>/dev/null)" ] && [ -z "$force" ]; then
		fail "Le dossier $blobs n’est pas vide : relancez avec --force pour mettre ses fichiers de côté." \
			"The folder $blobs is not empty: run again with --force to put its files aside."
	fi
	# Unpacked beside first: a full disk is met before anything is replaced.
	rm -rf "$blobs.restoring"
	mkdir -p "$blobs.restoring"
	tar --extract --file="$folder/blobs.tar" --directory="$blobs.restoring"
fi

query <"$folder/roles.sql"
# One transaction. Should the archive break off, even within a table's rows, what
# follows it is an error, and psql rolls everything back.
{
	for schema in $schemas; do echo "DROP SCHEMA $schema CASCADE;"; done
	pg_restore --file=- "$folder/database.dump" || printf '\n\\.\nSELECT 1/0;\n'
} | query --single-transaction --file=- >/dev/null || fail \
	"La restauration a échoué : la base est comme avant." "The restoration failed: the database is as before."

if [ -f "$folder/blobs.tar" ]; then
	if [ -n "$(ls -A "$blobs" 2>/dev/null)" ]; then
		aside=$blobs.before-$(date -u +%Y-%m-%dT%H-%M-%SZ)
		mv "$blobs" "$aside"
		echo "→ Fichiers précédents mis de côté : $aside (Previous files put aside.)" >&2
	elif [ -d "$blobs" ]; then
		rmdir "$blobs"
	fi
	mv "$blobs.restoring" "$blobs"
fi
echo "✓ Restauration terminée : lancez « acvdata migrate » si le programme est plus récent. (Restored; run \"acvdata migrate\" if the program is newer.)" >&2
