package opendata

import (
	"strings"

	"acvdata/services/words"
	"acvdata/tenants"
)

// vocabulary is a town's own words (vocabulaire de la ville): a line for each
// notion, its equal words parted by commas. A search for one finds what is
// described with another.
type vocabulary []notion

type notion struct {
	terms []string // as written, the preferred one first
	forms []string // as words parted by single spaces, with one around
	all   string   // all of them folded, to search in
}

// Limits of a vocabulary; the setting's own length bounds the whole.
const mostTerms = 20

// vocabularyOf reads a town's setting.
func vocabularyOf(town *tenants.Tenant) vocabulary {
	return readVocabulary(settings.Of(town, code).Text(settingVocabulary))
}

func readVocabulary(text string) (v vocabulary) {
	for line := range strings.Lines(text) {
		var n notion
		for term := range strings.SplitSeq(line, ",") {
			if form := formOfWords(term); form != "  " {
				n.terms, n.forms = append(n.terms, strings.TrimSpace(term)), append(n.forms, form)
				n.all += " " + words.Fold(strings.TrimSpace(term))
			}
		}
		if len(n.terms) > 0 {
			v = append(v, n)
		}
	}
	return v
}

func formOfWords(text string) string { return " " + strings.Join(words.Of(text), " ") + " " }

// widen adds to a folded text the equals of what it says, whole words only: "ru"
// is not in "rue".
func (v vocabulary) widen(text string) string {
	if len(v) == 0 {
		return text
	}
	said, more := formOfWords(text), text
	for _, n := range v {
		for _, form := range n.forms {
			if strings.Contains(said, form) {
				more += n.all
				break
			}
		}
	}
	return more
}

// preferred are the words to describe datasets with.
func (v vocabulary) preferred() []string {
	list := make([]string, len(v))
	for i, n := range v {
		list[i] = n.terms[0]
	}
	return list
}
