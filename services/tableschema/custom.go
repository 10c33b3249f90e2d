package tableschema

import (
	"bytes"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"acvdata/services/fault"
)

// customCheck is a check of Validata that a schema asks for.
type customCheck struct {
	name    string
	column  string
	others  []string
	op      string
	flagged bool // year-interval-value: a year alone will do
}

// rowCheck checks the row whose cells were just read.
type rowCheck func(row int)

// single are the checks of one cell, with what each accepts and says.
var single = map[string]struct {
	good func(cell string) bool
	key  string
}{
	"french-siret-value":       {isSIRET, "tableschema.custom.siret"},
	"french-siren-value":       {isSIREN, "tableschema.custom.siren"},
	"phone-number-value":       {isPhone, "tableschema.custom.phone"},
	"opening-hours-value":      {isOpeningHours, "tableschema.custom.opening_hours"},
	"nomenclature-actes-value": {isAct, "tableschema.custom.act"},
}

// rawCheck is a check as schemas write it: parameters apart, or beside the name.
type rawCheck struct {
	Name   string          `json:"name"`
	Type   string          `json:"type"`
	Params json.RawMessage `json:"params"`
}

// addChecks reads custom_checks.
func (s *Schema) addChecks(raw json.RawMessage) error {
	var list []json.RawMessage
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil
	}
	if err := json.Unmarshal(raw, &list); err != nil || len(list) > mostChecks {
		return fault.New(fault.Invalid, "tableschema.fault.custom_checks", fault.Because(err))
	}
	for _, item := range list {
		var head rawCheck
		if err := json.Unmarshal(item, &head); err != nil {
			return fault.New(fault.Invalid, "tableschema.fault.custom_checks", fault.Because(err))
		}
		params := item
		if len(head.Params) > 0 {
			params = head.Params
		}
		if head.Name == "" {
			head.Name = head.Type
		}
		s.addCheck(head.Name, params)
	}
	return nil
}

// addCheck keeps a check, or says in the report that it is not made.
func (s *Schema) addCheck(name string, raw json.RawMessage) {
	var p struct {
		Column   text  `json:"column"`
		Column1  text  `json:"column1"`
		Column2  text  `json:"column2"`
		Others   texts `json:"othercolumns"`
		Columns  texts `json:"columns"`
		Op       text  `json:"op"`
		YearOnly text  `json:"allow-year-only"`
		YearFlag flag  `json:"allow_year_only"`
	}
	err := json.Unmarshal(raw, &p)
	c := customCheck{name: name, column: string(p.Column), op: string(p.Op)}
	if c.column == "" {
		c.column = string(p.Column1)
	}
	c.others = slices.Concat([]string(p.Others), []string(p.Columns))
	if p.Column2 != "" {
		c.others = append(c.others, string(p.Column2))
	}
	c.flagged = bool(p.YearFlag) || p.YearOnly == "true" || p.YearOnly == "yes"
	if err != nil || !c.possible(s) {
		s.note("tableschema.notice.custom_check", map[string]any{"Check": excerpt(name)})
		return
	}
	s.checks = append(s.checks, c)
}

// possible reports whether the check is known and its columns are fields.
func (c customCheck) possible(s *Schema) bool {
	for _, name := range append([]string{c.column}, c.others...) {
		if s.at(name) < 0 {
			return false
		}
	}
	if _, one := single[c.name]; one || c.name == "year-interval-value" {
		return len(c.others) == 0
	}
	switch c.name {
	case "cohesive-columns-value", "sum-columns-value":
		return len(c.others) > 0
	case "compare-columns-value":
		_, known := operators[c.op]
		return len(c.others) == 1 && known
	case "one-of-required":
		return len(c.others) == 1
	}
	return false
}

// prepare binds a check to the columns of a file. A check whose columns are all
// missing is passed over, as Validata does, but for one-of-required.
func (v *Validator) prepare(c customCheck) rowCheck {
	at := []int{v.schema.at(c.column)}
	for _, name := range c.others {
		at = append(at, v.schema.at(name))
	}
	there := slices.ContainsFunc(at, func(n int) bool { return v.places[n] >= 0 })
	if c.name == "one-of-required" && !there {
		v.add(Error{Type: c.name, Key: "tableschema.custom.one_of_columns", Field: c.column, Args: map[string]any{"Field": excerpt(c.column), "Other": excerpt(c.others[0])}})
		return nil
	}
	if !there {
		return nil
	}
	if one, is := single[c.name]; is {
		return func(row int) { v.each(row, at[0], c.name, one.key, one.good) }
	}
	switch c.name {
	case "year-interval-value":
		return func(row int) { v.years(row, at[0], c.flagged) }
	case "compare-columns-value":
		return func(row int) { v.comparison(row, at[0], at[1], c.op) }
	case "sum-columns-value":
		return func(row int) { v.sum(row, at[0], at[1:]) }
	case "cohesive-columns-value":
		return func(row int) { v.cohesion(row, at) }
	}
	return func(row int) { v.oneOf(row, at[0], at[1]) }
}

