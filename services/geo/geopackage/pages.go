package geopackage

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Sizes and places of SQLite's file format, sections 1.3 and 1.5. The numbers of
// pages start at 1.
const (
	pageSize   = 4096
	lockPage   = 1<<30/pageSize + 1 // where systems lock the file: never used
	countPlace = 28                 // of the header: how many pages there are
	linkSize   = 4                  // a page's number
)

// pages adds pages to a database that nobody has open.
type pages struct {
	file    *os.File
	out     *bufio.Writer // at the end
	next    uint32        // number of the page that is written next
	scratch [pageSize]byte
}

func openPages(path string) (*pages, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	stat, err := file.Stat()
	if err == nil && stat.Size()%pageSize != 0 {
		err = fmt.Errorf("a database of %d bytes", stat.Size())
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	p := &pages{file: file, next: uint32(stat.Size()/pageSize) + 1}
	p.out = bufio.NewWriterSize(io.NewOffsetWriter(file, stat.Size()), 256<<10)
	return p, nil
}

// following is the number of the page behind another.
func following(page uint32) uint32 {
	if page+1 == lockPage {
		return page + 2
	}
	return page + 1
}

// add writes a page at the end and gives its number.
func (p *pages) add(page []byte) (number uint32, err error) {
	if p.next == lockPage {
		if _, err := p.out.Write(make([]byte, pageSize)); err != nil {
			return 0, err
		}
		p.next++
	}
	number = p.next
	p.next++
	_, err = p.out.Write(page)
	return number, err
}

// put writes a page in the place of one that is there.
func (p *pages) put(number uint32, page []byte) error {
	_, err := p.file.WriteAt(page, int64(number-1)*pageSize)
	return err
}

// overflow writes the end of a record that a page does not hold, and gives the
// number of its first page.
func (p *pages) overflow(rest []byte) (first uint32, err error) {
	for len(rest) > 0 {
		clear(p.scratch[:])
		rest = rest[copy(p.scratch[linkSize:], rest):]
		own := p.next
		if own == lockPage {
			own++
		}
		if len(rest) > 0 {
			binary.BigEndian.PutUint32(p.scratch[:], following(own))
		}
		if _, err := p.add(p.scratch[:]); err != nil {
			return 0, err
		}
		if first == 0 {
			first = own
		}
	}
	return first, nil
}

// finish says in the header how many pages there are.
func (p *pages) finish() error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	_, err := p.file.WriteAt(binary.BigEndian.AppendUint32(nil, p.next-1), countPlace)
	return err
}
