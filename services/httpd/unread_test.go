package httpd_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
)

// What a refused body holds beyond what was read is no request: behind a proxy
// that shares connections it would be answered to somebody else.
func TestAnUnreadBodyIsNotTheNextRequest(t *testing.T) {
	t.Parallel()
	a, _, _ := newProbe(t)
	hidden := "GET /readyz HTTP/1.1\r\nHost: acv.test\r\n\r\n"
	body := strings.Repeat("a", 64<<10) + hidden
	for name, request := range map[string]string{
		"from another site":    "POST /ales/espace/sonde HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\n",
		"by nobody":            "POST /ales/espace/sonde HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\n",
		"to nowhere":           "POST /ales/nulle/part HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\n",
		"a body that is asked": "GET /readyz HTTP/1.1\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := exchange(t, a, request+fmt.Sprintf("Host: acv.test\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", len(body))+body)
			if n := strings.Count(said, "HTTP/1.1 "); n != 1 {
				t.Errorf("%d answers to one request:\n%.2000s", n, said)
			}
		})
	}
	if two := exchange(t, a, hidden+strings.Replace(hidden, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)); strings.Count(two, "HTTP/1.1 ") != 2 {
		t.Errorf("two whole requests on one connection:\n%.2000s", two)
	}
}

// exchange writes bytes to the server and reads until it closes.
func exchange(t *testing.T, a *apptest.App, bytes string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = a.Server.App().Listener(l) }()
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() { _, _ = io.WriteString(conn, bytes) }()
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	said, _ := io.ReadAll(conn)
	return string(said)
}
