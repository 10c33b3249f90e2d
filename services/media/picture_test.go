package media_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/bep/imagemeta"
	"github.com/stretchr/testify/require"

	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/media"
)

// vitre is a photograph taken in Vitré, held upright by a phone that noted
// everything.
var vitre = notesOf{orientation: 6, clock: "2026:07:14 15:30:05", lat: [3]uint32{48, 6, 5076}, lon: [3]uint32{1, 11, 3660}, west: true}

const secret = "14 rue de la Borderie"

func prepare(t *testing.T, content []byte) media.Picture {
	t.Helper()
	p, err := media.Prepare(bytes.NewReader(content), media.Limits{})
	require.NoError(t, err)
	return p
}

func decoded(t *testing.T, r media.Rendition) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(r.JPEG))
	require.NoError(t, err)
	require.Equal(t, image.Pt(r.Width, r.Height), img.Bounds().Size())
	return img
}

func TestAPhotographIsMadeSmallerTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ w, h, fullW, fullH, thumbW, thumbH int }{
		"landscape":                {2400, 1200, 1600, 800, 480, 240},
		"portrait":                 {1000, 2000, 800, 1600, 240, 480},
		"small ones are not blown": {300, 200, 300, 200, 300, 200},
		"a strip keeps its width":  {3200, 16, 1600, 8, 480, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := prepare(t, asJPEG(t, quarters(c.w, c.h)))
			require.Equal(t, [2]int{c.fullW, c.fullH}, [2]int{p.Full.Width, p.Full.Height})
			require.Equal(t, [2]int{c.thumbW, c.thumbH}, [2]int{p.Thumbnail.Width, p.Thumbnail.Height})
			decoded(t, p.Full)
			decoded(t, p.Thumbnail)
		})
	}
}

// TestPicturesComeOutUpright lays down the eight orientations of EXIF by where
// the red corner of the sensor's picture must be seen, and the green one.
func TestPicturesComeOutUpright(t *testing.T) {
	t.Parallel()
	for o, corners := range map[uint16][2]string{
		1: {"top left", "top right"}, 2: {"top right", "top left"},
		3: {"bottom right", "bottom left"}, 4: {"bottom left", "bottom right"},
		5: {"top left", "bottom left"}, 6: {"top right", "bottom right"},
		7: {"bottom right", "top right"}, 8: {"bottom left", "top left"},
		0: {"top left", "top right"}, 99: {"top left", "top right"},
	} {
		p := prepare(t, jpegWith(asJPEG(t, quarters(64, 32)), exif(notesOf{orientation: o, noPosition: true}), ""))
		img := decoded(t, p.Full)
		require.Equal(t, corners[0], where(img, color.RGBA{R: 255, A: 255}), "orientation %d, red", o)
		require.Equal(t, corners[1], where(img, color.RGBA{G: 255, A: 255}), "orientation %d, green", o)
		require.Equal(t, o >= 5 && o <= 8, p.Full.Height > p.Full.Width, "orientation %d", o)
	}
}

// where finds the quarter of a colour.
func where(img image.Image, c color.RGBA) string {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	for name, at := range map[string]image.Point{
		"top left": {w / 4, h / 4}, "top right": {3 * w / 4, h / 4},
		"bottom left": {w / 4, 3 * h / 4}, "bottom right": {3 * w / 4, 3 * h / 4},
	} {
		if near(img.At(at.X, at.Y), c) {
			return name
		}
	}
	return "nowhere"
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	distance := func(x uint32, y uint8) float64 { return math.Abs(float64(x>>8) - float64(y)) }
	return distance(r, b.R) < 30 && distance(g, b.G) < 30 && distance(bl, b.B) < 30
}

func TestPositionAndDateAreHandedOver(t *testing.T) {
	t.Parallel()
	upright := vitre
	upright.orientation = 1
	for name, content := range map[string][]byte{
		"JPEG": jpegWith(asJPEG(t, quarters(64, 64)), exif(vitre), secret),
		"PNG":  pngWith(asPNG(t, quarters(64, 64)), "eXIf", exif(vitre)),
		"WebP": webp(64, 64, color.RGBA{R: 200, A: 255}, exif(upright)),
	} {
		p := prepare(t, content)
		require.NotNil(t, p.Position, name)
		require.InDelta(t, 48.1141, p.Position.Lat, 1e-6, name)
		require.InDelta(t, -1.1935, p.Position.Lon, 1e-6, name)
		require.True(t, time.Date(2026, 7, 14, 15, 30, 5, 0, i18n.Paris).Equal(p.Taken), "%s: %s", name, p.Taken)
	}
}

func TestNoNotesNoPosition(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]notesOf{
		"no GPS":            {noPosition: true},
		"no fix yet":        {lat: [3]uint32{}, lon: [3]uint32{}},
		"beyond the pole":   {lat: [3]uint32{91, 0, 0}, lon: [3]uint32{1, 0, 0}},
		"a date of letters": {noPosition: true, clock: "hier"},
	} {
		p := prepare(t, jpegWith(asJPEG(t, quarters(64, 64)), exif(n), ""))
		require.Nil(t, p.Position, name)
		require.True(t, p.Taken.IsZero(), name)
	}
	p := prepare(t, jpegWith(asJPEG(t, quarters(64, 64)), []byte("II*\x00\xFF\xFF\xFF\xFF nothing of use"), ""))
	require.Nil(t, p.Position, "damaged notes cost the notes, not the picture")
}

