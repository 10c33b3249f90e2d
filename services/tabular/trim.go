package tabular

import (
	"strings"
	"unicode/utf8"
)

// trim takes off the blanks around a cell. Most cells have none.
func trim(cell string) string {
	if n := len(cell); n == 0 || tight(cell[0]) && tight(cell[n-1]) {
		return cell
	}
	return strings.Trim(cell, spaces)
}

func tight(b byte) bool { return b > ' ' && b < utf8.RuneSelf }
