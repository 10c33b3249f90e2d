package datagouv

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"acvdata/services/fault"
)

// Keys of the faults that something is done about.
const (
	keyAbsent  = "opendata.push.fault.absent"
	keyInvalid = "opendata.push.fault.invalid"
	keyLarge   = "opendata.push.fault.large"
	keyType    = "opendata.push.fault.type"
)

// mendedByKey are the faults that another key or organisation mends.
var mendedByKey = []string{
	"opendata.push.fault.key", "opendata.push.fault.forbidden", "opendata.push.fault.no_account", "opendata.push.fault.sealed",
}

// refusal turns a status into a fault: unavailable where trying again may help,
// any other code where somebody has to do something.
func refusal(status int, body []byte) error {
	args := fault.With(fault.Args{"Status": status, "Detail": detail(body)})
	cause := fault.Because(fmt.Errorf("answer %d", status))
	switch {
	case status == http.StatusUnauthorized:
		return fault.New(fault.Unauthenticated, "opendata.push.fault.key", args, cause)
	case status == http.StatusForbidden:
		return fault.New(fault.Forbidden, "opendata.push.fault.forbidden", args, cause)
	case status == http.StatusNotFound || status == http.StatusGone:
		return fault.New(fault.Gone, keyAbsent, args, cause)
	case status == http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, keyLarge, args, cause)
	case status == http.StatusUnsupportedMediaType:
		return fault.New(fault.Invalid, keyType, args, cause)
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError:
		return fault.New(fault.Unavailable, "opendata.push.fault.busy", args, cause)
	case status < http.StatusBadRequest:
		return fault.New(fault.Invalid, "opendata.push.fault.moved", args, cause)
	}
	return fault.New(fault.Invalid, keyInvalid, args, cause)
}

// unreachable is for a portal that gave no answer; who left gets their own error back.
func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fault.New(fault.Unavailable, "opendata.push.fault.unreachable", fault.Because(err))
}

// understood is for an answer that is not what the API documents.
func understood(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "opendata.push.fault.unreadable", fault.Because(err))
}

// is tells a fault by its message.
func is(err error, key string) bool { return err != nil && fault.From(err).Key == key }

// placeRefused tells a refusal of where the data are.
func placeRefused(err error) bool {
	if !is(err, keyInvalid) {
		return false
	}
	said, _ := fault.From(err).Args["Detail"].(string)
	return strings.Contains(said, "spatial")
}

// mostDetail keeps what the portal says in a few lines.
const mostDetail = 300

// detail is what the portal says of a refusal: the fields at fault with why, or
// its message. Shapes: {"errors": {"title": ["…"]}}, {"message": "…"}.
func detail(body []byte) string {
	var said struct {
		Message string                     `json:"message"`
		Errors  map[string]json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	text := said.Message
	if len(said.Errors) > 0 {
		parts := make([]string, 0, len(said.Errors))
		for name, why := range said.Errors {
			parts = append(parts, name+" "+strings.Trim(string(why), `[]"`))
		}
		slices.Sort(parts)
		text = strings.Join(parts, " ; ")
	}
	return clip(text, mostDetail)
}

// clip cuts a text after so many characters, marked by an ellipsis.
func clip(text string, most int) string {
	letters := []rune(text)
	if len(letters) <= most {
		return text
	}
	return string(letters[:most-1]) + "…"
}
