package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
)

// Problem says why a private cluster could not be had.
type Problem string

// The problems a caller can tell apart with [ProblemOf].
const (
	NoServer    Problem = "no_server"    // no PostgreSQL server binaries on this machine
	TooOld      Problem = "too_old"      // PostgreSQL is there, all of it below MinMajor
	NoPostGIS   Problem = "no_postgis"   // PostgreSQL is there, its PostGIS extension is not
	NoOwner     Problem = "no_owner"     // root, and no account to run PostgreSQL under
	OtherMajor  Problem = "other_major"  // the data folder belongs to a PostgreSQL that is not installed
	NoAccess    Problem = "no_access"    // a folder cannot be created, entered or owned
	DiskFull    Problem = "disk_full"    // no room left for the data
	StartFailed Problem = "start_failed" // the server refused to start; its log says why
	Unreachable Problem = "unreachable"  // a server named by its address cannot be opened
)

// Fault is an error a person can act on: each text says what is missing and
// what to do. Error gives the English one, French the other.
type Fault struct {
	Problem Problem
	Major   int // the PostgreSQL it is about, 0 when none
	English string
	French  string
	Err     error // cause, may be nil
}

func (f *Fault) Error() string {
	if f.Err == nil {
		return f.English
	}
	return f.English + ": " + f.Err.Error()
}

func (f *Fault) Unwrap() error { return f.Err }

// ProblemOf returns the problem err carries, "" when it carries none.
func ProblemOf(err error) Problem {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Problem
	}
	return ""
}

func noServer() error {
	return &Fault{
		Problem: NoServer,
		English: "no PostgreSQL server found: install postgresql and postgis (\"make run\" does it on Debian and Ubuntu), or set DATABASE_URL",
		French:  "PostgreSQL est introuvable : installez postgresql et postgis (« make run » le fait sur Debian et Ubuntu), ou indiquez DATABASE_URL.",
	}
}

func tooOld(found int) error {
	return &Fault{
		Problem: TooOld, Major: found,
		English: fmt.Sprintf("PostgreSQL %d is too old: version %d or later is needed", found, MinMajor),
		French:  fmt.Sprintf("PostgreSQL %d est trop ancien : il faut la version %d ou une plus récente.", found, MinMajor),
	}
}

func noPostGIS(major int) error {
	return &Fault{
		Problem: NoPostGIS, Major: major,
		English: fmt.Sprintf("PostgreSQL %d has no PostGIS: install postgresql-%d-postgis-3 (macOS: brew install postgis)", major, major),
		French:  fmt.Sprintf("PostGIS manque à PostgreSQL %d : installez postgresql-%d-postgis-3 (macOS : brew install postgis).", major, major),
	}
}

// unreachable explains a server named by somebody that does not answer them.
func unreachable(err error) error {
	return &Fault{
		Problem: Unreachable,
		English: "the database named by DATABASE_URL or ACV_MIGRATE_URL cannot be opened: check its address, account and password, and that the server runs",
		French:  "La base de données indiquée par DATABASE_URL ou ACV_MIGRATE_URL ne s’ouvre pas : vérifiez l’adresse, le compte et le mot de passe, et que le serveur tourne.",
		Err:     err,
	}
}

// extensionMissing is noPostGIS for a server that may be on another machine.
func extensionMissing(major int) error {
	return &Fault{
		Problem: NoPostGIS, Major: major,
		English: fmt.Sprintf("the database server (PostgreSQL %d) has no PostGIS: install it there (postgresql-%d-postgis-3 on Debian and Ubuntu)", major, major),
		French:  fmt.Sprintf("PostGIS manque au serveur de base de données (PostgreSQL %d) : installez-le sur ce serveur (postgresql-%d-postgis-3 sous Debian et Ubuntu).", major, major),
	}
}

func noOwner(err error) error {
	return &Fault{
		Problem: NoOwner,
		English: "PostgreSQL refuses to run as root and there is no \"postgres\" account: create it, or start as an ordinary user",
		French:  "PostgreSQL refuse de tourner sous root et le compte « postgres » n’existe pas : créez-le, ou démarrez avec un compte ordinaire.",
		Err:     err,
	}
}

func otherMajor(dir string, major int) error {
	return &Fault{
		Problem: OtherMajor, Major: major,
		English: fmt.Sprintf("%s was created by PostgreSQL %d, which is not installed: install it, or move the folder away to start afresh", dir, major),
		French:  fmt.Sprintf("%s a été créé par PostgreSQL %d, qui n’est pas installé : installez cette version, ou déplacez le dossier pour repartir de zéro.", dir, major),
	}
}

// noAccess explains a failure of the file system; a full disk gets its own
// problem because what to do about it differs.
func noAccess(path string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return diskFull(path, err)
	}
	return &Fault{
		Problem: NoAccess,
		English: fmt.Sprintf("%s cannot be used for the database: check its owner and permissions, or choose another folder with ACV_DATA_DIR", path),
		French:  fmt.Sprintf("%s ne peut pas servir à la base de données : vérifiez son propriétaire et ses droits, ou choisissez un autre dossier avec ACV_DATA_DIR.", path),
		Err:     err,
	}
}

func diskFull(path string, err error) error {
	return &Fault{
		Problem: DiskFull,
		English: fmt.Sprintf("no room left on the disk of %s: free at least %d MB, or choose another folder with ACV_DATA_DIR", path, minFree>>20),
		French:  fmt.Sprintf("Le disque de %s est plein : libérez au moins %d Mo, ou choisissez un autre dossier avec ACV_DATA_DIR.", path, minFree>>20),
		Err:     err,
	}
}

// startFailed reads the reason in what the server last wrote.
func startFailed(dir, said string, err error) error {
	if strings.Contains(said, "No space left on device") {
		return diskFull(dir, err)
	}
	if strings.Contains(said, "Permission denied") || errors.Is(err, fs.ErrPermission) {
		return noAccess(dir, errors.Join(err, errors.New(said)))
	}
	return &Fault{
		Problem: StartFailed,
		English: fmt.Sprintf("PostgreSQL did not start in %s; it says: %s", dir, said),
		French:  fmt.Sprintf("PostgreSQL n’a pas démarré dans %s ; il indique : %s", dir, said),
		Err:     err,
	}
}
