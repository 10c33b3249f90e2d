package cluster

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// minFree is the room a new cluster with its first write-ahead log takes, and
// some to work with.
const minFree = 256 << 20

// startSeconds is how long a start may take: recovery after a crash reads the
// write-ahead log back, up to max_wal_size of it.
const startSeconds = "300"

// maxLog is the size past which a start puts the server's log aside.
const maxLog = 16 << 20

// create makes the data folder. It is built beside and renamed, so that a
// process killed here leaves nothing that looks like a cluster.
func (c *Cluster) create(ctx context.Context, durable bool) error {
	fresh := c.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return noAccess(fresh, err)
	}
	args := []string{"--pgdata=" + fresh, "--username=postgres", "--auth=trust", "--encoding=UTF8"}
	args = append(args, localeFlags(runtime.GOOS)...)
	if !durable {
		args = append(args, "--no-sync")
	}
	if said, err := c.run(ctx, "initdb", args...); err != nil {
		return startFailed(c.dir, said, err)
	}
	if err := includeSettings(fresh); err != nil {
		return noAccess(fresh, err)
	}
	if err := os.Rename(fresh, c.data()); err != nil {
		return noAccess(c.data(), err)
	}
	return nil
}

// localeFlags asks for byte order with Unicode character classes; macOS has no
// C.UTF-8 and spells it in two.
func localeFlags(system string) []string {
	if system == "darwin" {
		return []string{"--locale=C", "--lc-ctype=UTF-8"}
	}
	return []string{"--locale=C.UTF-8"}
}

// boot starts the server and waits until it answers.
func (c *Cluster) boot(ctx context.Context, durable bool) error {
	socket, err := c.owner.socketFolder(c.dir)
	if err != nil {
		return err
	}
	if err := writeSettings(c.data(), settings(durable, memory(), socket)); err != nil {
		return noAccess(c.data(), err)
	}
	if err := c.owner.files(c.data(), settingsFile); err != nil {
		return err
	}
	if err := c.dropStalePID(); err != nil {
		return err
	}
	if err := putAside(c.LogFile()); err != nil {
		return noAccess(c.dir, err)
	}
	said, err := c.run(ctx, "pg_ctl", "start", "--pgdata="+c.data(), "--log="+c.LogFile(),
		"--wait", "--timeout="+startSeconds, "--silent")
	if err != nil {
		return startFailed(c.dir, lastWords(c.LogFile(), said), err)
	}
	c.socket = socket
	return nil
}

// Stop ends the server, whoever uses it: open transactions are rolled back,
// committed ones are kept. Stopping a server that is down is no error.
func (c *Cluster) Stop(ctx context.Context) error {
	unlock, err := lock(ctx, c.dir)
	if err != nil {
		return err
	}
	defer unlock()
	if _, ok := c.running(ctx); !ok {
		return nil
	}
	said, err := c.run(ctx, "pg_ctl", "stop", "--pgdata="+c.data(), "--mode=fast", "--wait", "--silent")
	if err != nil {
		return startFailed(c.dir, said, err)
	}
	return nil
}

// run executes one of the server's programs under its account and returns what
// it printed.
func (c *Cluster) run(ctx context.Context, tool string, args ...string) (string, error) {
	cmd := c.owner.as(exec.CommandContext(ctx, c.server.Tool(tool), args...)) //nolint:gosec // the installed server's own programs
	cmd.Env = append(os.Environ(), "LC_ALL=C", "LC_MESSAGES=C") // its messages are read here
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	return strings.TrimSpace(said.String()), err
}

// running reports whether the server is up, and the folder of its socket, which
// may not be where this process would put it.
func (c *Cluster) running(ctx context.Context) (socket string, ok bool) {
	lines := c.pidFile()
	if len(lines) < 5 {
		return "", false
	}
	socket = strings.TrimSpace(lines[4])
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "unix", filepath.Join(socket, ".s.PGSQL."+strings.TrimSpace(lines[3])))
	if err != nil {
		return "", false
	}
	_ = conn.Close()
	return socket, c.status(ctx) == nil
}

// status asks pg_ctl, which also knows a server that is still shutting down.
func (c *Cluster) status(ctx context.Context) error {
	_, err := c.run(ctx, "pg_ctl", "status", "--pgdata="+c.data())
	return err
}

// pidFile returns the lines of postmaster.pid: process, data folder, start
// time, port, socket folder, address, memory segment, state.
func (c *Cluster) pidFile() []string {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return nil
	}
	return strings.Split(string(text), "\n")
}

// dropStalePID removes the trace of a server that was killed when its number
// now belongs to some other program: PostgreSQL alone would refuse to start.
func (c *Cluster) dropStalePID() error {
	lines := c.pidFile()
	if len(lines) == 0 {
		return nil
	}
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err == nil && isPostgres(pid) {
		return nil
	}
	if err := os.Remove(filepath.Join(c.data(), "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return noAccess(c.data(), err)
	}
	return nil
}

// isPostgres reports whether the process may be a PostgreSQL server. Where the
// system does not tell (no /proc), it says yes: the server then decides.
func isPostgres(pid int) bool {
	if pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	if err != nil {
		return true
	}
	return strings.HasPrefix(string(name), "postgres")
}

// enoughRoom fails with DiskFull when dir's disk has no room to work.
func enoughRoom(dir string) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return noAccess(dir, err)
	}
	if disk.Bavail*uint64(disk.Bsize) < minFree { //nolint:gosec // a block size is positive
		return diskFull(dir, nil)
	}
	return nil
}

// putAside renames a log that has grown large; the one before is lost.
func putAside(log string) error {
	info, err := os.Stat(log)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Size() < maxLog {
		return nil
	}
	return os.Rename(log, log+".1")
}

// lastWords returns the end of the server's log, or what pg_ctl said when the
// server did not come to write anything.
func lastWords(log, said string) string {
	file, err := os.Open(log)
	if err != nil {
		return said
	}
	defer func() { _ = file.Close() }()
	const tail = 1500
	if info, err := file.Stat(); err == nil && info.Size() > tail {
		if _, err := file.Seek(-tail, io.SeekEnd); err != nil {
			return said
		}
	}
	text, err := io.ReadAll(file)
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return said
	}
	return strings.TrimSpace(string(text))
}
