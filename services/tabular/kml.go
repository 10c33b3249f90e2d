package tabular

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/tabular/kml"
)

// placemarks writes the places of a KML or KMZ file and puts them in its place.
func (f *File) placemarks(ctx context.Context) error {
	text, closing, err := f.kmlText()
	if err != nil {
		return f.kmlFault(err)
	}
	f.crs = degrees // KML knows no other system
	err = f.instead(func(w io.Writer) error {
		return kml.Features(watched{ctx, text}, &limitedWriter{w: w, left: f.limits.Inflated})
	})
	return f.kmlFault(errors.Join(err, closing()))
}

// kmlText opens the text, which a KMZ file packs.
func (f *File) kmlText() (io.Reader, func() error, error) {
	nothing := func() error { return nil }
	whole := io.NewSectionReader(f.source, 0, f.size)
	archive, err := zip.NewReader(f.source, f.size)
	if err != nil {
		return whole, nothing, nil //nolint:nilerr // no archive: plain text
	}
	for _, entry := range archive.File { // the first one is the one that counts
		if !strings.EqualFold(path.Ext(entry.Name), ".kml") {
			continue
		}
		out, ratio := entry.UncompressedSize64, uint64(f.limits.Ratio)
		if out > uint64(f.limits.Inflated) || out > ratioFrom && out/ratio > uint64(f.size) {
			return nil, nothing, errTooMuch
		}
		r, err := entry.Open()
		if err != nil {
			return nil, nothing, fmt.Errorf("%w: %w", kml.ErrBroken, err)
		}
		return r, r.Close, nil
	}
	return nil, nothing, kml.ErrBroken
}

var errTooMuch = errors.New("tabular: more comes out than the limit")

// limitedWriter stops at a number of bytes.
type limitedWriter struct {
	w    io.Writer
	left int64
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errTooMuch
	}
	return l.w.Write(p)
}

func (f *File) kmlFault(err error) error {
	switch {
	case errors.Is(err, kml.ErrEntity):
		return refuse("kml_entity", f.name, fault.Because(err))
	case errors.Is(err, kml.ErrLink):
		return refuse("kml_link", f.name, fault.Because(err))
	case errors.Is(err, kml.ErrBroken):
		return refuse("broken_kml", f.name, fault.Because(err))
	case errors.Is(err, errTooMuch):
		return overLimit("bomb", fault.Args{"Name": f.name, "LimitMB": f.limits.Inflated >> 20})
	}
	return err
}
