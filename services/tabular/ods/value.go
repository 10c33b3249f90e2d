package ods

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// valueOf writes a cell: the value it keeps, its text when it keeps none.
func valueOf(cell xml.StartElement, text string) string {
	kept := map[string]string{}
	for _, a := range cell.Attr {
		if a.Name.Space == "office" {
			kept[a.Name.Local] = a.Value
		}
		if named(a.Name, "calcext", "value-type") && a.Value == "error" {
			return ""
		}
	}
	switch kept["value-type"] {
	case "float", "percentage", "currency":
		return kept["value"]
	case "date":
		return day(kept["date-value"])
	case "time":
		return hour(kept["time-value"])
	case "boolean":
		return kept["boolean-value"]
	case "string":
		if own, has := kept["string-value"]; has {
			return own
		}
	}
	return text
}

// day leaves out an hour that is midnight and parts of seconds that are none.
func day(value string) string {
	if whole, part, has := strings.Cut(value, "."); has && strings.Trim(part, "0") == "" {
		value = whole
	}
	return strings.TrimSuffix(value, "T00:00:00")
}

var duration = regexp.MustCompile(`^PT(\d{1,2})H(\d{1,2})M(\d{1,2})(?:[.,]\d+)?S$`)

// hour writes a time of day; a longer duration stays as the file has it.
func hour(value string) string {
	m := duration.FindStringSubmatch(value)
	if m == nil {
		return value
	}
	for i := range m {
		if len(m[i]) == 1 {
			m[i] = "0" + m[i]
		}
	}
	if m[1] > "23" {
		return value
	}
	return m[1] + ":" + m[2] + ":" + m[3]
}

// text joins the paragraphs of a cell up to its end, without the comments and
// drawings pinned on it.
func (s *reading) text(end string) (string, error) {
	var out strings.Builder
	paragraphs, inside, apart := 0, 0, 0
	for {
		token, err := s.token()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch {
			case apart > 0 || named(t.Name, "office", "annotation") || t.Name.Space == "draw":
				apart++
			case named(t.Name, "text", "p"):
				if paragraphs++; paragraphs > 1 {
					out.WriteByte('\n')
				}
				inside++
			case inside > 0:
				out.WriteString(blank(t))
			}
		case xml.CharData:
			if inside > 0 && apart == 0 {
				out.Write(t)
			}
		case xml.EndElement:
			switch {
			case apart > 0:
				apart--
			case named(t.Name, "text", "p"):
				inside--
			case named(t.Name, "table", end):
				return out.String(), nil
			}
		}
	}
}

// blank writes the elements that stand for white space.
func blank(e xml.StartElement) string {
	switch e.Name.Local {
	case "tab":
		return "\t"
	case "line-break":
		return "\n"
	case "s":
		const most = 1000
		for _, a := range e.Attr {
			if n, err := strconv.Atoi(a.Value); a.Name.Local == "c" && err == nil && n > 0 {
				return strings.Repeat(" ", min(n, most))
			}
		}
		return " "
	}
	return ""
}
