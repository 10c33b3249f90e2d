package branding

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"acvdata/services/blob"
	"acvdata/services/media"
	"acvdata/tenants"
)

// Type is the media type of every stored logo.
const Type = "image/jpeg"

// LogoBytes is the heaviest file taken as a logo.
const LogoBytes = 4 << 20

// limits are tighter than a photograph's: 16 million pixels are a poster already.
// The shorter side must fill its place in the header.
var limits = media.Limits{Bytes: LogoBytes, Pixels: 16_000_000, Side: 48}

// Logos keeps the logos of towns. It is safe for concurrent use.
type Logos struct{ blobs blob.Store }

// NewLogos makes the store.
func NewLogos(b blob.Store) *Logos { return &Logos{b} }

// Keep stores the picture that r gives, on white and at most 480 pixels wide or
// high, and returns the name of its content for the town's choices. What is no
// picture, too heavy or too large is refused (services/media says how).
func (l *Logos) Keep(ctx context.Context, town tenants.ID, r io.Reader) (name string, err error) {
	picture, err := media.Prepare(r, limits)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(picture.Thumbnail.JPEG)
	name = hex.EncodeToString(sum[:])
	_, err = l.of(town).Put(ctx, key(town, name), bytes.NewReader(picture.Thumbnail.JPEG))
	return name, err
}

// Read gives the picture of that name; a not_found fault when there is none.
func (l *Logos) Read(ctx context.Context, town tenants.ID, name string) ([]byte, error) {
	f, err := l.of(town).Open(ctx, key(town, name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, LogoBytes))
}

// Drop removes the picture of that name.
func (l *Logos) Drop(ctx context.Context, town tenants.ID, name string) error {
	return l.of(town).Delete(ctx, key(town, name))
}

func (l *Logos) of(town tenants.ID) blob.Store { return blob.Town(l.blobs, town) }

func key(town tenants.ID, name string) string { return blob.Key(town, "branding", name+".jpg") }
