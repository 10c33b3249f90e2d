package cql

import (
	"strconv"
	"strings"
)

// ParseText reads an expression of CQL2 text.
func ParseText(s string) (Expr, error) {
	if len(s) > mostBytes {
		return nil, failed("cql.fault.deep", nil)
	}
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &parser{source: s, tokens: tokens}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != ends {
		return nil, p.unexpected("cql.word.operator")
	}
	return e, nil
}

// parser reads tokens from the loosest binding to the tightest: OR, AND, NOT,
// comparisons, sums, products, powers, values.
type parser struct {
	source string
	tokens []token
	at     int
	depth  int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != ends {
		p.at++
	}
	return t
}

// skip takes the next token if it is this one.
func (p *parser) skip(what string) bool {
	if p.peek().is(what) {
		p.at++
		return true
	}
	return false
}

func (p *parser) want(what string) error {
	if p.skip(what) {
		return nil
	}
	return p.refuse(Word{Key: "cql.word.punctuation", Sign: what})
}

func (p *parser) unexpected(wanted string) error { return p.refuse(Word{Key: wanted}) }

func (p *parser) refuse(wanted Word) error {
	t := p.peek()
	if t.kind == ends {
		return failed("cql.fault.end", map[string]any{"Wanted": wanted})
	}
	rest := []rune(p.source[t.at:])
	return failed("cql.fault.unexpected", map[string]any{"Found": string(rest[:min(len(rest), 24)]), "Wanted": wanted})
}

// deeper guards against nesting; the caller gives back what it took.
func (p *parser) deeper() error {
	if p.depth++; p.depth > mostDepth {
		return failed("cql.fault.deep", nil)
	}
	return nil
}

func (p *parser) or() (Expr, error)  { return p.chain("or", p.and) }
func (p *parser) and() (Expr, error) { return p.chain("and", p.not) }

// chain reads operands parted by one word, as one call of many.
func (p *parser) chain(op string, operand func() (Expr, error)) (Expr, error) {
	first, err := operand()
	if err != nil || !p.peek().is(op) {
		return first, err
	}
	all := &Call{Op: op, Args: []Expr{first}}
	for p.skip(op) {
		e, err := operand()
		if err != nil {
			return nil, err
		}
		all.Args = append(all.Args, e)
	}
	return all, nil
}

func (p *parser) not() (Expr, error) {
	if !p.skip("not") {
		return p.comparison()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	e, err := p.not()
	if err != nil {
		return nil, err
	}
	return &Call{"not", []Expr{e}}, nil
}

// comparison reads a value and what is asked of it, if anything is.
func (p *parser) comparison() (Expr, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	for _, op := range []string{"=", "<>", "<=", ">=", "<", ">"} {
		if p.skip(op) {
			right, err := p.sum()
			return &Call{op, []Expr{left, right}}, err
		}
	}
	if p.skip("is") {
		negated := p.skip("not")
		if !p.skip("null") {
			return nil, p.refuse(Word{Key: "cql.word.punctuation", Sign: "NULL"})
		}
		return negate(&Call{"isNull", []Expr{left}}, negated), nil
	}
	negated := p.peek().is("not")
	if negated {
		p.at++
	}
	e, err := p.asked(left)
	if err == nil && e == nil {
		if negated {
			return nil, p.unexpected("cql.word.operator")
		}
		return left, nil
	}
	return negate(e, negated), err
}

// asked reads LIKE, BETWEEN or IN; nil when none follows.
func (p *parser) asked(left Expr) (Expr, error) {
	switch {
	case p.skip("like"):
		pattern, err := p.sum()
		return &Call{"like", []Expr{left, pattern}}, err
	case p.skip("between"):
		low, err := p.sum()
		if err == nil {
			err = p.want("and")
		}
		if err != nil {
			return nil, err
		}
		high, err := p.sum()
		return &Call{"between", []Expr{left, low, high}}, err
	case p.skip("in"):
		if err := p.want("("); err != nil {
			return nil, err
		}
		items, err := p.list(")")
		return &Call{"in", []Expr{left, &Array{items}}}, err
	}
	return nil, nil //nolint:nilnil // nothing is asked
}

func negate(e Expr, negated bool) Expr {
	if negated {
		return &Call{"not", []Expr{e}}
	}
	return e
}

// list reads expressions parted by commas up to a closing sign.
func (p *parser) list(end string) (items []Expr, err error) {
	if p.skip(end) {
		return nil, nil
	}
	for {
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		items = append(items, e)
		if !p.skip(",") {
			return items, p.want(end)
		}
	}
}

func (p *parser) sum() (Expr, error)     { return p.operators(p.product, "+", "-") }
func (p *parser) product() (Expr, error) { return p.operators(p.power, "*", "/", "%", "div") }

// operators reads operands joined by operators of one rank, from the left.
func (p *parser) operators(operand func() (Expr, error), ops ...string) (Expr, error) {
	left, err := operand()
	for err == nil {
		op := ""
		for _, o := range ops {
			if p.skip(o) {
				op = o
				break
			}
		}
		if op == "" {
			break
		}
		var right Expr
		right, err = operand()
		left = &Call{op, []Expr{left, right}}
	}
	return left, err
}

func (p *parser) power() (Expr, error) {
	base, err := p.value()
	if err != nil || !p.skip("^") {
		return base, err
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	exponent, err := p.power()
	return &Call{"^", []Expr{base, exponent}}, err
}

// value reads a literal, a field, a call, or an expression between brackets.
func (p *parser) value() (Expr, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	switch t := p.peek(); {
	case t.kind == text:
		p.at++
		return &Literal{t.text}, nil
	case t.kind == number:
		p.at++
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, failed("cql.fault.number", map[string]any{"Found": t.text})
		}
		return &Literal{n}, nil
	case t.kind == quoted:
		p.at++
		return &Property{t.text}, nil
	case p.skip("("):
		e, err := p.or()
		if err == nil {
			err = p.want(")")
		}
		return e, err
	case p.skip("["):
		items, err := p.list("]")
		return &Array{items}, err
	case p.skip("-"):
		return p.negative()
	case p.skip("+"):
		return p.value()
	case t.kind == word && !reserved[strings.ToLower(t.text)]:
		return p.named()
	}
	return nil, p.unexpected("cql.word.expression")
}

// reserved words are no fields, unless quoted.
var reserved = map[string]bool{
	"and": true, "or": true, "not": true, "like": true, "between": true, "in": true, "is": true, "div": true,
}

func (p *parser) negative() (Expr, error) {
	e, err := p.value()
	if l, ok := e.(*Literal); ok {
		if n, ok := l.Value.(float64); ok {
			return &Literal{-n}, err
		}
	}
	return &Call{"-", []Expr{&Literal{0.0}, e}}, err
}
