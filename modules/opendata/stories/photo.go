package stories

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/fault"
	"acvdata/services/media"
	"acvdata/tenants"
)

// Sizes of a photograph in the store: the longest side of a full one is
// media.FullSide pixels, of a small one media.ThumbnailSide.
const (
	full  = "full.jpg"
	small = "small.jpg"
)

// Sent is a photograph on its way into a story.
type Sent struct {
	Revision int // of the story its sender saw
	Rank     int // of the block it goes into
	Alt      string
	Credit   string
	Caption  string
}

// AddPhoto makes a picture safe (services/media) and shows it in a block of the
// type photo, in place of the one before. Files are written before the story: a
// file no story names is found by nobody. Invalid faults name the fields alt and
// credit; a conflict fault when somebody changed the story since.
func (s *Service) AddPhoto(ctx context.Context, town *tenants.Tenant, slug string, p Sent, r io.Reader) (err error) {
	b := Block{Type: Photo, Text: p.Caption, Alt: strings.TrimSpace(p.Alt), Credit: strings.TrimSpace(p.Credit)}
	f := fault.New(fault.Invalid, "opendata.fault.story")
	if b.checkPhoto(f, ""); len(f.Fields) > 0 {
		return f
	}
	t, err := s.Find(ctx, town, slug)
	if err != nil {
		return err
	}
	if t.Revision != p.Revision || !t.holds(p.Rank) {
		return fault.New(fault.Conflict, "opendata.fault.changed_since")
	}
	picture, err := media.Prepare(r, media.Limits{})
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	b.Ref, b.Width, b.Height = id.String(), picture.Full.Width, picture.Full.Height
	defer func() {
		if err != nil {
			s.drop(ctx, town.ID, b.Ref)
		}
	}()
	for size, content := range map[string][]byte{full: picture.Full.JPEG, small: picture.Thumbnail.JPEG} {
		if _, err = s.files(town.ID).Put(ctx, photoKey(town.ID, b.Ref, size), bytes.NewReader(content)); err != nil {
			return err
		}
	}
	t.Blocks[p.Rank] = b
	return s.save(ctx, town, slug, *t, []Block{b})
}

// OpenPhoto opens a photograph of a story: of a published one for everybody, of
// any for the town's staff; a not_found fault otherwise.
func (s *Service) OpenPhoto(ctx context.Context, town *tenants.Tenant, slug, id string, reduced, staff bool) (blob.File, error) {
	t, err := s.Find(ctx, town, slug)
	if err != nil {
		return nil, err
	}
	shown := slices.ContainsFunc(t.photos(), func(b Block) bool { return b.Ref == id })
	if !shown || !t.Published && !staff {
		return nil, fault.New(fault.NotFound, "opendata.fault.no_photo")
	}
	size := full
	if reduced {
		size = small
	}
	return s.files(town.ID).Open(ctx, photoKey(town.ID, id, size))
}

// holds reports whether the block of that rank takes a photograph.
func (s *Story) holds(rank int) bool {
	return rank >= 0 && rank < len(s.Blocks) && s.Blocks[rank].Type == Photo
}

// photos are the blocks that show one.
func (s *Story) photos() (list []Block) {
	for _, b := range s.Blocks {
		if b.Type == Photo && b.Ref != "" {
			list = append(list, b)
		}
	}
	return list
}

// adopt gives the story's photographs the sizes of the known ones; a form that
// names another photograph is refused.
func (s *Story) adopt(known []Block) error {
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Type != Photo {
			b.Alt, b.Credit, b.Width, b.Height = "", "", 0, 0
			continue
		}
		if b.Ref == "" {
			continue
		}
		n := slices.IndexFunc(known, func(k Block) bool { return k.Ref == b.Ref })
		if n < 0 {
			return fault.New(fault.Invalid, "opendata.fault.story", fault.On("b"+strconv.Itoa(i)+".ref", "opendata.fault.no_photo", nil))
		}
		b.Width, b.Height = known[n].Width, known[n].Height
	}
	return nil
}

func photoKey(town tenants.ID, id, size string) string {
	return blob.Key(town, "opendata", "stories", id, size)
}

func (s *Service) files(town tenants.ID) blob.Store { return blob.Town(s.blobs, town) }

// dropLost deletes the files of the photographs that are no longer kept.
func (s *Service) dropLost(ctx context.Context, town tenants.ID, before, kept []Block) {
	for _, b := range before {
		if !slices.ContainsFunc(kept, func(k Block) bool { return k.Ref == b.Ref }) {
			s.drop(ctx, town, b.Ref)
		}
	}
}

// drop deletes the files of a photograph. What cannot be deleted is only room
// lost: nothing leads to it.
func (s *Service) drop(ctx context.Context, town tenants.ID, id string) {
	for _, size := range []string{full, small} {
		if err := s.files(town).Delete(context.WithoutCancel(ctx), photoKey(town, id, size)); err != nil {
			slog.WarnContext(ctx, "photograph left in the store", "tenant", town, "photo", id, "error", err.Error())
		}
	}
}
