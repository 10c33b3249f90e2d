package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io"
	"time"

	"github.com/kovidgoyal/imaging"

	"acvdata/services/fault"
)

// Longest sides of what goes out, in pixels, and the quality of its JPEG.
const (
	FullSide      = 1600
	ThumbnailSide = 480
	quality       = 82
)

// Limits bound what is read. Zero values take those of [DefaultLimits].
type Limits struct {
	Bytes  int64 // most bytes of the file
	Pixels int64 // most pixels, width × height; decoding takes up to 4 bytes a pixel
	Side   int   // fewest pixels of the shorter side
}

// DefaultLimits let the photographs of today's telephones through, 50 million
// pixels included.
var DefaultLimits = Limits{Bytes: 25 << 20, Pixels: 64_000_000, Side: 16}

// Picture is a prepared picture.
type Picture struct {
	Full      Rendition // at most [FullSide] pixels on its longest side, never enlarged
	Thumbnail Rendition // at most [ThumbnailSide] pixels
	Position  *Position // where it was taken, nil when the file did not say
	Taken     time.Time // when it was taken, zero when the file did not say
}

// Rendition is a JPEG in sRGB without metadata.
type Rendition struct {
	JPEG          []byte
	Width, Height int // pixels
}

// Position is where a photograph was taken, WGS 84 degrees.
type Position struct{ Lon, Lat float64 }

// Prepare reads a picture and makes what is kept of it. It reads r no further
// than the limit. Every error about the picture is an invalid or too_large fault
// that says what to do; an error of r itself comes back wrapped as it is.
func Prepare(r io.Reader, l Limits) (Picture, error) {
	l = l.withDefaults()
	content, err := readAll(r, l.Bytes)
	if err != nil {
		return Picture{}, err
	}
	f, err := recognise(content)
	if err != nil {
		return Picture{}, err
	}
	if err := f.measure(content, l); err != nil {
		return Picture{}, err
	}
	notes := f.notes(content)
	img, err := decode(content)
	if err != nil {
		return Picture{}, fault.New(fault.Invalid, "media.fault.broken", fault.Because(err))
	}
	p := Picture{Position: notes.position, Taken: notes.taken}
	if p.Full, err = render(img, notes.orientation, FullSide); err != nil {
		return Picture{}, err
	}
	p.Thumbnail, err = render(img, notes.orientation, ThumbnailSide)
	return p, err
}

func (l Limits) withDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = DefaultLimits.Bytes
	}
	if l.Pixels == 0 {
		l.Pixels = DefaultLimits.Pixels
	}
	if l.Side == 0 {
		l.Side = DefaultLimits.Side
	}
	return l
}

// readAll takes a file into memory: formats need to be read from several ends.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fault.Wrap(err, "read picture", len(content))
	case int64(len(content)) > limit:
		return nil, fault.New(fault.TooLarge, "media.fault.too_heavy", fault.With(fault.Args{"LimitMB": max(limit>>20, 1)}))
	case len(content) == 0:
		return nil, fault.New(fault.Invalid, "media.fault.empty")
	}
	return content, nil
}

// decode gives the picture in sRGB. A profile that cannot be followed costs
// the exact colours, not the picture. Orientation is applied later, on the
// small rendition: the library refuses pictures whose EXIF is damaged.
func decode(content []byte) (image.Image, error) {
	inGo := []imaging.DecodeOption{imaging.Backends(imaging.GO_IMAGE), imaging.AutoOrientation(false)}
	img, err := imaging.Decode(bytes.NewReader(content), inGo...)
	if err != nil {
		img, err = imaging.Decode(bytes.NewReader(content), append(inGo, imaging.ColorSpace(imaging.NO_CHANGE_OF_COLORSPACE))...)
	}
	if err == nil && (img == nil || img.Bounds().Empty()) {
		err = errors.New("no pixel")
	}
	return img, err
}

// render makes one JPEG: smaller, upright, on white where the picture is
// transparent.
func render(img image.Image, o orientation, side int) (Rendition, error) {
	w, h := within(img.Bounds().Dx(), img.Bounds().Dy(), side)
	if w != img.Bounds().Dx() || h != img.Bounds().Dy() {
		img = imaging.Resize(img, w, h, imaging.Lanczos)
	}
	img = o.upright(img)
	if !imaging.IsOpaque(img) {
		img = imaging.PasteOntoBackground(img, color.White)
	}
	var out bytes.Buffer
	if err := imaging.Encode(&out, img, imaging.JPEG, imaging.JPEGQuality(quality)); err != nil {
		return Rendition{}, fault.Wrap(err, "encode picture", side)
	}
	return Rendition{JPEG: out.Bytes(), Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}, nil
}

// within keeps the proportions; a side is never less than one pixel.
func within(w, h, side int) (width, height int) {
	longest := max(w, h)
	if longest <= side {
		return w, h
	}
	return max(w*side/longest, 1), max(h*side/longest, 1)
}
