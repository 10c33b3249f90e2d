package geopackage

import "encoding/binary"

// Pages of a table, section 1.6 of the format.
const (
	leafKind      = 13
	interiorKind  = 5
	leafHeader    = 8
	interiorHead  = 12
	cellPointer   = 2
	mostLocal     = pageSize - 35 // of a record, on its leaf
	leastLocal    = (pageSize-12)*32/255 - 23
	interiorCell  = linkSize + longestVarint
	mostChildren  = (pageSize-interiorHead)/(interiorCell+cellPointer) + 1
	longestVarint = 9
)

// tree fills a table without rows, by ascending keys: leaves are written as they
// fill, what leads to them at the end.
type tree struct {
	pages *pages
	root  uint32 // its page, which SQLite made
	leaf  [pageSize]byte
	cells int // of the leaf
	top   int // where they begin: they are put from its end on
	last  int64
	full  []child
	cell  []byte
}

// child is a written page and the greatest key below it.
type child struct {
	page uint32
	last int64
}

func newTree(p *pages, root uint32) *tree { return &tree{pages: p, root: root, top: pageSize} }

// add puts a record behind the others.
func (t *tree) add(key int64, record []byte) (err error) {
	t.cell = appendVarint(t.cell[:0], uint64(len(record)))
	t.cell = appendVarint(t.cell, uint64(key))
	local := len(record)
	if local > mostLocal {
		if local = leastLocal + (local-leastLocal)%(pageSize-linkSize); local > mostLocal {
			local = leastLocal
		}
	}
	t.cell = append(t.cell, record[:local]...)
	if local < len(record) {
		first, err := t.pages.overflow(record[local:])
		if err != nil {
			return err
		}
		t.cell = binary.BigEndian.AppendUint32(t.cell, first)
	}
	if leafHeader+cellPointer*(t.cells+1)+len(t.cell) > t.top {
		if err := t.flush(); err != nil {
			return err
		}
	}
	t.top -= len(t.cell)
	copy(t.leaf[t.top:], t.cell)
	binary.BigEndian.PutUint16(t.leaf[leafHeader+cellPointer*t.cells:], uint16(t.top))
	t.cells++
	t.last = key
	return nil
}

// page is the leaf as it is written.
func (t *tree) page() []byte {
	head(t.leaf[:], leafKind, t.cells, t.top)
	return t.leaf[:]
}

func head(page []byte, kind byte, cells, top int) {
	page[0] = kind
	binary.BigEndian.PutUint16(page[3:], uint16(cells))
	binary.BigEndian.PutUint16(page[5:], uint16(top))
}

func (t *tree) flush() error {
	number, err := t.pages.add(t.page())
	t.full = append(t.full, child{number, t.last})
	clear(t.leaf[:])
	t.cells, t.top = 0, pageSize
	return err
}

// finish writes the last leaf and what leads to the leaves, the root at its place.
func (t *tree) finish() error {
	if t.cells == 0 {
		return nil
	}
	if len(t.full) == 0 {
		return t.pages.put(t.root, t.page())
	}
	if err := t.flush(); err != nil {
		return err
	}
	level := t.full
	for len(level) > mostChildren {
		// Shared evenly: a page that leads to one other is none.
		var above []child
		n := (len(level) + mostChildren - 1) / mostChildren
		for i := range n {
			below := level[len(level)*i/n : len(level)*(i+1)/n]
			number, err := t.pages.add(interior(below))
			if err != nil {
				return err
			}
			above = append(above, child{number, below[len(below)-1].last})
		}
		level = above
	}
	return t.pages.put(t.root, interior(level))
}

// interior is the page that leads to others: each with its greatest key, the last
// one without.
func interior(below []child) []byte {
	page := make([]byte, pageSize)
	top := pageSize
	var cell []byte
	for i, c := range below[:len(below)-1] {
		cell = appendVarint(binary.BigEndian.AppendUint32(cell[:0], c.page), uint64(c.last))
		top -= len(cell)
		copy(page[top:], cell)
		binary.BigEndian.PutUint16(page[interiorHead+cellPointer*i:], uint16(top))
	}
	head(page, interiorKind, len(below)-1, top)
	binary.BigEndian.PutUint32(page[leafHeader:], below[len(below)-1].page)
	return page
}

// appendVarint writes a number below 2⁵⁶, seven bits a byte, the greatest first.
func appendVarint(b []byte, n uint64) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	var groups [8]byte
	at := len(groups) - 1
	for groups[at] = byte(n & 0x7f); n > 0x7f; {
		n >>= 7
		at--
		groups[at] = byte(n&0x7f) | 0x80
	}
	return append(b, groups[at:]...)
}
