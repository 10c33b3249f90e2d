package localidp

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
)

// section is one group of accounts of the page.
type section struct {
	title    string // "" for the last group
	accounts []Account
}

func (p *Provider) sections() []section {
	var all []section
	for _, a := range p.options.Accounts {
		if n := len(all); n > 0 && all[n-1].title == a.Group {
			all[n-1].accounts = append(all[n-1].accounts, a)
			continue
		}
		all = append(all, section{title: a.Group, accounts: []Account{a}})
	}
	return all
}

// view is what the sign-in page shows.
type view struct {
	base        string // path of the issuer
	interaction string
	email       string
	problem     string // message key, "" when all is well
	sections    []section
}

func (p *Provider) show(w http.ResponseWriter, r *http.Request, status int, interaction string, request authorization, problem string) {
	p.render(w, r, status, signInPage(view{
		base: p.base, interaction: interaction, email: request.hint, problem: problem, sections: p.sections(),
	}))
}

// render writes a page inside the frame. The form leads back to the client's
// callback, which browsers count as a form target.
func (p *Provider) render(w http.ResponseWriter, r *http.Request, status int, content templ.Component) {
	targets := []string{"'self'"}
	for _, redirect := range p.options.Redirects {
		if u, err := url.Parse(redirect); err == nil {
			targets = append(targets, u.Scheme+"://"+u.Host)
		}
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "+
		"form-action "+strings.Join(targets, " "))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = frame(p.base, content).Render(r.Context(), w) // the browser left: nobody to tell
}
