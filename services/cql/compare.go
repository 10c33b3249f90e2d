package cql

import (
	"cmp"
	"math"
	"reflect"
	"slices"
)

// comparisons tells what an operator makes of the order of its operands.
var comparisons = map[string]func(order int) bool{
	"=":  func(o int) bool { return o == 0 },
	"<>": func(o int) bool { return o != 0 },
	"<":  func(o int) bool { return o < 0 },
	">":  func(o int) bool { return o > 0 },
	"<=": func(o int) bool { return o <= 0 },
	">=": func(o int) bool { return o >= 0 },
}

func compare(op string, args []node) (node, error) {
	a, b, err := alike(op, args[0], args[1])
	if err != nil {
		return node{}, err
	}
	holds := comparisons[op]
	if a.is == Shape && op != "=" && op != "<>" {
		return node{}, wrongType(op, "cql.word.same")
	}
	return node{is: Boolean, eval: func(r Row) any {
		x, y := a.eval(r), b.eval(r)
		if x == nil || y == nil {
			return nil
		}
		return holds(order(x, y))
	}}, nil
}

// alike gives two operands of one type. A text that stands beside a time is read
// as one: people and programs leave DATE() out.
func alike(op string, a, b node) (x, y node, err error) {
	switch {
	case a.is == b.is || a.is == nothing || b.is == nothing:
		return a, b, nil
	case a.is == Time && b.is == Text && b.literal:
		b, err = asTime(b)
		return a, b, err
	case b.is == Time && a.is == Text && a.literal:
		a, err = asTime(a)
		return a, b, err
	}
	return a, b, wrongType(op, "cql.word.same")
}

func asTime(n node) (node, error) {
	said, _ := n.eval(nil).(string)
	i, ok := anyInstant(said)
	if !ok {
		return n, failed("cql.fault.instant", map[string]any{"Found": said})
	}
	return constant(Time, i), nil
}

// order compares two values of one type; shapes and lists are equal or not.
func order(a, b any) int {
	switch x := a.(type) {
	case string:
		y, _ := b.(string)
		return cmp.Compare(x, y)
	case float64:
		y, _ := b.(float64)
		return cmp.Compare(x, y)
	case bool:
		y, _ := b.(bool)
		return cmp.Compare(rank(x), rank(y))
	case Instant:
		y, _ := b.(Instant)
		return x.At.Compare(y.At)
	}
	if reflect.DeepEqual(a, b) {
		return 0
	}
	return 1
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func between(op string, args []node) (node, error) {
	low, err := compare(">=", []node{args[0], args[1]})
	if err != nil {
		return node{}, wrongType(op, "cql.word.same")
	}
	high, err := compare("<=", []node{args[0], args[2]})
	if err != nil {
		return node{}, wrongType(op, "cql.word.same")
	}
	return logic("and", []node{low, high})
}

// in is true when the value equals an item; not known when it does not and some
// item is not known.
func (c *compiler) in(x *Call) (node, error) {
	items, ok := x.Args[1].(*Array)
	if !ok {
		return node{}, wrongType(x.Op, "cql.word.list")
	}
	value, err := c.node(x.Args[0])
	if err != nil {
		return node{}, err
	}
	alternatives := []node{constant(Boolean, false), constant(Boolean, false)} // an empty list holds nothing
	for _, e := range items.Items {
		item, err := c.node(e)
		if err != nil {
			return node{}, err
		}
		equal, err := compare("=", []node{value, item})
		if err != nil {
			return node{}, wrongType(x.Op, "cql.word.same")
		}
		equal.uses = value.uses.with(item.uses)
		alternatives = append(alternatives, equal)
	}
	n, err := logic("or", alternatives)
	n.uses = used(alternatives)
	return n.remembering(), err
}

var sums = map[string]func(a, b float64) float64{
	"+":   func(a, b float64) float64 { return a + b },
	"-":   func(a, b float64) float64 { return a - b },
	"*":   func(a, b float64) float64 { return a * b },
	"/":   func(a, b float64) float64 { return a / b },
	"%":   math.Mod,
	"div": func(a, b float64) float64 { return math.Trunc(a / b) },
	"^":   math.Pow,
}

// arithmetic gives nothing where there is no number, as beyond a division by zero.
func arithmetic(op string, args []node) (node, error) {
	for _, n := range args {
		if n.is != Number && n.is != nothing {
			return node{}, wrongType(op, "cql.word.number")
		}
	}
	sum := sums[op]
	return node{is: Number, eval: func(r Row) any {
		a, knownA := args[0].eval(r).(float64)
		b, knownB := args[1].eval(r).(float64)
		if n := sum(a, b); knownA && knownB && !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n
		}
		return nil
	}}, nil
}

// inclusions compare lists, whatever the order of their items.
var inclusions = map[string]func(a, b []any) bool{
	"a_equals":      func(a, b []any) bool { return within(a, b) && within(b, a) },
	"a_contains":    func(a, b []any) bool { return within(b, a) },
	"a_containedby": within,
	"a_overlaps":    func(a, b []any) bool { return slices.ContainsFunc(a, func(x any) bool { return holds(b, x) }) },
}

func within(a, b []any) bool {
	return !slices.ContainsFunc(a, func(x any) bool { return !holds(b, x) })
}

func holds(list []any, x any) bool {
	return slices.ContainsFunc(list, func(y any) bool { return reflect.DeepEqual(x, y) })
}

func inclusion(op string, args []node) (node, error) {
	for i, n := range args {
		if n.literal && n.is != nothing { // ('été') is a list of one, and reads like a value in parentheses
			args[i] = node{is: List, literal: true, eval: func(r Row) any { return []any{n.eval(r)} }}
			continue
		}
		if n.is != List && n.is != nothing {
			return node{}, wrongType(op, "cql.word.list")
		}
	}
	test := inclusions[op]
	return node{is: Boolean, eval: func(r Row) any {
		a, knownA := args[0].eval(r).([]any)
		b, knownB := args[1].eval(r).([]any)
		if !knownA || !knownB {
			return nil
		}
		return test(a, b)
	}}, nil
}
