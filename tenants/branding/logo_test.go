package branding_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/blob"
	"acvdata/services/fault"
	"acvdata/tenants/branding"
)

func logos(t *testing.T) *branding.Logos {
	t.Helper()
	store, err := blob.Open("file://" + t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return branding.NewLogos(store)
}

func drawing(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for x := range width / 2 {
		img.Set(x, height/2, color.NRGBA{R: 200, A: 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestALogoIsKeptSmallAndFreshPerTown(t *testing.T) {
	t.Parallel()
	l, town := logos(t), uuid.New()
	name, err := l.Keep(t.Context(), town, bytes.NewReader(drawing(t, 1200, 600)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := l.Read(t.Context(), town, name)
	if err != nil {
		t.Fatal(err)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || size.Width != 480 || size.Height != 240 {
		t.Errorf("%+v, %v", size, err)
	}
	if _, err := l.Read(t.Context(), uuid.New(), name); !fault.Is(err, fault.NotFound) {
		t.Errorf("another town reads it: %v", err)
	}
	if err := l.Drop(t.Context(), town, name); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Read(t.Context(), town, name); !fault.Is(err, fault.NotFound) {
		t.Errorf("after it was dropped: %v", err)
	}
}

func TestLogosThatAreRefused(t *testing.T) {
	t.Parallel()
	l := logos(t)
	tests := map[string]struct {
		content []byte
		want    fault.Code
	}{
		"a drawing with scripts": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), fault.Invalid},
		"a page":                 {[]byte("<!doctype html><script>alert(1)</script>"), fault.Invalid},
		"nothing":                {nil, fault.Invalid},
		"too small":              {drawing(t, 20, 20), fault.Invalid},
		"too many pixels":        {drawing(t, 8000, 4000), fault.TooLarge},
		"too heavy":              {[]byte(strings.Repeat("x", branding.LogoBytes+1)), fault.TooLarge},
		"cut off":                {drawing(t, 600, 600)[:200], fault.Invalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := l.Keep(t.Context(), uuid.New(), bytes.NewReader(test.content)); !fault.Is(err, test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestAStrangeNameOpensNothing(t *testing.T) {
	t.Parallel()
	if _, err := logos(t).Read(t.Context(), uuid.New(), "../../../etc/passwd"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}
