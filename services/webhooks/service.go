package webhooks

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Announce tells programs of an event on the transaction that makes it true.
// data becomes the message's "data"; it names no person.
type Announce func(ctx context.Context, tx *db.Tx, event string, data map[string]any) error

// Towns lists the towns; tenants/directory does.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Parts are what the service is made from.
type Parts struct {
	DB           *db.DB
	Towns        Towns
	BaseURL      string           // of the installation, without a slash at the end
	AllowPrivate bool             // plain http and private addresses: development and tests
	Now          func() time.Time // time.Now when nil
}

// Service keeps the programs of towns and sends them messages. Routes say who may
// call it. It is safe for concurrent use.
type Service struct {
	Parts
	kinds  []Kind
	client *http.Client
}

// Make makes the service over every kind of event there is.
func Make(p Parts, kinds ...Kind) *Service {
	if p.Now == nil {
		p.Now = time.Now
	}
	return &Service{Parts: p, kinds: kinds, client: newClient(p.AllowPrivate)}
}

// Kinds lists the events a program may ask for.
func (s *Service) Kinds() []Kind { return slices.Clone(s.kinds) }

// message is what is sent.
type message struct {
	Type      string         `json:"type"`
	Timestamp string         `json:"timestamp"` // when it happened, RFC 3339
	Town      messageTown    `json:"town"`
	Data      map[string]any `json:"data"`
}

type messageTown struct {
	Slug  string `json:"slug"`
	INSEE string `json:"insee"`
	URL   string `json:"url"`
}

// Announce implements the type of the same name. The context carries the town.
func (s *Service) Announce(ctx context.Context, tx *db.Tx, event string, data map[string]any) error {
	hooks, err := listeners(ctx, tx, event)
	if err != nil || len(hooks) == 0 {
		return err
	}
	for _, id := range hooks {
		if err := s.enqueue(ctx, tx, id, event, data); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) enqueue(ctx context.Context, tx *db.Tx, hook uuid.UUID, event string, data map[string]any) error {
	m := message{Type: event, Timestamp: s.Now().UTC().Format(time.RFC3339), Data: data}
	if town := tenants.From(ctx); town != nil {
		m.Town = messageTown{Slug: town.Slug, INSEE: town.INSEE, URL: s.BaseURL + town.Path("")}
	}
	payload, err := json.Marshal(m)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if err := insertDelivery(ctx, tx, id, hook, event, string(payload)); err != nil {
		return err
	}
	return entrust(ctx, tx, id)
}

// Create keeps a program and returns the secret it checks messages with, which is
// shown once. Two programs of one name are a conflict.
func (s *Service) Create(ctx context.Context, town tenants.ID, n New) (secret string, id uuid.UUID, err error) {
	if n, err = s.check(n); err != nil {
		return "", id, err
	}
	if id, err = uuid.NewV7(); err != nil {
		return "", id, err
	}
	secret = newSecret()
	hook := Hook{ID: id, Name: n.Name, URL: n.URL, Events: n.Events, CreatedName: authz.From(ctx).Name, secret: secret}
	err = s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := insertHook(ctx, tx, hook); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "webhooks.create", subject(id), map[string]any{"name": n.Name})
	})
	return secret, id, named(err, n.Name)
}

// named gives the refusal of hook_name_uq its words.
func named(err error, name string) error {
	if db.Constraint(err) == "hook_name_uq" {
		return fault.New(fault.Conflict, "webhooks.fault.taken", fault.With(fault.Args{"Name": name}), fault.Because(err))
	}
	return err
}

func subject(id uuid.UUID) string { return "webhook/" + id.String() }

// List gives the town's programs by name.
func (s *Service) List(ctx context.Context, town tenants.ID) (list []Hook, err error) {
	err = s.DB.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = listHooks(ctx, tx)
		return err
	})
	return list, err
}

// Get gives one program with its newest deliveries.
func (s *Service) Get(ctx context.Context, town tenants.ID, id uuid.UUID) (h Hook, sent []Delivery, err error) {
	err = s.DB.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) (err error) {
		if h, err = readHook(ctx, tx, id); err != nil {
			return err
		}
		sent, err = listDeliveries(ctx, tx, id)
		return err
	})
	return h, sent, err
}

// Change replaces a program's name, address and events.
func (s *Service) Change(ctx context.Context, town tenants.ID, id uuid.UUID, n New) error {
	n, err := s.check(n)
	if err != nil {
		return err
	}
	err = s.write(ctx, town, id, "webhooks.change", func(ctx context.Context, tx *db.Tx, h *Hook) error {
		h.Name, h.URL, h.Events = n.Name, n.URL, n.Events
		return nil
	})
	return named(err, n.Name)
}

// Activate lets a program be told again, or no more.
func (s *Service) Activate(ctx context.Context, town tenants.ID, id uuid.UUID, on bool) error {
	action := "webhooks.pause"
	if on {
		action = "webhooks.resume"
	}
	return s.write(ctx, town, id, action, func(_ context.Context, _ *db.Tx, h *Hook) error {
		h.Active, h.Failures = on, 0
		return nil
	})
}

// Renew draws another secret, which is shown once; the old one signs nothing any
// more.
func (s *Service) Renew(ctx context.Context, town tenants.ID, id uuid.UUID) (secret string, err error) {
	secret = newSecret()
	return secret, s.write(ctx, town, id, "webhooks.renew", func(_ context.Context, _ *db.Tx, h *Hook) error {
		h.secret = secret
		return nil
	})
}

func (s *Service) write(ctx context.Context, town tenants.ID, id uuid.UUID, action string, change func(context.Context, *db.Tx, *Hook) error) error {
	return s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		h, err := readHook(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, &h); err != nil {
			return err
		}
		if err := updateHook(ctx, tx, h); err != nil {
			return err
		}
		return audit.Record(ctx, tx, action, subject(id), map[string]any{"name": h.Name})
	})
}

// Delete forgets a program and what was sent to it.
func (s *Service) Delete(ctx context.Context, town tenants.ID, id uuid.UUID) error {
	return s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		h, err := readHook(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := deleteHook(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "webhooks.delete", subject(id), map[string]any{"name": h.Name})
	})
}

// Try sends a program a trial message, whatever it asked for.
func (s *Service) Try(ctx context.Context, town tenants.ID, id uuid.UUID) error {
	return s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if _, err := readHook(ctx, tx, id); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, id, Ping, map[string]any{})
	})
}

// Again sends a delivery that was given up once more, under its own identifier.
func (s *Service) Again(ctx context.Context, town tenants.ID, id uuid.UUID) error {
	return s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		requeued, err := requeue(ctx, tx, id)
		if err != nil || !requeued {
			return err // pressed twice: it is on its way
		}
		return entrust(ctx, tx, id)
	})
}
