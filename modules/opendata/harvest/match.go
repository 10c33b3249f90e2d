package harvest

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/words"
)

// batch writes some items of a page inside one transaction.
type batch struct {
	tx     *db.Tx
	source Source
	run    *Run
	home   home
	found  map[string][]*known
	taken  map[string]bool // slugs
	write  *pgx.Batch      // nil: only judge, for a preview
	again  bool            // items that this run met before are passed over in silence
	lines  []Line
}

// newBatch reads what the town knows of the items, in two queries.
func newBatch(ctx context.Context, tx *db.Tx, source Source, run *Run, h home, items []Item) (*batch, error) {
	b := &batch{tx: tx, source: source, run: run, home: h, write: &pgx.Batch{}}
	var all, slugs []string
	for i := range items {
		k := keysOf(&items[i])
		all = append(append(all, k.strong...), k.weak...)
		slugs = append(slugs, slugOf(items[i].Title))
	}
	var err error
	if b.found, err = lookup(ctx, tx, all); err != nil {
		return nil, err
	}
	b.taken, err = takenSlugs(ctx, tx, slugs)
	return b, err
}

// slugOf makes the first choice of an address; a title without a letter gives a
// name all the same.
func slugOf(title string) string {
	slug := words.Slug(title, "-")
	if len(slug) > 80 {
		slug = slug[:80]
	}
	if slug = strings.Trim(slug, "-"); slug == "" {
		return "jeu"
	}
	return slug
}

// across are the kinds of key that name a dataset in any catalogue.
var across = []string{"at:", "uuid:", "udata:"}

// match finds the item of this source that keys lead to, or one of another source.
func (b *batch) match(i *Item, k keys) (own, other *known) {
	for rank, key := range k.strong {
		for _, f := range b.found[key] {
			if f.source == b.source.ID {
				if rank > 0 && f.run == b.run.ID && !sameTitle(f.title, i.Title) {
					continue // it is listed beside this one: addresses of nodes move about
				}
				return f, nil
			}
			isName := func(prefix string) bool { return strings.HasPrefix(key, prefix) }
			if other == nil && f.state != "archived" && slices.ContainsFunc(across, isName) {
				other = f
			}
		}
	}
	for _, key := range k.weak {
		for _, f := range b.found[key] {
			if f.source == b.source.ID && f.run != b.run.ID && sameTitle(f.title, i.Title) {
				return f, nil
			}
		}
	}
	return nil, other
}

// item takes one item in, or says why not.
func (b *batch) item(i *Item) error {
	line := Line{Title: i.Title, Identifier: i.Identifier}
	if b.home.ours(i) {
		return b.refuse(line, "opendata.harvest.reason.ours", nil)
	}
	k := keysOf(i)
	own, other := b.match(i, k)
	switch {
	case own == nil && other != nil:
		return b.refuse(line, "opendata.harvest.reason.elsewhere", fault.Args{"Name": other.sourceName})
	case own == nil:
		return b.add(i, k, line)
	case own.run == b.run.ID && b.again:
		return nil
	case own.run == b.run.ID:
		return b.refuse(line, "opendata.harvest.reason.twice", fault.Args{"Title": own.title})
	}
	return b.renew(i, k, own, line)
}

func (b *batch) refuse(line Line, reason string, args fault.Args) error {
	line.Outcome, line.Reason, line.Args = Refused, reason, args
	b.note(line)
	return nil
}

func (b *batch) add(i *Item, k keys, line Line) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	sum, content, err := i.sum()
	if err != nil {
		return err
	}
	n := &known{
		source: b.source.ID, sourceName: b.source.Name, id: id, identifier: i.Identifier, title: i.Title,
		sum: sum[:], state: "listed", run: b.run.ID, slug: slugOf(i.Title),
	}
	if b.taken[n.slug] {
		n.slug += "-" + hex.EncodeToString(id[12:])
	}
	b.taken[n.slug] = true
	b.queue(insertItem, b.tenant(), id, b.source.ID, i.Identifier, n.slug, i.Title, i.Open(), content, sum[:], b.run.ID)
	b.keys(n, k)
	line.Outcome, line.Slug = Added, n.slug
	b.note(line)
	return nil
}

func (b *batch) renew(i *Item, k keys, own *known, line Line) error {
	sum, content, err := i.sum()
	if err != nil {
		return err
	}
	own.run, line.Slug, line.Outcome = b.run.ID, own.slug, Unchanged
	if own.state == "listed" && bytes.Equal(own.sum, sum[:]) {
		b.queue(touchItem, b.tenant(), own.id, b.run.ID)
		b.note(line)
		return nil
	}
	line.Outcome = Updated
	switch {
	case own.state == "archived":
		line.Reason = "opendata.harvest.reason.back"
	case own.identifier != i.Identifier:
		line.Reason, line.Args = "opendata.harvest.reason.renamed", fault.Args{"Before": own.identifier}
	}
	own.state, own.title, own.identifier = "listed", i.Title, i.Identifier
	b.queue(updateItem, b.tenant(), own.id, i.Identifier, i.Title, i.Open(), content, sum[:], b.run.ID)
	b.keys(own, k)
	b.note(line)
	return nil
}

// keys remembers what an item is known by; what leads to another already stays
// the other's.
func (b *batch) keys(n *known, k keys) {
	for _, key := range slices.Concat(k.strong, k.weak) {
		mine := func(f *known) bool { return f.source == b.source.ID }
		if !slices.ContainsFunc(b.found[key], mine) {
			b.found[key] = append(b.found[key], n)
			b.queue(insertKey, b.tenant(), b.source.ID, key, n.id)
		}
	}
}

func (b *batch) tenant() uuid.UUID {
	if b.tx == nil {
		return uuid.Nil
	}
	return b.tx.Tenant()
}

func (b *batch) queue(statement string, args ...any) {
	if b.write != nil {
		b.write.Queue(statement, args...)
	}
}

// note counts a line and writes it into the report.
func (b *batch) note(line Line) {
	b.run.Tally.count(line.Outcome)
	b.lines = append(b.lines, line)
	b.queue(insertLine, b.tenant(), b.run.ID, b.run.Tally.lines(), string(line.Outcome), cut(line.Title, mostTitle), cut(line.Identifier, mostURL),
		line.Slug, line.Reason, argsOf(line.Args))
}

func argsOf(args fault.Args) map[string]any {
	if args == nil {
		return map[string]any{}
	}
	return args
}

func (t *Tally) count(o Outcome) {
	switch o {
	case Added:
		t.Added++
	case Updated:
		t.Updated++
	case Unchanged:
		t.Unchanged++
	case Refused:
		t.Refused++
	case Missing:
		t.Missing++
	case Archived:
		t.Archived++
	}
	t.Read = t.Added + t.Updated + t.Unchanged + t.Refused
}

func (t *Tally) lines() int { return t.Read + t.Missing + t.Archived }
