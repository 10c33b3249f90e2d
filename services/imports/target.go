package imports

import (
	"context"

	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// Provider is a module that can be fed from files.
type Provider interface {
	Importers() []Target
}

// Target is something files can be imported into.
type Target interface {
	// Describe is a pure value: the same on every call.
	Describe() Description
	// Stage lists the target's own columns of the stage, in the order of the
	// values that Checker.Check gives.
	Stage() []StageColumn
	// Prepare loads what checking needs (registers, the town's settings) on the
	// run's transaction and returns a checker for one run.
	Prepare(ctx context.Context, tx *db.Tx, run Run) (Checker, error)
	// Match gives every staged row its verdict, with set-based SQL over the stage.
	Match(ctx context.Context, tx *db.Tx, run Run) error
	// Merge writes the rows whose verdict is create or update, and whatever Undo
	// needs. It is called after Match, for commits only.
	Merge(ctx context.Context, tx *db.Tx, run Run) (Outcome, error)
	// Undo puts everything back as before the import. It returns a conflict fault
	// when a row was changed since by somebody or by a later import.
	Undo(ctx context.Context, tx *db.Tx, run Run) error
}

// Checker checks the rows of one run. It is called from one goroutine, in the
// order of the file.
type Checker interface {
	// Check gives one value per column of Target.Stage (nil for NULL), of types
	// that pgx can COPY into them; an identifier is quickest as [16]byte. Faults of
	// the row go to rec.Reject and rec.Warn; the values of a rejected row are not
	// used and may be nil. An error ends the whole run. rec is only valid during
	// the call, its strings longer. Check must not query: the connection is busy
	// copying.
	Check(rec *Record) ([]any, error)
}

// Run is one passage of a file through a target.
type Run struct {
	ImportID uuid.UUID
	Tenant   tenants.ID
	Town     *tenants.Tenant
	Options  map[string]string // Description.Options as chosen, every option present
	Mapped   map[string]bool   // target columns that the file feeds
	Columns  []Column          // of a free target: what is kept of the file, in its order
	Dry      bool              // a check: Merge will not be called
	// Reach is what whoever imports may change. A target whose permission is held
	// by partners rejects rows of sources beyond it, and rows that would change
	// what came from one.
	Reach authz.Reach

	// Report tells the person how many rows Merge or Undo has dealt with so far;
	// call it between statements. It is never nil.
	Report func(ctx context.Context, rows int64)
}

// Outcome is what Merge really wrote, in rows of the file.
type Outcome struct {
	Created, Updated int64
}

// Description says what a target is and what it can be fed with. Texts are
// message keys of the target's own catalogue.
type Description struct {
	Code       string           // "trees/inventory": module's code, slash, name
	Title      string           // "Inventaire des arbres"
	Summary    string           // one sentence: what the file should hold
	Icon       string           // icon of web/components
	Permission authz.Permission // asked for besides imports.run; declared by the module
	Position   PositionNeed
	Columns    []Column
	// Free targets take whatever columns a file has: Columns is empty, and each
	// run's columns (Run.Columns) are those of the file that the person keeps, with
	// the kinds they chose.
	Free       bool
	Options    []Option
	ResultPath string // below the town's workspace, where imported rows show: "/arbres"; "" for nowhere
}

// Module is the code of the module that offers the target.
func (d Description) Module() string {
	for i := range d.Code {
		if d.Code[i] == '/' {
			return d.Code[:i]
		}
	}
	return d.Code
}

// column finds a column by name.
func (d Description) column(name string) (Column, bool) {
	for _, c := range d.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// PositionNeed says whether rows have a place on the map. Columns that hold
// positions belong to the pipeline; targets do not list them.
type PositionNeed string

// The needs. A row without a position is rejected when it is required.
const (
	PositionNone     PositionNeed = "none"
	PositionOptional PositionNeed = "optional"
	PositionRequired PositionNeed = "required"
)

// Column is one piece of information a file can bring.
type Column struct {
	Name     string   // as the checker asks for it: "height_cm"
	Label    string   // message key
	Hint     string   // message key, may be ""
	Unit     string   // "cm", "m", "" : shown beside the label
	Kind     Kind     //
	Required bool     // must be mapped, and a row without it is rejected
	Aliases  []string // headings met in real files; case, accents and separators do not matter
	Example  string   // for the template file offered to people
}

// Kind is how a column's cells are read. A cell that does not read as its kind
// rejects the row when the column is required; otherwise it is left empty with a
// warning.
type Kind string

// The closed list of kinds.
const (
	KindText    Kind = "text" // codes and identifiers too: zeros are kept
	KindInteger Kind = "integer"
	KindNumber  Kind = "number"
	KindDate    Kind = "date"   // a day, or a year alone
	KindMoment  Kind = "moment" // a day and an hour
	KindBool    Kind = "bool"
	KindYear    Kind = "year"
)

// kinds lists them in the order people see them.
var kinds = []Kind{KindText, KindInteger, KindNumber, KindDate, KindMoment, KindYear, KindBool}

// Option is a question to the person that concerns the whole file: "what does
// the trunk column measure?".
type Option struct {
	Name    string
	Label   string // message key
	Hint    string // message key, may be ""
	Default string // value of one of the choices
	Choices []Choice
	// Text options have no choices: the person writes up to maxOptionText
	// characters. One that is Named starts as the file's name in words.
	Text, Named, Required bool
	Rows                  int // of the field when the text is long
}

// Choice is one answer to an Option.
type Choice struct {
	Value string
	Label string // message key
}

// StageColumn is one of the target's columns of the stage.
type StageColumn struct {
	Name string // SQL identifier, lower case; not one of the pipeline's own
	Type string // PostgreSQL type: "text", "float8", "integer", "date", "boolean", "uuid"
}

// StageTable is the name of the temporary table rows wait in.
const StageTable = "import_stage"

// Verdict is what an import does, or would do, with a row.
type Verdict string

// The verdicts. Rows read = the sum of the four, always.
const (
	Create    Verdict = "create"
	Update    Verdict = "update"
	Unchanged Verdict = "unchanged"
	Reject    Verdict = "reject"
)
