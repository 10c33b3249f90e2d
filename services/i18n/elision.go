package i18n

import (
	"strings"
	"unicode/utf8"
)

// Of writes "de" before a proper name: "d’Alès", "de Bayonne", "du Havre",
// "des Sables-d’Olonne". An H is taken as aspirated, as towns mostly do.
func Of(name string) string {
	for article, contracted := range map[string]string{"Le ": "du ", "Les ": "des "} {
		if rest, found := strings.CutPrefix(name, article); found {
			return contracted + rest
		}
	}
	if elides(name) {
		return "d’" + name
	}
	return "de " + name
}

func elides(name string) bool {
	first, size := utf8.DecodeRuneInString(strings.ToLower(name))
	if first == 'y' {
		next, _ := utf8.DecodeRuneInString(strings.ToLower(name[size:]))
		return !strings.ContainsRune(vowels, next) // d’Yvetot, but de Yainville
	}
	return size > 0 && strings.ContainsRune(vowels, first)
}

const vowels = "aeiouàâäéèêëîïôöùûüæœ"
