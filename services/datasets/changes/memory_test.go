package changes_test

import (
	"bufio"
	"io"
	"runtime"
	"strconv"
	"testing"

	"acvdata/services/datasets/changes"
)

// made is an edition that is never held: rows are made as they are read, in an order
// and with a change in one of a thousand.
func made(count int, backwards, changed bool) changes.Edition {
	open := func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() {
			out := bufio.NewWriter(w)
			var b []byte
			for i := range count {
				n := i
				if backwards {
					n = count - 1 - i
				}
				height := n % 97
				if changed && n%1000 == 0 {
					height = -1
				}
				b = append(strconv.AppendInt(append(b[:0], `{"id":`...), int64(n), 10), `,"nom":"Tilleul à petites feuilles","hauteur":`...)
				b = append(strconv.AppendInt(b, int64(height), 10), "}\n"...)
				if _, err := out.Write(b); err != nil {
					return
				}
			}
			_ = w.CloseWithError(out.Flush())
		}()
		return r, nil
	}
	return changes.Edition{Open: open, Columns: []changes.Column{{Name: "id"}, {Name: "nom"}, {Name: "hauteur"}}}
}

// Not parallel: other tests would move the heap.
func TestMemoryIsBoundedWhateverTheRows(t *testing.T) {
	const memory = 2 << 20
	for name, c := range map[string]changes.Comparison{
		"in order":      {Old: made(150_000, false, false), New: made(150_000, false, true), Key: []string{"id"}},
		"out of order":  {Old: made(150_000, false, false), New: made(150_000, true, true), Key: []string{"id"}},
		"without a key": {Old: made(150_000, false, false), New: made(150_000, true, true)},
	} {
		t.Run(name, func(t *testing.T) {
			var before, most uint64
			c.Memory, c.Folder = memory, t.TempDir()
			heap := func() uint64 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			c.Progress = func(rows int64) {
				if rows%(16<<10) == 0 {
					most = max(most, heap())
				}
			}
			before = heap()
			r := run(t, c)
			most = max(most, heap())
			if changed := r.Changed + r.Added; changed != 150 || r.Same != 149_850 {
				t.Errorf("%+v", r.Summary)
			}
			// Two sides being sorted, their buffers, and what growing leaves unused.
			if most > before+4*memory {
				t.Errorf("the heap grew from %d to %d bytes", before, most)
			}
			t.Logf("heap %d kB, %d kB at most", before>>10, most>>10)
		})
	}
}
