package tabular

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// mark is the UTF-8 byte-order mark.
var mark = []byte("\ufeff")

// trimMarks takes off the byte-order marks that exporters pile up.
func trimMarks(b []byte) []byte {
	for bytes.HasPrefix(b, mark) {
		b = b[len(mark):]
	}
	return b
}

// wide recognises UTF-16 by its mark or, without one, by the zero bytes that
// every other byte of a Latin text is. It returns "" for other encodings and
// the length of the mark.
func wide(head []byte) (Encoding, int) {
	if len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe {
		return UTF16LE, 2
	}
	if len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff {
		return UTF16BE, 2
	}
	var zeros, strange [2]int
	sample := head[:min(len(head), 4096)&^1]
	for i, b := range sample {
		switch {
		case b == 0:
			zeros[i&1]++
		case control(b) || b >= 0x80 && b < 0xa0:
			strange[i&1]++
		}
	}
	const enough = 10 // characters, so that a few NUL bytes do not count
	half := len(sample) / 2
	text := func(zero, other int) bool {
		return zeros[zero] > half*7/10 && zeros[other] < half/10 && strange[other] < half/20
	}
	switch {
	case half < enough:
		return "", 0
	case text(1, 0):
		return UTF16LE, 0
	case text(0, 1):
		return UTF16BE, 0
	}
	return "", 0
}

// narrow turns a UTF-16 stream without mark into UTF-8.
func narrow(r io.Reader, e Encoding) io.Reader {
	order := xunicode.LittleEndian
	if e == UTF16BE {
		order = xunicode.BigEndian
	}
	return transform.NewReader(r, xunicode.UTF16(order, xunicode.IgnoreBOM).NewDecoder())
}

// pages are the one-byte encodings, in order of preference when all else is equal.
var pages = []struct {
	name Encoding
	page *charmap.Charmap
}{
	{Windows1252, charmap.Windows1252},
	{ISO885915, charmap.ISO8859_15},
	{MacRoman, charmap.Macintosh},
	{CodePage850, charmap.CodePage850},
}

func pageOf(e Encoding) *charmap.Charmap {
	for _, p := range pages {
		if p.name == e {
			return p.page
		}
	}
	return charmap.Windows1252
}

// lettersFrench are the characters beyond ASCII that French texts are made of.
const lettersFrench = "éèêëàâçîïôöùûüœæÉÈÊËÀÂÇÎÏÔŒ°€’«»²"

// encodingSample counts what lines beyond ASCII look like.
type encodingSample struct {
	utf8, other int // lines
	score       [4]int
}

// add looks at a block of whole lines.
func (s *encodingSample) add(block []byte) {
	for line := range bytes.Lines(block) {
		switch {
		case isASCII(line):
		case utf8.Valid(line):
			s.utf8++
		default:
			s.other++
			for i, p := range pages {
				s.score[i] += frenchness(line, p.page)
			}
		}
	}
}

// frenchness is how much a line makes sense as French under an encoding.
func frenchness(line []byte, page *charmap.Charmap) int {
	score := 0
	for i, b := range line {
		if b < 0x80 {
			continue
		}
		r := page.DecodeByte(b)
		switch {
		case strings.ContainsRune(lettersFrench, r):
			score += 2
		case r == utf8.RuneError || r < 0xa0:
			score -= 3
		case !unicode.IsLetter(r) && insideWord(line, i):
			score -= 2
		}
	}
	return score
}

func insideWord(line []byte, i int) bool {
	return i > 0 && i+1 < len(line) && asciiLetter(line[i-1]) && asciiLetter(line[i+1])
}

func asciiLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// decide names the file's encoding and how sure that is.
func (s *encodingSample) decide() (Encoding, float64) {
	if s.other == 0 {
		return UTF8, 1
	}
	share := float64(max(s.utf8, s.other)) / float64(s.utf8+s.other)
	if s.utf8 > s.other {
		return UTF8, share
	}
	best := 0
	for i := range pages {
		if s.score[i] > s.score[best] {
			best = i
		}
	}
	return pages[best].name, share
}

// single is the one-byte encoding in which to read the lines that are not UTF-8.
func (s *encodingSample) single() Encoding {
	only := *s
	only.utf8 = 0
	if e, _ := only.decide(); e != UTF8 {
		return e
	}
	return Windows1252
}

func isASCII[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
