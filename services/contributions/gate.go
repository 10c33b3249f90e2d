package contributions

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"

	"acvdata/tenants"
)

// Hand gives the ticket of a form that is another service's, named by what, about
// a subject, for somebody on a network. It comes back through Pass.
func (s *Service) Hand(ctx context.Context, town *tenants.Tenant, what, subject, address string) (f Form, err error) {
	secret, err := s.secret(ctx, town.ID)
	if err != nil {
		return f, err
	}
	t := newTicket(s.Now(), s.meters.cost(town.ID, networkOf(address)))
	return Form{
		Ticket: t.write(secret, place{town.ID, what, subject, ""}), Bits: t.bits, Minimum: int(leastSlowly.Seconds()),
	}, nil
}

// Pass lets such a form in as Receive does, from its Subject, Ticket, Proof and
// Trap, and counts it. It gives a secret that is the same each time one form comes
// back: who keeps its hash does nothing twice.
func (s *Service) Pass(ctx context.Context, town *tenants.Tenant, what string, sent Sent, address string) (once string, err error) {
	secret, err := s.secret(ctx, town.ID)
	if err != nil {
		return "", err
	}
	network := networkOf(address)
	pass, err := s.check(secret, place{town.ID, what, sent.Subject, ""}, &sent, network)
	if err != nil {
		return "", err
	}
	return pass.ticket.token(secret), s.meters.spend(town.ID, network, pass.slow)
}

// Sign gives a mark that only this town can make of a text, 32 bytes: what links
// in messages are known by.
func (s *Service) Sign(ctx context.Context, town *tenants.Tenant, what, text string) ([]byte, error) {
	secret, err := s.secret(ctx, town.ID)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("sign\x00" + what + "\x00" + text))
	return mac.Sum(nil), nil
}
