package webhooks

import (
	"net/http"
	"time"

	"acvdata/services/fetch"
)

// answerTime bounds one attempt.
const answerTime = 10 * time.Second

// newClient connects to public addresses alone, unless private ones are allowed,
// and follows no redirect: a message goes where its receiver said, or nowhere.
func newClient(allowPrivate bool) *http.Client {
	return &http.Client{
		Timeout: answerTime,
		Transport: &http.Transport{
			Proxy: nil, DialContext: fetch.Dialer(allowPrivate).DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10,
			TLSHandshakeTimeout: fetch.ConnectTime, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
