package tabular

import (
	"bytes"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"acvdata/services/fault"
)

// refuse makes the fault of a file that is not read; the text of its key says
// what to do instead.
func refuse(reason, name string, options ...fault.Option) *fault.Fault {
	options = append([]fault.Option{fault.With(fault.Args{"Name": name})}, options...)
	return fault.New(fault.Invalid, "tabular.refused."+reason, options...)
}

// overLimit makes the fault of a file that passes a limit.
func overLimit(reason string, args fault.Args) *fault.Fault {
	return fault.New(fault.TooLarge, "tabular.refused."+reason, fault.With(args))
}

// binaries gives the reason for kinds of files known by their first bytes.
var binaries = map[string]string{
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "excel",
	"application/vnd.ms-excel":  "excel",
	"application/x-ole-storage": "office",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   "document",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": "document",
	"application/msword":                      "document",
	"application/vnd.ms-powerpoint":           "document",
	"application/vnd.oasis.opendocument.text": "document",
	"application/pdf":                         "pdf",
	"application/zip":                         "archive",
	"application/x-7z-compressed":             "archive",
	"application/x-rar-compressed":            "archive",
	"application/x-tar":                       "archive",
	"application/x-bzip2":                     "archive",
	"application/x-xz":                        "archive",
	"application/zstd":                        "archive",
	"application/vnd.google-earth.kmz":        "broken_kml",
	"application/vnd.sqlite3":                 "database",
	"application/x-msaccess":                  "database",
	"application/vnd.shp":                     "shapefile",
	"application/vnd.shx":                     "shapefile",
	"application/x-dbf":                       "shapefile",
	"application/vnd.apache.parquet":          "broken_parquet",
}

// extensions refines the reason where the first bytes leave a doubt.
var extensions = map[string]string{
	".xlsx": "excel", ".xlsm": "excel", ".xls": "excel",
	".docx": "document", ".doc": "document", ".gpkg": "database", ".kmz": "broken_kml",
	".shp": "shapefile", ".dbf": "shapefile", ".parquet": "broken_parquet", ".fgb": "broken_layer",
}

// unreadable returns the fault of a file that cannot be a table of text, nil
// when it may be one. head is the file's first bytes.
func unreadable(head []byte, name string) *fault.Fault {
	if looksText(head) {
		if reason := otherText(head); reason != "" {
			return refuse(reason, name)
		}
		return nil
	}
	kind := mimetype.Detect(head)
	reason := binaries[kind.String()]
	if reason == "" && strings.HasPrefix(kind.String(), "image/") {
		return refuse("image", name)
	}
	if reason == "" || reason == "archive" || reason == "office" {
		if refined := extensions[strings.ToLower(path.Ext(name))]; refined != "" {
			reason = refined
		}
	}
	if reason == "" && mostlyText(head) {
		return nil
	}
	if reason == "" {
		reason = "binary"
	}
	return refuse(reason, name)
}

// isKML recognises documents of places by their root.
func isKML(head []byte) bool {
	return bytes.Contains(trimMarks(head[:min(len(head), 1024)]), []byte("<kml"))
}

// otherText names the texts that are no table by how they start.
func otherText(head []byte) string {
	start := bytes.ToLower(bytes.TrimSpace(trimMarks(head[:min(len(head), 1024)])))
	switch {
	case bytes.HasPrefix(start, []byte("%pdf-")):
		return "pdf"
	case bytes.HasPrefix(start, []byte("{\\rtf")):
		return "document"
	case bytes.HasPrefix(start, []byte("<!doctype html")), bytes.HasPrefix(start, []byte("<html")):
		return "html"
	case bytes.HasPrefix(start, []byte("<?xml")), bytes.HasPrefix(start, []byte("<rdf")), bytes.HasPrefix(start, []byte("<gml")):
		return "xml"
	}
	return ""
}

// control tells the control characters that texts do not hold.
func control(b byte) bool {
	return b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a && b != 0x1b
}

// looksText reports that the bytes hold no control character at all.
func looksText(head []byte) bool {
	return !bytes.ContainsFunc(head, func(r rune) bool { return r < 0x80 && control(byte(r)) })
}

// mostlyText accepts a text with a few control characters: exports with NUL
// bytes in otherwise sound lines exist.
func mostlyText(head []byte) bool {
	strange := 0
	for _, b := range head {
		if control(b) {
			strange++
		}
	}
	return strange*20 < len(head) && bytes.ContainsAny(head, "\n\r")
}