// TestNothingOfTheFileIsKept reads what goes out with the reader that found the
// position on the way in, and looks for the bytes themselves.
func TestNothingOfTheFileIsKept(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"JPEG": jpegWith(asJPEG(t, quarters(2000, 1000)), exif(vitre), secret),
		"PNG":  pngWith(pngWith(asPNG(t, quarters(600, 300)), "tEXt", []byte("Comment\x00"+secret)), "eXIf", exif(vitre)),
		"WebP": webp(600, 300, color.RGBA{B: 90, A: 255}, exif(vitre)),
	} {
		p := prepare(t, content)
		require.NotNil(t, p.Position, "%s's notes are read on the way in", name)
		require.NotEmpty(t, tagsOf(t, jpegWith(p.Full.JPEG, exif(vitre), secret)), "the reader would see them")
		for _, r := range []media.Rendition{p.Full, p.Thumbnail} {
			require.Empty(t, tagsOf(t, r.JPEG), name)
			require.NotContains(t, string(r.JPEG), "Exif", name)
			require.NotContains(t, string(r.JPEG), secret, name)
			require.NotContains(t, string(r.JPEG), "2026:07:14", name)
		}
	}
}

func tagsOf(t *testing.T, content []byte) (names []string) {
	t.Helper()
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(content), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag:       func(i imagemeta.TagInfo) error { names = append(names, i.Tag); return nil },
	})
	require.NoError(t, err)
	return names
}

func TestTransparencyIsShownOnWhite(t *testing.T) {
	t.Parallel()
	img := decoded(t, prepare(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 40, 40)))).Full)
	require.True(t, near(img.At(20, 20), color.RGBA{R: 255, G: 255, B: 255, A: 255}))
}

func TestWhatIsRefusedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	good := asJPEG(t, quarters(64, 64))
	moving := webp(64, 64, color.RGBA{A: 255}, exif(vitre))
	moving[20] |= 0x02
	frames := pngWith(asPNG(t, quarters(64, 64)), "acTL", []byte{0, 0, 0, 9, 0, 0, 0, 0})
	for name, c := range map[string]struct {
		content string
		code    fault.Code
		key     string
	}{
		"nothing":               {"", fault.Invalid, "media.fault.empty"},
		"a page":                {"<!DOCTYPE html><script>alert(1)</script>", fault.Invalid, "media.fault.no_picture"},
		"a drawing with script": {`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`, fault.Invalid, "media.fault.other_format"},
		"a GIF":                 {"GIF89a\x01\x00\x01\x00\x00\x00\x00;", fault.Invalid, "media.fault.other_format"},
		"a HEIC":                {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", fault.Invalid, "media.fault.heic"},
		"an animated WebP":      {string(moving), fault.Invalid, "media.fault.animated"},
		"an animated PNG":       {string(frames), fault.Invalid, "media.fault.animated"},
		"a first kilobyte":      {string(good[:len(good)/3]), fault.Invalid, "media.fault.broken"},
		"a bomb":                {string(webp(16384, 16384, color.RGBA{A: 255}, nil)), fault.TooLarge, "media.fault.too_large"},
		"a pixel":               {string(asPNG(t, quarters(1, 1))), fault.Invalid, "media.fault.too_small"},
		"too many bytes":        {string(good) + strings.Repeat(" ", 26<<20), fault.TooLarge, "media.fault.too_heavy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := media.Prepare(strings.NewReader(c.content), media.Limits{})
			require.True(t, fault.Is(err, c.code), "%v", err)
			require.Equal(t, c.key, fault.From(err).Key)
			said, err := catalogue(t).Localizer().Lookup(c.key, i18n.V(fault.From(err).Args))
			require.NoError(t, err)
			require.NotContains(t, said, "<no value>")
		})
	}
}

func catalogue(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.NewBundle([]fs.FS{media.Catalogue}...)
	require.NoError(t, err)
	return b
}

func TestACutUploadIsNoPictureFault(t *testing.T) {
	t.Parallel()
	cut := errors.New("connection lost")
	_, err := media.Prepare(io.MultiReader(bytes.NewReader(asJPEG(t, quarters(64, 64))[:100]), iotest.ErrReader(cut)), media.Limits{})
	require.ErrorIs(t, err, cut)
}

func FuzzPrepare(f *testing.F) {
	f.Add(jpegWith(asJPEG(f, quarters(64, 64)), exif(vitre), secret))
	f.Add(asPNG(f, quarters(40, 40)))
	f.Add(pngWith(asPNG(f, quarters(40, 40)), "eXIf", exif(vitre)))
	f.Add(webp(40, 40, color.RGBA{R: 9, A: 128}, exif(vitre)))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := media.Prepare(bytes.NewReader(content), media.Limits{Bytes: 1 << 20, Pixels: 100_000})
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code, "%v", err)
			return
		}
		require.LessOrEqual(t, max(p.Full.Width, p.Full.Height), media.FullSide)
		require.Empty(t, tagsOf(t, p.Full.JPEG))
		decoded(t, p.Thumbnail)
	})
}
