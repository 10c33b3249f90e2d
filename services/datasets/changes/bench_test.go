package changes_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"acvdata/services/datasets/changes"
)

// BenchmarkDifference compares two editions of 200,000 rows; the baseline reads both
// to their end, line by line, and does nothing with them.
func BenchmarkDifference(b *testing.B) {
	const n = 200_000
	older, newer := held(b, made(n, false, false)), held(b, made(n, false, true))
	shuffled := held(b, made(n, true, true))
	compare := func(c changes.Comparison) func(*testing.B) {
		return func(b *testing.B) {
			b.Helper()
			for b.Loop() {
				r, err := c.Run(b.Context())
				if err != nil || r.Total() == 0 {
					b.Fatalf("nothing changed: %v", err)
				}
				_ = r.Close()
			}
			b.ReportMetric(float64(2*n*b.N)/b.Elapsed().Seconds(), "rows/s")
		}
	}
	b.Run("in_order", compare(changes.Comparison{Old: older, New: newer, Key: []string{"id"}}))
	b.Run("out_of_order", compare(changes.Comparison{Old: older, New: shuffled, Key: []string{"id"}}))
	b.Run("without_a_key", compare(changes.Comparison{Old: older, New: newer}))
	b.Run("baseline_reading_both", func(b *testing.B) {
		for b.Loop() {
			lines := 0
			for _, e := range []changes.Edition{older, newer} {
				file, err := e.Open()
				if err != nil {
					b.Fatal(err)
				}
				lines += countLines(b, file)
			}
			if lines != 2*n {
				b.Fatalf("%d lines", lines)
			}
		}
		b.ReportMetric(float64(2*n*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func held(b *testing.B, e changes.Edition) changes.Edition {
	b.Helper()
	file, err := e.Open()
	if err != nil {
		b.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		b.Fatal(err)
	}
	e.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	return e
}

func countLines(b *testing.B, r io.Reader) (n int) {
	b.Helper()
	buffer := make([]byte, 64<<10)
	for {
		read, err := r.Read(buffer)
		n += bytes.Count(buffer[:read], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
