package imports

import (
	"maps"
	"slices"
	"strings"

	"acvdata/services/fault"
	"acvdata/services/tabular"
)

// differs says what makes a file another shape than the reference's; a zero Note
// when nothing does. Headings are compared, whatever their case and accents.
func (r *Reference) differs(d *Detection) Note {
	if d.Shape == r.Shape {
		return Note{}
	}
	var before, now []string
	for _, c := range r.Columns {
		before = append(before, c.Heading)
	}
	for _, c := range d.Columns {
		now = append(now, c.Heading)
	}
	gone, added := missing(before, now), missing(now, before)
	args := fault.Args{"Gone": quoted(gone), "New": quoted(added)}
	switch {
	case len(gone) > 0 && len(added) > 0:
		return Note{Key: "imports.watch.note.columns_other", Args: args}
	case len(gone) > 0:
		return Note{Key: "imports.watch.note.columns_gone", Args: args}
	case len(added) > 0:
		return Note{Key: "imports.watch.note.columns_new", Args: args}
	case d.Format != r.Format:
		return Note{Key: "imports.watch.note.format"}
	}
	return Note{Key: "imports.watch.note.columns_order"}
}

// missing lists the headings of a that b does not have.
func missing(a, b []string) (list []string) {
	for _, heading := range a {
		if !slices.ContainsFunc(b, func(other string) bool { return strings.EqualFold(heading, other) }) {
			list = append(list, heading)
		}
	}
	return list
}

// mostNamed is how many columns a note names.
const mostNamed = 6

func quoted(headings []string) string {
	shown := headings[:min(len(headings), mostNamed)]
	list := make([]string, len(shown))
	for n, heading := range shown {
		list[n] = "«\u00a0" + excerpt(heading) + "\u00a0»"
	}
	text := strings.Join(list, ", ")
	if len(headings) > mostNamed {
		text += "…"
	}
	return text
}

// judge says why a checked file of the reference's shape waits for a person; a
// zero Note when it may be loaded.
func (r *Reference) judge(i *Import, about Description) Note {
	if note := r.columns(i, about); note.Key != "" {
		return note
	}
	counted := func(key string, n int64) Note {
		return Note{Key: key, Args: fault.Args{"Count": n, "Rows": i.Counts.Rows, "Before": r.Rows}}
	}
	switch {
	case i.Counts.Rejected > r.tolerated(i.Counts.Rows):
		return counted("imports.watch.note.rejected", i.Counts.Rejected)
	case i.Counts.Rows*2 < r.Rows:
		return counted("imports.watch.note.fewer", i.Counts.Rows)
	case r.Respected && i.Respected != nil && !*i.Respected:
		return Note{Key: "imports.watch.note.schema"}
	case !about.Free && !r.Fresh && mostlyNew(i.Counts, r.Rows):
		return Note{Key: "imports.watch.note.unknown", Args: fault.Args{"Known": i.Counts.Updated + i.Counts.Unchanged, "Rows": i.Counts.Rows}}
	}
	return Note{}
}

// toleratedShare of a file's rows may be rejected without a person: one in a
// hundred.
const toleratedShare = 100

// tolerated is how many of a file's rows may be rejected: one in a hundred, or
// the share that a person accepted with the file before.
func (r *Reference) tolerated(rows int64) int64 {
	most := rows / toleratedShare
	if r.Rows > 0 {
		most = max(most, r.Rejected*rows/r.Rows)
	}
	return most
}

// mostlyNew reports whether a file knows less than half of the rows it should:
// its identifiers changed, and loading it would double what is there.
func mostlyNew(c Counts, before int64) bool {
	expected := min(c.Rows-c.Rejected, before)
	return expected > 0 && (c.Updated+c.Unchanged)*2 < expected
}

// columns compares what the columns in use hold, as decided on all their cells.
func (r *Reference) columns(i *Import, about Description) Note {
	used := slices.Collect(maps.Values(i.Mapping.Columns))
	used = append(used, i.Mapping.Position.uses()...)
	slices.Sort(used)
	for _, n := range slices.Compact(used) {
		if n >= len(r.Columns) || n >= len(i.Detection.Exact) {
			continue
		}
		before, now := r.Columns[n], &i.Detection.Exact[n]
		if !sameContent(before.Type, now.Type, about.Free) {
			return Note{Key: "imports.watch.note.type", Args: fault.Args{"Column": excerpt(before.Heading)}}
		}
		if before.Order != now.DateOrder && !now.Ambiguous {
			return Note{Key: "imports.watch.note.dates", Args: fault.Args{"Column": excerpt(before.Heading)}}
		}
	}
	return Note{}
}

// sameContent reports whether a column that held one type may hold the other
// without anybody's word. A free target keeps columns by kind; the others read
// numbers of any sort as the number they want.
func sameContent(before, now tabular.Type, free bool) bool {
	if before == now || kindOf(before) == kindOf(now) && before != tabular.Empty && now != tabular.Empty {
		return true
	}
	if free {
		return false
	}
	plain := []tabular.Type{tabular.Integer, tabular.Number, tabular.Year}
	return before == tabular.Empty || slices.Contains(plain, before) && slices.Contains(plain, now)
}

// carry maps a file of another shape as the reference was, by headings, over what
// is suggested for it: a person finds it ready to be looked at.
func (r *Reference) carry(about Description, d *Detection, suggested Mapping) Mapping {
	at := map[int]int{} // column of the reference → column of the file
	for n, c := range r.Columns {
		if found := slices.IndexFunc(d.Columns, func(f FileColumn) bool { return strings.EqualFold(f.Heading, c.Heading) }); found >= 0 {
			at[n] = found
		}
	}
	m := suggested
	m.Columns = maps.Clone(suggested.Columns)
	maps.Copy(m.Options, r.Mapping.Options)
	m.Dates, m.Kinds = moved(r.Mapping.Dates, at), moved(r.Mapping.Kinds, at)
	if about.Free {
		for before, now := range at {
			if _, kept := r.Mapping.Columns[freeName(before)]; !kept {
				delete(m.Columns, freeName(now))
			}
		}
	} else {
		r.carryColumns(&m, at)
	}
	m.Position = r.carryPosition(at, suggested.Position)
	return m
}

// carryColumns gives the reference's columns their places; one of the file feeds
// one thing at most.
func (r *Reference) carryColumns(m *Mapping, at map[int]int) {
	taken := map[int]bool{}
	for name, before := range r.Mapping.Columns {
		if now, found := at[before]; found {
			m.Columns[name], taken[now] = now, true
		}
	}
	maps.DeleteFunc(m.Columns, func(name string, now int) bool {
		before, was := r.Mapping.Columns[name]
		place, found := at[before]
		return taken[now] && (!was || !found || place != now)
	})
}

func (r *Reference) carryPosition(at map[int]int, suggested PositionMapping) PositionMapping {
	p := r.Mapping.Position
	for _, before := range p.uses() {
		if _, found := at[before]; !found {
			return suggested
		}
	}
	p.X, p.Y = at[p.X], at[p.Y]
	return p
}

func moved[T any](by map[int]T, at map[int]int) map[int]T {
	list := map[int]T{}
	for before, value := range by {
		if now, found := at[before]; found {
			list[now] = value
		}
	}
	return list
}
