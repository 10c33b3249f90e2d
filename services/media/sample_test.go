package media_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

// quarters draws a picture whose corners tell how it was turned: red top left,
// green top right, blue bottom left, white bottom right.
func quarters(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	corner := [2][2]color.RGBA{
		{{R: 255, A: 255}, {G: 255, A: 255}},
		{{B: 255, A: 255}, {R: 255, G: 255, B: 255, A: 255}},
	}
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, corner[2*y/h][2*x/w])
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}))
	return out.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, img))
	return out.Bytes()
}

// notesOf is what a sample's EXIF says.
type notesOf struct {
	orientation uint16
	clock       string
	lat, lon    [3]uint32 // degrees, minutes, hundredths of a second
	south, west bool
	noPosition  bool
}

// exif writes a little-endian TIFF with the tags a phone writes.
func exif(n notesOf) []byte {
	const (
		ifd0, detail, gps = 8, 8 + 2 + 3*12 + 4, 8 + 2 + 3*12 + 4 + 2 + 12 + 4
		values            = gps + 2 + 4*12 + 4
	)
	out := append([]byte("II*\x00"), u32(ifd0)...)
	out = append(out, u16(3)...)
	out = append(out, entry(0x0112, 3, 1, uint32(n.orientation))...)
	out = append(out, entry(0x8769, 4, 1, detail)...)
	out = append(out, entry(0x8825, 4, 1, gps)...)
	out = append(out, u32(0)...)
	out = append(append(append(out, u16(1)...), entry(0x9003, 2, 20, values)...), u32(0)...)
	if n.noPosition {
		out = append(out, u16(0)...)
		out = append(out, make([]byte, 4*12)...)
	} else {
		out = append(out, u16(4)...)
		out = append(out, entry(1, 2, 2, letter(n.south, 'N', 'S'))...)
		out = append(out, entry(2, 5, 3, values+20)...)
		out = append(out, entry(3, 2, 2, letter(n.west, 'E', 'W'))...)
		out = append(out, entry(4, 5, 3, values+44)...)
	}
	out = append(out, u32(0)...)
	out = append(append(out, n.clock...), make([]byte, 20-len(n.clock))...)
	return append(append(out, angle(n.lat)...), angle(n.lon)...)
}

func letter(negative bool, plus, minus uint32) uint32 {
	if negative {
		return minus
	}
	return plus
}

func angle(a [3]uint32) (out []byte) {
	for i, divisor := range []uint32{1, 1, 100} {
		out = append(append(out, u32(a[i])...), u32(divisor)...)
	}
	return out
}

func entry(tag, kind uint16, count, value uint32) []byte {
	return append(append(append(u16(tag), u16(kind)...), u32(count)...), u32(value)...)
}

func u16(v uint16) []byte { return binary.LittleEndian.AppendUint16(nil, v) }
func u32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

// jpegWith puts segments after the first marker, as cameras do: EXIF, a comment.
func jpegWith(picture, exif []byte, comment string) []byte {
	segment := func(marker byte, body []byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2)), body...)
	}
	out := append([]byte{}, picture[:2]...)
	out = append(out, segment(0xE1, append([]byte("Exif\x00\x00"), exif...))...)
	out = append(out, segment(0xFE, []byte(comment))...)
	return append(out, picture[2:]...)
}

// pngWith puts a chunk after the header.
func pngWith(picture []byte, kind string, body []byte) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	named := append([]byte(kind), body...)
	chunk = binary.BigEndian.AppendUint32(append(chunk, named...), crc32.ChecksumIEEE(named))
	const header = 8 + 25
	return append(append(append([]byte{}, picture[:header]...), chunk...), picture[header:]...)
}

// webp writes a lossless picture of one colour: a few bytes whatever its size
// (WebP Lossless Bitstream Specification: no transform, no cache, five codes of
// one symbol each).
func webp(w, h int, c color.RGBA, exif []byte) []byte {
	var b bits
	b.put(uint64(w-1), 14)
	b.put(uint64(h-1), 14)
	b.put(0, 1+3+1+1+1) // no alpha, version 0, no transform, no cache, one group
	for _, symbol := range []byte{c.G, c.R, c.B, c.A, 0} {
		b.put(1, 1) // simple code
		b.put(0, 1) // of one symbol
		b.put(1, 1) // in 8 bits
		b.put(uint64(symbol), 8)
	}
	chunks := chunk("VP8L", append([]byte{0x2F}, b.bytes()...))
	if exif != nil {
		size := append(u32(uint32(w - 1))[:3], u32(uint32(h - 1))[:3]...)
		chunks = append(append(chunk("VP8X", append([]byte{0x08, 0, 0, 0}, size...)), chunks...), chunk("EXIF", exif)...)
	}
	return append(append(append([]byte("RIFF"), u32(uint32(len(chunks)+4))...), "WEBP"...), chunks...)
}

func chunk(kind string, body []byte) []byte {
	out := append(append([]byte(kind), u32(uint32(len(body)))...), body...)
	if len(body)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// bits packs from the lowest bit up.
type bits struct {
	value uint64
	count int
	out   []byte
}

func (b *bits) put(v uint64, n int) {
	b.value |= v << b.count
	for b.count += n; b.count >= 8; b.count -= 8 {
		b.out = append(b.out, byte(b.value))
		b.value >>= 8
	}
}

func (b *bits) bytes() []byte { return append(b.out, byte(b.value), 0, 0, 0, 0) }
