package tableschema

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"acvdata/services/fault"
)

// constraint is one rule of a field about cells that read.
type constraint struct {
	key  string // message key
	args map[string]any
	good func(cell string, v value) bool
}

// order is how constraints are looked at, and errors told.
var order = []string{
	"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern", "enum",
}

// constrain reads the constraints of a field.
func (f *Field) constrain(s *Schema, d *fieldDescriptor) error {
	if len(d.Categories) > 0 {
		f.constraints = append(f.constraints, f.enum(d.Categories))
	}
	for _, name := range order {
		raw, given := d.Constraints[name]
		if !given || string(raw) == "null" {
			continue
		}
		c, err := f.constraint(s, name, raw)
		if err != nil {
			return err
		}
		if c != nil {
			f.constraints = append(f.constraints, *c)
		}
	}
	for name, raw := range d.Constraints {
		var on flag
		switch {
		case name == "required" && json.Unmarshal(raw, &on) == nil:
			f.Required = bool(on)
		case name == "unique" && json.Unmarshal(raw, &on) == nil:
			f.unique = bool(on)
		case !slices.Contains(order, name):
			s.note("tableschema.notice.constraint", map[string]any{"Field": excerpt(f.Name), "Constraint": excerpt(name)})
		}
	}
	return nil
}

func (f *Field) constraint(s *Schema, name string, raw json.RawMessage) (*constraint, error) {
	refused := func(err error) error {
		return fault.New(fault.Invalid, "tableschema.fault.constraint", fault.Because(err),
			fault.With(fault.Args{"Field": excerpt(f.Name), "Constraint": name}))
	}
	switch name {
	case "enum":
		var allowed texts
		if err := json.Unmarshal(raw, &allowed); err != nil || len(allowed) == 0 {
			return nil, refused(err)
		}
		c := f.enum(allowed)
		return &c, nil
	case "pattern":
		var pattern string
		if err := json.Unmarshal(raw, &pattern); err != nil {
			return nil, refused(err)
		}
		good, err := matching(pattern)
		if err != nil {
			s.note("tableschema.notice.pattern", map[string]any{"Field": excerpt(f.Name), "Pattern": excerpt(pattern)})
			return nil, nil //nolint:nilerr,nilnil // told in the report
		}
		return &constraint{key: "tableschema.constraint.pattern", args: map[string]any{"Pattern": excerpt(pattern)}, good: good}, nil
	case "minLength", "maxLength":
		return f.lengthOf(name, raw, refused)
	}
	return f.bound(name, raw, refused)
}

// matching compiles a pattern, which holds for the whole cell. Patterns of real
// schemas look back at groups, which package regexp does not do; those are read by
// regexp2, each cell within patternTime.
func matching(pattern string) (func(string, value) bool, error) {
	whole := "^(?:" + pattern + ")$"
	if quick, err := regexp.Compile(whole); err == nil {
		return func(cell string, _ value) bool { return quick.MatchString(cell) }, nil
	}
	slow, err := regexp2.Compile(whole, regexp2.None)
	if err != nil {
		return nil, err
	}
	slow.MatchTimeout = patternTime
	return func(cell string, _ value) bool {
		found, err := slow.MatchString(cell)
		return found && err == nil
	}, nil
}

const patternTime = 50 * time.Millisecond

func (f *Field) enum(allowed []string) constraint {
	known := make(map[string]bool, len(allowed))
	for _, a := range allowed {
		known[a] = true
		if v, ok := f.read(a); ok {
			known[v.key()] = true
		}
	}
	shown := strings.Join(allowed, " · ")
	return constraint{
		key: "tableschema.constraint.enum", args: map[string]any{"Values": cut(shown, 300)},
		good: func(cell string, v value) bool { return known[cell] || known[v.key()] },
	}
}

// cut is excerpt for longer texts.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}

func (f *Field) lengthOf(name string, raw json.RawMessage, refused func(error) error) (*constraint, error) {
	n, err := strconv.Atoi(strings.Trim(string(raw), `"`))
	if err != nil || n < 0 {
		return nil, refused(err)
	}
	key := map[string]string{"minLength": "tableschema.constraint.min_length", "maxLength": "tableschema.constraint.max_length"}[name]
	if f.Type == "array" || f.Type == "list" || f.Type == "object" {
		key = map[string]string{"minLength": "tableschema.constraint.min_items", "maxLength": "tableschema.constraint.max_items"}[name]
	}
	return &constraint{key: key, args: map[string]any{"Count": int64(n)}, good: func(cell string, v value) bool {
		length := v.length
		if !v.nested && length == 0 {
			length = len([]rune(cell))
		}
		if name == "minLength" {
			return length >= n
		}
		return length <= n
	}}, nil
}

// bound reads a minimum or a maximum: a JSON number, or a text in the field's own
// writing.
func (f *Field) bound(name string, raw json.RawMessage, refused func(error) error) (*constraint, error) {
	var given any
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, refused(err)
	}
	limit, ok := f.read(scalar(given))
	if number, is := given.(float64); is && limit.order != byTime {
		limit, ok = value{text: scalar(given), number: number, order: byNumber}, true
	}
	if !ok {
		return nil, refused(nil)
	}
	key, good := bounds(name)
	return &constraint{
		key: key, args: map[string]any{"Limit": excerpt(strings.ReplaceAll(scalar(given), ".", ","))},
		good: func(_ string, v value) bool { return good(v.compare(limit)) },
	}, nil
}

func bounds(name string) (key string, good func(int) bool) {
	switch name {
	case "minimum":
		return "tableschema.constraint.minimum", func(c int) bool { return c >= 0 }
	case "maximum":
		return "tableschema.constraint.maximum", func(c int) bool { return c <= 0 }
	case "exclusiveMinimum":
		return "tableschema.constraint.exclusive_minimum", func(c int) bool { return c > 0 }
	}
	return "tableschema.constraint.exclusive_maximum", func(c int) bool { return c < 0 }
}
