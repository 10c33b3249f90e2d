package gdal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"acvdata/services/gdal"
)

// program writes a stand-in for ogr2ogr.
func program(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ogr2ogr")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func convert(t *testing.T, ctx context.Context, tool gdal.Tool) (string, error) { //nolint:revive // t first, as everywhere
	t.Helper()
	var out bytes.Buffer
	err := tool.Features(ctx, gdal.Request{Path: filepath.Join(t.TempDir(), "couche.fgb")}, &out)
	return out.String(), err
}

func TestWhatStopsTheChild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		limits gdal.Limits
		want   error
	}{
		"an end":           {`echo '{}'`, gdal.Limits{}, nil},
		"a status":         {`exit 3`, gdal.Limits{}, gdal.ErrUnreadable},
		"a word of error":  {`echo '{}'; echo 'ERROR 1: truncated' >&2`, gdal.Limits{}, gdal.ErrUnreadable},
		"a warning":        {`echo 'Warning 1: dates' >&2`, gdal.Limits{}, nil},
		"too much":         {`while :; do echo 0123456789012345678901234567890123456789; done`, gdal.Limits{Output: 10_000}, gdal.ErrTooLarge},
		"too long":         {`sleep 600`, gdal.Limits{Time: 200 * time.Millisecond}, gdal.ErrTooLong},
		"too long, nested": {`sleep 600 & sleep 600; wait`, gdal.Limits{Time: 200 * time.Millisecond}, gdal.ErrTooLong},
		"too much memory":  {`exec perl -e '$x = "x" x (1 << 30); print length $x'`, gdal.Limits{Memory: 256 << 20}, gdal.ErrMemory},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := convert(t, t.Context(), gdal.Tool{Convert: program(t, c.script), Limits: c.limits}); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestTheChildKnowsNothingOfTheWorld(t *testing.T) {
	t.Setenv("ACV_SECRET", "à ne pas dire")
	t.Setenv("PGPASSWORD", "ni cela")
	out, err := convert(t, t.Context(), gdal.Tool{Convert: program(t, "/usr/bin/env; /usr/bin/prlimit --as --fsize --core --output=SOFT --noheadings")})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ACV_SECRET", "PGPASSWORD"} {
		if strings.Contains(out, secret) {
			t.Errorf("the child is told %s", secret)
		}
	}
	for _, wanted := range []string{"GDAL_SKIP=VRT", "OGR_SQLITE_PRAGMA=trusted_schema=0", "PROJ_NETWORK=OFF", "1073741824", "67108864"} {
		if !strings.Contains(out, wanted) {
			t.Errorf("%s is missing of\n%s", wanted, out)
		}
	}
}

// TestTheGroupDiesWithItsContext stops a child that has one of its own.
func TestTheGroupDiesWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		tool := gdal.Tool{Convert: program(t, `sleep 600 & echo $!; wait`)}
		ended <- tool.Features(ctx, gdal.Request{Path: filepath.Join(t.TempDir(), "a.fgb")}, writer)
		_ = writer.Close()
	}()
	line := make([]byte, 16)
	n, err := reader.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if gone(pid) {
			return
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Errorf("process %d lives on", pid)
}

// gone reports whether a process is dead, its parent having noticed or not.
func gone(pid int) bool {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || strings.Contains(string(status), ") Z ")
}
