package imports_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"acvdata/services/blob"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
)

// BenchmarkImportMemory loads a file of 10 MB and one of 1 GB, from upload to
// visible. Neither is kept anywhere: each part is made when it is read. Bars: 256 MB
// above idle, and the same for both.
func BenchmarkImportMemory(b *testing.B) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	for b.Loop() {
		small, large := importMade(b, 10<<20), importMade(b, 1<<30)
		b.ReportMetric(small, "MB-of-10MB")
		b.ReportMetric(large, "MB-of-1GB")
		b.ReportMetric(large/small, "ratio")
		b.ReportMetric(0, "ns/op")
	}
}

// importMade gives the most that the process held above idle, in MB.
func importMade(b *testing.B, size int64) float64 {
	b.Helper()
	made := newMadeFile(size)
	r := newRig(b, func(p *imports.Parts) {
		p.Blobs = madeStore{p.Blobs, made}
		p.Limits = imports.Limits{Bytes: 2 << 30, Rows: 10_000_000}
	})
	r.Work()
	idle := heap()
	peak, stop := watchHeap()
	i, err := r.service.Submit(r.ctx(), r.caller(), imports.Submission{
		Name: "bancs.csv", Content: io.NewSectionReader(made, 0, made.size()), Target: importtest.Code, Commit: true,
	})
	if err != nil {
		b.Fatal(err)
	}
	if i, err = r.service.Wait(r.ctx(), r.caller(), i.ID, nil); err != nil || i.State != imports.Committed || i.Counts.Created != int64(made.rows) {
		b.Fatalf("%v %+v", err, i)
	}
	stop()
	return float64(peak.Load()-idle) / (1 << 20)
}

// madeFile is a CSV of rows of one width, made wherever it is read.
type madeFile struct {
	head string
	pad  string
	rows int
	line int // bytes
}

const madeLine = "B-%07d;bois;%d;45,5;%02d/03/2019;oui;4,%05d;44,%05d;%s\n"

func newMadeFile(size int64) *madeFile {
	m := &madeFile{
		head: "identifiant;matériau;places;hauteur;date de pose;éclairé;longitude;latitude;remarques du service\n",
		pad:  strings.Repeat("vu par le service des espaces verts, rien à signaler. ", 36),
	}
	m.line = len(m.row(0))
	m.rows = int((size - int64(len(m.head))) / int64(m.line))
	return m
}

func (m *madeFile) row(i int) string {
	return fmt.Sprintf(madeLine, i, i%6, i%28+1, 10_000+i*7%50_000, 10_000+i*13%50_000, m.pad)
}

func (m *madeFile) size() int64 { return int64(len(m.head)) + int64(m.rows)*int64(m.line) }

// ReadAt implements io.ReaderAt.
func (m *madeFile) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) && at < m.size() {
		rest := ""
		if at < int64(len(m.head)) {
			rest = m.head[at:]
		} else {
			behind := at - int64(len(m.head))
			rest = m.row(int(behind / int64(m.line)))[behind%int64(m.line):]
		}
		copied := copy(p[n:], rest)
		n, at = n+copied, at+int64(copied)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// madeStore keeps every file but the imported one.
type madeStore struct {
	blob.Store
	made *madeFile
}

func isMade(key string) bool { return strings.HasSuffix(key, "/fichier") }

func (s madeStore) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	if isMade(key) {
		return io.Copy(io.Discard, r)
	}
	return s.Store.Put(ctx, key, r)
}

func (s madeStore) Open(ctx context.Context, key string) (blob.File, error) {
	if isMade(key) {
		return madeOpen{io.NewSectionReader(s.made, 0, s.made.size())}, nil
	}
	return s.Store.Open(ctx, key)
}

// madeOpen is the made file, open.
type madeOpen struct{ *io.SectionReader }

func (madeOpen) Close() error { return nil }
