package tableschema

import (
	"hash/maphash"
	"maps"
	"slices"
	"strings"
)

// MostKeys is how many keys of a file are kept, all keys together; later ones are
// not looked for, and the report says so. A key takes about 40 octets.
const MostKeys = 3_000_000

// uniqueness is what was seen of a file's keys, as hashes of 64 bits: two million
// rows have one chance in nine million to hold a false double.
type uniqueness struct {
	seed    maphash.Seed
	rows    map[uint64]int32   // whole rows, with the line they were met on
	unique  []map[uint64]int32 // by field, nil for one that need not be unique
	primary map[uint64]int32
	others  []map[uint64]int32 // by unique key
	foreign []reference
	keys    int
}

// reference is a foreign key into the same file.
type reference struct {
	targets map[uint64]bool
	waiting map[uint64]*waiting
}

// waiting is a value that no row seen so far has as its target.
type waiting struct {
	row   int
	cell  string
	count int64
}

func (s *Schema) uniqueness() uniqueness {
	u := uniqueness{seed: maphash.MakeSeed(), rows: map[uint64]int32{}, unique: make([]map[uint64]int32, len(s.Fields))}
	for n := range s.Fields {
		if s.Fields[n].unique {
			u.unique[n] = map[uint64]int32{}
		}
	}
	if len(s.primaryKey) > 0 {
		u.primary = map[uint64]int32{}
	}
	for range s.uniqueKeys {
		u.others = append(u.others, map[uint64]int32{})
	}
	for range s.foreignKeys {
		u.foreign = append(u.foreign, reference{targets: map[uint64]bool{}, waiting: map[uint64]*waiting{}})
	}
	return u
}

// seen reports the line a key was met on before, 0 the first time.
func (u *uniqueness) seen(in map[uint64]int32, key uint64, row int) int {
	if before, known := in[key]; known {
		return int(before)
	}
	if u.keys < MostKeys {
		u.keys++
		in[key] = int32(row)
	}
	return 0
}

// keysOf checks what a row may not repeat.
func (v *Validator) keysOf(r Row) {
	if before := v.seen(v.rows, v.hash(r.Cells), r.Number); before > 0 {
		v.add(Error{Type: "duplicate-row", Key: "tableschema.error.duplicate_row", Row: r.Number, Args: map[string]any{"Line": int64(before)}})
	}
	for n, known := range v.unique {
		c := &v.cells[n]
		if known == nil || !c.filled() {
			continue
		}
		if before := v.seen(known, v.hash([]string{c.value.key()}), r.Number); before > 0 {
			v.fail(n, r.Number, *c, "unique-error", "tableschema.error.unique", map[string]any{"Line": int64(before)})
		}
	}
	v.composed(r, v.schema.primaryKey, v.primary, "primary-key")
	for i, key := range v.schema.uniqueKeys {
		v.composed(r, key, v.others[i], "unique-error")
	}
	for i, k := range v.schema.foreignKeys {
		v.refer(r, k, v.foreign[i])
	}
}

// composed checks a key of one or several fields.
func (v *Validator) composed(r Row, key []string, known map[uint64]int32, kind string) {
	there := func(name string) bool { return v.places[v.schema.at(name)] >= 0 }
	if !slices.ContainsFunc(key, there) { // told with the labels
		return
	}
	parts, empty := v.parts(key)
	first := max(v.schema.at(key[0]), 0)
	e := Error{Type: kind, Row: r.Number, Number: v.places[first] + 1, Field: strings.Join(key, ", "), Cell: strings.Join(parts, ", ")}
	if empty == len(key) {
		if kind == "primary-key" {
			e.Key, e.Args = "tableschema.error.primary_empty", map[string]any{"Fields": excerpt(e.Field)}
			v.add(e)
		}
		return
	}
	if before := v.seen(known, v.hash(parts), r.Number); before > 0 {
		e.Key, e.Args = "tableschema.error.key_twice", map[string]any{"Fields": excerpt(e.Field), "Cell": excerpt(e.Cell), "Line": int64(before)}
		v.add(e)
	}
}

// parts gives the values of a key, and how many hold none.
func (v *Validator) parts(key []string) (parts []string, empty int) {
	for _, name := range key {
		c := &v.cells[v.schema.at(name)]
		switch {
		case !c.there || c.absent:
			empty++
			parts = append(parts, "")
		case c.good:
			parts = append(parts, c.value.key())
		default:
			parts = append(parts, c.raw)
		}
	}
	return parts, empty
}

// refer takes a row's own key down, and the one it points to.
func (v *Validator) refer(r Row, k foreignKey, ref reference) {
	target, empty := v.parts(k.referenced)
	if empty < len(target) && v.keys < MostKeys {
		key := v.hash(target)
		if !ref.targets[key] {
			v.keys++
			ref.targets[key] = true
		}
		delete(ref.waiting, key)
	}
	pointer, empty := v.parts(k.fields)
	if empty > 0 {
		return
	}
	key := v.hash(pointer)
	switch w := ref.waiting[key]; {
	case ref.targets[key]:
	case w != nil:
		w.count++
	case v.keys < MostKeys:
		v.keys++
		ref.waiting[key] = &waiting{row: r.Number, cell: strings.Join(pointer, ", "), count: 1}
	}
}

// dangling takes down, at the end, the foreign keys that point nowhere: once a
// value, with how many rows have it.
func (v *Validator) dangling() {
	for i, ref := range v.foreign {
		key := v.schema.foreignKeys[i]
		first := max(v.schema.at(key.fields[0]), 0)
		list := slices.SortedFunc(maps.Values(ref.waiting), func(a, b *waiting) int { return a.row - b.row })
		for _, w := range list {
			v.add(Error{
				Type: "foreign-key", Key: "tableschema.error.foreign_key", Row: w.row, Number: v.places[first] + 1,
				Field: strings.Join(key.fields, ", "), Cell: w.cell, Args: map[string]any{
					"Cell": excerpt(w.cell), "Fields": excerpt(strings.Join(key.referenced, ", ")), "Count": w.count,
				},
			})
		}
	}
}

func (u *uniqueness) hash(parts []string) uint64 {
	var h maphash.Hash
	h.SetSeed(u.seed)
	for _, p := range parts {
		_, _ = h.WriteString(p)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}
