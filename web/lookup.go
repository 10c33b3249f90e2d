package web

import (
	"strconv"
	"strings"
)

// JS gives the address of an entry's script: JS("app").
func (x *Index) JS(entry string) string {
	c, ok := x.entries[entry]
	if !ok {
		return Base + entry + ".js"
	}
	return Base + c.File
}

// CSS gives the addresses of an entry's style sheets, those of the scripts it
// imports first, each once.
func (x *Index) CSS(entry string) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(c chunk)
	visit = func(c chunk) {
		if seen[c.File] {
			return
		}
		seen[c.File] = true
		for _, key := range c.Imports {
			visit(x.chunks[key])
		}
		for _, css := range c.CSS {
			if !seen[css] {
				seen[css] = true
				out = append(out, Base+css)
			}
		}
	}
	visit(x.entries[entry])
	return out
}

// URL gives the address of a named file of the build: URL("icons.svg"). A name
// the build does not have is given unhashed, and will be a 404 in the browser.
func (x *Index) URL(name string) string {
	if hashed, ok := x.names[name]; ok {
		return Base + hashed
	}
	return Base + name
}

// Lookup gives the body and headers for a request path (/assets/… or /sw.js) in
// the best encoding the client accepts.
func (x *Index) Lookup(path, acceptEncoding string) (body []byte, headers []Header, ok bool) {
	f, ok := x.files[path]
	if !ok {
		return nil, nil, false
	}
	v := f.raw
	switch {
	case f.br.body != nil && accepts(acceptEncoding, "br"):
		v = f.br
	case f.gz.body != nil && accepts(acceptEncoding, "gzip"):
		v = f.gz
	}
	return v.body, v.headers, true
}

// accepts reads an Accept-Encoding header; an encoding with q=0 is refused.
func accepts(header, encoding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(item), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(quality), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}
