package gdal

import (
	"errors"
	"io"
	"os"
	"unicode/utf8"
)

// languageAt is where a dBASE file says its code page; those below say nothing
// more precise than "Windows" (87, 3) or nothing at all.
const languageAt = 29

// sampleOf bounds the bytes looked at to tell UTF-8 from Windows-1252.
const sampleOf = 8 << 20

// encodingOf tells how a dBASE file without .cpg is written: "" when it says so
// itself, else UTF-8 where its accents read as that, else Windows-1252, which
// French software writes.
func encodingOf(dbf string) (string, error) {
	f, err := os.Open(dbf)
	if err != nil {
		return "", err
	}
	head := make([]byte, sampleOf)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	head = head[:n]
	if n <= languageAt {
		return "", nil
	}
	if page := head[languageAt]; page != 0 && page != 0x57 && page != 0x03 {
		return "", nil
	}
	if readsAsUTF8(head[languageAt+1:]) {
		return "UTF-8", nil
	}
	return "CP1252", nil
}

// readsAsUTF8 counts the accents of each kind: a text cut to its field's width
// may end in half a letter, so that one in ten may be broken.
func readsAsUTF8(text []byte) bool {
	const forOne = 10
	sound, broken := 0, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			sound++
		}
		text = text[size:]
	}
	return sound > 0 && sound >= forOne*broken
}
