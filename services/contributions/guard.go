package contributions

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"time"

	"acvdata/services/fault"
	"acvdata/tenants"
)

const (
	leastBits   = 15               // some 30,000 hashes: half a second of a phone, while its owner writes
	mostBits    = 21               // two million: half a minute of a computer
	leeway      = 2                // by how much a form may be cheaper than one handed out now
	ticketLife  = 4 * time.Hour    // how long a form may stay open
	leastTime   = 3 * time.Second  // nobody fills a form faster
	leastSlowly = 15 * time.Second // without a proof
	nonceSize   = 16
	macSize     = 16
	ticketSize  = nonceSize + 8 + 1 + macSize
)

// place is what a ticket is good for.
type place struct {
	tenant              tenants.ID
	kind, subject, part string
}

// ticket goes out with a form and comes back with it.
type ticket struct {
	nonce [nonceSize]byte
	at    time.Time
	bits  int
}

func newTicket(at time.Time, cost int) ticket {
	t := ticket{at: at, bits: cost}
	_, _ = rand.Read(t.nonce[:]) // never fails: crypto/rand ends the program instead
	return t
}

func (t ticket) body() []byte {
	out := append([]byte{}, t.nonce[:]...)
	out = binary.BigEndian.AppendUint64(out, uint64(max(t.at.UnixMilli(), 0)))
	return append(out, byte(t.bits))
}

func (p place) sign(secret, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("form\x00"))
	mac.Write(p.tenant[:])
	for _, text := range []string{p.kind, p.subject, p.part} {
		mac.Write([]byte(text))
		mac.Write([]byte{0})
	}
	mac.Write(body)
	return mac.Sum(nil)[:macSize]
}

// write is the ticket as a form carries it.
func (t ticket) write(secret []byte, p place) string {
	body := t.body()
	return base64.RawURLEncoding.EncodeToString(append(body, p.sign(secret, body)...))
}

// readTicket refuses what this town did not hand out for this very place.
func readTicket(secret []byte, p place, text string) (t ticket, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != ticketSize {
		return t, false
	}
	body, mac := raw[:ticketSize-macSize], raw[ticketSize-macSize:]
	if !hmac.Equal(mac, p.sign(secret, body)) {
		return t, false
	}
	copy(t.nonce[:], body)
	milliseconds := binary.BigEndian.Uint64(body[nonceSize:])
	t.at = time.UnixMilli(int64(milliseconds & (1<<62 - 1)))
	t.bits = int(body[nonceSize+8])
	return t, true
}

// token is the secret of the private link: one a ticket, so that a form sent
// twice leads to the contribution it made the first time.
func (t ticket) token(secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("link\x00"))
	mac.Write(t.nonce[:])
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// hashOf is what is stored of a token. A secret of 256 bits needs no slow hash.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Proves reports whether the number shows the work a ticket asks for: SHA-256 of
// "ticket:number" starts with that many zero bits. web/islands/proof finds one.
func Proves(ticket, number string, cost int) bool {
	if number == "" || len(number) > 20 {
		return false
	}
	sum := sha256.Sum256([]byte(ticket + ":" + number))
	zeros := 0
	for _, b := range sum {
		zeros += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return zeros >= cost
}

// passage is a form that came back and may go on.
type passage struct {
	ticket ticket
	slow   bool
}

// check lets a form in, or says what to do. It spends nothing of the limits.
func (s *Service) check(secret []byte, p place, sent *Sent, network string) (passage, error) {
	if sent.Trap != "" {
		return passage{}, again("contributions.fault.trap")
	}
	t, ok := readTicket(secret, p, sent.Ticket)
	age := s.Now().Sub(t.at)
	switch {
	case !ok || age < -time.Minute:
		return passage{}, again("contributions.fault.ticket")
	case age > ticketLife:
		return passage{}, again("contributions.fault.old")
	}
	out := passage{ticket: t, slow: sent.Proof == ""}
	least := leastTime
	if out.slow {
		least = leastSlowly
	} else if !Proves(sent.Ticket, sent.Proof, t.bits) || t.bits < s.meters.cost(p.tenant, network)-leeway {
		return passage{}, again("contributions.fault.proof")
	}
	if age < least {
		f := again("contributions.fault.fast")
		f.Args = fault.Args{"Seconds": int(least.Seconds())}
		return passage{}, f
	}
	return out, nil
}

// again refuses a form that its author can send once more.
func again(key string) *fault.Fault { return fault.New(fault.Invalid, key) }
