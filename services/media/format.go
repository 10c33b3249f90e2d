package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"github.com/bep/imagemeta"
	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/riff"
	"golang.org/x/image/webp"

	"acvdata/services/fault"
)

// format is a kind of picture that is accepted.
type format struct {
	config   func(io.Reader) (image.Config, error)
	animated func([]byte) bool
	exif     func([]byte) ([]byte, imagemeta.ImageFormat) // where to read the notes, and as what
}

var formats = map[string]format{
	"image/jpeg": {jpeg.DecodeConfig, still, whole(imagemeta.JPEG)},
	"image/png":  {png.DecodeConfig, still, whole(imagemeta.PNG)},
	"image/webp": {webp.DecodeConfig, movingWebP, exifOfWebP},
}

// recognise tells the format by the first bytes, whatever the file is called.
func recognise(content []byte) (format, error) {
	kind := mimetype.Detect(content)
	if f, ok := formats[kind.String()]; ok {
		return f, nil
	}
	key := "media.fault.no_picture"
	switch name := kind.String(); {
	case strings.HasPrefix(name, "image/hei"):
		key = "media.fault.heic"
	case name == "image/vnd.mozilla.apng":
		key = "media.fault.animated"
	case strings.HasPrefix(name, "image/"):
		key = "media.fault.other_format"
	}
	return format{}, fault.New(fault.Invalid, key)
}

// measure reads the header alone and refuses what is too large to decode.
func (f format) measure(content []byte, l Limits) error {
	c, err := f.config(bytes.NewReader(content))
	if err != nil {
		return fault.New(fault.Invalid, "media.fault.broken", fault.Because(err))
	}
	pixels := int64(c.Width) * int64(c.Height)
	switch {
	case f.animated(content):
		return fault.New(fault.Invalid, "media.fault.animated")
	case pixels > l.Pixels:
		return fault.New(fault.TooLarge, "media.fault.too_large",
			fault.With(fault.Args{"Megapixels": pixels / 1_000_000, "Limit": l.Pixels / 1_000_000}))
	case min(c.Width, c.Height) < l.Side:
		return fault.New(fault.Invalid, "media.fault.too_small", fault.With(fault.Args{"Limit": l.Side}))
	}
	return nil
}

func still([]byte) bool { return false }

// movingWebP reads the animation flag of the extended header (WebP container
// specification, "VP8X"): each frame would be decoded.
func movingWebP(content []byte) bool {
	return len(content) > 20 && string(content[12:16]) == "VP8X" && content[20]&0x02 != 0
}

func whole(f imagemeta.ImageFormat) func([]byte) ([]byte, imagemeta.ImageFormat) {
	return func(content []byte) ([]byte, imagemeta.ImageFormat) { return content, f }
}

// exifOfWebP finds the chunk that is a TIFF by itself: the metadata library
// forgets that chunks of an odd length are padded, and so loses every second
// file's notes.
func exifOfWebP(content []byte) ([]byte, imagemeta.ImageFormat) {
	_, chunks, err := riff.NewReader(bytes.NewReader(content))
	for err == nil {
		var (
			id   riff.FourCC
			body io.Reader
		)
		if id, _, body, err = chunks.Next(); err == nil && string(id[:]) == "EXIF" {
			exif, _ := io.ReadAll(body) // from memory; a short one is read as far as it goes
			return bytes.TrimPrefix(exif, []byte("Exif\x00\x00")), imagemeta.TIFF
		}
	}
	return nil, imagemeta.TIFF
}
