package showcases

import (
	"context"
	"embed"
	"fmt"
	"math/rand/v2"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// sheets holds a draft sheet a town, one YAML file each: facts that are public,
// with the page they come from.
//
//go:embed sheets
var sheets embed.FS

// seedSheet is a draft as its file says it.
type seedSheet struct {
	Title   string      `yaml:"title"`
	Promise string      `yaml:"promise"`
	Theme   string      `yaml:"theme"`
	Period  string      `yaml:"period"`
	Partner string      `yaml:"partners"`
	Blocks  []seedBlock `yaml:"blocks"`
}

type seedBlock struct {
	Kind   BlockKind `yaml:"kind"`
	Title  string    `yaml:"title"`
	Text   string    `yaml:"text"`
	Author string    `yaml:"author"`
	Role   string    `yaml:"role"`
	Link   string    `yaml:"link"`
	Value  string    `yaml:"value"`
	Unit   string    `yaml:"unit"`
	Source string    `yaml:"source"`
	Date   string    `yaml:"date"`
	Key    string    `yaml:"indicator"`
}

// Seed implements module.Seeder: the draft sheet of one of the programme's six
// towns. It stays a draft until the town and two people of the editors have
// read it; a town that has a piece already is left alone.
func (m *Module) Seed(ctx context.Context, town *tenants.Tenant, _ *rand.Rand) error {
	raw, err := sheets.ReadFile("sheets/" + town.Slug + ".yaml")
	if err != nil {
		return nil //nolint:nilerr // a town without a sheet
	}
	var s seedSheet
	if err := yaml.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("sheet of %s: %w", town.Slug, err)
	}
	content := s.content(town)
	ctx = authz.With(ctx, authz.Actor{Name: publisherName})
	return m.db.InPlatform(ctx, func(ctx context.Context, tx *db.PlatformTx) error {
		all, err := list(ctx, tx, `content->'towns' ? $1 LIMIT 1`, town.Slug)
		if err != nil || len(all) > 0 {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		p := &Piece{
			ID: id, Kind: Sheet, Slug: slugOf(content.Title), State: Draft, Version: 1, Content: content,
			ChangedAt: m.now(), Author: m.me(ctx),
		}
		if err := insert(ctx, tx, p); err != nil {
			return err
		}
		return m.note(ctx, tx, p, Created, "", "")
	})
}

func (s seedSheet) content(town *tenants.Tenant) Content {
	c := Content{
		Title: s.Title, Promise: s.Promise, Theme: s.Theme, Towns: []string{town.Slug}, Period: s.Period, Partners: s.Partner, Blocks: []Block{},
	}
	for i, b := range s.Blocks {
		block := Block{ID: fmt.Sprintf("b%02d", i+1), Kind: b.Kind, Title: b.Title, Text: b.Text, Author: b.Author, Role: b.Role, Link: b.Link}
		switch b.Kind {
		case FigureBlock:
			block.Figure = &Figure{Value: b.Value, Unit: b.Unit, Source: b.Source, Date: b.Date, Key: b.Key}
			if b.Key != "" {
				block.Figure.Town = town.Slug
			}
		case MapBlock:
			block.Town = town.Slug
		case TextBlock, QuoteBlock, PictureBlock, QuestionBlock, DataBlock, PieceBlock:
		}
		c.Blocks = append(c.Blocks, block)
	}
	return c
}
