package contributions

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Filter narrows the queue.
type Filter struct {
	Kinds   []string // those the person moderates
	Kind    string   // one of them, "" for all
	Subject string   // of one subject, "" for all
	State   string   // of the states, "" for what is to be done
	Text    string   // in what was written and in the subject
	After   uuid.UUID
}

// Do is a decision.
type Do string

// The closed list of decisions.
const (
	Accept   Do = "accept"
	Refuse   Do = "refuse"
	Answer   Do = "answer" // also closes, with an outcome
	Reopen   Do = "reopen"
	UsedIn   Do = "used"
	perBatch    = 200
)

// Outcomes of kinds that have none of their own.
const (
	Kept     = "kept"     // accepted, and nothing more is asked of the town
	Answered = "answered" // the town said something
)

// Decision is what somebody of the town decides.
type Decision struct {
	Do       Do
	Reason   string // of a refusal: one of Reasons
	Note     string // of a refusal, in the town's words; may be ""
	Outcome  string // of an answer: one of the kind's
	Answer   string
	As       string // name and role shown with the answer, of kinds that sign
	UsedIn   string // the decision it served
	UsedHref string
}

// List reads a page of the queue: what waits first, oldest first; what is over,
// newest first.
func (s *Service) List(ctx context.Context, town *tenants.Tenant, f Filter, size int) (list []Contribution, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectQueue(ctx, tx, f, size)
		return err
	})
	return list, err
}

// Get reads one contribution of the kinds, with its history.
func (s *Service) Get(ctx context.Context, town *tenants.Tenant, kinds []string, id uuid.UUID) (c *Contribution, history []Deed, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if c, err = readOne(ctx, tx, id, false); err != nil {
			return err
		}
		if !slices.Contains(kinds, c.Kind) {
			return unknown()
		}
		history, err = deedsOf(ctx, tx, id)
		return err
	})
	return c, history, err
}

func unknown() error { return fault.New(fault.NotFound, "contributions.fault.unknown") }

// Decide does the same with each contribution, all or none, and gives the name of
// the batch, which undoes it. Those the decision changes nothing of are left out.
func (s *Service) Decide(ctx context.Context, town *tenants.Tenant, kinds []string, ids []uuid.UUID, d Decision) (batch uuid.UUID, done int, err error) {
	if batch, err = uuid.NewV7(); err != nil {
		return batch, 0, err
	}
	if len(ids) == 0 || len(ids) > perBatch {
		return batch, 0, fault.New(fault.Invalid, "contributions.fault.none_chosen", fault.With(fault.Args{"Most": perBatch}))
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }) // locks in one order
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		for _, id := range slices.Compact(ids) {
			changed, err := s.decide(ctx, tx, town, kinds, id, d, batch)
			if err != nil {
				return err
			}
			if changed {
				done++
			}
		}
		return nil
	})
	return batch, done, err
}

func (s *Service) decide(ctx context.Context, tx *db.Tx, town *tenants.Tenant, kinds []string, id uuid.UUID, d Decision, batch uuid.UUID) (bool, error) {
	c, err := readOne(ctx, tx, id, true)
	if err != nil {
		return false, err
	}
	k, err := s.kind(town, c.Kind)
	if err != nil || !slices.Contains(kinds, c.Kind) {
		return false, unknown()
	}
	if c.State == Withdrawn || c.State == Erased {
		return false, fault.New(fault.Conflict, "contributions.fault.author_took", fault.With(fault.Args{"Title": c.About.Title}))
	}
	before := c.Moderation
	if err := d.apply(k, c, authz.From(ctx).Name, s.Now()); err != nil || c.Moderation == before {
		return false, err
	}
	if err := s.effects(ctx, tx, k, c, before.State); err != nil {
		return false, err
	}
	if err := s.write(ctx, tx, c, d.news(c, before)); err != nil {
		return false, err
	}
	if err := s.note(ctx, tx, c, string(d.Do), batch, before, c.Note); err != nil {
		return false, err
	}
	return true, audit.Record(ctx, tx, "contributions.decide", "contribution/"+c.ID.String(), map[string]any{"decision": string(d.Do), "kind": c.Kind})
}

// news is what an author is told of a decision, "" for nothing.
func (d Decision) news(c *Contribution, before Moderation) string {
	switch {
	case d.Do == Accept && before.State == Accepted:
		return ""
	case d.Do == Reopen:
		return "reopened"
	case d.Do == UsedIn && c.UsedIn == "":
		return ""
	}
	return string(d.Do)
}

