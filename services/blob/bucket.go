package blob

import (
	"context"
	"fmt"
	"io"
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

func newBucket(u *url.URL) (Store, error) {
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: u.Query().Get("insecure") == "",
		Region: u.Query().Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("object store: %w", err)
	}
	return &bucket{client: client, name: strings.Trim(u.Path, "/")}, nil
}

func (b *bucket) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	// Size unknown: parts of 16 MB keep memory flat; nothing is visible until
	// the upload is completed.
	info, err := b.client.PutObject(ctx, b.name, key, r, -1, minio.PutObjectOptions{PartSize: 16 << 20})
	if err != nil {
		return 0, unavailable(err)
	}
	return info.Size, nil
}

func (b *bucket) Open(ctx context.Context, key string) (File, error) {
	object, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, unavailable(err)
	}
	info, err := object.Stat()
	if err != nil {
		_ = object.Close()
		if minio.ToErrorResponse(err).Code == "NoSuchKey" {
			return nil, fault.New(fault.NotFound, "fault.not_found", fault.Because(err))
		}
		return nil, unavailable(err)
	}
	return &bucketFile{object, info.Size}, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	return unavailable(b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{}))
}

type bucketFile struct {
	*minio.Object
	size int64
}

func (f *bucketFile) Size() int64 { return f.size }

var _ io.ReaderAt = (*bucketFile)(nil)

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "fault.files_away", fault.Because(err))
}
