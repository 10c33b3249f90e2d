package localidp

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Account is a person who may sign in.
type Account struct {
	Email        string // also the login
	GivenName    string
	UsualName    string
	Siret        string // of the employer, 14 digits
	Organisation string
	Function     string   // message key: what the person does in the demonstration
	Group        string   // heading of the person's place in the page's list, "" for the last group
	ACR          string   // level the sign-in reaches; "" means DefaultACR
	AMR          []string // how the person proved it; nil means a password
}

// DefaultACR is what ProConnect gives an ordinary town agent: a declared person
// whose link to the organisation was checked by hand.
const DefaultACR = "eidas0"

// identityProvider is the idp_id claim: which provider behind ProConnect.
const identityProvider = "7b0f7a4e-6f0d-4d59-9a0f-000000000001"

// Subject identifies the person at this provider, the same after a restart.
func (a Account) Subject() string {
	sum := sha256.Sum256([]byte("localidp " + strings.ToLower(a.Email)))
	return hex.EncodeToString(sum[:])
}

func (a Account) acr() string {
	if a.ACR == "" {
		return DefaultACR
	}
	return a.ACR
}

func (a Account) amr() []string {
	if a.AMR == nil {
		return []string{"pwd"}
	}
	return a.AMR
}

// FullName is the name as the page shows it.
func (a Account) FullName() string { return a.GivenName + " " + a.UsualName }

func (p *Provider) account(email string) (Account, bool) {
	for _, a := range p.options.Accounts {
		if strings.EqualFold(a.Email, strings.TrimSpace(email)) {
			return a, true
		}
	}
	return Account{}, false
}