// apply changes the moderation of a contribution.
func (d Decision) apply(k *Kind, c *Contribution, who string, at time.Time) error {
	switch d.Do {
	case Accept:
		kept := accepted(k)
		c.State, c.Reviewed, c.Reason, c.Note = kept.State, kept.Reviewed, "", ""
		if kept.Outcome != "" {
			c.Outcome = kept.Outcome
		}
	case Refuse:
		if labelOf(Reasons(), d.Reason) == "" {
			return fault.New(fault.Invalid, "contributions.fault.form", fault.On("reason", "contributions.fault.reason", nil))
		}
		c.State, c.Reviewed, c.Reason, c.Note = Refused, true, d.Reason, plain(d.Note, true)
	case Answer:
		return d.answer(k, c, who, at)
	case Reopen:
		c.State, c.Outcome = Accepted, ""
	case UsedIn:
		return d.used(c)
	default:
		return fault.New(fault.Invalid, "contributions.fault.decision")
	}
	return nil
}

// accepted is what stands once a contribution of the kind is taken in.
func accepted(k *Kind) Moderation {
	m := Moderation{State: Accepted, Reviewed: true}
	if k.AnswerAsk == "" {
		m.Outcome = Kept
	}
	return m
}

func (d Decision) answer(k *Kind, c *Contribution, who string, at time.Time) error {
	text, outcome, as := plain(d.Answer, true), d.Outcome, ""
	f := fault.New(fault.Invalid, "contributions.fault.form")
	if len(k.Outcomes) == 0 {
		outcome = Answered
	} else if labelOf(k.Outcomes, outcome) == "" {
		fault.On("outcome", "contributions.fault.outcome", nil)(f)
	}
	if len(k.Outcomes) == 0 && text == "" || len([]rune(text)) > longestBody {
		fault.On("answer", "contributions.fault.body", fault.Args{"Most": longestBody})(f)
	}
	if k.Signed {
		if as = plain(d.As, false); !within(as, longestTitle) {
			fault.On("as", "contributions.fault.as", fault.Args{"Most": longestTitle})(f)
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	c.State, c.Reviewed, c.Reason, c.Note = Accepted, true, "", ""
	c.Outcome, c.Answer, c.AnsweredName, c.AnsweredAs, c.AnsweredAt = outcome, text, who, as, at
	return nil
}

func (d Decision) used(c *Contribution) error {
	text, address := plain(d.UsedIn, false), plain(d.UsedHref, false)
	f := fault.New(fault.Invalid, "contributions.fault.form")
	if len([]rune(text)) > longestTitle {
		fault.On("used_in", "contributions.fault.title", fault.Args{"Most": longestTitle})(f)
	}
	if address != "" && !isAddress(address) {
		fault.On("used_href", "contributions.fault.url", nil)(f)
	}
	if c.State != Accepted {
		return fault.New(fault.Conflict, "contributions.fault.not_accepted")
	}
	if len(f.Fields) > 0 {
		return f
	}
	c.UsedIn, c.UsedHref = text, address
	return nil
}

// Undo takes a batch back: each contribution stands again as it did. A conflict
// fault, and nothing undone, when one of them changed since.
func (s *Service) Undo(ctx context.Context, town *tenants.Tenant, kinds []string, batch uuid.UUID) (done int, err error) {
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		steps, err := stepsOf(ctx, tx, batch)
		if err != nil {
			return err
		}
		if len(steps) == 0 {
			return unknown()
		}
		undoing, err := uuid.NewV7()
		if err != nil {
			return err
		}
		for _, step := range steps {
			if err := s.undo(ctx, tx, town, kinds, step, undoing); err != nil {
				return err
			}
			done++
		}
		return audit.Record(ctx, tx, "contributions.undo", "contributions/"+batch.String(), map[string]any{"number": done})
	})
	return done, err
}

func (s *Service) undo(ctx context.Context, tx *db.Tx, town *tenants.Tenant, kinds []string, step step, batch uuid.UUID) error {
	c, err := readOne(ctx, tx, step.contribution, true)
	if err != nil {
		return err
	}
	k, err := s.kind(town, c.Kind)
	if err != nil || !slices.Contains(kinds, c.Kind) || !step.undoable() {
		return unknown()
	}
	if c.Revision != step.revision {
		return fault.New(fault.Conflict, "contributions.fault.changed_since", fault.With(fault.Args{"Title": c.About.Title}))
	}
	now, told := c.Moderation, ""
	if step.told {
		told = "undone"
	}
	c.Moderation = step.before
	if err := s.effects(ctx, tx, k, c, now.State); err != nil {
		return err
	}
	if err := s.write(ctx, tx, c, told); err != nil {
		return err
	}
	return s.note(ctx, tx, c, "undo", batch, now, "")
}

// Moderate sets how the town takes a kind in; it holds from the next form on.
func (s *Service) Moderate(ctx context.Context, town *tenants.Tenant, code string, mode Mode) error {
	if _, err := s.kind(town, code); err != nil {
		return err
	}
	if !slices.Contains(Modes(), mode) {
		return fault.New(fault.Invalid, "contributions.fault.decision")
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if err := saveMode(ctx, tx, code, mode); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "contributions.mode", "contributions/"+code, map[string]any{"mode": string(mode)})
	})
}
