package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Base is where the assets are served.
const Base = "/assets/"

// ServiceWorkerPath is where the service worker is served: at the root, because
// its place decides what it may control.
const ServiceWorkerPath = "/sw.js"

// Header is one response header.
type Header struct{ Name, Value string }

// Index is the front-end build in memory. It is immutable and safe for
// concurrent use; callers must not change what it returns.
type Index struct {
	files   map[string]file   // by address: /assets/app-1a2b3c4d.js
	entries map[string]chunk  // by entry name: app
	chunks  map[string]chunk  // by manifest key: islands/app.ts
	names   map[string]string // plain name → hashed file: icons.svg
	hash    string
}

// chunk is what Vite's manifest says of one script.
type chunk struct {
	File    string   `json:"file"`
	Name    string   `json:"name"`
	IsEntry bool     `json:"isEntry"`
	CSS     []string `json:"css"`
	Imports []string `json:"imports"`
}

type file struct {
	raw, br, gz variant
}

type variant struct {
	body    []byte
	headers []Header
}

// Files of the build that describe it and are not served.
const (
	manifestFile = "manifest.json"
	namesFile    = "names.json"
)

// Load indexes a build. A folder without manifest is an unbuilt clone: the
// index is empty, and that is no error.
func Load(build fs.FS) (*Index, error) {
	x := &Index{files: map[string]file{}, entries: map[string]chunk{}, chunks: map[string]chunk{}, names: map[string]string{}}
	if err := readJSON(build, manifestFile, &x.chunks); err != nil {
		return nil, err
	}
	if err := readJSON(build, namesFile, &x.names); err != nil {
		return nil, err
	}
	for _, c := range x.chunks {
		if c.IsEntry {
			x.entries[c.Name] = c
		}
	}
	digest := sha256.New()
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !served(name) {
			return err
		}
		return x.add(build, name, digest)
	})
	if err != nil {
		return nil, fmt.Errorf("web: index the build: %w", err)
	}
	x.hash = hex.EncodeToString(digest.Sum(nil))[:16]
	return x, nil
}

func readJSON(build fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(build, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("web: %s: %w", name, err)
	}
	return nil
}

// served leaves out the build's own records and the compressed copies, which
// are read with the file they copy.
func served(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasSuffix(base, ".br") || strings.HasSuffix(base, ".gz") {
		return false
	}
	return base != manifestFile && base != namesFile
}

func (x *Index) add(build fs.FS, name string, digest io.Writer) error {
	raw, err := fs.ReadFile(build, name)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(digest, "%s %d\n", name, len(raw))
	_, _ = digest.Write(raw) // a hash never fails
	address := Base + name
	if "/"+name == ServiceWorkerPath {
		address = ServiceWorkerPath
	}
	sum := sha256.Sum256(raw)
	common := headers(address, hex.EncodeToString(sum[:8]))
	x.files[address] = file{
		raw: variant{raw, common},
		br:  compressed(build, name+".br", "br", common),
		gz:  compressed(build, name+".gz", "gzip", common),
	}
	return nil
}

// compressed gives the copy made at build time, with no body when there is none.
func compressed(build fs.FS, name, encoding string, common []Header) variant {
	body, err := fs.ReadFile(build, name)
	if err != nil {
		return variant{}
	}
	return variant{body, append([]Header{{"Content-Encoding", encoding}}, common...)}
}

// contentTypes is closed on purpose: what the machine's mime table says must
// not change what is served.
var contentTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
	".woff2": "font/woff2", ".json": "application/json", ".geojson": "application/geo+json",
	".txt": "text/plain; charset=utf-8",
}

func headers(address, etag string) []Header {
	kind, known := contentTypes[path.Ext(address)]
	if !known {
		kind = "application/octet-stream"
	}
	cache := "public, max-age=31536000, immutable" // the hash in the name changes with the content
	if address == ServiceWorkerPath {
		cache = "no-cache"
	}
	return []Header{
		{"Content-Type", kind},
		{"Cache-Control", cache},
		{"ETag", `W/"` + etag + `"`},
		{"Vary", "Accept-Encoding"},
		{"X-Content-Type-Options", "nosniff"},
	}
}

// Hash names the content of the whole build, for the service worker and for the
// ETag of pages that refer to assets. It is the same for equal builds.
func (x *Index) Hash() string { return x.hash }

// Built reports whether the front end was built before the binary.
func (x *Index) Built() bool { return len(x.chunks) > 0 }
