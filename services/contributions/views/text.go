package views

import (
	"cmp"
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

// subject names what a contribution in the queue is about.
func (i Item) subject() string { return cmp.Or(i.About, i.Title) }

func hiddenNames(h components.Hidden) []string { return slices.Sorted(maps.Keys(h)) }
