package blob

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"acvdata/services/fault"
)

// bucket keeps files in an S3 bucket, which must exist.
type bucket struct {
	client *minio.Client
	name   string
}

// transport is nil but for tests.
func newBucket(u *url.URL, transport http.RoundTripper) (Store, error) {
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: u.Query().Get("insecure") == "",
		Region: u.Query().Get("region"),
		// A page waits for the answer: what is down for longer is said to be.
		MaxRetries: 4,
		Transport:  transport,
	})
	if err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	return &bucket{client: client, name: strings.Trim(u.Path, "/")}, nil
}

func (b *bucket) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	// Size unknown: parts of 16 MB keep memory flat; nothing is visible until
	// the upload is completed.
	from := &source{r: contextReader{ctx, r}}
	body, size := bufio.NewReader(from), int64(-1)
	if _, err := body.Peek(1); errors.Is(err, io.EOF) {
		size = 0 // an upload in parts has none that is empty
	}
	info, err := b.client.PutObject(ctx, b.name, key, body, size, minio.PutObjectOptions{PartSize: 16 << 20})
	switch {
	case from.err != nil: // of who sends, not of the store
		return 0, from.err
	case err != nil:
		return 0, away(ctx, err)
	}
	return info.Size, nil
}

// source keeps why reading stopped before the end. It hides the reason from the
// client, which takes io.ErrUnexpectedEOF, a transfer cut short, for a file's
// end and would store the half that came.
type source struct {
	r   io.Reader
	err error
}

var errStopped = errors.New("the source stopped")

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
		return n, errStopped
	}
	return n, err
}

func (b *bucket) Open(ctx context.Context, key string) (File, error) {
	object, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, away(ctx, err)
	}
	info, err := object.Stat()
	if err != nil {
		_ = object.Close()
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			return nil, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		return nil, away(ctx, err)
	}
	return &bucketFile{object, ctx, info.Size}, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	return away(ctx, b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{}))
}

// bucketFile is fetched as it is read.
type bucketFile struct {
	object *minio.Object
	ctx    context.Context //nolint:containedctx // the client fetches under it
	size   int64
}

func (f *bucketFile) Size() int64 { return f.size }

func (f *bucketFile) Close() error { return f.object.Close() }

func (f *bucketFile) Read(p []byte) (int, error) {
	n, err := f.object.Read(p)
	return n, away(f.ctx, err)
}

func (f *bucketFile) ReadAt(p []byte, offset int64) (int, error) {
	n, err := f.object.ReadAt(p, offset)
	return n, away(f.ctx, err)
}

func (f *bucketFile) Seek(offset int64, whence int) (int64, error) {
	at, err := f.object.Seek(offset, whence)
	return at, away(f.ctx, err)
}

// away says that the store is out of reach, for whatever it answers but a file's
// end; whoever gave up waiting is told so.
func away(ctx context.Context, err error) error {
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return fault.New(fault.Unavailable, "fault.files_away", fault.Because(err))
}
