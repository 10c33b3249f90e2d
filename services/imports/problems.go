package imports

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
)

// Group gathers the problems of one kind in one column.
type Group struct {
	Key      string         `json:"key"`
	Column   string         `json:"column,omitempty"` // target column
	Severity Severity       `json:"severity"`
	Count    int64          `json:"count"`
	Lines    []int          `json:"lines"`            // the first ones
	Values   []string       `json:"values,omitempty"` // what the file says there, the first different ones
	Args     map[string]any `json:"args,omitempty"`   // of the first
}

const (
	groupLines  = 5
	groupValues = 3
)

type groupKey struct {
	key, column string
	severity    Severity
}

// ledger takes down the problems of a run: grouped in memory, in full to w, one
// JSON object a line, whatever their number.
type ledger struct {
	groups map[groupKey]*Group
	w      *bufio.Writer
	json   *json.Encoder
}

func newLedger(w io.Writer) *ledger {
	buffered := bufio.NewWriterSize(w, 64<<10)
	return &ledger{groups: map[groupKey]*Group{}, w: buffered, json: json.NewEncoder(buffered)}
}

func (l *ledger) add(p Problem) error {
	key := groupKey{p.Key, p.Column, p.Severity}
	g := l.groups[key]
	if g == nil {
		g = &Group{Key: p.Key, Column: p.Column, Severity: p.Severity, Args: p.Args}
		l.groups[key] = g
	}
	g.Count++
	if len(g.Lines) < groupLines {
		g.Lines = append(g.Lines, p.Line)
	}
	if p.Value != "" && len(g.Values) < groupValues && !slices.Contains(g.Values, p.Value) {
		g.Values = append(g.Values, p.Value)
	}
	return l.json.Encode(p)
}

func (l *ledger) flush() error { return l.w.Flush() }

// list gives the groups: what is left out first, the most frequent first.
func (l *ledger) list() []Group {
	list := make([]Group, 0, len(l.groups))
	for _, g := range l.groups {
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b Group) int {
		switch {
		case a.Severity != b.Severity && a.Severity == Rejected:
			return -1
		case a.Severity != b.Severity:
			return 1
		case a.Count != b.Count:
			return int(b.Count - a.Count)
		}
		return slices.Compare([]string{a.Key, a.Column}, []string{b.Key, b.Column})
	})
	return list
}
