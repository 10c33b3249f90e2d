package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Merge is a block of merged cells: its value is that of its first cell. Rows
// count from 1, columns from 0.
type Merge struct{ Top, Bottom, Left, Right int }

// mostMerges bounds what is kept of a sheet: people merge headings, not pages.
const mostMerges = 20_000

// Merges lists the merged blocks of a sheet. They come after its rows in the
// file, which is passed over without being understood.
func (b *Book) Merges(name string) ([]Merge, error) {
	part, known := b.find(name)
	if !known {
		return nil, ErrNotWorkbook
	}
	r, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer func() { _ = r.Close() }()
	var list []Merge
	tags := bufio.NewReaderSize(r, 64<<10)
	for len(list) < mostMerges {
		tag, err := tags.ReadSlice('>')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if _, ref, found := bytes.Cut(tag, []byte("mergeCell ref=")); found {
			if m, ok := mergeOf(string(ref)); ok {
				list = append(list, m)
			}
		}
	}
	return list, nil
}

// mergeOf reads `"A1:C2"/>`.
func mergeOf(tag string) (m Merge, ok bool) {
	if tag == "" {
		return m, false
	}
	ref, _, _ := strings.Cut(strings.TrimLeft(tag, `"'`), string(tag[0]))
	first, last, two := strings.Cut(ref, ":")
	if !two {
		return m, false
	}
	m.Left, m.Right = columnOf(first), columnOf(last)
	m.Top, m.Bottom = rowOf(first), rowOf(last)
	return m, m.Left >= 0 && m.Right >= m.Left && m.Top > 0 && m.Bottom >= m.Top
}

func rowOf(ref string) int {
	n, err := strconv.Atoi(strings.TrimLeft(strings.ToUpper(ref), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		return 0
	}
	return n
}
