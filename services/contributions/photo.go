package contributions

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/fault"
	"acvdata/services/media"
	"acvdata/tenants"
)

// The two sizes of a photograph in the store.
const (
	full  = "full.jpg"
	small = "small.jpg"
)

// addPhoto makes a photograph safe, which takes position and date out of it, and
// stores it.
func (s *Service) addPhoto(ctx context.Context, tenant tenants.ID, c *Contribution, r io.Reader) error {
	picture, err := media.Prepare(r, media.Limits{})
	if err != nil {
		if f, ok := errors.AsType[*fault.Fault](err); ok && f.Code != fault.Internal {
			fault.On("file", f.Key, f.Args)(f)
		}
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	c.PhotoWidth, c.PhotoHeight = picture.Full.Width, picture.Full.Height
	for size, content := range map[string][]byte{full: picture.Full.JPEG, small: picture.Thumbnail.JPEG} {
		if _, err := s.files(tenant).Put(ctx, photoKey(tenant, id, size), bytes.NewReader(content)); err != nil {
			s.dropPhoto(ctx, tenant, id)
			return err
		}
	}
	c.Photo = id
	return nil
}

// OpenPhoto opens the photograph of a contribution its caller may see.
func (s *Service) OpenPhoto(ctx context.Context, tenant tenants.ID, c *Contribution, reduced bool) (blob.File, error) {
	if c.Photo == uuid.Nil {
		return nil, fault.New(fault.NotFound, "contributions.fault.no_photo")
	}
	size := full
	if reduced {
		size = small
	}
	return s.files(tenant).Open(ctx, photoKey(tenant, c.Photo, size))
}

// dropPhoto deletes the files of a photograph. What cannot be deleted now is told
// in the log: nothing leads to it.
func (s *Service) dropPhoto(ctx context.Context, tenant tenants.ID, id uuid.UUID) {
	if id == uuid.Nil {
		return
	}
	for _, size := range []string{full, small} {
		if err := s.files(tenant).Delete(context.WithoutCancel(ctx), photoKey(tenant, id, size)); err != nil {
			slog.WarnContext(ctx, "photograph left in the store", "tenant", tenant, "photo", id, "error", err.Error())
		}
	}
}

func photoKey(tenant tenants.ID, id uuid.UUID, size string) string {
	return blob.Key(tenant, "contributions", "photos", id.String(), size)
}

func (s *Service) files(tenant tenants.ID) blob.Store { return blob.Town(s.Blobs, tenant) }
