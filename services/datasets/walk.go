package datasets

import (
	"strconv"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/geo/qk"
)

// Place is where a page of points in a box ended: a point's code (services/geo/qk)
// and its row's own key, which tells points of one place apart. As text it is the
// row's cursor.
type Place struct {
	Code int64
	Key  string
}

// placeMark parts the code and the key of a cursor.
const placeMark = "~"

// String is the cursor.
func (p Place) String() string { return strconv.FormatInt(p.Code, 36) + placeMark + p.Key }

// parsePlace reads a cursor. Whether the key is one of the source's, the source
// knows.
func parsePlace(after string) (*Place, error) {
	code, key, ok := strings.Cut(after, placeMark)
	n, err := strconv.ParseInt(code, 36, 64)
	if !ok || err != nil || key == "" {
		return nil, BadCursor(err)
	}
	return &Place{n, key}, nil
}

// BadCursor is the fault of an After that is none of the source's cursors.
func BadCursor(cause error) error {
	return fault.New(fault.Invalid, "datasets.fault.cursor", fault.Because(cause), fault.On("after", "datasets.fault.cursor", nil))
}

// Stretch is a part of the way through a box: points whose code is in the range,
// behind a place when Behind is set.
type Stretch struct {
	qk.Range

	Behind *Place
}

// cell is more than the side of a code's square, in degrees: codes that the database
// works out may be rounded into the next one.
const cell = 1e-6

// stretches is how many parts a way has at most. Each that is reached is a question to
// the database; fewer of them would hold more points beside the box, each compared
// for nothing.
const stretches = 32

// Walk leads through the points of BBox in the order of their codes, those of one
// code in the order of the key, from After on: what a page costs is then near its
// own rows, however many the box holds. read gives the rows of one stretch, in
// that order and at most limit of them (0: all), and tells how many it gave; the
// stretches also hold points beside the box, which it leaves out. An After that is
// no Place is an invalid fault.
//
// A source keeps an index on its tenant, code and key for it. A point that moves
// between two pages is where it is when its turn comes: it may come twice or not at
// all, as in every list that is read from where the last page ended.
func (f Filter) Walk(read func(s Stretch, limit int) (int, error)) error {
	var behind *Place
	if f.After != "" {
		var err error
		if behind, err = parsePlace(f.After); err != nil {
			return err
		}
	}
	around := *f.BBox
	around.West, around.South = around.West-cell, around.South-cell
	around.East, around.North = around.East+cell, around.North+cell
	ranges, err := qk.Cover(around, stretches)
	if err != nil {
		return badParameter("datasets.fault.bbox", "bbox")
	}
	left := f.Limit
	for _, r := range ranges {
		if behind != nil && r.Hi <= behind.Code {
			continue
		}
		s := Stretch{Range: r}
		if behind != nil && r.Lo <= behind.Code {
			s.Lo, s.Behind = behind.Code, behind
		}
		n, err := read(s, max(left, 0))
		if err != nil {
			return err
		}
		if left -= n; f.Limit > 0 && left <= 0 {
			return nil
		}
	}
	return nil
}
