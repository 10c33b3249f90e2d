package gdal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Tool runs the programs of gdal-bin. The zero Tool finds them in the PATH and
// has the default limits.
type Tool struct {
	Convert string // ogr2ogr
	Inspect string // ogrinfo
	Limits  Limits
}

// Limits bound a child. A zero field takes its default.
type Limits struct {
	Time   time.Duration // 10 minutes
	Output int64         // octets of features, 2 GiB
	Memory int64         // octets of address space, 1 GiB
}

const (
	defaultTime   = 10 * time.Minute
	defaultOutput = 2 << 30
	defaultMemory = 1 << 30
	// scratch is what the child may write beside its output: journals.
	scratch = 64 << 20
	// lastWords bounds what is kept of what the child says.
	lastWords = 4 << 10
	// patience is how long its pipes may stay open after its end.
	patience = 5 * time.Second
)

func (l Limits) withDefaults() Limits {
	if l.Time == 0 {
		l.Time = defaultTime
	}
	if l.Output == 0 {
		l.Output = defaultOutput
	}
	if l.Memory == 0 {
		l.Memory = defaultMemory
	}
	return l
}

// Layer is one table of a file.
type Layer struct {
	Name string
	Bare bool // has no geometry
}

// layerLine is a line of ogrinfo: "1: arbres (title: Arbres) (Point)".
var layerLine = regexp.MustCompile(`^\d+: (.+?)(?: \(title: .*\))?(?: \(([A-Za-z0-9 ,]+)\))?$`)

// mostLayers bounds what is listed of a file.
const mostLayers = 1_000

// Layers lists the layers of a file, in its order.
func (t Tool) Layers(ctx context.Context, path string) ([]Layer, error) {
	program, err := find(t.Inspect, "ogrinfo")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	const longest = 1 << 20
	if err := t.run(ctx, path, &bounded{w: &out, left: longest}, program, "-ro", "-q", path); err != nil {
		return nil, err
	}
	var list []Layer
	for lines := bufio.NewScanner(&out); lines.Scan() && len(list) < mostLayers; {
		m := layerLine.FindStringSubmatch(lines.Text())
		if m != nil && !strings.HasPrefix(m[1], "-") { // it would be taken for an option
			list = append(list, Layer{Name: m[1], Bare: m[2] == "None"})
		}
	}
	return list, nil
}

// Request is a layer to read.
type Request struct {
	Path     string // in a folder of its own, which the child may write in
	Layer    string // "" when the file has one
	Encoding string // of a shapefile's texts, "" when it says so itself
}

// Features writes every feature of a layer, one a line.
func (t Tool) Features(ctx context.Context, r Request, w io.Writer) error {
	program, err := find(t.Convert, "ogr2ogr")
	if err != nil {
		return err
	}
	args := []string{
		"-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=9",
		"-dim", "XY", "-nlt", "CONVERT_TO_LINEAR",
	}
	if r.Encoding != "" {
		args = append(args, "-oo", "ENCODING="+r.Encoding)
	}
	args = append(args, "/vsistdout/", r.Path)
	if r.Layer != "" {
		args = append(args, r.Layer)
	}
	out := &bounded{w: w, left: t.Limits.withDefaults().Output}
	return t.run(ctx, r.Path, out, program, args...)
}

func find(given, name string) (string, error) {
	if given == "" {
		given = name
	}
	program, err := exec.LookPath(given)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrMissing, err)
	}
	return program, nil
}

// run runs a program on a file whose first octets were looked at (before GDAL 3.8
// it cannot be told which driver to read with) under its limits, with its output counted.
func (t Tool) run(ctx context.Context, path string, out *bounded, program string, args ...string) error {
	limiter, err := find("", "prlimit")
	if err != nil {
		return err
	}
	limits := t.Limits.withDefaults()
	timed, stop := context.WithTimeout(ctx, limits.Time)
	defer stop()
	seconds := int64(limits.Time/time.Second) + 1
	bounds := []string{
		"--as=" + strconv.FormatInt(limits.Memory, 10), "--cpu=" + strconv.FormatInt(seconds, 10),
		"--fsize=" + strconv.FormatInt(scratch, 10), "--nofile=256", "--core=0", "--", program,
	}
	c := exec.CommandContext(timed, limiter, append(bounds, args...)...) //nolint:gosec // a program of GDAL, found by its own name
	said := &tail{}
	c.Dir, c.Env, c.Stderr, c.WaitDelay = filepath.Dir(path), environment(filepath.Dir(path)), said, patience
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	out.stop = stop
	c.Stdout = out
	err = c.Run()
	return verdict(ctx, timed, err, out, said)
}

// verdict says what stopped the child, its own word last.
func verdict(ctx, timed context.Context, err error, out *bounded, said *tail) error {
	switch words := said.String(); {
	case ctx.Err() != nil:
		return ctx.Err()
	case out.full:
		return ErrTooLarge
	case out.err != nil:
		return out.err
	case errors.Is(timed.Err(), context.DeadlineExceeded):
		return ErrTooLong
	case outOfMemory.MatchString(words):
		return fmt.Errorf("%w: %s", ErrMemory, words)
	case err != nil:
		return fmt.Errorf("%w: %w: %s", ErrUnreadable, err, words)
	case strings.Contains(words, "ERROR "):
		return fmt.Errorf("%w: %s", ErrUnreadable, words)
	}
	return nil
}

var outOfMemory = regexp.MustCompile(`(?i)bad_alloc|out of memory|cannot allocate memory|memory allocation|malloc`)

// bounded counts what goes through, and stops the child at the limit.
type bounded struct {
	w    io.Writer
	left int64
	stop func()
	full bool
	err  error
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		b.full = true
		b.stop()
		return 0, ErrTooLarge
	}
	n, err := b.w.Write(p)
	if err != nil {
		b.err = err
		b.stop()
	}
	return n, err
}

// tail keeps the start of what a child says: the first error is the cause.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := lastWords - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
