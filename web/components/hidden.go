package components

import (
	"maps"
	"slices"
)

// Hidden are the hidden inputs of a form, written in the order of their names.
type Hidden map[string]string

func (h Hidden) names() []string { return slices.Sorted(maps.Keys(h)) }
