package figures

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"acvdata/services/audit"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Theme is what a town decided of a theme of the closed list.
type Theme struct {
	Code     datasets.Theme
	Shown    bool
	Position int
	Summary  string // "": the platform's own sentence
}

// mostSummary bounds a theme's own words.
const mostSummary = 500

// Themes lists all themes in the town's order; one it never decided about is
// shown, after the others.
func (s *Service) Themes(ctx context.Context, town *tenants.Tenant) (list []Theme, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, selectThemes, tx.Tenant())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t Theme
			if err := rows.Scan(&t.Code, &t.Shown, &t.Position, &t.Summary); err != nil {
				return err
			}
			if t.Code.Known() {
				list = append(list, t)
			}
		}
		return rows.Err()
	})
	for _, code := range datasets.Themes() {
		if !slices.ContainsFunc(list, func(t Theme) bool { return t.Code == code }) {
			list = append(list, Theme{Code: code, Shown: true, Position: len(list) + 1})
		}
	}
	return list, err
}

// SaveThemes writes the town's decisions.
func (s *Service) SaveThemes(ctx context.Context, town *tenants.Tenant, list []Theme) error {
	f := fault.New(fault.Invalid, "opendata.fault.themes")
	for i := range list {
		list[i].Summary = strings.TrimSpace(list[i].Summary)
		if utf8.RuneCountInString(list[i].Summary) > mostSummary {
			fault.On("summary."+string(list[i].Code), "opendata.fault.long", fault.Args{"Most": mostSummary})(f)
		}
		if !list[i].Code.Known() {
			return fault.New(fault.Invalid, "opendata.fault.choice")
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	slices.SortStableFunc(list, func(a, b Theme) int { return a.Position - b.Position })
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		for i, t := range list {
			if _, err := tx.Exec(ctx, upsertTheme, tx.Tenant(), string(t.Code), t.Shown, i+1, t.Summary); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, "opendata.themes", "themes", nil)
	})
}