func (v *Validator) each(row, n int, name, key string, good func(string) bool) {
	if c := &v.cells[n]; c.filled() && !good(c.raw) {
		v.fail(n, row, *c, name, key, nil)
	}
}

// years wants "2019/2023", the second year later than the first, or a year alone
// where the schema lets it.
func (v *Validator) years(row, n int, alone bool) {
	c := &v.cells[n]
	if !c.filled() || alone && len(c.raw) == 4 && isDigits(c.raw) {
		return
	}
	from, to, found := strings.Cut(c.raw, "/")
	switch {
	case !found || len(from) != 4 || len(to) != 4 || !isDigits(from+to):
		v.fail(n, row, *c, "year-interval-value", "tableschema.custom.years", nil)
	case to <= from:
		v.fail(n, row, *c, "year-interval-value", "tableschema.custom.years_order", nil)
	}
}

// operators of a comparison, with what holds and the message when it does not.
var operators = map[string]struct {
	holds func(int) bool
	key   string
}{
	">":  {func(c int) bool { return c > 0 }, "tableschema.custom.greater"},
	">=": {func(c int) bool { return c >= 0 }, "tableschema.custom.greater_or_equal"},
	"==": {func(c int) bool { return c == 0 }, "tableschema.custom.equal"},
	"<=": {func(c int) bool { return c <= 0 }, "tableschema.custom.less_or_equal"},
	"<":  {func(c int) bool { return c < 0 }, "tableschema.custom.less"},
}

// comparison compares numbers as numbers, days as days, the rest as texts; a
// number and a text cannot be compared.
func (v *Validator) comparison(row, n, m int, op string) {
	a, b := &v.cells[n], &v.cells[m]
	if !a.filled() || !b.filled() {
		return
	}
	x, y := numeric(a.value), numeric(b.value)
	args := map[string]any{"Other": excerpt(v.schema.Fields[m].Name), "Value": excerpt(b.raw)}
	if x.order != y.order {
		v.fail(n, row, *a, "compare-columns-value", "tableschema.custom.not_comparable", args)
		return
	}
	if !operators[op].holds(x.compare(y)) {
		v.fail(n, row, *a, "compare-columns-value", operators[op].key, args)
	}
}

// numeric takes a text of figures for a number.
func numeric(v value) value {
	if v.order == byText {
		if number, ok := (numbers{decimal: ".", bare: true}).read(v.text); ok {
			return number
		}
	}
	return v
}

// sum wants a column to hold the sum of others, to the last figure.
func (v *Validator) sum(row, n int, parts []int) {
	whole, ok := exact(v.cells[n])
	if !ok {
		return
	}
	total := new(big.Rat)
	names := make([]string, len(parts))
	for i, p := range parts {
		part, ok := exact(v.cells[p])
		if !ok {
			return
		}
		total.Add(total, part)
		names[i] = v.schema.Fields[p].Name
	}
	if total.Cmp(whole) != 0 {
		v.fail(n, row, v.cells[n], "sum-columns-value", "tableschema.custom.sum", map[string]any{
			"Columns": excerpt(strings.Join(names, ", ")), "Sum": strings.ReplaceAll(strings.TrimSuffix(strings.TrimRight(total.FloatString(6), "0"), "."), ".", ","),
		})
	}
}

// exact is the number in a cell; false when it holds none, or one too long to add.
func exact(c cell) (*big.Rat, bool) {
	const longest = 40
	v := numeric(c.value)
	if !c.filled() || v.order != byNumber || len(v.text) > longest || strings.ContainsAny(v.text, "eEnN") {
		return nil, false
	}
	return new(big.Rat).SetString(v.text)
}

// cohesion wants columns to be all filled, or all empty.
func (v *Validator) cohesion(row int, at []int) {
	filled := 0
	names := make([]string, len(at))
	for i, n := range at {
		names[i] = v.schema.Fields[n].Name
		if c := &v.cells[n]; c.there && !c.absent {
			filled++
		}
	}
	if filled > 0 && filled < len(at) {
		v.fail(at[0], row, v.cells[at[0]], "cohesive-columns-value", "tableschema.custom.cohesive", map[string]any{"Columns": excerpt(strings.Join(names, ", "))})
	}
}

// oneOf wants one column of two to be filled.
func (v *Validator) oneOf(row, n, m int) {
	if v.cells[n].absent && v.cells[m].absent {
		v.fail(n, row, v.cells[n], "one-of-required", "tableschema.custom.one_of", map[string]any{"Other": excerpt(v.schema.Fields[m].Name)})
	}
}
