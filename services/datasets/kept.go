package datasets

// kept is how values that many rows share are written, by the codes that rows
// carry: a species is escaped once, not for each of its ten thousand trees. Only the
// first values of a field are kept, and a bounded number of bytes. nil keeps
// nothing. Not safe for concurrent use.
type kept struct {
	cells [][][]byte // by field, by code; nil for what was not written yet
	room  int        // bytes that may still be kept
}

const (
	keptCodes = 4096    // of a field
	keptBytes = 4 << 20 // of all fields together, slices included
	keptSlice = 24      // bytes of a slice's own
)

func newKept(fields []Field) *kept {
	return &kept{cells: make([][][]byte, len(fields)), room: keptBytes}
}

// get gives how a row's value of a field is written, when it is known.
func (k *kept) get(r Row, field int) (cell []byte, known bool) {
	if k == nil || field >= len(r.Codes) {
		return nil, false
	}
	code, cells := r.Codes[field], k.cells[field]
	if code >= uint32(len(cells)) {
		return nil, false
	}
	return cells[code], cells[code] != nil
}

// keep remembers how a row's value of a field is written.
func (k *kept) keep(r Row, field int, cell []byte) {
	if k == nil || field >= len(r.Codes) || r.Codes[field] >= keptCodes {
		return
	}
	code := int(r.Codes[field])
	more := max(0, code+1-len(k.cells[field]))
	if k.room -= len(cell) + more*keptSlice; k.room < 0 {
		return
	}
	k.cells[field] = append(k.cells[field], make([][]byte, more)...)
	k.cells[field][code] = append([]byte{}, cell...)
}
