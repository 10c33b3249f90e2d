package follow

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/contributions"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	message "acvdata/services/mail"
	"acvdata/tenants"
)

const (
	form         = "follow" // what the gate knows the form by
	mostAsked    = 3        // confirmations an address gets in a day
	mostTopics   = 100      // of one address
	longestEmail = 200
	macSize      = 16
	day          = 24 * time.Hour
	// ConfirmDays is how long a request waits for its owner.
	ConfirmDays = 3
)

// Ask takes a form in and writes to the address to have the topic confirmed. It
// tells nobody whether the address is known, or wrote to no more. Faults: those of
// contributions' forms; an invalid one that names the field email.
func (s *Service) Ask(ctx context.Context, town *tenants.Tenant, email string, sent contributions.Sent, network string) error {
	email = strings.ToLower(strings.TrimSpace(email))
	if !isEmail(email) {
		return fault.New(fault.Invalid, "contributions.fault.form", fault.On("email", "contributions.fault.email", nil))
	}
	about, err := s.Topic(ctx, town, sent.Subject)
	if err != nil {
		return err
	}
	once, err := s.Gate.Pass(ctx, town, form, sent, network)
	if err != nil {
		return err
	}
	address, err := s.Gate.Sign(ctx, town, "address", email)
	if err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		now, hash := s.Now(), sha256.Sum256([]byte(once))
		first, recent, err := noteAsk(ctx, tx, hash[:], address, now, now.Add(-day))
		if err != nil || !first || recent > mostAsked {
			return err
		}
		id, kept, err := s.wish(ctx, tx, email, sent.Subject, now)
		if err != nil || !kept {
			return err
		}
		link, err := s.link(ctx, town, id)
		if err != nil {
			return err
		}
		words := i18n.V{"Town": town.Name, "Title": about.Title, "Link": link, "Days": ConfirmDays}
		_, err = tx.Enqueue(ctx, message.Message{
			To: email, ID: "follow-ask-" + base64.RawURLEncoding.EncodeToString(hash[:16]), Unsubscribe: link,
			Subject: i18n.T(ctx, "follow.mail.confirm_subject", words), Text: i18n.T(ctx, "follow.mail.confirm", words),
		})
		return err
	})
}

// wish keeps a topic somebody asked for, waiting for its owner; false when the
// address follows as much as one can.
func (s *Service) wish(ctx context.Context, tx *db.Tx, email, topic string, now time.Time) (id uuid.UUID, kept bool, err error) {
	if id, err = uuid.NewV7(); err != nil {
		return id, false, err
	}
	if id, err = keepFollower(ctx, tx, id, email, now); err != nil {
		return id, false, err
	}
	kept, err = keepTopic(ctx, tx, id, topic, now, mostTopics)
	return id, kept, err
}

func isEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= longestEmail && strings.Contains(text[strings.LastIndexByte(text, '@'):], ".")
}

// link is an address's own page.
func (s *Service) link(ctx context.Context, town *tenants.Tenant, id uuid.UUID) (string, error) {
	mac, err := s.Gate.Sign(ctx, town, form, id.String())
	if err != nil {
		return "", err
	}
	token := append(id[:], mac[:macSize]...)
	return s.BaseURL + town.Path("suivi/"+base64.RawURLEncoding.EncodeToString(token)), nil
}

// holder reads the token of a link; a not_found fault when this town did not make
// it.
func (s *Service) holder(ctx context.Context, town *tenants.Tenant, token string) (id uuid.UUID, err error) {
	unknown := fault.New(fault.NotFound, "follow.fault.no_link")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != len(id)+macSize {
		return id, unknown
	}
	copy(id[:], raw)
	mac, err := s.Gate.Sign(ctx, town, form, id.String())
	if err != nil {
		return id, err
	}
	if !hmac.Equal(mac[:macSize], raw[len(id):]) {
		return id, unknown
	}
	return id, nil
}

// Following is what an address follows.
type Following struct {
	Email string // "" when nothing is kept of it any more
	List  []Followed
}

// Followed is one topic of an address.
type Followed struct {
	Code      string
	Topic     Topic // no title when it can no longer be followed
	Confirmed bool
}

// Own reads what the holder of a link follows: nothing once they stopped.
func (s *Service) Own(ctx context.Context, town *tenants.Tenant, token string) (f Following, err error) {
	id, err := s.holder(ctx, town, token)
	if err != nil {
		return f, err
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		f, err = selectFollowing(ctx, tx, id)
		return err
	})
	if err != nil {
		return f, err
	}
	for i := range f.List {
		f.List[i].Topic, err = s.Topic(ctx, town, f.List[i].Code)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return f, err
		}
	}
	return f, nil
}

// Confirm starts the topics the holder of a link was shown.
func (s *Service) Confirm(ctx context.Context, town *tenants.Tenant, token string, topics []string) error {
	return s.change(ctx, town, token, func(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
		return confirmTopics(ctx, tx, id, topics, s.Now())
	})
}

// Leave stops one topic; with the last one nothing is kept of the address.
func (s *Service) Leave(ctx context.Context, town *tenants.Tenant, token, topic string) error {
	return s.change(ctx, town, token, func(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
		return dropTopic(ctx, tx, id, topic)
	})
}

// Stop erases the address and all it follows. Twice is once.
func (s *Service) Stop(ctx context.Context, town *tenants.Tenant, token string) error {
	return s.change(ctx, town, token, dropFollower)
}

func (s *Service) change(ctx context.Context, town *tenants.Tenant, token string, do func(context.Context, *db.Tx, uuid.UUID) error) error {
	id, err := s.holder(ctx, town, token)
	if err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, id) })
}

// Count is how many addresses follow a topic.
func (s *Service) Count(ctx context.Context, town *tenants.Tenant, topic string) (n int, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		n, err = countFollowers(ctx, tx, topic)
		return err
	})
	return n, err
}
