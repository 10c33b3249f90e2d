package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"acvdata/services/fault"
)

// ErrPrivate is an address on no public network.
var ErrPrivate = errors.New("address on no public network")

// reserved are the networks that are global unicast by their bits and reach
// nobody, or somebody inside (IANA special-purpose address registries, RFC 6890).
var reserved = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
	"2002::/16", "3fff::/20", "5f00::/16", "fec0::/10", "::/96",
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// Public reports whether the address is on the public internet.
func Public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsValid() || addr.Zone() != "" || !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(reserved, func(network netip.Prefix) bool { return network.Contains(addr) })
}

// ConnectTime bounds the making of a connection.
const ConnectTime = 5 * time.Second

// Dialer connects to public addresses alone, unless private ones are allowed.
// Its error then is, or wraps, ErrPrivate.
func Dialer(allowPrivate bool) *net.Dialer {
	dialer := &net.Dialer{Timeout: ConnectTime}
	if !allowPrivate {
		dialer.ControlContext = publicOnly
	}
	return dialer
}

func publicOnly(_ context.Context, _, address string, _ syscall.RawConn) error {
	end, err := netip.ParseAddrPort(address)
	if err != nil || !Public(end.Addr()) {
		return ErrPrivate
	}
	return nil
}

// Inside reports whether a host names, by its text alone, this machine or its
// network: a private address in any notation, or a name that only an inner
// network resolves. It finds early what the dialer would refuse anyway.
func Inside(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return !Public(addr)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" || last == host || strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") {
		return true // no dot; or 127.1, 0177.0.0.1, 2130706433, 0x7f000001, which old resolvers read as addresses
	}
	return slices.ContainsFunc(inner, func(end string) bool { return strings.HasSuffix(host, end) })
}

// inner are endings of names that mean this network or machine (RFC 6761, 6762,
// 8375, and ICANN's reservation of .internal).
var inner = []string{".localhost", ".local", ".internal", ".home.arpa", ".lan"}

// ports are those that open-data portals are served on.
var ports = []string{"", "80", "443", "8080", "8443"}

// longestURL keeps an address in one line of a log.
const longestURL = 2000

// Check parses an address a person gave; an invalid fault says what is wrong
// with it.
func (c *Client) Check(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	switch {
	case err != nil || len(raw) > longestURL || u.Opaque != "" || u.Hostname() == "" || u.Scheme == "":
		return nil, fault.New(fault.Invalid, "fetch.fault.url", fault.Because(bare(err)))
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fault.New(fault.Invalid, "fetch.fault.scheme", fault.With(fault.Args{"Scheme": u.Scheme}))
	case u.User != nil:
		return nil, fault.New(fault.Invalid, "fetch.fault.credentials")
	}
	u.Fragment, u.RawFragment = "", ""
	if c.private {
		return u, nil
	}
	if Inside(u.Hostname()) {
		return nil, fault.New(fault.Invalid, "fetch.fault.private", fault.With(fault.Args{"Host": u.Hostname()}))
	}
	if !slices.Contains(ports, u.Port()) {
		return nil, fault.New(fault.Invalid, "fetch.fault.port", fault.With(fault.Args{"Port": u.Port()}))
	}
	return u, nil
}
