package contributions

import (
	"context"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// Provider is a module that takes contributions.
type Provider interface {
	Contributions() []Kind
}

// Mode says when everybody sees a contribution of a public kind.
type Mode string

// The closed list of modes.
const (
	Before Mode = "before" // once the town has read it
	After  Mode = "after"  // at once; the town reads it afterwards
	Closed Mode = "closed" // nothing is taken in
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{Before, After, Closed} }

// LabelKey is the message key of the mode's name.
func (m Mode) LabelKey() string { return "contributions.mode." + string(m) }

// Option is one answer of a closed question. Label is a message key.
type Option struct{ Value, Label string }

// Kind is a sort of contribution. Texts are message keys of its module.
type Kind struct {
	Code       string           // "opendata.error": the module's code, a dot, a name
	Path       string           // in addresses, unique: "erreur"
	Icon       string           // of web/components
	Title      string           // "Signaler une erreur"
	Lead       string           // what happens with it
	Permission authz.Permission // of those who moderate it
	Public     bool             // everybody sees it once it is accepted
	Mode       Mode             // unless the town says otherwise; Before when ""

	Choice    string   // question with closed answers, "" for none
	Choices   []Option // its answers
	TitleAsk  string   // question with a short answer, "" for none
	URLAsk    string   // question with a web address, "" for none
	BodyAsk   string   // question with a long answer
	BodyHint  string   // may be ""
	PhotoAsk  string   // "" takes no photograph
	NameAsk   string   // label of a name that is asked of everybody and always shown; "": optional
	AlsoAsk   string   // question with other subjects as answers, "" for none
	AloneAsk  string   // the same question where there is no first subject; "": as AlsoAsk
	Outcomes  []Option // how one is closed; none: an answer closes it
	AnswerAsk string   // label of the town's answer
	Signed    bool     // answers carry the name and role of who answers, for everybody

	// Find says what a contribution is about; a not_found fault when there is no
	// such thing that everybody may see. part may be "".
	Find func(ctx context.Context, town *tenants.Tenant, subject, part string) (Subject, error)
	// Others lists what a contribution about a subject may be about too; nil when
	// AlsoAsk is "". A contribution about no subject ("") names at least one.
	Others func(ctx context.Context, town *tenants.Tenant, subject string) ([]Other, error)
	// Signature proposes what an answer is signed with; nil proposes the name of
	// who answers.
	Signature func(ctx context.Context, town *tenants.Tenant, c *Contribution) (string, error)
	// Now gives the facts of the subject as they are now, nil when it is gone.
	// A nil Now compares nothing.
	Now func(ctx context.Context, town *tenants.Tenant, c *Contribution) ([]Fact, error)
	// Accepted and Undone do what acceptance does besides showing the contribution,
	// and take it back, in the transaction of the decision; nil for nothing.
	Accepted func(ctx context.Context, tx *db.Tx, c *Contribution) error
	Undone   func(ctx context.Context, tx *db.Tx, c *Contribution) error
}

// Module is the code of the kind's module.
func (k *Kind) Module() string { return authz.Permission(k.Code).Module() }

// Subject is what a contribution is about, in words.
type Subject struct {
	Title     string // "Arbres publics"
	Label     string // "Version 3, ligne 12", may be ""
	Href      string // its public page, without the town: "donnees/arbres"
	Facts     []Fact // as it is now
	Reference map[string]string
}

// Other is a subject to choose, with its title.
type Other struct{ Subject, Title string }

// Fact is one thing that is known of a subject.
type Fact struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value string `json:"value"`
}
