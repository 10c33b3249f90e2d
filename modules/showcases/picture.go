package showcases

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/media"
)

// AddPicture prepares a picture and keeps it for a piece. Files are written
// before the row: a picture without a row is found by nobody, a row without a
// file would be a hole in a page.
func (s *Service) AddPicture(ctx context.Context, piece uuid.UUID, r io.Reader) (Picture, error) {
	if _, err := s.Get(ctx, piece); err != nil {
		return Picture{}, err
	}
	prepared, err := media.Prepare(r, media.Limits{})
	if err != nil {
		return Picture{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Picture{}, err
	}
	for size, rendition := range map[string]media.Rendition{fullSize: prepared.Full, smallSize: prepared.Thumbnail} {
		if _, err := s.blobs.Put(ctx, pictureKey(id, size), bytes.NewReader(rendition.JPEG)); err != nil {
			return Picture{}, err
		}
	}
	p := Picture{ID: id, Width: prepared.Full.Width, Height: prepared.Full.Height}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		return addPicture(ctx, tx, storedPicture{ID: id, Piece: piece, Width: p.Width, Height: p.Height}, s.me(ctx).ID, s.now())
	})
	return p, err
}

// dropPicture forgets a picture that no page took; what it cannot delete is found
// by nobody.
func (s *Service) dropPicture(ctx context.Context, id uuid.UUID) error {
	err := s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error { return deletePicture(ctx, tx, id) })
	if err != nil {
		return err
	}
	return errors.Join(s.blobs.Delete(ctx, pictureKey(id, fullSize)), s.blobs.Delete(ctx, pictureKey(id, smallSize)))
}

// The sizes of a picture, last segment of its address.
const (
	fullSize  = "grande.jpg"
	smallSize = "petite.jpg"
)

// pictureKey is where a picture's file lies: in the platform's part of the
// store, beside those of the towns.
func pictureKey(id uuid.UUID, size string) string {
	return "platform/showcases/" + id.String() + "/" + size
}

// Picture opens a picture for whoever may see it: everybody when a public piece
// shows it, otherwise those who write and the staff of the piece's towns.
func (s *Service) Picture(ctx context.Context, id uuid.UUID, size string) (f blob.File, public bool, err error) {
	if size != fullSize && size != smallSize {
		return nil, false, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	var p *Piece
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		stored, err := picture(ctx, tx, id)
		if err != nil {
			return err
		}
		p, err = one(ctx, tx, `id = $1`, stored.Piece)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	public = p.Open() && slices.Contains(p.Public.pictures(), id)
	if !public && !s.previews(ctx, p) {
		return nil, false, fault.New(fault.NotFound, "showcases.fault.not_found")
	}
	f, err = s.blobs.Open(ctx, pictureKey(id, size))
	return f, public, err
}

// previews reports whether whoever asks may see a piece before everybody.
func (s *Service) previews(ctx context.Context, p *Piece) bool {
	actor := authz.From(ctx)
	if actor.Is(authz.Editor, authz.Publisher) {
		return true
	}
	for _, slug := range p.Content.Towns {
		town, err := s.towns.BySlug(ctx, slug)
		if err != nil {
			continue
		}
		if _, member := actor.Towns[town.ID]; member && forTown(p, slug) {
			return true
		}
	}
	return false
}
