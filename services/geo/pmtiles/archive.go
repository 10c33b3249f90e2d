package pmtiles

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

const (
	headerSize = 127
	// mostRoot is what the root directory may take: readers fetch 16 KiB at once.
	mostRoot = 16<<10 - headerSize
	// usualLeaf is how many entries a leaf directory has at least, where there are any.
	usualLeaf = 4096

	compressedGzip = 2
	typeMVT        = 1
)

// ID is the number of a tile: those of closer zooms come later, those of one zoom
// follow a Hilbert curve. Shifted right by two bits for each zoom, a place on the
// curve is that of the tile around it.
func ID(z, x, y uint32) uint64 { return firstOf(z) + curve(z, x, y) }

// firstOf is the number of a zoom's first tile: how many there are further out.
func firstOf(z uint32) uint64 { return (1<<(2*uint64(z)) - 1) / 3 }

// curve is the place of a tile on the Hilbert curve of its zoom.
func curve(z, x, y uint32) (place uint64) {
	for bit := int(z) - 1; bit >= 0; bit-- {
		side := uint32(1) << bit
		right, low := x>>bit&1, y>>bit&1
		place = place<<2 | uint64(3*right^low)
		x, y = x&(side-1), y&(side-1)
		if low == 0 {
			if right == 1 {
				x, y = side-1-x, side-1-y
			}
			x, y = y, x
		}
	}
	return place
}

// entry is a run of tiles with one content, or a leaf directory (run 0).
type entry struct {
	id             uint64
	offset         uint64
	length, repeat uint32
}

// archive gathers tiles in a temporary file, each content once.
type archive struct {
	spill     *os.File
	out       *bufio.Writer
	size      uint64
	entries   []entry
	known     map[[sha256.Size]byte]entry // by content
	addressed uint64
}

func newArchive() (*archive, error) {
	spill, err := temporary()
	if err != nil {
		return nil, err
	}
	return &archive{spill: spill, out: bufio.NewWriterSize(spill, 256<<10), known: map[[sha256.Size]byte]entry{}}, nil
}

// temporary opens a file that goes with the process, however that ends.
func temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "acvdata-pmtiles-")
	if err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, fmt.Errorf("pmtiles: %w", err)
	}
	return f, nil
}

// add takes the next tile, compressed with gzip; numbers grow.
func (a *archive) add(id uint64, body []byte) error {
	a.addressed++
	sum := sha256.Sum256(body)
	content, met := a.known[sum]
	if !met {
		content = entry{offset: a.size, length: uint32(len(body))}
		a.known[sum] = content
		a.size += uint64(len(body))
		if _, err := a.out.Write(body); err != nil {
			return err
		}
	}
	if n := len(a.entries); n > 0 {
		last := &a.entries[n-1]
		if last.offset == content.offset && last.id+uint64(last.repeat) == id {
			last.repeat++
			return nil
		}
	}
	a.entries = append(a.entries, entry{id: id, offset: content.offset, length: content.length, repeat: 1})
	return nil
}

// view is where an archive's tiles are, in degrees and zooms.
type view struct {
	west, south, east, north float64
	nearest, furthest        uint8 // zooms
}

// finish writes the archive and gives the temporary file back.
func (a *archive) finish(w io.Writer, metadata []byte, v view) error {
	defer a.drop()
	root, leaves, err := directories(a.entries)
	if err != nil {
		return err
	}
	if metadata, err = gzipped(metadata); err != nil {
		return err
	}
	if err := a.out.Flush(); err != nil {
		return err
	}
	if _, err := a.spill.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for _, part := range [][]byte{a.header(len(root), len(metadata), len(leaves), v), root, metadata, leaves} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	_, err = io.Copy(w, a.spill)
	return err
}

func (a *archive) drop() { _ = a.spill.Close() } // what is lost is temporary

func (a *archive) header(root, metadata, leaves int, v view) []byte {
	b := append(make([]byte, 0, headerSize), "PMTiles\x03"...)
	at := uint64(headerSize)
	for _, length := range []uint64{uint64(root), uint64(metadata), uint64(leaves), a.size} {
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, at), length)
		at += length
	}
	for _, count := range []uint64{a.addressed, uint64(len(a.entries)), uint64(len(a.known))} {
		b = binary.LittleEndian.AppendUint64(b, count)
	}
	const clustered = 1
	b = append(b, clustered, compressedGzip, compressedGzip, typeMVT, v.furthest, v.nearest)
	for _, degrees := range []float64{v.west, v.south, v.east, v.north} {
		b = appendDegrees(b, degrees)
	}
	b = append(b, min(v.nearest, 12))
	return appendDegrees(appendDegrees(b, (v.west+v.east)/2), (v.south+v.north)/2)
}

func appendDegrees(b []byte, degrees float64) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(int32(degrees*1e7)))
}

// directories are the root, and the leaves it leads to when it would be too large.
func directories(entries []entry) (root, leaves []byte, err error) {
	if root, err = directory(entries); err != nil || len(root) <= mostRoot {
		return root, nil, err
	}
	for size := usualLeaf; ; size *= 2 {
		var tops []entry
		leaves = leaves[:0]
		for from := 0; from < len(entries); from += size {
			leaf, err := directory(entries[from:min(from+size, len(entries))])
			if err != nil {
				return nil, nil, err
			}
			tops = append(tops, entry{id: entries[from].id, offset: uint64(len(leaves)), length: uint32(len(leaf))})
			leaves = append(leaves, leaf...)
		}
		if root, err = directory(tops); err != nil || len(root) <= mostRoot {
			return root, leaves, err
		}
		if len(tops) == 1 {
			return nil, nil, errors.New("pmtiles: the root directory does not fit")
		}
	}
}

// directory writes entries by column, as differences: numbers, runs, lengths,
// places (0 for right after the one before).
func directory(entries []entry) ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.repeat))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = binary.AppendUvarint(b, 0)
		} else {
			b = binary.AppendUvarint(b, e.offset+1)
		}
	}
	return gzipped(b)
}

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}
