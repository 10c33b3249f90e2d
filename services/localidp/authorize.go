package localidp

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	interactionLife = 10 * time.Minute
	codeLife        = 30 * time.Second
	minState        = 32
)

// badRequest is the code of ProConnect's refusal.
const badRequest = "Y000400"

// parameters are the ones ProConnect's authorize accepts (federation, Aug. 2026).
var parameters = []string{
	"client_id", "response_type", "response_mode", "redirect_uri", "scope", "state", "nonce", "acr_values", "claims",
	"prompt", "login_hint", "idp_hint", "siret_hint", "code_challenge", "code_challenge_method",
}

var scopes = []string{
	"openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id",
	"phone", "siren", "organizational_unit", "belonging_population", "idp_acr", "roles", "custom", "organization_label",
}

// authorization is a request the page is shown for.
type authorization struct {
	redirect  string
	state     string
	nonce     string
	challenge string
	scopes    []string
	levels    []string // the essential acr, any of them; nil accepts all
	hint      string   // login to start with
}

// grant is what a person agreed to: behind a code, then behind an access token.
type grant struct {
	authorization
	account  Account
	signedIn time.Time
}

// refusal is why a request gets no page. A back refusal is told to the client,
// the others to the person: an address that is not registered is never followed.
type refusal struct {
	code, detail string
	back         bool
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	request, no := p.parseAuthorize(query)
	switch {
	case no != nil && no.back:
		p.callBack(w, r, request, url.Values{"error": {no.code}, "error_description": {no.detail}})
	case no != nil:
		p.render(w, r, http.StatusBadRequest, refusalPage(*no))
	case query.Get("prompt") == "none":
		p.callBack(w, r, request, url.Values{"error": {"login_required"}})
	default:
		p.mu.Lock()
		id := p.interactions.put(request, p.options.Now(), interactionLife)
		p.mu.Unlock()
		p.show(w, r, http.StatusOK, id, request, "")
	}
}

func (p *Provider) parseAuthorize(q url.Values) (authorization, *refusal) {
	request := authorization{
		redirect: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"),
		challenge: q.Get("code_challenge"), scopes: strings.Fields(q.Get("scope")), hint: q.Get("login_hint"),
	}
	for name, values := range q {
		if !slices.Contains(parameters, name) || len(values) != 1 {
			return request, &refusal{code: badRequest, detail: name}
		}
	}
	checks := []struct {
		name string
		good bool
	}{
		{"client_id", q.Get("client_id") == p.options.ClientID},
		{"redirect_uri", slices.Contains(p.options.Redirects, request.redirect)},
		{"response_type", q.Get("response_type") == "code"},
		{"response_mode", q.Get("response_mode") == "" || q.Get("response_mode") == "query"},
		{"state", len(request.state) >= minState},
		{"nonce", len(request.nonce) >= minState},
	}
	for _, c := range checks {
		if !c.good {
			return request, &refusal{code: badRequest, detail: c.name}
		}
	}
	levels, err := essentialLevels(q.Get("claims"))
	if err != nil {
		return request, &refusal{code: badRequest, detail: "claims"}
	}
	request.levels = levels
	return request, refuseBack(request, q.Get("code_challenge_method"))
}

func refuseBack(request authorization, method string) *refusal {
	for _, s := range request.scopes {
		if !slices.Contains(scopes, s) {
			return &refusal{code: "invalid_scope", detail: s, back: true}
		}
	}
	switch {
	case !slices.Contains(request.scopes, "openid"):
		return &refusal{code: "invalid_scope", detail: "openid", back: true}
	case request.challenge == "" || method != "S256":
		return &refusal{code: "invalid_request", detail: "code_challenge", back: true}
	}
	return nil
}

// essentialLevels reads the acr values a sign-in must reach. Only an essential
// claim binds: acr_values is a wish.
func essentialLevels(claims string) ([]string, error) {
	if claims == "" {
		return nil, nil
	}
	var asked struct {
		IDToken struct {
			ACR *struct {
				Essential bool     `json:"essential"`
				Value     string   `json:"value"`
				Values    []string `json:"values"`
			} `json:"acr"`
		} `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(claims), &asked); err != nil {
		return nil, err
	}
	acr := asked.IDToken.ACR
	if acr == nil || !acr.Essential {
		return nil, nil
	}
	if acr.Value != "" {
		return append(acr.Values, acr.Value), nil
	}
	return acr.Values, nil
}

// interaction answers the page's form.
func (p *Provider) interaction(w http.ResponseWriter, r *http.Request) {
	id := r.PostFormValue("interaction")
	p.mu.Lock()
	request, ok := p.interactions.get(id, p.options.Now())
	p.mu.Unlock()
	if !ok {
		p.render(w, r, http.StatusBadRequest, expiredPage())
		return
	}
	if r.PostFormValue("cancel") != "" {
		p.callBack(w, r, request, url.Values{"error": {"access_denied"}, "error_description": {"User cancelled"}})
		return
	}
	account, ok := p.choose(r)
	if !ok {
		request.hint = r.PostFormValue("email")
		p.show(w, r, http.StatusUnauthorized, id, request, "localidp.page.wrong")
		return
	}
	if request.levels != nil && !slices.Contains(request.levels, account.acr()) {
		p.callBack(w, r, request, url.Values{"error": {"access_denied"}, "error_description": {"none of the requested ACRs could be obtained"}})
		return
	}
	p.mu.Lock()
	p.interactions.take(id, p.options.Now())
	now := p.options.Now()
	code := p.codes.put(grant{authorization: request, account: account, signedIn: now}, now, codeLife)
	p.mu.Unlock()
	p.callBack(w, r, request, url.Values{"code": {code}})
}

// choose reads who signs in: one click on an account of the list, or e-mail and
// password.
func (p *Provider) choose(r *http.Request) (Account, bool) {
	if chosen := r.PostFormValue("account"); chosen != "" {
		return p.account(chosen)
	}
	account, known := p.account(r.PostFormValue("email"))
	return account, known && r.PostFormValue("password") == Password
}

// callBack sends the browser back to the client. The address was registered.
func (p *Provider) callBack(w http.ResponseWriter, r *http.Request, request authorization, answer url.Values) {
	issuer := p.options.Issuer
	if other := p.broken().CallbackIssuer; other != "" {
		issuer = other
	}
	answer.Set("state", request.state)
	answer.Set("iss", issuer)
	http.Redirect(w, r, request.redirect+"?"+answer.Encode(), http.StatusSeeOther)
}
