package atlas

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"acvdata/services/db"
	"acvdata/tenants"
)

// ErrNotTaxref is returned for a file that is no register of taxa.
var ErrNotTaxref = errors.New("not a TAXREF file: a tab-separated file with CD_NOM, CD_REF and names is expected")

// Loaded is what a register brought.
type Loaded struct {
	Names    int64 // rows written
	Skipped  int64 // rows without a number or a name
	Resolved int64 // occurrences of towns whose own name is known now
}

// taxrefRow is a row on its way to the table.
type taxrefRow struct {
	cdNom, cdRef, parent           int
	rank, name, author, french     string
	family, kingdom, group, origin string
}

// LoadTaxref reads a TAXREF file (TAXREFv18.txt: tab-separated, UTF-8 or
// Latin-1) or an extract with the columns cd_nom, cd_ref, nom_francais and
// groupes, and puts its names in the register, over what it had. One
// transaction: a file that breaks off changes nothing.
func (s *Service) LoadTaxref(ctx context.Context, file string, r io.Reader) (l Loaded, err error) {
	in := &taxrefReader{scanner: bufio.NewScanner(r)}
	in.scanner.Buffer(make([]byte, 0, 64<<10), 1<<20)
	if err := in.head(); err != nil {
		return l, err
	}
	err = s.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		l.Names, err = writeRegister(ctx, tx, in, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
		l.Skipped = in.skipped
		return err
	})
	return l, err
}

// Resolve gives a town's own names their place in the register, where it has
// them now, and follows the numbers it has replaced. Rules of sensitivity go along:
// nothing is shown more exactly than before. It is idempotent. n counts occurrences.
func (s *Service) Resolve(ctx context.Context, town tenants.ID) (n int64, err error) {
	err = s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if _, err = holdRegister(ctx, tx); err != nil {
			return err
		}
		n, err = resolveLocal(ctx, tx)
		return err
	})
	return n, err
}

// ResolveAll does so for each town. One that fails keeps no other from its names:
// the error joins what went wrong, town by town.
func (s *Service) ResolveAll(ctx context.Context, towns []*tenants.Tenant) (n int64, err error) {
	for _, town := range towns {
		resolved, failed := s.Resolve(ctx, town.ID)
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("resolve the names of %s: %w", town.Slug, failed))
			continue
		}
		n += resolved
	}
	return n, err
}

// taxrefReader reads rows by the names of their columns.
type taxrefReader struct {
	scanner *bufio.Scanner
	columns map[string]int
	cells   []string
	row     taxrefRow
	skipped int64
	err     error
}

func (t *taxrefReader) head() error {
	if !t.scanner.Scan() {
		return errors.Join(ErrNotTaxref, t.scanner.Err())
	}
	t.columns = map[string]int{}
	for i, name := range strings.Split(strings.TrimPrefix(t.scanner.Text(), "\ufeff"), "\t") {
		t.columns[fold(strings.Trim(name, "\" \r"))] = i
	}
	_, nom := t.columns["cd_nom"]
	_, ref := t.columns["cd_ref"]
	_, latin := t.columns["lb_nom"]
	_, french := t.columns["nom_francais"]
	if !nom || !ref || !latin && !french {
		return ErrNotTaxref
	}
	return nil
}

// full reports whether it is TAXREF itself rather than an extract.
func (t *taxrefReader) full() bool {
	_, full := t.columns["lb_nom"]
	return full
}

func (t *taxrefReader) cell(name string) string {
	i, ok := t.columns[name]
	if !ok || i >= len(t.cells) {
		return ""
	}
	return strings.TrimSpace(strings.Trim(t.cells[i], "\"\r"))
}

func (t *taxrefReader) number(name string) int {
	n, err := strconv.Atoi(t.cell(name))
	if err != nil || n < 1 || n > 1<<30 {
		return 0
	}
	return n
}

