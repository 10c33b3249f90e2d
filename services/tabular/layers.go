package tabular

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"acvdata/services/fault"
	"acvdata/services/gdal"
)

// The layers of geographic files are read through a text of features made once
// of the layer chosen, in a file without a name that goes away by itself.

// WithGDAL reads geographic files with that tool rather than the machine's.
func WithGDAL(t gdal.Tool) Option { return func(s *settings) { s.gdal = t } }

// SystemUnknown reports that the file does not say the coordinate system of its
// positions: a shapefile without its .prj, a layer without a system.
func (f *File) SystemUnknown() bool { return f.unlocated }

// layers writes the features of a layer and puts them in the place of the file.
func (f *File) layers(ctx context.Context, s settings) (err error) {
	folder, err := os.MkdirTemp("", "acvdata-couche-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	s.gdal.Limits.Output = f.limits.Inflated
	request, err := f.prepare(ctx, s, folder)
	if err != nil {
		return f.layerFault(err)
	}
	return f.layerFault(f.instead(func(w io.Writer) error { return s.gdal.Features(ctx, request, w) }))
}

// prepare puts the file where the tool reads it and chooses the layer.
func (f *File) prepare(ctx context.Context, s settings, folder string) (gdal.Request, error) {
	if f.format == Shapefile {
		return f.prepareShapefile(ctx, s.sheet, folder)
	}
	r := gdal.Request{Path: filepath.Join(folder, "couche.fgb")}
	if f.format == GeoPackage {
		r.Path = filepath.Join(folder, "couches.gpkg")
	}
	if err := f.copyTo(ctx, r.Path); err != nil {
		return r, err
	}
	list, err := s.gdal.Layers(ctx, r.Path)
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, gdal.ErrUnreadable
	}
	for _, l := range list {
		f.sheets = append(f.sheets, l.Name)
	}
	chosen := max(0, slices.Index(f.sheets, s.sheet))
	f.sheet, f.bare = f.sheets[chosen], list[chosen].Bare
	if f.format == GeoPackage {
		r.Layer = f.sheet
	}
	f.crs = degrees
	return r, nil
}

// degrees is the system features come in: EPSG 4326.
const degrees = 4326

func (f *File) prepareShapefile(ctx context.Context, wanted, folder string) (gdal.Request, error) {
	archive, err := gdal.OpenArchive(f.source, f.size)
	if err != nil {
		return gdal.Request{}, err
	}
	f.sheets = archive.Names()
	if f.sheet = wanted; !slices.Contains(f.sheets, wanted) {
		f.sheet = f.sheets[0]
	}
	found, err := archive.Extract(ctx, f.sheet, folder, f.limits.Inflated)
	if err != nil {
		return gdal.Request{}, err
	}
	if f.unlocated = !found.Located; found.Located {
		f.crs = degrees
	}
	return gdal.Request{Path: found.Path, Encoding: found.Encoding}, nil
}

func (f *File) copyTo(ctx context.Context, path string) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, watched{ctx, io.NewSectionReader(f.source, 0, f.size)})
	return errors.Join(err, out.Close())
}

// instead makes a text and puts it in the place of the file.
func (f *File) instead(write func(io.Writer) error) error {
	out, err := os.CreateTemp("", "acvdata-texte-")
	if err != nil {
		return err
	}
	f.unpacked = out // closed with the file
	if err := os.Remove(out.Name()); err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 256<<10)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	size, err := out.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	f.source, f.size = out, size
	if size == 0 {
		return refuse("no_feature", f.name)
	}
	return nil
}

// layerFault turns what stops the tool into a fault for people.
func (f *File) layerFault(err error) error {
	var incomplete *gdal.IncompleteError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &incomplete):
		return fault.New(fault.Invalid, "tabular.refused.incomplete_shapefile", fault.Because(err),
			fault.With(fault.Args{"Name": f.name, "Layer": incomplete.Layer, "Extension": incomplete.Extension}))
	case errors.Is(err, gdal.ErrMissing):
		return refuse("no_gdal", f.name, fault.Because(err))
	case errors.Is(err, gdal.ErrTooLarge):
		return overLimit("bomb", fault.Args{"Name": f.name, "LimitMB": f.limits.Inflated >> 20})
	case errors.Is(err, gdal.ErrMemory), errors.Is(err, gdal.ErrTooLong):
		return overLimit("too_heavy", fault.Args{"Name": f.name})
	case errors.Is(err, gdal.ErrUnreadable) && f.format == GeoPackage:
		return refuse("broken_geopackage", f.name, fault.Because(err))
	case errors.Is(err, gdal.ErrUnreadable), errors.Is(err, gdal.ErrNoShapefile):
		return refuse("broken_layer", f.name, fault.Because(err))
	}
	return err
}
