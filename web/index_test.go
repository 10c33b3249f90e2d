package web_test

import (
	"encoding/json"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"acvdata/web"
)

func build() fstest.MapFS {
	data := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		".gitkeep": data(""),
		"manifest.json": data(`{
			"islands/app.ts": {"file":"app-1.js","name":"app","isEntry":true,"css":["app-1.css","base-1.css"],"imports":["_shared.js"]},
			"_shared.js": {"file":"shared-1.js","name":"shared","css":["base-1.css"]}}`),
		"manifest.json.br": data("x"),
		"names.json":       data(`{"icons.svg":"icons-1.svg"}`),
		"app-1.js":         data("alert(1)"),
		"app-1.js.br":      data("BR"),
		"app-1.js.gz":      data("GZ"),
		"icons-1.svg":      data("<svg/>"),
		"sw.js":            data("self"),
	}
}

func TestIndexGivesHashedAddresses(t *testing.T) {
	t.Parallel()
	x, err := web.Load(build())
	require.NoError(t, err)
	require.True(t, x.Built())
	require.Equal(t, "/assets/app-1.js", x.JS("app"))
	require.Equal(t, []string{"/assets/base-1.css", "/assets/app-1.css"}, x.CSS("app"))
	require.Equal(t, "/assets/icons-1.svg", x.URL("icons.svg"))
	require.Equal(t, "/assets/none.png", x.URL("none.png"))
}

func TestAnUnbuiltCloneIsNoError(t *testing.T) {
	t.Parallel()
	x, err := web.Load(fstest.MapFS{".gitkeep": {}})
	require.NoError(t, err)
	require.False(t, x.Built())
	require.Equal(t, "/assets/app.js", x.JS("app"))
	require.Empty(t, x.CSS("app"))
	_, _, ok := x.Lookup("/assets/.gitkeep", "")
	require.False(t, ok)
}

func TestABrokenManifestIsAnError(t *testing.T) {
	t.Parallel()
	_, err := web.Load(fstest.MapFS{"manifest.json": {Data: []byte("{")}})
	require.ErrorContains(t, err, "manifest.json")
}

func TestLookupNegotiatesTheEncoding(t *testing.T) {
	t.Parallel()
	x, err := web.Load(build())
	require.NoError(t, err)
	cases := map[string]struct{ path, accept, body, encoding string }{
		"brotli first":         {"/assets/app-1.js", "gzip, deflate, br, zstd", "BR", "br"},
		"gzip when no brotli":  {"/assets/app-1.js", "gzip", "GZ", "gzip"},
		"brotli refused":       {"/assets/app-1.js", "br;q=0, gzip;q=0.5", "GZ", "gzip"},
		"nothing accepted":     {"/assets/app-1.js", "", "alert(1)", ""},
		"no compressed copy":   {"/assets/icons-1.svg", "br", "<svg/>", ""},
		"the worker's own way": {"/sw.js", "br", "self", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, headers, ok := x.Lookup(c.path, c.accept)
			require.True(t, ok)
			require.Equal(t, c.body, string(body))
			require.Equal(t, c.encoding, header(headers, "Content-Encoding"))
			require.Equal(t, "Accept-Encoding", header(headers, "Vary"))
			require.NotEmpty(t, header(headers, "ETag"))
		})
	}
}

func TestLookupHidesTheBuildsRecords(t *testing.T) {
	t.Parallel()
	x, err := web.Load(build())
	require.NoError(t, err)
	for _, path := range []string{"/assets/manifest.json", "/assets/names.json", "/assets/manifest.json.br", "/assets/app-1.js.br", "/assets/sw.js", "/assets/../app-1.js"} {
		_, _, ok := x.Lookup(path, "br")
		require.False(t, ok, path)
	}
}

func TestCachingFollowsTheName(t *testing.T) {
	t.Parallel()
	x, err := web.Load(build())
	require.NoError(t, err)
	_, h, _ := x.Lookup("/assets/app-1.js", "")
	require.Equal(t, "public, max-age=31536000, immutable", header(h, "Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", header(h, "Content-Type"))
	_, h, _ = x.Lookup("/sw.js", "")
	require.Equal(t, "no-cache", header(h, "Cache-Control"))
}

func TestHashFollowsTheContent(t *testing.T) {
	t.Parallel()
	first, err := web.Load(build())
	require.NoError(t, err)
	again, err := web.Load(build())
	require.NoError(t, err)
	require.Equal(t, first.Hash(), again.Hash())
	changed := build()
	changed["sw.js"] = &fstest.MapFile{Data: []byte("other")}
	other, err := web.Load(changed)
	require.NoError(t, err)
	require.NotEqual(t, first.Hash(), other.Hash())
}

func TestWebManifest(t *testing.T) {
	t.Parallel()
	x, err := web.Load(build())
	require.NoError(t, err)
	raw, err := x.WebManifest(web.App{Name: "ACV Data – Alès", ShortName: "Alès", Start: "/ales/", Scope: "/ales/", ThemeColor: "#FAF9F5"})
	require.NoError(t, err)
	var m struct {
		Start string `json:"start_url"`
		Lang  string
		Icons []struct{ Sizes, Purpose string }
	}
	require.NoError(t, json.Unmarshal(raw, &m))
	require.Equal(t, "/ales/", m.Start)
	require.Equal(t, "fr", m.Lang)
	require.Len(t, m.Icons, 4)
}

func header(headers []web.Header, name string) string {
	for _, h := range headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}
