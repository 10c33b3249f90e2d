package views

import (
	"maps"
	"slices"
	"strings"

	"acvdata/web/components"
)

// Paragraphs cuts a text where its author left a line.
func Paragraphs(text string) (list []string) {
	for p := range strings.SplitSeq(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

func hiddenNames(h components.Hidden) []string { return slices.Sorted(maps.Keys(h)) }
