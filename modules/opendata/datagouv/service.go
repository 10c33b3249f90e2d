package datagouv

import (
	"context"
	"errors"
	"slices"
	"strings"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/seal"
	"acvdata/services/webhooks"
	"acvdata/tenants"
)

// Towns lists the towns; tenants/directory does.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Parts are what the service is made from.
type Parts struct {
	DB       *db.DB
	Datasets *datasets.Service
	Towns    Towns
	Client   *Client
	Box      *seal.Box // seals the towns' keys
	Module   string    // code of the module whose towns publish there
	// Draft says what a dataset should be over there.
	Draft func(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset) Draft
	// Identifier is a dataset's own, that never changes.
	Identifier func(town *tenants.Tenant, slug string) string
}

// Service has the rules of publishing on data.gouv.fr. Routes say who may call
// it. It is safe for concurrent use.
type Service struct{ Parts }

// New makes the service.
func New(p Parts) *Service { return &Service{p} }

// Portal is the address of the portal, without a slash at the end.
func (s *Service) Portal() string { return s.Client.Portal() }

// Able reports whether the installation can keep keys.
func (s *Service) Able() bool { return s.Box.Ready() }

// purpose binds a sealed key to its town.
func purpose(town tenants.ID) string { return "datagouv/" + town.String() }

// Account gives the town's account, nil when there is none. The key is not in it.
func (s *Service) Account(ctx context.Context, town *tenants.Tenant) (a *Account, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		a, err = accountOf(ctx, tx)
		return err
	})
	return a, err
}

// longestKey is beyond any key the portal gives.
const longestKey = 500

// Give keeps the town's key once the portal has said whose it is. The
// organisation is kept where the key's owner is still a member of it, or taken
// where they are a member of one. An invalid fault on "key" says why not.
func (s *Service) Give(ctx context.Context, town *tenants.Tenant, key string) error {
	key = strings.TrimSpace(key)
	if !s.Able() {
		return fault.New(fault.Conflict, "opendata.push.fault.no_box")
	}
	wrong := func(message string) error {
		return fault.New(fault.Invalid, message, fault.On("key", message, nil))
	}
	if key == "" || len(key) > longestKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return wrong("opendata.push.fault.key_form")
	}
	holder, err := s.Client.Me(ctx, key)
	switch {
	case fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Forbidden):
		return wrong("opendata.push.fault.key_refused")
	case err != nil:
		return err
	case len(holder.Organizations) == 0:
		return wrong("opendata.push.fault.key_alone")
	}
	a := Account{Choices: holder.Organizations, Holder: holder.Name(), Author: authz.From(ctx).Name}
	if a.sealed, err = s.Box.Seal(key, purpose(town.ID)); err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		before, err := accountOf(ctx, tx)
		if err != nil {
			return err
		}
		a.settle(before)
		return keep(ctx, tx, &a)
	})
}

// keep writes the account, and sends again what waits for a better one.
func keep(ctx context.Context, tx *db.Tx, a *Account) error {
	if err := saveAccount(ctx, tx, a); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, "opendata.push_key", "datagouv", map[string]any{"organization": a.Organization.Name}); err != nil || !a.Ready() {
		return err
	}
	list, err := queryPushes(ctx, tx, selectPushes, tx.Tenant(), "")
	if err != nil {
		return err
	}
	for i := range list {
		if p := &list[i]; p.State == Refused && p.Fault != nil && slices.Contains(mendedByKey, p.Fault.Key) {
			if err := ask(ctx, tx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle chooses the organisation where there is no choice.
func (a *Account) settle(before *Account) {
	if before != nil && slices.Contains(a.Choices, before.Organization) {
		a.Organization = before.Organization
	}
	if len(a.Choices) == 1 {
		a.Organization = a.Choices[0]
	}
}

// Choose says in whose name the town publishes.
func (s *Service) Choose(ctx context.Context, town *tenants.Tenant, organization string) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		a, err := accountOf(ctx, tx)
		if err != nil {
			return err
		}
		if a == nil {
			return fault.New(fault.Conflict, "opendata.push.fault.no_account")
		}
		i := slices.IndexFunc(a.Choices, func(o Organization) bool { return o.ID == organization })
		if i < 0 {
			return fault.New(fault.Invalid, "opendata.fault.choice", fault.On("organization", "opendata.fault.choice", nil))
		}
		a.Organization = a.Choices[i]
		return keep(ctx, tx, a)
	})
}

