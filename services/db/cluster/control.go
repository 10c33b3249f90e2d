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
	if err := c.clearAway(ctx); err != nil {
		return err
	}
	if err := putAside(c.LogFile()); err != nil {
		return noAccess(c.dir, err)
	}
	c.socket = socket
	if err := c.dropStaleSocket(); err != nil {
		return err
	}
	return c.launch(ctx)
}

// launch starts the server, again while processes of a killed one are on their
// way out: they leave within moments, and PostgreSQL will not share the data.
func (c *Cluster) launch(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		said, err := c.run(ctx, "pg_ctl", "start", "--pgdata="+c.data(), "--log="+c.LogFile(),
			"--wait", "--timeout="+startSeconds, "--silent")
		if err == nil {
			return nil
		}
		words := lastWords(c.LogFile(), said)
		if attempt == 20 || !strings.Contains(words, "is still in use") {
			return startFailed(c.dir, words, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// Stop ends the server, whoever else uses it; see the function of that name.
func (c *Cluster) Stop(ctx context.Context) error {
	if _, err := os.Stat(c.dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
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
	cmd := c.owner.as(exec.CommandContext(ctx, c.server.Tool(tool), args...))
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
	if !answers(ctx, filepath.Join(socket, ".s.PGSQL."+strings.TrimSpace(lines[3]))) {
		return "", false
	}
	return socket, c.status(ctx) == nil
}

// sslRequest is the protocol's shortest question: length 8, code 80877103.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// answers reports whether a live server holds the socket. Connecting is not
// enough: the system accepts for a process that is being killed.
func answers(ctx context.Context, socket string) bool {
	const patience = 5 * time.Second
	dialer := net.Dialer{Timeout: patience}
	conn, err := dialer.DialContext(ctx, "unix", socket)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	if conn.SetDeadline(time.Now().Add(patience)) != nil {
		return false
	}
	if _, err := conn.Write(sslRequest); err != nil {
		return false
	}
	answer := make([]byte, 1)
	_, err = conn.Read(answer)
	return err == nil // 'N': no TLS on a Unix socket
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

// clearAway makes room for a start: a server that runs but cannot be reached
// (its socket was swept away, or it is dying) is stopped, the trace of a killed
// one dropped.
func (c *Cluster) clearAway(ctx context.Context) error {
	if err := c.dropStalePID(); err != nil {
		return err
	}
	if c.status(ctx) != nil {
		return nil //nolint:nilerr // the failure is the answer: no server runs
	}
	// Its failure is no news: a server that is still there refuses the start,
	// and says so.
	_, _ = c.run(ctx, "pg_ctl", "stop", "--pgdata="+c.data(), "--mode=fast", "--wait", "--timeout=10", "--silent")
	return c.dropStalePID()
}

// dropStalePID removes the trace of a killed server when its process number
// now belongs to some other program, or to a corpse nobody collected (common in
// containers): PostgreSQL alone would refuse to start. A trace whose process is
// gone stays: the server deals with it.
func (c *Cluster) dropStalePID() error {
	lines := c.pidFile()
	if len(lines) == 0 {
		return nil
	}
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err == nil && !isNoServer(pid) {
		return nil
	}
	if err := os.Remove(filepath.Join(c.data(), "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return noAccess(c.data(), err)
	}
	return nil
}

// dropStaleSocket removes the socket and its lock file once nothing claims the
// data folder: the lock names the same dead process.
func (c *Cluster) dropStaleSocket() error {
	if len(c.pidFile()) > 0 {
		return nil
	}
	socket := filepath.Join(c.socket, socketName)
	for _, path := range []string{socket, socket + ".lock"} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return noAccess(c.socket, err)
		}
	}
	return nil
}

// isNoServer reports whether the process number is taken by something that is
// not a live PostgreSQL. Where the system does not tell (no /proc) it says no:
// the server then decides.
func isNoServer(pid int) bool {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	return deadOrOther(string(text))
}

// deadOrOther reads a line of /proc/PID/stat: "123 (postgres) S 1 …".
func deadOrOther(stat string) bool {
	_, rest, _ := strings.Cut(stat, "(")
	name, rest, found := strings.Cut(rest, ") ")
	return found && (name != "postgres" || strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X"))
}

// enoughRoom fails with DiskFull when dir's disk has no room to work.
func enoughRoom(dir string) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return noAccess(dir, err)
	}
	if disk.Bavail*uint64(disk.Bsize) < minFree {
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
