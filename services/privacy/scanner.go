package privacy

import (
	"slices"
	"strings"

	"acvdata/services/words"
)

// Kind is a kind of personal data.
type Kind string

// The closed list of kinds, the gravest first.
const (
	NIR     Kind = "nir"
	Email   Kind = "email"
	Phone   Kind = "phone"
	Plate   Kind = "plate"
	Name    Kind = "name"
	Address Kind = "address" // of persons: told, never in the way
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{NIR, Email, Phone, Plate, Name, Address} }

// Key is the message key of the kind's name.
func (k Kind) Key() string {
	return map[Kind]string{
		NIR: "privacy.kind.nir", Email: "privacy.kind.email", Phone: "privacy.kind.phone",
		Plate: "privacy.kind.plate", Name: "privacy.kind.name", Address: "privacy.kind.address",
	}[k]
}

// Blocks reports whether a person must decide before such data are published.
func (k Kind) Blocks() bool { return k != Address }

// Finding is a kind of personal data in a column.
type Finding struct {
	Column   int
	Kind     Kind
	Cells    int64    // that look like it
	Filled   int64    // cells of the column that hold something
	Examples []string // masked, at most three
}

// Scanner looks at the rows of one table. It is used from one goroutine.
type Scanner struct{ columns []*column }

// column is what was seen of a column.
type column struct {
	hints  map[Kind]bool // what its heading says it holds
	first  bool          // its heading says first names
	last   bool          // its heading says family names
	filled int64
	tallies
	names, firsts, streets tally
}

// tallies are the forms that cells are counted by.
type tallies struct{ email, phone, barePhone, plate, oldPlate, nir tally }

// tally counts cells of a form.
type tally struct {
	cells    int64
	examples []string
}

const mostExamples = 3

func (t *tally) see(cell string) {
	t.cells++
	if shown := Mask(cell); len(t.examples) < mostExamples && !slices.Contains(t.examples, shown) {
		t.examples = append(t.examples, shown)
	}
}

// New makes a scanner of columns with those headings.
func New(headings []string) *Scanner {
	s := &Scanner{}
	for _, h := range headings {
		s.columns = append(s.columns, newColumn(h))
	}
	return s
}

// said are the words of a heading that announce a kind.
var said = map[Kind][]string{
	Email:   {"mail", "mel", "courriel", "email"},
	Phone:   {"tel", "telephone", "portable", "mobile", "gsm", "fax"},
	Plate:   {"immatriculation", "immat", "plaque"},
	Address: {"domicile", "demandeur", "demandeuse", "habitant", "habitante", "usager", "usagere"},
	Name: {
		"nom", "noms", "prenom", "prenoms", "patronyme", "demandeur", "demandeuse", "declarant", "declarante", "proprietaire", "locataire",
		"habitant", "habitante", "usager", "usagere", "agent", "agente", "observateur", "observatrice", "titulaire", "beneficiaire",
		"responsable", "contact", "temoin", "signataire", "auteur", "autrice", "referent", "referente", "personne", "elu", "elue",
	},
}

func newColumn(heading string) *column {
	c := &column{hints: map[Kind]bool{}}
	of := words.Of(heading)
	for kind, list := range said {
		c.hints[kind] = slices.ContainsFunc(of, func(w string) bool { return slices.Contains(list, w) })
	}
	c.first = slices.Contains(of, "prenom") || slices.Contains(of, "prenoms")
	c.last = slices.Contains(of, "nom") && len(of) <= 2 || slices.Contains(of, "patronyme")
	return c
}

// Row looks at one row: a text per column, "" for none.
func (s *Scanner) Row(cells []string) {
	for i, c := range s.columns {
		if i < len(cells) && cells[i] != "" {
			c.see(strings.TrimSpace(cells[i]))
		}
	}
}

// longest is the most of a cell that is looked at, in octets.
const longest = 4_000

