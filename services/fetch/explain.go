package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	"acvdata/services/fault"
)

// refused turns a status into a fault; nil for an answer.
func refused(answer *http.Response, host string) error {
	status := answer.StatusCode
	args := fault.With(fault.Args{"Host": host, "Status": status})
	switch {
	case status == http.StatusOK || status == http.StatusNotModified:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return fault.New(fault.Invalid, "fetch.fault.absent", args)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fault.New(fault.Invalid, "fetch.fault.denied", args)
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return fault.New(fault.Unavailable, "fetch.fault.broken", args)
	}
	return fault.New(fault.Invalid, "fetch.fault.status", args)
}

// explain says why a reading failed. A caller that left gets its own error back:
// nothing is wrong with the address then.
func (c *Client) explain(caller, within context.Context, host string, err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	err = bare(err)
	say := func(code fault.Code, key string) error {
		return fault.New(code, key, fault.With(fault.Args{"Host": host}), fault.Because(err))
	}
	var timeout net.Error
	switch {
	case caller.Err() != nil && !errors.Is(caller.Err(), context.DeadlineExceeded):
		return context.Cause(caller)
	case errors.Is(err, ErrPrivate):
		return say(fault.Invalid, "fetch.fault.private")
	case errors.Is(context.Cause(within), errSlow), errors.As(err, &timeout) && timeout.Timeout():
		return say(fault.Unavailable, "fetch.fault.slow")
	case untrusted(err):
		return say(fault.Invalid, "fetch.fault.tls")
	case unnamed(err):
		return say(fault.Invalid, "fetch.fault.name")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return say(fault.Unavailable, "fetch.fault.cut")
	}
	return say(fault.Unavailable, "fetch.fault.unreachable")
}

// bare takes the address off an error of net/http or net/url: it may hold a key,
// and causes are logged.
func bare(err error) error {
	if with, ok := errors.AsType[*url.Error](err); ok {
		return with.Err
	}
	return err
}

// untrusted tells a certificate or a conversation that is no TLS.
func untrusted(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		name        x509.HostnameError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &name) ||
		errors.As(err, &record) || errors.As(err, &alert)
}

func unnamed(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
