package atlas

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

// The reference rows of numbers: of the register, then of the town. $1 is the
// town, $2 the numbers.
const selectTaxa = `
SELECT t.cd_ref, coalesce(t.species_ref, 0), t.rank, t.name, t.author, t.french, t.family, t.kingdom, t.grp, t.origin, t.genus, false
FROM atlas.taxon t
WHERE t.cd_nom = t.cd_ref AND t.cd_ref = ANY ($2)
UNION ALL
SELECT DISTINCT ON (t.cd_ref) t.cd_ref, coalesce(t.species_ref, 0), t.rank, t.name, t.author, t.french, t.family, t.kingdom, t.grp, t.origin, t.genus, false
FROM atlas.taxon t
WHERE t.cd_ref = ANY ($2) AND NOT EXISTS (SELECT FROM atlas.taxon r WHERE r.cd_nom = t.cd_ref)
UNION ALL
SELECT l.id, CASE WHEN l.rank = 'ES' THEN l.id ELSE 0 END, l.rank, l.name, '', '', '', '', l.grp, '', split_part(l.fold, ' ', 1), true
FROM atlas.local_taxon l
WHERE l.tenant_id = $1 AND l.id = ANY ($2)`

const selectStatuses = `SELECT cd_ref, kind, code, reference FROM atlas.taxon_status WHERE cd_ref = ANY ($1) ORDER BY kind`

// readTaxa reads taxa by their numbers; unknown ones are not in the answer.
func readTaxa(ctx context.Context, tx *db.Tx, ids []int) (map[int]Taxon, error) {
	list, err := collectTaxa(ctx, tx, selectTaxa, tx.Tenant(), ids)
	if err != nil {
		return nil, err
	}
	found := make(map[int]Taxon, len(list))
	for _, t := range list {
		found[t.ID] = t
	}
	rows, err := tx.Query(ctx, selectStatuses, ids)
	if err != nil {
		return nil, err
	}
	var id int
	var s Status
	_, err = pgx.ForEachRow(rows, []any{&id, &s.Kind, &s.Code, &s.Reference}, func() error {
		t := found[id]
		t.Statuses = append(t.Statuses, s)
		found[id] = t
		return nil
	})
	return found, err
}

func collectTaxa(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Taxon, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Taxon, err error) {
		err = row.Scan(&t.ID, &t.SpeciesID, &t.Rank, &t.Name, &t.Author, &t.French, &t.Family, &t.Kingdom, &t.Group, &t.Origin, &t.Genus, &t.Local)
		if t.Rank == rankSpecies && t.SpeciesID == 0 {
			t.SpeciesID = t.ID
		}
		return t, err
	})
}

// searchTaxa finds reference taxa by the start of words of any of their names,
// synonyms included; short names first, as people type what is common.
const searchTaxa = `
WITH hit AS (
  SELECT t.cd_ref, min(length(t.words)) AS size
  FROM atlas.taxon t
  WHERE t.words LIKE ALL ($2)
  GROUP BY t.cd_ref
  ORDER BY 2, 1
  LIMIT $3
)
SELECT t.cd_ref, coalesce(t.species_ref, 0), t.rank, t.name, t.author, t.french, t.family, t.kingdom, t.grp, t.origin, t.genus, false
FROM hit
JOIN atlas.taxon t ON t.cd_nom = hit.cd_ref
UNION ALL
(SELECT l.id, CASE WHEN l.rank = 'ES' THEN l.id ELSE 0 END, l.rank, l.name, '', '', '', '', l.grp, '', split_part(l.fold, ' ', 1), true
FROM atlas.local_taxon l
WHERE l.tenant_id = $1 AND ' ' || l.fold LIKE ALL ($2) AND l.rank <> ''
ORDER BY length(l.fold), l.id
LIMIT $3)`

// shortestSearch is how many letters a search needs.
const shortestSearch = 2

// findTaxa searches the register and the town's own names; accents and the case
// do not matter.
func findTaxa(ctx context.Context, tx *db.Tx, text string, limit int) ([]Taxon, error) {
	words := strings.Fields(wordsOf(cut(text, 80)))
	if len(strings.Join(words, "")) < shortestSearch {
		return nil, nil
	}
	patterns := make([]string, len(words))
	for i, w := range words {
		patterns[i] = "% " + w + "%"
	}
	list, err := collectTaxa(ctx, tx, searchTaxa, tx.Tenant(), patterns, limit)
	return list[:min(len(list), limit)], err
}

// readTaxon reads one taxon; a not_found fault when nobody knows it.
func readTaxon(ctx context.Context, tx *db.Tx, id int) (t Taxon, err error) {
	found, err := readTaxa(ctx, tx, []int{id})
	if err != nil {
		return t, err
	}
	t, ok := found[id]
	if !ok {
		return t, fault.New(fault.NotFound, "atlas.fault.no_taxon")
	}
	return t, nil
}

// selectNamed finds the number of a name written in full, French or scientific:
// of the register, else of the town.
const selectNamed = `
SELECT cd_ref FROM (
  SELECT cd_ref, 1 + (cd_nom <> cd_ref)::integer AS rank FROM atlas.taxon
  WHERE fold = $2 OR words = $3 OR french <> '' AND words LIKE '%' || $3 AND lower(french) = lower($4)
  UNION ALL
  SELECT id, 3 FROM atlas.local_taxon WHERE tenant_id = $1 AND fold = $2
) found
ORDER BY rank, cd_ref
LIMIT 1`

// nameTaxon finds what a person typed: a name, or "Merle noir (Turdus merula)"
// as the suggestions write it. found is false when no name is just that.
func nameTaxon(ctx context.Context, tx *db.Tx, text string) (id int, found bool, err error) {
	if french, rest, ok := strings.Cut(text, "("); ok && strings.HasSuffix(rest, ")") && french != "" {
		text = strings.TrimSuffix(rest, ")")
	}
	name := strings.TrimSpace(text)
	err = tx.QueryRow(ctx, selectNamed, tx.Tenant(), fold(name), wordsOf(name), strings.ReplaceAll(name, "'", "’")).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, err
}