// Forget drops the key. What is over there stays, and is sent no more.
func (s *Service) Forget(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := deleteAccount(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.push_forget", "datagouv", nil)
	})
}

// Pushes gives how the town's datasets stand over there, by their slugs.
func (s *Service) Pushes(ctx context.Context, town *tenants.Tenant) (map[string]Push, error) {
	all := map[string]Push{}
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err := queryPushes(ctx, tx, selectPushes, tx.Tenant(), "")
		for _, p := range list {
			all[p.Dataset] = p
		}
		return err
	})
	return all, err
}

// Push gives how one stands; of one that nobody ever wanted there, a zero one.
func (s *Service) Push(ctx context.Context, town *tenants.Tenant, slug string) (p Push, err error) {
	p.Dataset = slug
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err := pushOf(ctx, tx, selectPushes, slug)
		if found != nil {
			p = *found
		}
		return err
	})
	return p, err
}

// Want says that a dataset is to be over there, or no more. It is sent, or
// retired, at once when it is published here.
func (s *Service) Want(ctx context.Context, town *tenants.Tenant, d *datasets.Dataset, wanted bool) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		a, err := accountOf(ctx, tx)
		if err != nil {
			return err
		}
		if wanted && !a.Ready() {
			return fault.New(fault.Conflict, "opendata.push.fault.no_account")
		}
		if wanted && !d.Open() {
			return fault.New(fault.Conflict, "opendata.push.fault.unpublished")
		}
		p, err := pushOf(ctx, tx, lockPush, d.Slug())
		if err != nil || p == nil && !wanted {
			return err
		}
		if p == nil {
			p = &Push{Dataset: d.Slug()}
		}
		p.Wanted = wanted
		if err := ask(ctx, tx, p); err != nil {
			return err
		}
		deed := map[string]any{"dataset": d.Slug()}
		if wanted {
			return audit.Record(ctx, tx, "opendata.push_on", "dataset/"+d.Slug(), deed)
		}
		return audit.Record(ctx, tx, "opendata.push_off", "dataset/"+d.Slug(), deed)
	})
}

// Again sends a dataset once more, where it is wanted there; else it does nothing.
func (s *Service) Again(ctx context.Context, town *tenants.Tenant, slug string) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error { return again(ctx, tx, slug) })
}

func again(ctx context.Context, tx *db.Tx, slug string) error {
	p, err := pushOf(ctx, tx, lockPush, slug)
	if err != nil || p == nil || !p.Wanted {
		return err
	}
	return ask(ctx, tx, p)
}

// ask makes a push wait for its job: the one under way sees the new wish, else
// there is a new one. What was found deleted over there is created anew.
func ask(ctx context.Context, tx *db.Tx, p *Push) error {
	ended, err := jobs.Ended(ctx, tx, []int64{p.job})
	if err != nil {
		return err
	}
	if p.Fault != nil && p.Fault.Key == keyAbsent {
		p.remoteID, p.Page = "", ""
	}
	if p.State != Waiting || ended[p.job] {
		if p.job, err = tx.Enqueue(ctx, pushJob{Dataset: p.Dataset}); err != nil {
			return err
		}
	}
	p.State, p.Author = Waiting, authz.From(ctx).Name
	p.wish++
	return savePush(ctx, tx, p)
}

// Follow adds to what is announced of datasets: one that is wanted over there is
// sent, or retired, by a job that joins the transaction.
func Follow(tell webhooks.Announce) webhooks.Announce {
	return func(ctx context.Context, tx *db.Tx, event string, data map[string]any) error {
		slug, _ := data["dataset"].(string)
		if event == datasets.EventPublished || event == datasets.EventWithdrawn {
			if err := again(ctx, tx, slug); err != nil {
				return err
			}
		}
		return tell(ctx, tx, event, data)
	}
}

// keyOf opens the town's key.
func (s *Service) keyOf(town *tenants.Tenant, a *Account) (string, error) {
	if !a.Ready() {
		return "", fault.New(fault.Conflict, "opendata.push.fault.no_account")
	}
	key, err := s.Box.Open(a.sealed, purpose(town.ID))
	if errors.Is(err, seal.ErrSealed) || errors.Is(err, seal.ErrNoKey) {
		return "", fault.New(fault.Conflict, "opendata.push.fault.sealed", fault.Because(err))
	}
	return key, err
}
