package harvest

import (
	"encoding/json"
	"net/url"
	"path"
	"strconv"
	"strings"

	"acvdata/services/fetch"
)

// text is a JSON value read as a text: catalogues write numbers, lists and null
// where a text is due.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(raw []byte) error {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return err
	}
	switch v := value.(type) {
	case string:
		*t = text(v)
	case float64:
		*t = text(strconv.FormatFloat(v, 'f', -1, 64))
	case []any:
		if len(v) > 0 {
			s, _ := v[0].(string)
			*t = text(s)
		}
	}
	return nil
}

// list is a JSON value read as texts: a list, or one alone.
type list []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *list) UnmarshalJSON(raw []byte) error {
	var many []text
	if json.Unmarshal(raw, &many) == nil {
		for _, one := range many {
			*l = append(*l, string(one))
		}
		return nil
	}
	var one text
	if err := one.UnmarshalJSON(raw); err != nil {
		return err
	}
	if one != "" {
		*l = list{string(one)}
	}
	return nil
}

func (t text) size() int64 {
	n, _ := strconv.ParseFloat(string(t), 64)
	return int64(n)
}

// below is an address of the API of the portal that an address is of: what
// stands before mark in its path is the portal's root.
func below(u *url.URL, mark, rest string) *url.URL {
	root, _, inAPI := strings.Cut(u.Path, mark)
	if !inAPI {
		root = "/"
		if last := path.Base(u.Path); !strings.Contains(last, ".") && !strings.Contains(u.Path, "/explore") && !strings.Contains(u.Path, "/dataset") {
			root = u.Path
		}
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(root, "/") + rest}
}

// turned is the address of the page that begins at another row.
func turned(address, parameter string, start int) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set(parameter, strconv.Itoa(start))
	u.RawQuery = q.Encode()
	return u.String()
}

func begun(a *fetch.Answer, parameter string) int {
	u, err := url.Parse(a.URL)
	if err != nil {
		return 0
	}
	n, _ := strconv.Atoi(u.Query().Get(parameter))
	return max(n, 0)
}
