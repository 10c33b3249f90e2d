package tableschema

import (
	"regexp"
	"strings"
)

// isOpeningHours reports whether a text follows the grammar of OpenStreetMap's
// opening_hours: rules parted by ";", "," or "||", each with months, weeks, days,
// hours and a modifier, in that order and all optional.
// https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
func isOpeningHours(cell string) bool {
	if len(cell) > mostHours || strings.TrimSpace(cell) == "" {
		return false
	}
	for rules := range strings.SplitSeq(cell, "||") {
		for rule := range strings.SplitSeq(rules, ";") {
			if strings.TrimSpace(rule) == "" { // a mark at the end is met everywhere
				continue
			}
			if !hoursRule.MatchString(strings.TrimSpace(rule)) {
				return false
			}
		}
	}
	return true
}

// mostHours is the length of a value of OpenStreetMap, in octets.
const mostHours = 2_000

// The grammar, from its leaves.
const (
	hoursDay    = `(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)`
	hoursNth    = `(?:\[-?[1-5](?:-[1-5])?(?:,-?[1-5])*\])?`
	hoursDays   = `(?:` + hoursDay + hoursNth + `(?:\s*-\s*` + hoursDay + `)?(?:\s*[+-]\s*\d{1,2} days?)?)`
	hoursMonth  = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`
	hoursYear   = `(?:(?:19|20|21)\d\d(?:\s*-\s*(?:19|20|21)\d\d)?(?:/\d{1,2})?\+?)`
	hoursDate   = `(?:(?:(?:19|20|21)\d\d\s+)?(?:` + hoursMonth + `(?:\s+(?:0?[1-9]|[12]\d|3[01]))?|easter)(?:\s*[+-]\s*\d{1,3} days?)?)`
	hoursDates  = `(?:` + hoursDate + `(?:\s*-\s*(?:` + hoursDate + `|0?[1-9]|[12]\d|3[01]))?\+?)`
	hoursWeek   = `(?:week\s+\d{1,2}(?:-\d{1,2})?(?:/\d{1,2})?(?:\s*,\s*\d{1,2}(?:-\d{1,2})?)*)`
	hoursTime   = `(?:(?:[01]?\d|2[0-9]|3\d|4[0-8])[:.][0-5]\d|sunrise|sunset|dawn|dusk|\((?:sunrise|sunset|dawn|dusk)\s*[+-]\s*\d{1,2}:\d{2}\))`
	hoursSpan   = `(?:` + hoursTime + `(?:\s*-\s*` + hoursTime + `\+?|\+)?(?:/(?:\d{1,3}|\d{1,2}:\d{2}))?)`
	hoursState  = `(?:open|off|closed|unknown)`
	hoursRemark = `(?:"[^"]*")`
)

func listed(item string) string { return `(?:` + item + `(?:\s*,\s*` + item + `)*)` }

// hoursOnce is a rule without the additions that a comma brings.
var hoursOnce = `(?:24/7|(?:` + listed(hoursYear) + `\s*)?(?:` + listed(hoursDates) + `\s*)?(?:` + hoursWeek + `\s*)?:?\s*(?:` + listed(hoursDays) + `\s*:?\s*)?(?:` +
	listed(hoursSpan) + `)?)(?:\s*` + hoursState + `)?(?:\s*` + hoursRemark + `)?`

var hoursRule = regexp.MustCompile(`^` + listed(hoursOnce) + `$`)
