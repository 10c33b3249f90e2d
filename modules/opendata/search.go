package opendata

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/words"
)

// search narrows a catalogue.
type search struct {
	Text     string
	Theme    datasets.Theme
	Format   string
	Producer string
	Fresh    string // days since the last publication: "30"
	Keyword  string // folded
}

// apply keeps the datasets whose texts hold every word, whatever its accents and
// capitals, or an equal of it in the town's vocabulary, and that have the rest.
func (s search) apply(all []datasets.Dataset, equals vocabulary) []datasets.Dataset {
	wanted := strings.Fields(words.Fold(s.Text))
	return slices.DeleteFunc(slices.Clone(all), func(d datasets.Dataset) bool {
		if s.Theme != "" && !slices.Contains(d.Themes, s.Theme) {
			return true
		}
		if s.Producer != "" && d.Producer != s.Producer || s.stale(d.Modified) {
			return true
		}
		if s.Keyword != "" && !slices.ContainsFunc(d.Keywords, func(k string) bool { return words.Fold(k) == s.Keyword }) {
			return true
		}
		if s.Format != "" && (d.Version == nil || !slices.ContainsFunc(d.Version.Files, func(f datasets.File) bool { return f.Format.Name == s.Format })) {
			return true
		}
		if len(wanted) == 0 {
			return false
		}
		text := words.Fold(d.Title + " " + d.Summary + " " + strings.Join(d.Keywords, " ") + " " + d.Producer + " " + d.Slug())
		text = equals.widen(text)
		return slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(text, w) })
	})
}

// stale reports whether a publication is older than what is asked for.
func (s search) stale(at time.Time) bool {
	days, err := strconv.Atoi(s.Fresh)
	return err == nil && days > 0 && at.Before(time.Now().AddDate(0, 0, -min(days, 36_500)))
}

// themesOf lists the themes some dataset has, in the order people see them, with
// how many have them.
func themesOf(all []datasets.Dataset) (list []datasets.Theme, count map[datasets.Theme]int) {
	count = map[datasets.Theme]int{}
	for _, d := range all {
		for _, t := range d.Themes {
			count[t]++
		}
	}
	for _, t := range datasets.Themes() {
		if count[t] > 0 {
			list = append(list, t)
		}
	}
	return list, count
}
