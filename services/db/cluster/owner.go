package cluster

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the account the server runs under. PostgreSQL refuses root, so root
// hands it to the "postgres" account; anybody else runs it as themselves.
type owner struct {
	uid, gid int
	root     bool // this process is root and must change account
	reach    bool // some folder above the data is closed to the account
}

// ownerOf returns the account for a cluster in dir.
func ownerOf(dir string) (owner, error) {
	if os.Geteuid() != 0 {
		return owner{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return owner{}, noOwner(err)
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return owner{}, noOwner(err)
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return owner{}, noOwner(err)
	}
	o := owner{uid: uid, gid: gid, root: true}
	o.reach = !o.canReach(filepath.Dir(dir))
	return o, nil
}

// canReach reports whether the account may enter path and all above it.
func (o owner) canReach(path string) bool {
	for {
		info, err := os.Stat(path)
		if err != nil || !o.canEnter(info) {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
}

func (o owner) canEnter(info fs.FileInfo) bool {
	mode := info.Mode().Perm()
	stat, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !ok:
		return mode&0o001 != 0
	case int(stat.Uid) == o.uid:
		return mode&0o100 != 0
	case int(stat.Gid) == o.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}

// as makes cmd run under the account, from a folder it can enter.
func (o owner) as(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = "/"
	if o.root {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{
			Uid: uint32(o.uid), Gid: uint32(o.gid),
		}}
		if o.reach {
			passThroughFolders(cmd.SysProcAttr)
		}
	}
	return cmd
}

// folder creates path for the account alone, or takes it over when it exists.
// A link is refused: root would give away whatever it leads to.
func (o owner) folder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return noAccess(path, err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return noAccess(path, err)
	}
	if !info.IsDir() {
		return noAccess(path, errors.New("it is a link"))
	}
	if o.root {
		if err := os.Lchown(path, o.uid, o.gid); err != nil {
			return noAccess(path, err)
		}
	}
	if err := os.Chmod(path, 0o700); err != nil {
		return noAccess(path, err)
	}
	return nil
}

// files gives what root wrote in the data folder to the account.
func (o owner) files(data string, names ...string) error {
	if !o.root {
		return nil
	}
	for _, name := range names {
		if err := os.Lchown(filepath.Join(data, name), o.uid, o.gid); err != nil {
			return noAccess(data, err)
		}
	}
	return nil
}

// The longest path of a Unix socket (sun_path less its final NUL): 107 bytes on
// Linux, 103 on macOS. The shorter one serves for both.
const maxSocketPath = 103

// The number ends the socket's name. Nothing listens on that port, and no
// two clusters share a folder, so the number can be the same everywhere.
const (
	socketNumber = "54329"
	socketName   = ".s.PGSQL." + socketNumber
)

// socketFolder returns where the socket goes: beside the data, or in a short
// folder of the system's when that path would be too long for a socket.
func (o owner) socketFolder(dir string) (string, error) {
	beside := filepath.Join(dir, "run")
	if fits(beside) {
		return beside, o.folder(beside)
	}
	sum := fnv.New64a()
	sum.Write([]byte(dir))
	name := fmt.Sprintf("acv-%d-%x", o.uid, sum.Sum64())
	short := filepath.Join(os.TempDir(), name)
	if !fits(short) {
		short = filepath.Join("/tmp", name)
	}
	return short, o.privateFolder(short)
}

func fits(folder string) bool {
	return len(filepath.Join(folder, socketName)) <= maxSocketPath
}

// privateFolder creates a folder where others may create too: one that somebody
// else put there first is refused, since they could read what passes through.
func (o owner) privateFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil {
		return o.folder(path)
	}
	if !errors.Is(err, fs.ErrExist) {
		return noAccess(path, err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return noAccess(path, err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != o.uid {
		return noAccess(path, errors.New("it belongs to another account"))
	}
	return o.folder(path)
}
