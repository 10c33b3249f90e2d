package tile

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// level trades a tenth of the size for several times the speed against the
// default one, on tiles of points.
const level = gzip.BestSpeed

var writers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, level)
	if err != nil {
		panic(err) // the level is a constant of the library
	}
	return w
}}

// Gzip compresses a tile's body for storage and for clients. An empty body
// stays empty.
func Gzip(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	w, _ := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	out := bytes.NewBuffer(make([]byte, 0, len(body)/2+64))
	w.Reset(out)
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress tile: %w", err)
	}
	return out.Bytes(), nil
}