func (c *column) see(cell string) {
	if cell == "" {
		return
	}
	c.filled++
	if len(cell) > longest {
		cell = cell[:longest]
	}
	if strings.IndexByte(cell, '@') > 0 && emailForm.MatchString(cell) {
		c.email.see(cell)
	}
	if strings.ContainsAny(cell, "0123456789") {
		c.seeNumbers(cell)
		if streetForm.MatchString(words.Fold(cell)) {
			c.streets.see(cell)
		}
		return
	}
	switch {
	case isPerson(cell):
		c.names.see(cell)
	case isFirstName(cell):
		c.firsts.see(cell)
	}
}

func (c *column) seeNumbers(cell string) {
	switch bare := compact(cell); {
	case isNIR(bare):
		c.nir.see(cell)
	case hasWrittenPhone(cell):
		c.phone.see(cell)
	case barePhone.MatchString(bare):
		c.barePhone.see(cell)
	case hasPlate(cell):
		c.plate.see(cell)
	case oldPlate.MatchString(strings.ToUpper(cell)) || barePlate.MatchString(strings.ToUpper(cell)):
		c.oldPlate.see(cell)
	}
}

// Findings gives what was found, by column.
func (s *Scanner) Findings() (list []Finding) {
	persons := false
	for i, c := range s.columns {
		found := c.findings(i)
		persons = persons || slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == Name })
		list = append(list, found...)
	}
	for i, c := range s.columns {
		already := func(f Finding) bool { return f.Column == i && f.Kind == Name }
		// Family names stand beside first names; nothing else tells them from words.
		if persons && c.last && !slices.ContainsFunc(list, already) && s.hasFirstNames(list) {
			list = append(list, Finding{Column: i, Kind: Name, Cells: c.filled, Filled: c.filled})
		}
		if (persons || c.hints[Address]) && c.share(c.streets) >= half {
			list = append(list, c.finding(i, Address, c.streets))
		}
	}
	slices.SortStableFunc(list, func(a, b Finding) int { return a.Column - b.Column })
	return list
}

// hasFirstNames reports whether a column of first names was found.
func (s *Scanner) hasFirstNames(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Kind == Name && s.columns[f.Column].first })
}

// Shares of a column's cells, in hundredths: a heading that says so needs less.
const (
	third = 30
	half  = 50
)

func (c *column) share(t tally) int64 {
	if c.filled == 0 {
		return 0
	}
	return 100 * t.cells / c.filled
}

func (c *column) finding(at int, kind Kind, t tally) Finding {
	return Finding{Column: at, Kind: kind, Cells: t.cells, Filled: c.filled, Examples: t.examples}
}

// findings decides on one column. One cell is enough for what cannot be anything
// else, or what the heading announces; what may be a code must fill the column.
func (c *column) findings(at int) (list []Finding) {
	add := func(is bool, kind Kind, t tally) {
		if is {
			list = append(list, c.finding(at, kind, t))
		}
	}
	add(c.nir.cells > 0, NIR, c.nir)
	add(c.email.cells > 0, Email, c.email)
	phones := c.phone.and(c.barePhone)
	add(c.phone.cells > 0 || c.hints[Phone] && phones.cells > 0 || c.share(c.barePhone) >= half, Phone, phones)
	plates := c.plate.and(c.oldPlate)
	add(c.hints[Plate] && plates.cells > 0 || c.share(plates) >= half, Plate, plates)
	people := c.names
	if c.first || c.hints[Name] {
		people = c.names.and(c.firsts)
	}
	enough := int64(half)
	if c.hints[Name] {
		enough = third
	}
	// Two rows that look like a person may be a street's name; a heading settles it.
	add(people.cells > 0 && c.share(people) >= enough && (c.hints[Name] || people.cells > 2), Name, people)
	return list
}

func (t tally) and(u tally) tally {
	return tally{cells: t.cells + u.cells, examples: append(slices.Clone(t.examples), u.examples...)[:min(mostExamples, len(t.examples)+len(u.examples))]}
}
