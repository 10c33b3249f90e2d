package imports

import (
	"context"

	"github.com/google/uuid"

	"acvdata/services/auth"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/mail"
	"acvdata/tenants"
)

// tell writes to the owner of a watch that a person has to look; to the town's
// administrators when the owner has left.
func (s *Service) tell(ctx context.Context, tx *db.Tx, w *Watch, c *WatchCheck) error {
	town := tenants.From(ctx)
	if town == nil || s.Policy == nil {
		return nil
	}
	_, email, err := s.owner(ctx, tx, town, w)
	if err != nil {
		return err
	}
	people := []string{email}
	if email == "" {
		if people, err = auth.Reachable(ctx, tx, "", authz.Admin); err != nil {
			return err
		}
	}
	link := town.Path("espace/imports/suivis/" + w.ID.String())
	key := "imports.watch.mail.failed"
	if c.State == CheckWaiting && c.Import != uuid.Nil {
		link, key = pageOf(town, c.Import), "imports.watch.mail.waiting"
	}
	words := i18n.V{
		"Town": town.Name, "Data": s.titleOf(ctx, w), "Address": Shown(w.Address), "Link": s.BaseURL + link,
		"Why": s.say(ctx, c.Note), "Times": w.Failures,
	}
	for _, to := range people {
		_, err := tx.Enqueue(ctx, mail.Message{
			To: to, Subject: i18n.T(ctx, "imports.watch.mail.subject", words), Text: i18n.T(ctx, key, words),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// say writes a note in French.
func (s *Service) say(ctx context.Context, n Note) string {
	if n.Key == "" {
		return ""
	}
	return i18n.T(ctx, n.Key, i18n.V(n.Args))
}

// titleOf names what an address feeds: the dataset a free target makes, or what
// its target holds.
func (s *Service) titleOf(ctx context.Context, w *Watch) string {
	d, known := s.Describe(w.Target)
	if !known {
		return w.Target
	}
	for _, o := range d.Options {
		if d.Free && o.Named {
			return w.reference.Mapping.Options[o.Name]
		}
	}
	return i18n.T(ctx, d.Title)
}
