package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"acvdata/services/fault"
)

// s3 is a server that speaks S3, with one bucket; it opens to one key only.
type s3 struct {
	*httptest.Server
	backend *s3mem.Backend
}

func newS3(t *testing.T) *s3 {
	t.Helper()
	s := &s3{backend: s3mem.New()}
	if err := s.backend.CreateBucket("acvdata"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "Credential=clef/") {
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `<Error><Code>InvalidAccessKeyId</Code><Message>unknown key</Message></Error>`)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *s3) open(t *testing.T, key, name string) Store {
	t.Helper()
	u, err := url.Parse("s3://" + key + ":secret@" + strings.TrimPrefix(s.URL, "https://") + "/" + name + "?region=eu-west-3")
	if err != nil {
		t.Fatal(err)
	}
	store, err := newBucket(u, s.Client().Transport)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// keys lists what the bucket holds.
func (s *s3) keys(t *testing.T) (keys []string) {
	t.Helper()
	list, err := s.backend.ListBucket("acvdata", nil, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range list.Contents {
		keys = append(keys, object.Key)
	}
	return keys
}

// TestABucketKeepsFilesOfAnySize goes through one part, several and none.
func TestABucketKeepsFilesOfAnySize(t *testing.T) {
	t.Parallel()
	server := newS3(t)
	tenant := uuid.New()
	store := Town(server.open(t, "clef", "acvdata"), tenant)
	for name, size := range map[string]int{"empty": 0, "small": 7, "one part": 16 << 20, "several parts": 37<<20 + 11} {
		content := bytes.Repeat([]byte("7409 arbres;"), size/12+1)[:size]
		key := Key(tenant, "imports", strings.ReplaceAll(name, " ", "-"))
		if n, err := store.Put(t.Context(), key, &slow{r: bytes.NewReader(content)}); err != nil || n != int64(size) {
			t.Fatalf("%s: put %d bytes: %v", name, n, err)
		}
		f, err := store.Open(t.Context(), key)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sum := sha256.New()
		if n, err := io.Copy(sum, f); err != nil || n != int64(size) || f.Size() != int64(size) {
			t.Errorf("%s: read %d bytes of %d: %v", name, n, f.Size(), err)
		}
		if want := sha256.Sum256(content); !bytes.Equal(sum.Sum(nil), want[:]) {
			t.Errorf("%s: other bytes come back", name)
		}
		checkRanges(t, name, f, content)
		_ = f.Close()
	}
	if keys := server.keys(t); len(keys) != 4 || !strings.HasPrefix(keys[0], tenant.String()+"/imports/") {
		t.Errorf("the bucket holds %v", keys)
	}
}

// checkRanges reads parts of a file in no order, as spreadsheets are read.
func checkRanges(t *testing.T, name string, f File, content []byte) {
	t.Helper()
	for _, at := range []int{len(content) - 5, 3, len(content) / 2} {
		if at < 0 || at+5 > len(content) {
			continue
		}
		part := make([]byte, 5)
		if _, err := f.ReadAt(part, int64(at)); err != nil && !errors.Is(err, io.EOF) || !bytes.Equal(part, content[at:at+5]) {
			t.Errorf("%s: at %d: %q %v", name, at, part, err)
		}
		if _, err := f.Seek(int64(at), io.SeekStart); err != nil {
			t.Errorf("%s: seek: %v", name, err)
		}
		if _, err := io.ReadFull(f, part); err != nil || !bytes.Equal(part, content[at:at+5]) {
			t.Errorf("%s: after a seek to %d: %q %v", name, at, part, err)
		}
	}
}

// slow gives its bytes in small pieces, as the network does.
type slow struct{ r io.Reader }

func (s *slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 60_000)]) }

func TestAFileOfABucketIsReplacedAndDeleted(t *testing.T) {
	t.Parallel()
	server := newS3(t)
	store := server.open(t, "clef", "acvdata")
	key := Key(uuid.New(), "f")
	for _, content := range []string{"avant", "après"} {
		if _, err := store.Put(t.Context(), key, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	f, err := store.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if content, _ := io.ReadAll(f); string(content) != "après" {
		t.Errorf("content %q", content)
	}
	for range 2 { // the second time it is not there
		if err := store.Delete(t.Context(), key); err != nil {
			t.Error(err)
		}
	}
	if _, err := store.Open(t.Context(), key); !fault.Is(err, fault.NotFound) {
		t.Errorf("open what was deleted: %v", err)
	}
}

// TestAnUploadCutOffLeavesNothingInTheBucket also covers io.ErrUnexpectedEOF,
// which the client by itself takes for the end of the file.
func TestAnUploadCutOffLeavesNothingInTheBucket(t *testing.T) {
	t.Parallel()
	server := newS3(t)
	store := server.open(t, "clef", "acvdata")
	cut := errors.New("the phone lost its network")
	for name, test := range map[string]struct {
		size int
		why  error
	}{
		"in the first part": {1000, cut}, "in the second part": {20 << 20, cut},
		"an early end": {1000, io.ErrUnexpectedEOF}, "an early end later on": {20 << 20, io.ErrUnexpectedEOF},
	} {
		broken := io.MultiReader(bytes.NewReader(make([]byte, test.size)), failure{test.why})
		if _, err := store.Put(t.Context(), Key(uuid.New(), "f"), broken); !errors.Is(err, test.why) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone, leave := context.WithCancel(t.Context())
	leaving := io.MultiReader(bytes.NewReader(make([]byte, 17<<20)), reading(func() { leave() }), bytes.NewReader(make([]byte, 10)))
	if _, err := store.Put(gone, Key(uuid.New(), "f"), leaving); !errors.Is(err, context.Canceled) {
		t.Errorf("a sender who left: %v", err)
	}
	if keys := server.keys(t); len(keys) != 0 {
		t.Errorf("left in the bucket: %v", keys)
	}
}

type failure struct{ err error }

func (f failure) Read([]byte) (int, error) { return 0, f.err }

type reading func()

func (f reading) Read([]byte) (int, error) { f(); return 0, io.EOF }

func TestABucketOutOfReachSaysSo(t *testing.T) {
	t.Parallel()
	down := newS3(t)
	down.Close()
	up := newS3(t)
	for name, store := range map[string]Store{
		"the endpoint is down": down.open(t, "clef", "acvdata"), "the key is wrong": up.open(t, "autre", "acvdata"), "no such bucket": up.open(t, "clef", "autre"),
	} {
		_, err := store.Put(t.Context(), "a/b", strings.NewReader("x"))
		isAway(t, name+": put", err)
		if name == "no such bucket" {
			continue // a missing file of it cannot be told from a missing bucket
		}
		_, err = store.Open(t.Context(), "a/b")
		isAway(t, name+": open", err)
		isAway(t, name+": delete", store.Delete(t.Context(), "a/b"))
	}
}

func isAway(t *testing.T, what string, err error) {
	t.Helper()
	if f := fault.From(err); err == nil || f.Code != fault.Unavailable || f.Key != "fault.files_away" {
		t.Errorf("%s: %v", what, err)
	}
}

func TestABucketThatGoesAwayWhileAFileIsReadIsNotItsEnd(t *testing.T) {
	t.Parallel()
	server := newS3(t)
	store := server.open(t, "clef", "acvdata")
	key := Key(uuid.New(), "f")
	if _, err := store.Put(t.Context(), key, bytes.NewReader(make([]byte, 8<<20))); err != nil {
		t.Fatal(err)
	}
	f, err := store.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	server.CloseClientConnections()
	server.Close()
	_, err = io.Copy(io.Discard, f)
	isAway(t, "read", err)
}
