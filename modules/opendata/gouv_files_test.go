package opendata_test

import (
	"crypto/sha1" //nolint:gosec // the digest the portal gives of a file
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// upload takes a file whole, or its parts and the word that ends them.
func (g *gouv) upload(w http.ResponseWriter, r *http.Request, d *gouvDataset, now map[string]any) {
	reader, err := r.MultipartReader()
	if err != nil {
		abort(w, 400, "not a form")
		return
	}
	form, err := reader.ReadForm(8 << 20)
	if err != nil {
		abort(w, 400, "cut")
		return
	}
	number := func(name string) int { n, _ := strconv.Atoi(first(form, name)); return n }
	var sent []byte
	name := first(form, "filename")
	if files := form.File["file"]; len(files) == 1 {
		f, _ := files[0].Open()
		sent, _ = io.ReadAll(f)
		name = files[0].Filename
	}
	if g.largest > 0 && len(sent) > g.largest {
		abort(w, 413, "Request Entity Too Large")
		return
	}
	if total := number("totalparts"); total > 1 {
		up := g.chunks[first(form, "uuid")]
		if up == nil {
			up = &gouvUpload{total: total, name: first(form, "filename")}
			g.chunks[first(form, "uuid")] = up
		}
		if form.File["file"] != nil {
			g.part(w, up, sent, number("partindex"), number("partbyteoffset"), number("chunksize"), total)
			return
		}
		if len(up.parts) != total || up.name != name {
			abort(w, 500, "missing parts")
			return
		}
		sent = slices.Concat(up.parts...)
		delete(g.chunks, first(form, "uuid"))
	} else if form.File["file"] == nil {
		say(w, 400, map[string]any{"success": false, "error": "Missing file parameter"})
		return
	}
	g.keepFile(w, d, now, name, sent)
}

func first(form *multipart.Form, name string) string {
	if list := form.Value[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (g *gouv) part(w http.ResponseWriter, up *gouvUpload, sent []byte, index, offset, size, total int) {
	before := 0
	for _, p := range up.parts {
		before += len(p)
	}
	switch {
	case len(sent) != size || total != up.total:
		say(w, 400, map[string]any{"success": false, "error": "Chunk size mismatch"})
	case index != len(up.parts) || offset != before: // a part sent twice exists already
		abort(w, 500, "wrong part")
	default:
		up.parts = append(up.parts, sent)
		say(w, 200, map[string]any{"success": true})
	}
}

func (g *gouv) keepFile(w http.ResponseWriter, d *gouvDataset, now map[string]any, name string, sent []byte) {
	extension := name[strings.LastIndexByte(name, '.')+1:]
	if !slices.Contains(g.extensions, extension) || name != strings.ToLower(name) {
		say(w, 400, map[string]any{"success": false, "error": "extension not allowed"})
		return
	}
	sum := sha1.Sum(sent) //nolint:gosec // as the portal does
	status := 200
	if now == nil {
		now, status = map[string]any{"id": "r" + g.id(), "type": "main", "filetype": "file", "extras": map[string]any{}}, 201
		d.resources = append(d.resources, now)
	}
	now["title"], now["url"] = name, g.URL+"/resources/"+name
	now["format"], now["mime"], now["filesize"] = extension, "application/octet-stream", len(sent)
	now["checksum"] = map[string]any{"type": "sha1", "value": hex.EncodeToString(sum[:])}
	d.files[fmt.Sprint(now["id"])] = sent
	say(w, status, now)
}
