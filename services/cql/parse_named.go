package cql

import (
	"strings"

	"github.com/peterstace/simplefeatures/geom"
)

// shapes are the words WKT starts with.
var shapes = map[string]bool{
	"point": true, "linestring": true, "polygon": true, "multipoint": true, "multilinestring": true, "multipolygon": true,
	"geometrycollection": true,
}

// named reads what starts with a name: a constant, a date, a geometry, a call, or
// a field.
func (p *parser) named() (Expr, error) {
	t := p.take()
	name := strings.ToLower(t.text)
	switch name {
	case "true", "false":
		return &Literal{name == "true"}, nil
	case "null":
		return &Literal{nil}, nil
	}
	if shapes[name] && p.startsShape() {
		return p.wkt(t)
	}
	if !p.peek().is("(") {
		return &Property{t.text}, nil
	}
	p.at++
	switch name {
	case "date", "timestamp":
		return p.instant(name == "date")
	case "interval":
		return p.interval()
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	if name == "bbox" || name == "envelope" {
		return boxOf(args)
	}
	return called(t.text, args), nil
}

// startsShape reports whether a shape's name is followed by one: a field may be
// called "point".
func (p *parser) startsShape() bool {
	for _, what := range []string{"(", "z", "m", "zm", "empty"} {
		if p.peek().is(what) {
			return true
		}
	}
	return false
}

func (p *parser) instant(day bool) (Expr, error) {
	t := p.take()
	if t.kind != text {
		p.at--
		return nil, p.unexpected("cql.word.instant")
	}
	i, ok := parseInstant(t.text, day)
	if !ok {
		return nil, failed("cql.fault.instant", map[string]any{"Found": t.text})
	}
	return &Literal{i}, p.want(")")
}

// interval reads "'2026-01-01','..')": ends are dates, moments, open, fields.
func (p *parser) interval() (Expr, error) {
	ends, err := p.list(")")
	if err != nil {
		return nil, err
	}
	return intervalOf(ends)
}

func intervalOf(ends []Expr) (Expr, error) {
	if len(ends) != 2 {
		return nil, wrongCount("INTERVAL")
	}
	for i, e := range ends {
		l, literal := e.(*Literal)
		if !literal {
			continue
		}
		switch v := l.Value.(type) {
		case string:
			if v == ".." || v == "" {
				ends[i] = nil
				continue
			}
			at, ok := anyInstant(v)
			if !ok {
				return nil, failed("cql.fault.instant", map[string]any{"Found": v})
			}
			ends[i] = &Literal{at}
		case Instant:
		default:
			return nil, wrongType("INTERVAL", "cql.word.instant")
		}
	}
	return &Interval{ends[0], ends[1]}, nil
}

// boxOf reads the four or six numbers of a box; heights are ignored.
func boxOf(args []Expr) (Expr, error) {
	numbers := make([]float64, len(args))
	for i, e := range args {
		l, _ := e.(*Literal)
		if l == nil {
			return nil, wrongType("BBOX", "cql.word.number")
		}
		n, ok := l.Value.(float64)
		if !ok {
			return nil, wrongType("BBOX", "cql.word.number")
		}
		numbers[i] = n
	}
	if len(numbers) == 6 {
		numbers = []float64{numbers[0], numbers[1], numbers[3], numbers[4]}
	}
	if len(numbers) != 4 {
		return nil, wrongCount("BBOX")
	}
	g, err := box(numbers[0], numbers[1], numbers[2], numbers[3])
	if err != nil {
		return nil, failed("cql.fault.geometry", map[string]any{"Found": "BBOX"})
	}
	return &Literal{g}, nil
}

// wkt hands the text of a geometry, up to the bracket that closes it, to the
// library.
func (p *parser) wkt(first token) (Expr, error) {
	for p.peek().kind == word { // Z, M, ZM, EMPTY
		if p.take().is("empty") {
			return geometry(p.source[first.at:p.tokens[p.at-1].at+len("empty")], first.text)
		}
	}
	open := 0
	for {
		switch t := p.take(); {
		case t.kind == ends:
			return nil, p.refuse(Word{Key: "cql.word.punctuation", Sign: ")"})
		case t.is("("):
			open++
		case t.is(")"):
			if open--; open == 0 {
				return geometry(p.source[first.at:t.at+1], first.text)
			}
		}
		if open == 0 {
			return nil, p.refuse(Word{Key: "cql.word.punctuation", Sign: "("})
		}
	}
}

func geometry(wkt, shape string) (Expr, error) {
	g, err := geom.UnmarshalWKT(wkt)
	if err != nil {
		return nil, failed("cql.fault.geometry", map[string]any{"Found": strings.ToUpper(shape)})
	}
	return &Literal{g.Force2D()}, nil
}