// Next implements pgx.CopyFromSource.
func (t *taxrefReader) Next() bool {
	for t.scanner.Scan() {
		line := t.scanner.Text()
		if !utf8.ValidString(line) {
			line, t.err = charmap.Windows1252.NewDecoder().String(line)
			if t.err != nil {
				return false
			}
		}
		t.cells = strings.Split(line, "\t")
		if t.row = t.read(); t.row.usable() {
			return true
		}
		t.skipped++
	}
	t.err = t.scanner.Err()
	return false
}

// usable rows have a number and a name; a synonym leads to its reference without
// one.
func (r taxrefRow) usable() bool {
	return r.cdNom > 0 && r.cdRef > 0 && (r.name != "" || r.cdNom != r.cdRef)
}

// Err implements pgx.CopyFromSource.
func (t *taxrefReader) Err() error {
	if t.err != nil {
		return fmt.Errorf("read the register: %w", t.err)
	}
	return nil
}

// Values implements pgx.CopyFromSource, in the order of registerColumns.
func (t *taxrefReader) Values() ([]any, error) {
	r := t.row
	return []any{
		r.cdNom, r.cdRef, r.parent, r.rank, r.name, r.author, r.french, r.family, r.kingdom, r.group, r.origin,
		firstWord(fold(r.name)), fold(r.name), wordsOf(r.name, r.french, t.cell("nom_vern"), t.cell("nom_francais")),
	}, nil
}

func (t *taxrefReader) read() taxrefRow {
	r := taxrefRow{
		cdNom: t.number("cd_nom"), cdRef: t.number("cd_ref"), parent: t.number("cd_sup"),
		rank: t.cell("rang"), name: t.cell("lb_nom"), author: t.cell("lb_auteur"), french: firstName(t.cell("nom_vern")),
		family: t.cell("famille"), kingdom: t.cell("regne"), origin: t.cell("fr"),
	}
	if r.parent == 0 {
		r.parent = t.number("cd_taxsup")
	}
	group := groupOf(t.cell("ordre"), t.cell("group2_inpn"), t.cell("group1_inpn"), t.cell("regne"))
	if !t.full() {
		group = r.extract(t)
	}
	r.group = string(group)
	if r.kingdom == "" {
		r.kingdom = kingdomOf(group)
	}
	if r.rank == "" {
		r.rank = guessRank(fold(r.name))
	}
	return r
}

// extract reads the columns of an extract: the French column holds scientific
// names with their authors where there is no French name, and a name observed
// may stand apart.
func (r *taxrefRow) extract(t *taxrefReader) Group {
	french := t.cell("nom_francais")
	if observed := t.cell("nom_cite_observe"); observed != "" {
		r.name, _ = plainName(observed)
	}
	if plain, _ := plainName(french); looksScientific(french) {
		r.author = strings.TrimSpace(strings.TrimPrefix(french, plain))
		if r.name == "" || fold(r.name) == fold(plain) {
			r.name = plain
		} else {
			r.author = ""
		}
	} else {
		r.french = firstName(french)
		if r.name == "" {
			r.name = r.french
		}
	}
	return groupOf(strings.Split(t.cell("groupes"), "|")...)
}

// looksScientific reports whether a name is in Latin: a capital, then small
// words without accents, before an author with a year.
func looksScientific(name string) bool {
	words := strings.Fields(name)
	if len(words) < 2 || !startsUpper(words[0]) {
		return false
	}
	last := strings.Trim(words[len(words)-1], ")].")
	_, err := strconv.Atoi(last)
	return err == nil && len(last) == 4 || isASCII(name) && len(words) == 2 && latinEnding(words[1])
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func latinEnding(w string) bool {
	for _, ending := range []string{"us", "um", "is", "ii", "ae", "ensis"} {
		if strings.HasSuffix(w, ending) {
			return true
		}
	}
	return false
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// firstName keeps the first of several French names, its article in place:
// "Machaon (Le), Grand Porte-Queue (Le)" gives "Machaon".
func firstName(list string) string {
	name, _, _ := strings.Cut(list, ",")
	if i := strings.LastIndex(name, " ("); i > 0 && strings.HasSuffix(strings.TrimSpace(name), ")") {
		name = name[:i]
	}
	name = strings.ReplaceAll(strings.TrimSpace(name), "'", "’")
	return name
}
