package cql

import (
	"github.com/peterstace/simplefeatures/geom"
)

// Type is what a field or an expression holds.
type Type string

// The types of fields; the others are those of expressions.
const (
	Text    Type = "text"    // string
	Number  Type = "number"  // float64
	Boolean Type = "boolean" // bool
	Time    Type = "time"    // Instant
	Shape   Type = "shape"   // geom.Geometry, in degrees (WGS 84)
	Span    Type = "span"    // of Between
	List    Type = "list"    // []any of values of the types above

	nothing Type = "nothing" // NULL
)

// Fields are the fields of a collection by name.
type Fields map[string]Field

// Field is a field: Value is what Row.Value takes to give its value.
type Field struct {
	Type  Type
	Value int
}

// Row gives the values of a row: of the Go type of the field, or nil.
type Row interface{ Value(at int) any }

// Coded is a row of values kept once each, by code: a condition on one field is
// then answered once a value. Codes are small, and of equal values equal.
type Coded interface {
	Row
	Code(at int) (code uint32, known bool)
}

// Filter tells whether a row passes. It remembers answers: it is not for several
// goroutines at once, nor, with coded rows, for rows of two tables.
type Filter func(Row) bool

// Compile binds an expression to the fields of a collection. Names that are no
// field, and operators that do not apply to their operands, are an *Error.
func Compile(e Expr, fields Fields) (Filter, error) {
	n, err := (&compiler{fields}).node(e)
	if err != nil {
		return nil, err
	}
	if n.is != Boolean && n.is != nothing {
		return nil, failed("cql.fault.condition", nil)
	}
	return func(r Row) bool {
		passes, _ := n.eval(r).(bool)
		return passes
	}, nil
}

// node is an expression ready to run. eval gives a value of its type, or nil
// when it is not known.
type node struct {
	is      Type
	eval    func(Row) any
	literal bool // the same for every row
	uses    field
}

// field is which field a node depends on: none, one (its Value + 1), or several.
type field int

const several field = -1

func (f field) with(g field) field {
	switch {
	case f == g || g == 0:
		return f
	case f == 0:
		return g
	}
	return several
}

type compiler struct{ fields Fields }

func (c *compiler) node(e Expr) (node, error) {
	switch x := e.(type) {
	case *Literal:
		return constant(typeOf(x.Value), x.Value), nil
	case *Property:
		f, known := c.fields[x.Name]
		if !known {
			return node{}, failed("cql.fault.property", map[string]any{"Name": x.Name})
		}
		return node{is: f.Type, eval: func(r Row) any { return r.Value(f.Value) }, uses: field(f.Value + 1)}, nil
	case *Array:
		return c.array(x)
	case *Interval:
		return c.interval(x)
	case *Call:
		return c.call(x)
	}
	return node{}, failed("cql.fault.condition", nil)
}

func constant(is Type, v any) node {
	return node{is: is, eval: func(Row) any { return v }, literal: true}
}

func typeOf(v any) Type {
	switch v.(type) {
	case string:
		return Text
	case float64:
		return Number
	case bool:
		return Boolean
	case Instant:
		return Time
	case geom.Geometry:
		return Shape
	}
	return nothing
}

func (c *compiler) nodes(all []Expr) (list []node, err error) {
	for _, e := range all {
		n, err := c.node(e)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// array gives lists as []any.
func (c *compiler) array(a *Array) (node, error) {
	items, err := c.nodes(a.Items)
	return node{is: List, uses: used(items), eval: func(r Row) any {
		values := make([]any, len(items))
		for i, n := range items {
			values[i] = n.eval(r)
		}
		return values
	}}, err
}

// operator makes a node of operands that are already counted.
type operator struct {
	operands int // at least 2 when many is true
	many     bool
	make     func(op string, args []node) (node, error)
}

// operators are those of CQL2 by name; functions are none of them.
var operators = makers()

func (c *compiler) call(x *Call) (node, error) {
	o, known := operators[x.Op]
	if !known {
		return node{}, failed("cql.fault.function", map[string]any{"Name": x.Op})
	}
	if len(x.Args) < o.operands || len(x.Args) > o.operands && !o.many {
		return node{}, wrongCount(x.Op)
	}
	if x.Op == "in" {
		return c.in(x)
	}
	args, err := c.nodes(x.Args)
	if err != nil {
		return node{}, err
	}
	n, err := o.make(x.Op, args)
	n.uses = used(args)
	return n.remembering(), err
}

func used(nodes []node) (f field) {
	for _, n := range nodes {
		f = f.with(n.uses)
	}
	return f
}

// remembering keeps the answers of a condition on one field, by code.
func (n node) remembering() node {
	if n.is != Boolean || n.uses <= 0 {
		return n
	}
	at, eval := int(n.uses-1), n.eval
	var answers []byte // 1 + the answer's place below; 0 where it was not asked yet
	known := []any{nil, false, true}
	n.eval = func(r Row) any {
		coded, ok := r.(Coded)
		if !ok {
			return eval(r)
		}
		code, ok := coded.Code(at)
		if !ok {
			return eval(r)
		}
		for int(code) >= len(answers) {
			answers = append(answers, make([]byte, 1+len(answers))...)
		}
		if answers[code] == 0 {
			answers[code] = 1
			if v, sure := eval(r).(bool); sure {
				answers[code] = 2 + byte(rank(v))
			}
		}
		return known[answers[code]-1]
	}
	return n
}

// makers says how each operator is made.
func makers() map[string]operator {
	all := map[string]operator{
		"and": {2, true, logic}, "or": {2, true, logic}, "not": {1, false, not}, "isNull": {1, false, isNull},
		"like": {2, false, like}, "between": {3, false, between}, "in": {2, false, nil},
		"casei": {1, false, folding}, "accenti": {1, false, folding},
	}
	for op := range comparisons {
		all[op] = operator{2, false, compare}
	}
	for op := range sums {
		all[op] = operator{2, false, arithmetic}
	}
	for op := range relations {
		all[op] = operator{2, false, temporal}
	}
	for op := range overlays {
		all[op] = operator{2, false, spatial}
	}
	for op := range inclusions {
		all[op] = operator{2, false, inclusion}
	}
	return all
}
