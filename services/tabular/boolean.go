package tabular

import "strings"

// yesNo are the words of booleans. Those of one letter or digit count only for
// columns that hold nothing else.
var yesNo = map[string]bool{
	"oui": true, "non": false, "vrai": true, "faux": false,
	"true": true, "false": false, "yes": true, "no": false,
	"o": true, "n": false, "t": true, "f": false, "y": true, "v": true,
	"1": true, "0": false,
}

// ParseBool reads oui/non, vrai/faux, true/false, yes/no, o/n, t/f, 1/0 in any
// case. False for ok for anything else.
func ParseBool(cell string) (value, ok bool) {
	const longest = 8
	cell = trim(cell)
	if len(cell) > longest {
		return false, false
	}
	value, ok = yesNo[strings.ToLower(cell)]
	return value, ok
}
