package gdal

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Archive is a zip file with shapefiles in it. It is immutable.
type Archive struct {
	size   int64
	layers []layer
}

// layer is one shapefile: its parts, by extension.
type layer struct {
	name  string
	parts map[string]*zip.File
}

// Extracted is a shapefile on disk, ready to be read.
type Extracted struct {
	Path     string
	Located  bool   // it says its coordinate system (.prj)
	Encoding string // of its texts, "" when it says so itself (.cpg)
}

const (
	mostEntries = 10_000
	mostRatio   = 200
	ratioFrom   = 16 << 20
)

// parts of a shapefile that are read, the indispensable ones first.
var parts = []string{".shp", ".shx", ".dbf", ".prj", ".cpg"}

// OpenArchive lists the shapefiles of an archive: ErrNoShapefile when it has
// none, ErrUnreadable when it is damaged, ErrTooLarge when it is a bomb.
func OpenArchive(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if len(z.File) > mostEntries {
		return nil, ErrTooLarge
	}
	a := &Archive{size: size}
	at := map[string]int{}
	for _, f := range z.File {
		name := nameOf(f)
		extension := strings.ToLower(path.Ext(name))
		base := strings.TrimSuffix(name, path.Ext(name))
		if !wanted(extension) || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		key := strings.ToLower(base)
		i, known := at[key]
		if !known {
			i = len(a.layers)
			at[key] = i
			a.layers = append(a.layers, layer{name: base, parts: map[string]*zip.File{}})
		}
		a.layers[i].parts[extension] = f
	}
	a.keepShapes()
	if len(a.layers) == 0 {
		return nil, ErrNoShapefile
	}
	return a, nil
}

func wanted(extension string) bool {
	return slices.Contains(parts, extension)
}

// keepShapes keeps the layers with geometries, named without their folder when
// that is enough to tell them apart.
func (a *Archive) keepShapes() {
	var kept []layer
	names := map[string]int{}
	for _, l := range a.layers {
		if l.parts[".shp"] != nil {
			kept = append(kept, l)
			names[path.Base(l.name)]++
		}
	}
	for i := range kept {
		if base := path.Base(kept[i].name); names[base] == 1 {
			kept[i].name = base
		}
	}
	a.layers = kept
}

// nameOf reads an entry's name: what is not UTF-8 comes from Windows.
func nameOf(f *zip.File) string {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	if utf8.ValidString(name) {
		return name
	}
	decoded, err := charmap.CodePage850.NewDecoder().String(name)
	if err != nil {
		return strings.ToValidUTF8(name, "_")
	}
	return decoded
}

// Names lists the shapefiles, in the archive's order.
func (a *Archive) Names() []string {
	names := make([]string, len(a.layers))
	for i, l := range a.layers {
		names[i] = l.name
	}
	return names
}

// Extract unpacks one shapefile into a folder under names of our own. Errors:
// an IncompleteError, ErrTooLarge past the limit, ErrUnreadable.
func (a *Archive) Extract(ctx context.Context, name, folder string, limit int64) (Extracted, error) {
	for _, l := range a.layers {
		if l.name == name {
			return a.extract(ctx, l, folder, limit)
		}
	}
	return Extracted{}, ErrNoShapefile
}

func (a *Archive) extract(ctx context.Context, l layer, folder string, limit int64) (Extracted, error) {
	for _, needed := range []string{".dbf", ".shx"} {
		if l.parts[needed] == nil {
			return Extracted{}, &IncompleteError{Layer: l.name, Extension: needed}
		}
	}
	e := Extracted{Path: filepath.Join(folder, "couche.shp"), Located: l.parts[".prj"] != nil}
	var total uint64
	for _, extension := range parts {
		f := l.parts[extension]
		if f == nil {
			continue
		}
		if f.UncompressedSize64 > uint64(limit) {
			return e, ErrTooLarge
		}
		if total += f.UncompressedSize64; total > uint64(limit) || total > ratioFrom && total/mostRatio > uint64(a.size) {
			return e, ErrTooLarge
		}
		if err := unpack(ctx, f, filepath.Join(folder, "couche"+extension)); err != nil {
			return e, err
		}
	}
	if err := isShape(e.Path); err != nil || l.parts[".cpg"] != nil {
		return e, err
	}
	var err error
	e.Encoding, err = encodingOf(filepath.Join(folder, "couche.dbf"))
	return e, err
}

// shapeMark is how every .shp starts: 9994, big-endian (ESRI, July 1998, p. 4).
var shapeMark = []byte{0, 0, 0x27, 0x0a}

// isShape keeps files that only bear the name from the drivers that would read
// them otherwise.
func isShape(shp string) error {
	f, err := os.Open(shp)
	if err != nil {
		return err
	}
	head := make([]byte, len(shapeMark))
	_, err = io.ReadFull(f, head)
	if err != nil || !bytes.Equal(head, shapeMark) {
		return errors.Join(ErrUnreadable, f.Close())
	}
	return f.Close()
}

func unpack(ctx context.Context, f *zip.File, to string) (err error) {
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return errors.Join(err, in.Close())
	}
	_, err = io.Copy(out, reader{ctx, in})
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case err != nil:
		err = fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return errors.Join(err, in.Close(), out.Close())
}

// reader stops when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
