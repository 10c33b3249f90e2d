#!/bin/sh
# Saves the database and the files in a new folder of $BACKUP_DIR.
#
#   BACKUP_URL    PostgreSQL URL of an administrator (default: ACV_MIGRATE_URL,
#                 then DATABASE_URL). The runtime role cannot back up: row-level
#                 security hides every town from it, and pg_dump says so.
#   BACKUP_BLOBS  folder of the files (default: that of a file:// ACV_BLOB_URL).
#                 Files in an S3 store are that store's to keep (versioning).
#   BACKUP_DIR    where the backups go
#   BACKUP_KEEP   how many are kept (default 14)
#
# A folder appears under its final name only once it is complete.
set -eu

fail() {
	printf '✗ %s\n  (%s)\n' "$1" "$2" >&2
	exit 1
}

url=${BACKUP_URL:-${ACV_MIGRATE_URL:-${DATABASE_URL:-}}}
blobs=${BACKUP_BLOBS:-}
keep=${BACKUP_KEEP:-14}
[ -n "$url" ] || fail "Indiquez BACKUP_URL, l’adresse de la base." "Set BACKUP_URL, the address of the database."
[ -n "${BACKUP_DIR:-}" ] || fail "Indiquez BACKUP_DIR, le dossier des sauvegardes." "Set BACKUP_DIR, the folder of the backups."
case $keep in '' | *[!0-9]* | 0) fail "BACKUP_KEEP doit être un nombre d’au moins 1." "BACKUP_KEEP must be a number, at least 1." ;; esac
if [ -z "$blobs" ]; then
	case ${ACV_BLOB_URL:-} in
	file://*) blobs=${ACV_BLOB_URL#file://} ;;
	*) echo "→ Fichiers hors sauvegarde : ils sont dans un magasin d’objets. (Files left out: they are in an object store.)" >&2 ;;
	esac
fi

umask 077
mkdir -p "$BACKUP_DIR"
exec 9>"$BACKUP_DIR/.lock"
flock -n 9 || fail "Une sauvegarde est déjà en cours." "A backup is already running."

name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
draft=$BACKUP_DIR/.draft
rm -rf "$draft"
mkdir "$draft"

# The roles belong to the server, not to the database, so the dump leaves them out.
psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 >"$draft/roles.sql" <<'SQL'
SELECT format($$SELECT 'CREATE ROLE %1$I %2$s' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %1$L) \gexec$$,
              rolname,
              concat_ws(' ', CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
                             CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END))
  FROM pg_roles WHERE rolname LIKE 'acv\_%' ORDER BY rolname;
SELECT format('GRANT %I TO %I;', g.rolname, m.rolname)
  FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE g.rolname LIKE 'acv\_%' AND m.rolname LIKE 'acv\_%' ORDER BY 1;
SQL

# The database first: a file added meanwhile is kept needlessly, where the other
# order would keep a row whose file is missing.
pg_dump --dbname="$url" --format=custom --file="$draft/database.dump"
if [ -n "$blobs" ] && [ -d "$blobs" ]; then
	# 1 says that a file changed while it was read: it is one being written.
	tar --create --file="$draft/blobs.tar" --directory="$blobs" . || [ $? -eq 1 ]
fi
(cd "$draft" && sha256sum -- * >SHA256SUMS)
sync
mv "$draft" "$BACKUP_DIR/$name"

# The names sort by time: all but the newest $keep go.
find "$BACKUP_DIR" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??-??-??Z' | sort -r |
	tail -n "+$((keep + 1))" | while IFS= read -r old; do
	rm -rf "$old"
done

echo "$BACKUP_DIR/$name"
