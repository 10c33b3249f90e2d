package atlas

import (
	"bytes"
	"context"
	"log/slog"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/media"
	"acvdata/tenants"
)

// Photo is a photograph of a record.
type Photo struct {
	ID            uuid.UUID
	Width, Height int    // pixels
	Alt           string // what it shows, for who does not see it
	Credit        string // its author
	Public        bool   // its author agrees that everybody sees it
}

// Fields of the form of a photograph.
const (
	fieldPhoto  = "photo"
	fieldAlt    = "description"
	fieldCredit = "auteur"
	fieldPublic = "diffusion"
)

// photosShown is how many photographs a species' page shows.
const photosShown = 6

// check lists what is missing.
func (p Photo) check() error {
	var options []fault.Option
	for field, text := range map[string]string{fieldAlt: p.Alt, fieldCredit: p.Credit} {
		if text == "" || utf8.RuneCountInString(text) > maxName {
			options = append(options, fault.On(field, "atlas.fault.field_text", nil))
		}
	}
	if len(options) > 0 {
		return fault.New(fault.Invalid, "atlas.fault.photo", options...)
	}
	return nil
}

func photoKey(town tenants.ID, id uuid.UUID, size string) string {
	return blob.Key(town, "atlas", "photos", id.String(), size+".jpg")
}

// sizes of a photograph in the store.
const (
	sizeFull  = "full"
	sizeSmall = "small"
)

// AddPhoto keeps a photograph of a record within reach. Files come first: a
// photograph is there once both are.
func (s *Service) AddPhoto(ctx context.Context, town tenants.ID, reach authz.Reach, number int64, p Photo, picture media.Picture) (err error) {
	if err := p.check(); err != nil {
		return err
	}
	if p.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	p.Width, p.Height = picture.Full.Width, picture.Full.Height
	store := blob.Town(s.blobs, town)
	defer func() {
		if err != nil {
			s.dropPhoto(ctx, town, p.ID)
		}
	}()
	for size, content := range map[string][]byte{sizeFull: picture.Full.JPEG, sizeSmall: picture.Thumbnail.JPEG} {
		if _, err = store.Put(ctx, photoKey(town, p.ID, size), bytes.NewReader(content)); err != nil {
			return err
		}
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		// Nobody takes the record away meanwhile, and the photograph with it.
		if err := lockRegister(ctx, tx); err != nil {
			return err
		}
		if _, err := readRecord(ctx, tx, reach, number, ""); err != nil {
			return err
		}
		if err := insertPhoto(ctx, tx, number, p); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "atlas.photo_add", subject(number), map[string]any{"number": number, "photo": p.ID})
	})
}

// RemovePhoto deletes a photograph of a record within reach.
func (s *Service) RemovePhoto(ctx context.Context, town tenants.ID, reach authz.Reach, number int64, id uuid.UUID) error {
	err := s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if _, err := readRecord(ctx, tx, reach, number, ""); err != nil {
			return err
		}
		if err := deletePhoto(ctx, tx, number, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "atlas.photo_remove", subject(number), map[string]any{"number": number, "photo": id})
	})
	if err == nil {
		s.dropPhoto(ctx, town, id)
	}
	return err
}

// dropPhoto forgets the files of a photograph. What cannot be deleted is only
// room lost: nothing leads to it.
func (s *Service) dropPhoto(ctx context.Context, town tenants.ID, id uuid.UUID) {
	for _, size := range []string{sizeFull, sizeSmall} {
		if err := blob.Town(s.blobs, town).Delete(context.WithoutCancel(ctx), photoKey(town, id, size)); err != nil {
			slog.WarnContext(ctx, "photograph left in the store", "tenant", town, "photo", id, "error", err.Error())
		}
	}
}

// Photos lists the photographs of a record within reach, for the town's staff.
func (s *Service) Photos(ctx context.Context, town tenants.ID, reach authz.Reach, number int64) (list []Photo, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if _, err := readRecord(ctx, tx, reach, number, ""); err != nil {
			return err
		}
		list, err = listPhotos(ctx, tx, number)
		return err
	})
	return list, err
}

// ShownPhotos lists photographs of a taxon that everybody may see, newest first.
func (s *Service) ShownPhotos(ctx context.Context, town tenants.ID, taxon int) (list []Photo, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		list, err = listShownPhotos(ctx, tx, taxon)
		return err
	})
	return list, err
}

// OpenShownPhoto opens a file of a photograph that everybody may see.
func (s *Service) OpenShownPhoto(ctx context.Context, town tenants.ID, id uuid.UUID, small bool) (blob.File, error) {
	return s.openPhoto(ctx, town, id, small, func(ctx context.Context, tx *db.Tx) (bool, error) { return showsPhoto(ctx, tx, id) })
}

// OpenPhoto opens a file of a photograph within reach, for the town's staff.
func (s *Service) OpenPhoto(ctx context.Context, town tenants.ID, reach authz.Reach, id uuid.UUID, small bool) (blob.File, error) {
	return s.openPhoto(ctx, town, id, small, func(ctx context.Context, tx *db.Tx) (bool, error) { return hasPhoto(ctx, tx, reach, id) })
}

func (s *Service) openPhoto(ctx context.Context, town tenants.ID, id uuid.UUID, small bool, asked func(context.Context, *db.Tx) (bool, error)) (blob.File, error) {
	var may bool
	err := s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		may, err = asked(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !may {
		return nil, fault.New(fault.NotFound, "fault.not_found")
	}
	size := sizeFull
	if small {
		size = sizeSmall
	}
	return blob.Town(s.blobs, town).Open(ctx, photoKey(town, id, size))
}
