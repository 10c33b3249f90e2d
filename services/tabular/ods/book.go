package ods

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"

	"acvdata/services/tabular/xlsx"
)

const (
	contentPart = "content.xml"
	ratioFrom   = 16 << 20
	mostParts   = 10_000
	mostSheets  = 1_000
)

// Book is an open workbook. It is immutable and safe for concurrent use.
type Book struct {
	content *zip.File
	limits  xlsx.Limits
	size    int64
	sheets  []sheet // all of them, in order
}

type sheet struct {
	name, style string
	merged      bool // has cells over several rows or columns
	hidden      bool
}

// Open reads a workbook's directory and the names of its sheets. The sizes that
// the archive declares are looked at first; the zip reader holds parts to them.
// Errors: xlsx.ErrBroken, ErrTooLarge, ErrNotWorkbook when no sheet is visible.
func Open(r io.ReaderAt, size int64, limits xlsx.Limits) (*Book, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", xlsx.ErrBroken, err)
	}
	b := &Book{limits: limits, size: size}
	for _, f := range archive.File {
		if f.Name == contentPart {
			b.content = f
		}
	}
	switch {
	case len(archive.File) > mostParts:
		return nil, xlsx.ErrTooLarge
	case b.content == nil:
		return nil, xlsx.ErrNotWorkbook
	case b.outOfProportion(b.content.UncompressedSize64):
		return nil, xlsx.ErrTooLarge
	}
	if err := b.list(); err != nil {
		return nil, err
	}
	if len(b.Sheets()) == 0 {
		return nil, xlsx.ErrNotWorkbook
	}
	return b, nil
}

// outOfProportion tells bombs by what comes out of them.
func (b *Book) outOfProportion(out uint64) bool {
	return out > uint64(b.limits.Unpacked) || out > ratioFrom && out/uint64(b.limits.Ratio) > uint64(b.size)
}

// Sheets lists the visible sheets, in their order.
func (b *Book) Sheets() []string {
	var names []string
	for _, s := range b.sheets {
		if !s.hidden {
			names = append(names, s.name)
		}
	}
	return names
}

// find gives a sheet's rank among all.
func (b *Book) find(name string) (int, bool) {
	for i, s := range b.sheets {
		if !s.hidden && s.name == name {
			return i, true
		}
	}
	return 0, false
}

var (
	nameOf   = regexp.MustCompile(`\stable:name="([^"]*)"`)
	styleOf  = regexp.MustCompile(`\stable:style-name="([^"]*)"`)
	styled   = regexp.MustCompile(`\sstyle:name="([^"]*)"`)
	unseen   = regexp.MustCompile(`\stable:display="false"`)
	spanning = regexp.MustCompile(`\stable:number-(?:rows|columns)-spanned="(?:[2-9]|[1-9]\d+)"`)
)

// list finds the sheets by their tags alone, many times faster than by parsing
// what is between.
func (b *Book) list() error {
	r, err := b.content.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", xlsx.ErrBroken, err)
	}
	defer func() { _ = r.Close() }()
	hidden, style := map[string]bool{}, ""
	err = tags(r, func(tag []byte) error {
		switch {
		case bytes.HasPrefix(tag, []byte("style:style ")):
			style = capture(styled, tag)
		case bytes.HasPrefix(tag, []byte("style:table-properties ")):
			hidden[style] = hidden[style] || unseen.Match(tag)
		case bytes.HasPrefix(tag, []byte("table:table ")):
			if len(b.sheets) == mostSheets {
				return xlsx.ErrTooLarge
			}
			b.sheets = append(b.sheets, sheet{name: capture(nameOf, tag), style: capture(styleOf, tag)})
		case bytes.HasPrefix(tag, []byte("table:table-cell ")) && len(b.sheets) > 0:
			last := &b.sheets[len(b.sheets)-1]
			last.merged = last.merged || spanning.Match(tag)
		}
		return nil
	})
	for i := range b.sheets {
		b.sheets[i].hidden = hidden[b.sheets[i].style]
	}
	return err
}

func capture(pattern *regexp.Regexp, tag []byte) string {
	if m := pattern.FindSubmatch(tag); m != nil {
		return html.UnescapeString(string(m[1]))
	}
	return ""
}

const longestTag = 64 << 10

// tags calls with the inside of every tag that is not longer than any may be.
func tags(r io.Reader, with func(tag []byte) error) error {
	in := bufio.NewReaderSize(r, longestTag)
	for {
		for _, end := range []byte{'<', '>'} {
			piece, err := in.ReadSlice(end)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice(end)
				piece = nil
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("%w: %w", xlsx.ErrBroken, err)
			}
			if end == '>' && len(piece) > 0 {
				if err := with(piece[:len(piece)-1]); err != nil {
					return err
				}
			}
		}
	}
}
