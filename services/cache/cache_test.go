package cache

import (
	"strconv"
	"strings"
	"testing"
)

func TestItStaysWithinItsBytes(t *testing.T) {
	t.Parallel()
	c := New[string](10_000, func(body []byte) int { return len(body) })
	for i := range 100 {
		c.Put(strconv.Itoa(i), []byte(strings.Repeat("x", 700)))
	}
	c.Put("huge", make([]byte, 20_000))
	if _, kept := c.Get("huge"); kept || c.bytes > 10_000 {
		t.Errorf("huge kept %v, %d bytes held", kept, c.bytes)
	}
	if _, kept := c.Get("99"); !kept {
		t.Error("the newest tile was forgotten")
	}
	if _, kept := c.Get("0"); kept {
		t.Error("the oldest tile was kept")
	}
}
