package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"strings"

	"github.com/google/uuid"

	"acvdata/tenants"
)

const secretSize = 32 // bytes: 256 bits

func randomBytes() []byte {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

// newSecret is the value of a cookie: 256 random bits in 43 characters.
func newSecret() string { return base64.RawURLEncoding.EncodeToString(randomBytes()) }

// hashOf is what is stored of a secret. A secret of 256 random bits needs no slow
// hash: there is nothing to guess.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// ticket is what a person or a program holds to reach one row of one town: where
// the row is, and the secret that opens it. The town inside lets the row be read
// under that town's own row-level security.
type ticket struct {
	town   tenants.ID
	id     uuid.UUID
	secret string
}

// ticketText is base32 in lower case: no character that a URL, a shell or a
// double click treats specially.
var ticketText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func newTicket(town tenants.ID, id uuid.UUID) ticket {
	return ticket{town: town, id: id, secret: ticketText.EncodeToString(randomBytes())}
}

func (t ticket) String() string {
	return ticketText.EncodeToString(append(t.town[:], t.id[:]...)) + "_" + t.secret
}

func parseTicket(text string) (ticket, bool) {
	place, secret, ok := strings.Cut(text, "_")
	if !ok || len(secret) != ticketText.EncodedLen(secretSize) {
		return ticket{}, false
	}
	raw, err := ticketText.DecodeString(place)
	if err != nil || len(raw) != 32 {
		return ticket{}, false
	}
	t := ticket{town: uuid.UUID(raw[:16]), id: uuid.UUID(raw[16:]), secret: secret}
	return t, t.town != uuid.Nil
}
